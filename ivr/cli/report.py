"""`ivr report` and `ivr calls`: the figures of a period, and single calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import get_args

import click
from sqlalchemy.orm import Session

from ivr.cli import Program, database, deed, listing
from ivr.cli.asked import calendar_of, case_types_of, names_of, period_of
from ivr.errors import OnestopError
from ivr.records.keys import Keys
from reports import callers, courtesy, drop_off, effect, giving_up, journeys, petitions, promised, queries
from reports import report as reporting
from reports import survey as surveys
from reports import waits as waiting
from reports.period import Period
from reports.sought import By, Filter

Printed = reporting.Report | surveys.Survey | waiting.Waits
OWN: dict[str, str] = {
    "survey": "What callers answered to surveys, by question, desk and officer.",
    "notices": "What notices did: how often heard, what was taken, who went on to wait.",
    "waits": "The waits that callers were told against those they had, by desk.",
    "steps": "Where in the menu callers hang up: each step, the one that loses most first.",
    "giving-up": "After how long a wait callers give up.",
    "cases": "Cases by desk: complaints, praise, deadlines kept.",
    "schools": "The same by school.",
    "promises": "Whether messages promised came in time, and voicemails were heard.",
    "courtesy": "Satisfaction of callers beside courtesy scores from outside, by officer.",
    "quarters": "The same by quarter.",
    "callers": "Who calls again: first call resolution, one-stop rate; repeat callers.",
}
"""Reports with figures of their own, by option."""
GROUPED = ("callers",)
"""Those of them that --by groups."""
FILTERED = ("steps", "giving-up", "callers")
"""Those of them that look at one line, desk, topic or agent."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each report of its own."""
    for name, about in reversed(OWN.items()):
        command = click.option(f"--{name}", is_flag=True, help=about)(command)
    return command


@click.command()
@click.option("--from", "first", metavar="WHEN", help="First day, or beginning: 2026-11-21, 2026-11-21T09:30 [today].")
@click.option("--to", "last", metavar="WHEN", help="Last day, or end (not included) [today].")
@click.option("--by", type=click.Choice(get_args(By)), help="Group the figures.")
@click.option("--line", help="Calls to this line only.")
@click.option("--desk", help="Entries at this desk only.")
@click.option("--topic", help="Calls on this topic only: desk/NAME, the first asked for, else flow/NAME.")
@click.option("--agent", help="What this officer picked up only: an extension.")
@_options
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.pass_obj
def report(
    program: Program,
    /,
    first: str | None,
    last: str | None,
    by: By | None,
    line: str | None,
    desk: str | None,
    topic: str | None,
    agent: str | None,
    form: reporting.Format,
    **chosen: bool,
) -> None:
    """The figures of a period, in the office's time zone, each with its formula.

    \b
    Examples:
      ivr report                                   today
      ivr report --from 2026-11-01 --by desk       this month, desk by desk
      ivr report --by hour --desk certificates     a desk's day
      ivr report --from 2026-10-01 --by week --line 1000
      ivr report --survey --from 2026-10-01        satisfaction of the quarter
      ivr report --notices --from 2026-11-01       what each notice did this month
      ivr report --waits                           told against actual wait
      ivr report --steps                           where in the menu callers hang up
      ivr report --giving-up --desk certificates   after how long a wait they give up
      ivr report --cases --from 2026-11-01         which desk misses deadlines
      ivr report --quarters --from 2026-01-01      satisfaction and courtesy, quarter by quarter
      ivr report --callers --from 2026-11-01 --by topic
      ivr report --format csv > report.csv         the formulas go to standard error
    """
    when = period_of(program, first, last)
    own = [name for name in OWN if chosen[name.replace("-", "_")]]
    where = Filter(line, desk, topic, agent)
    if own and own[0] not in GROUPED and by is not None:
        raise click.UsageError(f"--{own[0]} has groups of its own: leave --by out")
    if len(own) > 1:
        raise click.UsageError(f"--{own[0]} or --{own[1]}, not both")
    if own and own[0] not in FILTERED and where != Filter():
        raise click.UsageError(f"--{own[0]} has no part of its own: leave --line, --desk, --topic and --agent out")
    with database.opened(program).reading() as session:
        result = _made(session, program, own[0] if own else "", when, by, where)
    click.echo(result.text(form), nl=False)
    if form == "csv":
        click.echo(result.definitions(), err=True)


def _made(session: Session, program: Program, own: str, when: Period, by: By | None, where: Filter) -> Printed:
    """The report that is asked for."""
    desks, officers = names_of(program)
    names = reporting.group_names(by, desks, officers)
    match own:
        case "survey":
            return surveys.survey(session, when, desks, officers)
        case "notices":
            return effect.report(session, when)
        case "waits":
            return waiting.waits(session, when, desks)
        case "steps":
            return drop_off.report(session, when, where)
        case "giving-up":
            return giving_up.report(session, when, where)
        case "cases":
            return petitions.report(session, when, "desk", case_types_of(program), desks, datetime.now(UTC))
        case "schools":
            return petitions.report(session, when, "school", case_types_of(program), {}, datetime.now(UTC))
        case "promises":
            return promised.report(session, when, datetime.now(UTC))
        case "courtesy":
            return courtesy.report(session, when, "agent", officers)
        case "quarters":
            return courtesy.report(session, when, "quarter", {})
        case "callers":
            return callers.report(session, when, by, names, datetime.now(UTC), where)
        case _:
            return reporting.report(session, when, by, names, where)


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


def _naming(program: Program) -> journeys.Naming:
    return journeys.Naming(*names_of(program), Keys(program.config.keys_dir).shown, calendar_of(program).tz)
