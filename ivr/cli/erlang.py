"""`ivr erlang`: how many officers it takes, from the office's own last days."""

from __future__ import annotations

import datetime

import click

from ivr.cli import Program, database
from ivr.cli.asked import calendar_of, period_of
from ivr.cli.span import Span
from reports import staffing
from reports.report import Format


@click.command()
@click.option("--from", "first", metavar="WHEN", help="First day, or beginning: 2026-11-02 [28 days ago].")
@click.option("--to", "last", metavar="WHEN", help="Last day, or end (not included) [yesterday].")
@click.option("--desk", help="Calls to this desk; without it all desks count as one.")
@click.option("--officers", type=click.IntRange(1, 10_000), help="How many there are [as many as are needed].")
@click.option("--within", type=Span(), default="20s", show_default=True, help="Time to answer in.")
@click.option("--share", type=click.IntRange(1, 99), default=80, show_default=True, help="Percent of calls.")
@click.option("--wrap-up", type=Span(), default="0s", show_default=True, help="What follows each conversation.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.pass_obj
def erlang(
    program: Program,
    first: str | None,
    last: str | None,
    desk: str | None,
    officers: int | None,
    within: datetime.timedelta,
    share: int,
    wrap_up: datetime.timedelta,
    form: Format,
) -> None:
    """How many officers it takes (Erlang C), hour by hour, from the calls of the last days.

    \b
    Examples:
      ivr erlang --desk certificates                   officers needed for 80 % within 20 s
      ivr erlang --desk certificates --officers 6      what six come to
      ivr erlang --share 90 --within 30s --wrap-up 1m
    """
    zone, now = calendar_of(program).tz, datetime.datetime.now(datetime.UTC)
    today = now.astimezone(zone).date()
    days = [str(today - datetime.timedelta(days=ago)) for ago in (28, 1)]
    when = period_of(program, first or days[0], last or days[1])
    wanted = staffing.Wanted(share / 100, within.total_seconds(), wrap_up.total_seconds(), officers)
    with database.opened(program).reading() as session:
        try:
            result = staffing.staffing(session, when, desk, wanted)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
    click.echo(result.text(form), nl=False)
    if form == "csv":
        click.echo(result.definitions(), err=True)
