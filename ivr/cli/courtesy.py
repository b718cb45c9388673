"""`ivr courtesy`: courtesy scores that a firm from outside gave."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from callback import sheet
from ivr.cli import Program, database, deed, listing
from ivr.cli.asked import calendar_of, names_of, period_of
from ivr.errors import BadInput, OnestopError, Problem
from ivr.records import courtesy as scores
from ivr.records.courtesy import ITEMS, Score
from ivr.records.courtesy_tables import CourtesyScore
from reports.courtesy import days

COLUMNS = ("on", "agent", "source", *(f"item{n}" for n in range(1, ITEMS + 1)))


@click.group()
def courtesy() -> None:
    """Courtesy scores (전화친절도) of test calls: eight items, 100 points together. `ivr report --courtesy` tells.

    \b
    ivr courtesy import 2026-3분기.csv
    ivr courtesy list
    """


@courtesy.command()
@click.argument("agent")
@click.argument("points", nargs=ITEMS)
@click.option("--on", help="Day of the test call: 2026-11-21 [today].")
@click.option("--source", required=True, help="Who gave it.")
@click.pass_obj
def add(program: Program, agent: str, points: tuple[str, ...], on: str | None, source: str) -> None:
    """Enter the score of one test call to an officer (extension).

    \b
    Example: ivr courtesy add 111 --source 한빛리서치 12.5 12 11 12.5 10 12 12.5 11
    """
    now = datetime.now(UTC)
    try:
        score = Score.read(on or str(now.astimezone(calendar_of(program).tz).date()), agent, source, points)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with database.opened(program).transaction() as session:
        scores.add(session, [score], now, again=True)
        deed.note(program, session, "courtesy.entered", why=f"{score.on} {agent} {source}")
    click.echo(f"{sum(score.items) / 100:g} points for {agent}")


@courtesy.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def import_(program: Program, file: Path) -> None:
    """Take scores from a CSV FILE with the columns on, agent, source, item1 to item8. The same file again adds nothing.

    \b
    Example: ivr courtesy import 2026-3분기.csv
    """
    read = _read(file)
    with database.opened(program).transaction() as session:
        new = scores.add(session, read, datetime.now(UTC), again=False)
        deed.note(program, session, "courtesy.imported", why=f"{new} of {len(read)} from {file.name}")
    click.echo(f"{new} new of {len(read)}")


@courtesy.command("list")
@click.option("--from", "first", metavar="DAY", help="First day [today].")
@click.option("--to", "last", metavar="DAY", help="Last day [today].")
@click.pass_obj
def list_(program: Program, first: str | None, last: str | None) -> None:
    """Scores with their id, by day of the test call.

    \b
    Example: ivr courtesy list --from 2026-10-01
    """
    when = period_of(program, first, last)
    _, officers = names_of(program)
    begin, end = days(when)

    def row(score: CourtesyScore) -> str:
        items = [getattr(score, f"item{n}") for n in range(1, ITEMS + 1)]
        told = " ".join(f"{points / 100:g}" for points in items)
        who = " ".join(filter(None, [score.agent, officers.get(score.agent)]))
        return f"{score.id}  {score.on}  {who}  {sum(items) / 100:g} ({told})  {score.source}"

    store = database.opened(program)
    deed.showing(program, store, "courtesy.listed")
    with store.reading() as session:
        listing.show(map(row, scores.listed(session, begin, end)), "there is no score in this period")


@courtesy.command()
@click.argument("id")
@click.pass_obj
def remove(program: Program, id: str) -> None:
    """Take back a score.

    \b
    Example: ivr courtesy remove 3f0c52a1b9de
    """
    with database.opened(program).transaction() as session:
        if not scores.remove(session, id):
            raise OnestopError(f"there is no score {id}; `ivr courtesy list` lists those there are")
        deed.note(program, session, "courtesy.removed", why=id)


def _read(file: Path) -> list[Score]:
    """The scores of a file, all or none. Raises BadInput with every problem."""
    found, problems = sheet.read(file)
    missing = [name for name in COLUMNS if name not in found.head]
    if missing:
        hint = f"the head has {', '.join(COLUMNS)}"
        problems.append(Problem(found.name, found.head_line, 1, f"there is no column “{missing[0]}”", hint))
        raise BadInput(problems)
    read = []
    for row, line in zip(found.rows, found.lines, strict=True):
        on, agent, source, *points = (row.get(name, "") for name in COLUMNS)
        try:
            read.append(Score.read(on, agent, source, points))
        except ValueError as error:
            problems.append(Problem(found.name, line, 1, str(error)))
    if problems:
        raise BadInput(problems)
    return read
