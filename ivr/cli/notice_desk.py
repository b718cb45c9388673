"""What the commands about notices share: which notice, until when, and who is at the keyboard."""

from __future__ import annotations

import datetime

import click

from ivr.cli import Program, deed
from ivr.cli.instant import in_zone
from ivr.errors import BadInput, OnestopError
from ivr.language.office import Office
from ivr.office.emergencies import Emergency
from ivr.records.switches import Hand
from reports import switching


def find(program: Program, office: Office, said: tuple[Emergency, ...], name: str) -> Emergency | None:
    """The emergency notice of a name, None for one of notices.yaml. Raises OnestopError when there is neither."""
    try:
        return switching.find(office, said, name)
    except switching.Refused as refused:
        try:
            written = name in program.office.notices
        except BadInput:
            hint = "the office's files have errors, so nothing new of them is on the line: ivr check"
            raise OnestopError(f"{refused}; {hint}") from None
        if written:
            raise OnestopError(
                f"“{name}” is in notices.yaml, but not yet on the line: ivr reload puts it there"
            ) from None
        raise


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
    if lasts and lasts > switching.FURTHEST:
        raise click.UsageError("that is for ever: at most ten years")
    return now + lasts if lasts else in_zone(until, office.calendar.tz) if until else None


def hand(reason: str, at: datetime.datetime) -> Hand:
    """Whoever is at the keyboard."""
    return Hand(deed.user(), "command", at, reason)


def until(office: Office, end: datetime.datetime | None) -> str:
    """The end in words, for a sentence; "" without one."""
    return f" until {end.astimezone(office.calendar.tz):%Y-%m-%d %H:%M}" if end else ""
