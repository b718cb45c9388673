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

LONGEST_REASON = 200
"""Characters of a reason, at most."""


def find(program: Program, office: Office, said: tuple[Emergency, ...], name: str) -> Emergency | None:
    """The emergency notice of a name, None for one of notices.yaml. Raises OnestopError when there is neither."""
    for emergency in said:
        if emergency.name == name:
            return emergency
    if name in office.notices:
        return None
    try:
        written = name in program.office.notices
    except BadInput:
        written = False
    if written:
        raise OnestopError(f"“{name}” is in notices.yaml, but not yet on the line: ivr reload puts it there")
    names = [*office.notices, *(emergency.name for emergency in said)]
    raise OnestopError(f"there is no notice “{name}” → {did_you_mean(name, names)}")


def end(
    office: Office, until: datetime.datetime | None, lasts: datetime.timedelta | None, now: datetime.datetime
) -> datetime.datetime | None:
    """When a switch ends, by --until or --for; None without either."""
    if until and lasts:
        raise click.UsageError("--until or --for, not both")
    end = now + lasts if lasts else in_zone(until, office.calendar.tz) if until else None
    if end is not None and end <= now:
        raise click.UsageError("that time is over already")
    return end


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
