"""`ivr report` and `ivr calls`: the figures of a period, and single calls."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from ivr.cli import Program, database, deed, listing
from ivr.errors import BadInput, OnestopError
from ivr.language.calendar import Calendar
from ivr.language.desks import Desks
from ivr.language.source import Source
from ivr.records.keys import Keys
from reports import effect, journeys, period, queries
from reports import report as reporting
from reports import survey as surveys
from reports import waits as waiting


@click.command()
@click.option("--from", "first", metavar="WHEN", help="First day, or beginning: 2026-11-21, 2026-11-21T09:30 [today].")
@click.option("--to", "last", metavar="WHEN", help="Last day, or end (not included) [today].")
@click.option("--by", type=click.Choice(["line", "desk", "hour"]), help="Group the figures.")
@click.option("--survey", is_flag=True, help="What callers answered to surveys, by question, desk and officer.")
@click.option("--notices", is_flag=True, help="What notices did: how often heard, what was taken, who went on to wait.")
@click.option("--waits", is_flag=True, help="The waits that callers were told against those they had, by desk.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.pass_obj
def report(
    program: Program,
    first: str | None,
    last: str | None,
    by: queries.By | None,
    survey: bool,
    notices: bool,
    waits: bool,
    form: reporting.Format,
) -> None:
    """The figures of a period, in the office's time zone, each with its formula.

    \b
    Examples:
      ivr report                                   today
      ivr report --from 2026-11-01 --by desk       this month, desk by desk
      ivr report --survey --from 2026-10-01        satisfaction of the quarter
      ivr report --notices --from 2026-11-01       what each notice did this month
      ivr report --waits                           told against actual wait
      ivr report --format csv > report.csv         the formulas go to standard error
    """
    try:
        when = period.between(first, last, _calendar(program).tz, datetime.now(UTC))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    own = [name for name, wanted in (("survey", survey), ("notices", notices), ("waits", waits)) if wanted]
    if own and by is not None:
        raise click.UsageError(f"--{own[0]} has groups of its own: leave --by out")
    if len(own) > 1:
        raise click.UsageError(f"--{own[0]} or --{own[1]}, not both")
    desks, officers = _names(program)
    result: reporting.Report | surveys.Survey | waiting.Waits
    with database.opened(program).reading() as session:
        if survey:
            result = surveys.survey(session, when, desks, officers)
        elif notices:
            result = effect.report(session, when)
        elif waits:
            result = waiting.waits(session, when, desks)
        else:
            result = reporting.report(session, when, by, desks)
    click.echo(result.text(form), nl=False)
    if form == "csv":
        click.echo(result.definitions(), err=True)


@click.command()
@click.argument("call", required=False)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@click.pass_obj
def calls(program: Program, call: str | None, limit: int) -> None:
    """The newest calls, or the way of one CALL.

    \b
    Examples:
      ivr calls --limit 5
      ivr calls n1-1795292000.12
    """
    naming, store = _naming(program), database.opened(program)
    deed.showing(program, store, *(("call.shown", f"call:{call}") if call else ("calls.listed",)))
    with store.reading() as session:
        if call is None:
            newest = queries.newest(session, limit)
            listing.show([journeys.listed(newest, naming)] if newest else [], "no call was recorded yet")
            return
        way = queries.journey(session, call)
        if way is None:
            raise OnestopError(f"there is no call {call}; `ivr calls` lists those there are")
        click.echo(journeys.told(way, naming))


def _calendar(program: Program) -> Calendar:
    """The office's calendar alone: a broken flow must not hide the figures."""
    source = Source(program.config.office_dir / "calendar.yaml")
    calendar = source.validate(Calendar)
    if calendar is None:
        raise BadInput(source.problems)
    return calendar


def _names(program: Program) -> tuple[dict[str, str], dict[str, str]]:
    """What desks and officers are called; while desks.yaml is broken, their ids will do."""
    try:
        desks = Source(program.config.office_dir / "desks.yaml").validate(Desks)
    except BadInput:
        desks = None
    if desks is None:
        return {}, {}
    return {name: desk.name for name, desk in desks.desks.items()}, dict(desks.agents)


def _naming(program: Program) -> journeys.Naming:
    return journeys.Naming(*_names(program), Keys(program.config.keys_dir).shown, _calendar(program).tz)
