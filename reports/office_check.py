"""What is wrong with an office, as whoever edits it wants to know: with its settings, its messages and its calls."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from callback import message_check
from callback.contacts import check_contacts
from callback.text import RULES
from ivr.config import Config, Line
from ivr.errors import BadInput, Problem
from ivr.language import conversation, loader
from ivr.language.checks import Review
from ivr.language.office import Office
from ivr.speech import recordings
from ivr.telephony.agreement import agree


def examine(config: Config | None, file: Path, folder: Path, profile: str = "") -> tuple[Office | None, list[Problem]]:
    """An office (None when errors leave none) and every problem.

    config: settings that it is held against; None: it is no installation's. file: where they stand. profile: of
    checks.PROFILES, or "".
    """
    lines = _lines(config)
    entrances = frozenset(line.flow for line in lines.values())
    review = Review(datetime.datetime.now().astimezone().date(), entrances, profile, frozenset(lines))
    office, problems = loader.examine(folder, review)
    if office is not None:
        problems += recordings.check(office)
    if office is not None and config is not None:
        checks: tuple[Callable[[Office], None], ...] = (
            lambda office: agree(config, file, office),
            lambda office: check_contacts(config, office, str(file)),
        )
        for check in checks:
            try:
                check(office)
            except BadInput as error:
                problems += error.problems
        problems += message_check.check(office, RULES[config.messages.sender])
    return office, problems


def conversations(config: Config | None, office: Office) -> list[Problem]:
    """What is wrong with the calls that an office must keep working (calls/): they keep no good office from callers.

    config: settings whose lines are called; None: the office has none.
    """
    known = {number: (line.flow, line.language) for number, line in _lines(config).items()}
    return conversation.examine(office, known)[1]


def _lines(config: Config | None) -> Mapping[str, Line]:
    return config.lines if config else {}


def placed(problems: Sequence[Problem], folder: Path) -> list[Problem]:
    """The problems with their files named below the office's folder, errors first."""
    ranks = {"error": 0, "warning": 1, "advice": 2}
    named = [replace(problem, file=_below(problem.file, folder)) for problem in problems]
    return sorted(named, key=lambda one: (ranks[one.severity], one.file, one.line, one.column))


def _below(file: str, folder: Path) -> str:
    try:
        return (Path.cwd() / file).relative_to(folder).as_posix()
    except ValueError:
        return file
