"""`ivr calendar`: the coming days of the office's clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import click

from ivr.cli import Program
from ivr.errors import OnestopError
from ivr.language import loader
from ivr.language.source import did_you_mean
from reports.calendar import listed

MOST_DAYS = 400
KNOWN = (date(2000, 1, 1), date(2099, 12, 31))
"""Days whose public holidays can be known."""


class _Day(click.ParamType[date]):
    """A date in ISO 8601."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” is no date: write e.g. 2027-01-22", param, ctx)


@click.command()
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=30, show_default=True, help="How many days.")
@click.option("--clock", metavar="NAME", help="One clock of calendar.yaml [default: all of them].")
@click.option("--from", "first", type=_Day(), metavar="DATE", help="First day, e.g. 2027-01-22 [default: today].")
@click.pass_obj
def calendar(program: Program, days: int, clock: str | None, first: date | None) -> None:
    """When each clock of the office is open on the coming days, and why: weekly hours, an extended day, a public
    holiday or its substitute, a day off; the school term, and the known peaks (◆).

    \b
    Examples:
      ivr calendar
      ivr calendar --clock phone --days 7
      ivr calendar --from 2027-01-01 --days 365
    """
    its = loader.load(program.config.office_dir).calendar
    if clock is not None and clock not in its.clocks:
        raise OnestopError(f"there is no clock “{clock}” → {did_you_mean(clock, its.clocks)}")
    first = first or _now().astimezone(its.tz).date()
    if not KNOWN[0] <= first <= KNOWN[1] - timedelta(days=days - 1):
        raise OnestopError(f"holidays are known from {KNOWN[0]} to {KNOWN[1]} → other --from, --days")
    shown = [first + timedelta(days=n) for n in range(days)]
    click.echo(f"{shown[0]} to {shown[-1]} ({its.zone}, holidays of {its.country})\n")
    click.echo(listed(its, [clock] if clock else list(its.clocks), shown))


def _now() -> datetime:
    return datetime.now(UTC)
