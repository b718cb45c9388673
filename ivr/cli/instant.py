"""An instant as people type it on the command line."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import click


class Instant(click.ParamType[datetime.datetime]):
    """A date and time in ISO 8601; without an offset it is local to the office."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime.datetime:
        try:
            at = datetime.datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” is no time: write e.g. 2027-01-22T15:00", param, ctx)
        if not 1970 <= at.year < 2200:  # there isn't every hour of the first and the last year in every zone
            self.fail(f"“{value}” is too far away to be meant", param, ctx)
        return at


def in_zone(at: datetime.datetime | None, zone: ZoneInfo) -> datetime.datetime:
    """`at` as an aware time, local to `zone` when it names no offset; None is now."""
    if at is None:
        return datetime.datetime.now(zone)
    return at if at.tzinfo else at.replace(tzinfo=zone)
