"""What figures are asked about: a period of the office's calendar, and what desks and officers are called. A broken
flow must not hide the figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import click

from ivr.cli import Program
from ivr.errors import BadInput
from ivr.language.calendar import Calendar
from ivr.language.cases import CasesForm, CaseType
from ivr.language.desks import Desks
from ivr.language.source import Source
from reports import period


def period_of(program: Program, first: str | None, last: str | None) -> period.Period:
    """The period that two texts mean (reports.period.between). Raises UsageError with the reason, or BadInput."""
    try:
        return period.between(first, last, calendar_of(program).tz, datetime.now(UTC))
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def calendar_of(program: Program) -> Calendar:
    """The office's calendar alone. Raises BadInput."""
    source = Source(program.config.office_dir / "calendar.yaml")
    calendar = source.validate(Calendar)
    if calendar is None:
        raise BadInput(source.problems)
    return calendar


def names_of(program: Program) -> tuple[dict[str, str], dict[str, str]]:
    """What desks and officers are called; while desks.yaml is broken, their ids will do."""
    try:
        desks = Source(program.config.office_dir / "desks.yaml").validate(Desks)
    except BadInput:
        desks = None
    if desks is None:
        return {}, {}
    return {name: desk.name for name, desk in desks.desks.items()}, dict(desks.agents)


def case_types_of(program: Program) -> Mapping[str, CaseType]:
    """The types of cases.yaml; none without that file. Raises BadInput."""
    file = program.config.office_dir / "cases.yaml"
    if not file.exists():
        return {}
    source = Source(file)
    form = source.validate(CasesForm)
    if form is None:
        raise BadInput(source.problems)
    return form.types
