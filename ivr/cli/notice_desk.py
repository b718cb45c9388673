"""What the commands about notices share: which notice, until when, by whom and why."""

from __future__ import annotations

import datetime
import getpass

import click

from ivr.cli import Program
from ivr.cli.instant import in_zone
from ivr.errors import BadInput, OnestopError
from ivr.language.office import Office
from ivr.language.source import did_you_mean
from ivr.office.emergencies import Emergency
from ivr.records.switches import Hand

LONGEST = datetime.timedelta(days=7)
"""What is said in a hurry is on the air so long at most: whatever lasts longer belongs in notices.yaml."""
FURTHEST = datetime.timedelta(days=3660)
"""How far ahead a switch ends at most; beyond are slips."""
LONGEST_REASON = 200
"""Characters of a reason, at most."""


def find(program: Program, office: Office, said: tuple[Emergency, ...], name: str) -> Emergency | None:
    """The emergency notice of a name, None for one of notices.yaml. Raises OnestopError when there is neither."""
    for emergency in said:
        if emergency.name == name:
            return emergency
    if name in office.notices:
        return None
    hint = did_you_mean(name, [*office.notices, *(emergency.name for emergency in said)])
    try:
        written = name in program.office.notices
    except BadInput:
        written = False
        hint += "; the office's files have errors, so nothing new of them is on the line: ivr check"
    if written:
        raise OnestopError(f"“{name}” is in notices.yaml, but not yet on the line: ivr reload puts it there")
    raise OnestopError(f"there is no notice “{name}” → {hint}")


def written(
    program: Program, office: Office, said: tuple[Emergency, ...], name: str
) -> tuple[Office, Emergency | None]:
    """Where a notice's words stand: as find; and of one that isn't on the line yet, in the office's files."""
    if name not in office.notices and not any(emergency.name == name for emergency in said):
        try:
            if name in program.office.notices:
                return program.office, None
        except BadInput:
            pass  # find tells of it
    return office, find(program, office, said, name)


def end(
    office: Office, until: datetime.datetime | None, lasts: datetime.timedelta | None, now: datetime.datetime
) -> datetime.datetime | None:
    """When a switch ends, by --until or --for; None without either."""
    if until and lasts:
        raise click.UsageError("--until or --for, not both")
    if lasts and lasts > FURTHEST:
        raise click.UsageError("that is for ever: at most ten years")
    end = now + lasts if lasts else in_zone(until, office.calendar.tz) if until else None
    if end is not None and end <= now:
        raise click.UsageError("that time is over already")
    if end is not None and end - now > FURTHEST:
        raise click.UsageError("that is for ever: at most ten years ahead")
    return end


def brief(end: datetime.datetime | None, now: datetime.datetime) -> None:
    """Refuse what is said in a hurry for longer than LONGEST; also when it is put on the air once more."""
    if end is not None and end - now > LONGEST:
        raise click.UsageError(f"at most {LONGEST.days} days: what is to be heard longer belongs in notices.yaml")


def need(end: datetime.datetime | None, reason: str, what: str) -> None:
    """Refuse what has no end or no reason."""
    if end is None:
        raise click.UsageError(f"{what} ends by itself: say when, e.g. --for 2h")
    if not reason:
        raise click.UsageError(f"{what} needs a reason: --reason …")


def hand(reason: str, at: datetime.datetime) -> Hand:
    """Whoever is at the keyboard."""
    if len(reason) > LONGEST_REASON or not (reason.isprintable() or not reason):
        raise click.UsageError(f"the reason is one line of {LONGEST_REASON} characters at most")
    return Hand(f"cli:{getpass.getuser()}", "command", at, reason)


def until(office: Office, end: datetime.datetime | None) -> str:
    """The end in words, for a sentence; "" without one."""
    return f" until {end.astimezone(office.calendar.tz):%Y-%m-%d %H:%M}" if end else ""
