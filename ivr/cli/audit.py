"""`ivr audit`: who did what, and whether the log of it is whole."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterator
from typing import Any, Literal
from zoneinfo import ZoneInfo

import click

from ivr.cli import Program, database, deed
from ivr.cli.asked import calendar_of
from ivr.cli.instant import Instant, in_zone
from ivr.operation import key_folder
from ivr.records import audit as log
from ivr.records.audit import Search
from ivr.records.audit_tables import AuditRow
from reports import table

COLUMNS = ("n", "at", "who", "via", "where", "what", "whose", "why")
SHORTEST = 8
"""Characters of a hash that tell a row from any other."""


class Known(click.ParamType[tuple[int, str]]):
    """A row as it was noted elsewhere: its number and its hash, or how that begins."""

    name = "N:HASH"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, str]:
        number, _, hash_ = str(value).partition(":")
        if not number.isdecimal() or len(hash_) < SHORTEST:
            self.fail(f"write the number and the hash as `ivr audit verify` told them: 4711:{'0' * SHORTEST}…", param)
        return int(number), hash_


@click.group()
def audit() -> None:
    """The audit log: who changed what and saw whose data, when, from where and why.

    \b
    ivr audit list --whose case:20261234
    ivr audit verify
    """


@audit.command()
@click.option("--known", type=Known(), multiple=True, help="A row noted elsewhere that must be there; can be repeated.")
@click.pass_obj
def verify(program: Program, known: tuple[tuple[int, str], ...]) -> None:
    """Whether the log is whole: nothing changed, put in or taken out. Exit code 1 and the first wrong row if it isn't.

    The newest row's number and hash, noted elsewhere, also prove later that no older copy took its place.

    \b
    Examples: ivr audit verify
              ivr audit verify --known 4711:9f2c01d4e5aa
    """
    with database.opened(program).reading() as session:
        verdict = log.verify(session, key_folder.opened(program.config.keys_dir), known)
    if verdict.broken:
        click.echo(f"the audit log is broken: {verdict.broken}", err=True)
        sys.exit(1)
    click.echo(f"whole: {verdict.rows:,} rows; the newest is {verdict.n}:{verdict.hash}")


@audit.command("list")
@click.option("--who", help="A person or system: kim, cli:kim, api:saeol.")
@click.option("--what", help="A deed, or a kind of them: case.changed, case.")
@click.option("--whose", help="Whose data: case:20261234, call:n1-1795.1; case: is all cases.")
@click.option("--from", "since", type=Instant(), help="From a time on, by the office's clock.")
@click.option("--to", "until", type=Instant(), help="Before a time.")
@click.option("--limit", type=click.IntRange(1, 10_000_000), help="How many, at most [a table: 50, a file: all].")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.pass_obj
def list_(
    program: Program,
    who: str | None,
    what: str | None,
    whose: str | None,
    since: datetime.datetime | None,
    until: datetime.datetime | None,
    limit: int | None,
    form: Literal["table", "json", "csv"],
) -> None:
    """What was done, newest first. That it was looked at is noted, too.

    \b
    Examples: ivr audit list --who kim --from 2026-11-01
              ivr audit list --what number.shown --format csv > shown.csv
    """
    store, zone = database.opened(program), calendar_of(program).tz
    span = [in_zone(time, zone) if time else None for time in (since, until)]
    search = Search(who, what, whose, *span)
    deed.showing(program, store, "audit.shown")
    rows = log.each(store, search, limit or (50 if form == "table" else None))
    _print([_row(row, zone) for row in rows] if form == "table" else (_row(row, zone) for row in rows), form)


def _row(row: AuditRow, zone: ZoneInfo) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in COLUMNS}
    return told | {"at": row.at.astimezone(zone).isoformat(" ", "seconds")}


def _print(rows: list[dict[str, Any]] | Iterator[dict[str, Any]], form: str) -> None:
    if form == "json":
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    elif form == "csv":
        click.echo(table.lines([COLUMNS]), nl=False)
        for row in rows:
            click.echo(table.lines([[str(value) for value in row.values()]]), nl=False)
    else:
        told = [f"{r['n']:>6}  {r['at']}  {r['who']}  {r['what']}  {r['whose']}  {r['why']}".rstrip() for r in rows]
        click.echo("\n".join(told) if told else "nothing was done that fits", err=not told)
