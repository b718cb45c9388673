"""What a change of status does to a case, and what is refused. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import cast

from callback import status
from callback.deadlines import Supplement
from callback.forms import StatusForm
from callback.refusal import Detail, Refusal
from ivr.language.cases import Period, Status, parse_period
from ivr.records.case_tables import Case, CaseEvent


def allowed(case: Case) -> tuple[Status, ...]:
    """The statuses that the case may get next."""
    now = cast(Status, case.status)
    return status.allowed(now, certificate=case.certificate, extended=case.extension > 0)


def check(case: Case, form: StatusForm) -> None:
    """Raise Refusal: "conflict" (not the version it was decided on), "wrong_transition" (with the allowed ones), or
    "invalid" (with every field that doesn't go with the change)."""
    if form.version not in (None, case.version):
        raise Refusal(
            "conflict", f"decided on version {form.version}, but the case is at {case.version}: look at it again"
        )
    following = allowed(case)
    if form.status not in following:
        way_out = f"can become {', '.join(following)}" if following else "is final: nothing can follow"
        detail = Detail(way_out, "status", allowed=following)
        raise Refusal("wrong_transition", f"a case in status {case.status} can't become {form.status}", [detail])
    if problems := list(_misfits(case, form)):
        raise Refusal("invalid", "nothing was changed", problems)


def _misfits(case: Case, form: StatusForm) -> Iterator[Detail]:
    if form.status == "이송" and form.desk in (None, case.desk):
        yield Detail("with 이송, name the other desk that is to take the case", "desk")
    elif form.status != "이송" and form.desk is not None:
        yield Detail("goes with 이송 only", "desk")
    period = parse_period(case.period)
    if form.extension is not None and form.status != "기간연장":
        yield Detail("goes with 기간연장 only", "extension")
    elif form.extension is not None and not _within(form.extension, period):
        yield Detail(f"is at most the original period and in its unit: {period}", "extension")


def _within(extension: Period, period: Period) -> bool:
    """An extension is not longer than the period itself (행정절차법 19조 2항)."""
    return extension.unit == period.unit and extension.amount <= period.amount


def apply(case: Case, form: StatusForm, at: datetime) -> None:
    """Do a change that was checked; the deadline is another matter."""
    arrives = case.status == "이송"
    case.status, case.changed_at, case.version = form.status, at, case.version + 1
    if arrives and case.moving_to is not None:
        case.desk, case.moving_to, case.officer = case.moving_to, None, form.officer
    else:
        case.moving_to, case.officer = form.desk, form.officer or case.officer
    if form.status == "기간연장":
        case.extension = (form.extension or parse_period(case.period)).amount


def supplements(history: Sequence[CaseEvent]) -> list[Supplement]:
    """The times in which the citizen was to supplement, ended ones only, from a case's history in order."""
    return [Supplement(event.at, after.at) for event, after in pairwise(history) if event.to_status == "보완요구"]
