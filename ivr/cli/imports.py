"""`ivr import`: the calls of another system."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from ivr.cli import Program, database, deed, listing
from ivr.errors import BadInput, OnestopError
from ivr.history import map_form, reading
from ivr.history.map_form import Map
from ivr.history.naming import Names
from ivr.history.reading import Draft, Format
from ivr.language.calendar import Calendar
from ivr.language.desks import Desks
from ivr.language.source import Model, Source
from ivr.records import imports
from ivr.records.import_tables import Import
from ivr.records.imports import Tally
from ivr.records.keys import Keys
from reports import table

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@click.group("import")
def import_() -> None:
    """History: bring in the calls of another system, list what was brought in, take it back.

    \b
    ivr import calls 2025.xlsx --map old_pbx.yaml --dry-run
    ivr import list
    """


@import_.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--map", "map_path", metavar="MAP.yaml", type=click.Path(path_type=Path), help="What FILE's words mean.")
@click.option(
    "--format", "form", type=click.Choice(["queue_log", "cdr", "sheet"]), help="What FILE is [default: found out]."
)
@click.option("--dry-run", is_flag=True, help="Show what would come in.")
@click.pass_obj
def calls(program: Program, path: Path, map_path: Path | None, form: Format | None, dry_run: bool) -> None:
    """Bring in the calls of FILE: Asterisk's queue_log or CDR (Master.csv), or a sheet (CSV, .xlsx) of another system.

    All of it comes in or, with every wrong row named, nothing. A file given twice changes nothing; one that overlaps
    adds what is new. A queue_log and the CDR of the same calls complete each other, in any order.

    Asterisk's two need a map only for queues that the office's desks.yaml doesn't know. A sheet's says what its
    columns hold:

    \b
      source: old_pbx
      columns:
        time: {column: 수신일시, format: "%Y-%m-%d %H:%M:%S"}
        desk: 부서
        caller: 발신번호
        waited: 대기시간
        talked: 통화시간
        outcome: 결과
      desks: {민원실: certificates, 팩스: skip}
      outcomes: {응답: answered, 포기: abandoned, 무응답: no_answer}

    \b
    Examples: ivr import calls /var/log/asterisk/queue_log --dry-run
              ivr import calls /var/log/asterisk/cdr-csv/Master.csv
              ivr import calls 2025.xlsx --map old_pbx.yaml
    """
    desks = _of_office(program, "desks.yaml", Desks)
    zone = _of_office(program, "calendar.yaml", Calendar).tz
    its_map = map_form.read(map_path, desks) if map_path else Map()
    names = Names(desks, its_map, program.config.lines)
    keys = Keys(program.config.keys_dir)
    store = database.opened(program)
    size = path.stat().st_size if path.is_file() else 0
    with ExitStack() as stack:
        with click.progressbar(length=size, label="reading", file=sys.stderr) as read:
            forward = lambda position: read.update(position - read.pos)  # noqa: E731
            draft = stack.enter_context(reading.read(path, form, names, zone, keys, forward))
        bar = click.progressbar(length=draft.calls, label="comparing" if dry_run else "keeping", file=sys.stderr)
        tally: Tally | None
        if dry_run:
            with bar, store.reading() as session:
                tally = imports.preview(session, draft.id, draft.brought(), bar.update)
        else:
            with bar, store.transaction() as session:
                tally = imports.bring_in(session, _file(draft), draft.brought(), bar.update)
                if tally is not None and tally.new:
                    deed.note(program, session, "calls.imported", why=f"{draft.id}: {draft.name}")
        if tally is None:
            click.echo(f"{draft.id}: this file was brought in before: nothing changes (ivr import list)")
            return
        click.echo(_told(draft, tally, desks, zone))
        if dry_run:
            click.echo("a dry run: nothing was brought in")
        elif not tally.new:
            click.echo("nothing in it is new: nothing changes")
        else:
            click.echo(f"{draft.id}: brought in; `ivr import undo {draft.id}` takes it back")


@import_.command("list")
@click.pass_obj
def list_(program: Program) -> None:
    """What was brought in, newest first.

    \b
    Example: ivr import list
    """
    zone = _of_office(program, "calendar.yaml", Calendar).tz
    with database.opened(program).reading() as session:
        listing.show((_row(one, zone) for one in imports.listed(session)), "no file was brought in yet")


def _row(one: Import, zone: ZoneInfo) -> str:
    first, last, at = (f"{t.astimezone(zone):%Y-%m-%d}" for t in (one.first, one.last, one.at))
    told = f"{one.added:,} calls, {one.completed:,} completed"
    return f"{one.id}  {at}  {one.form:9}  {one.source}  {first} to {last}  {told}  {one.name}"


@import_.command()
@click.argument("id")
@click.pass_obj
def undo(program: Program, id: str) -> None:
    """Take back the import ID (`ivr import list`): its calls go, unless another import told of them too.

    \b
    Example: ivr import undo 4be1c07a92d3
    """
    with database.opened(program).transaction() as session:
        gone = imports.undo(session, id)
        if gone is not None:
            deed.note(program, session, "calls.import_undone", why=f"{id}: {gone} calls")
    if gone is None:
        raise OnestopError(f"there is no import {id}; `ivr import list` lists those there are")
    click.echo(f"{id}: taken back, {gone:,} calls are gone")


def _file(draft: Draft) -> Import:
    return Import(
        id=draft.id,
        name=draft.name,
        form=draft.form,
        source=draft.source,
        at=datetime.now(UTC),
        first=_time(draft.first),
        last=_time(draft.last),
    )


def _told(draft: Draft, tally: Tally, desks: Desks, zone: ZoneInfo) -> str:
    """What is in the file, and what becomes of it."""
    first, last = (f"{_time(ms).astimezone(zone):%Y-%m-%d %H:%M}" for ms in (draft.first, draft.last))
    lines = [f"{draft.name} is a {draft.form}: {draft.notes.rows:,} rows, {draft.calls:,} calls"]
    if draft.calls:
        lines.append(f"from {first} to {last} ({zone.key}); its clock: {draft.notes.clock}")
    lines += [f"left out, {count:,} rows: {reason}" for reason, count in draft.notes.left_out.items()]
    words = sorted({word for of in draft.desks.values() for word in of})
    rows = [
        [f"{desks.desks[desk].name} ({desk})", *(f"{of[word]:,}" for word in words)]
        for desk, of in sorted(draft.desks.items())
    ]
    if rows:
        lines += ["", table.aligned(["entries at desks", *words], rows, numbers=True), ""]
    fates = {"new": tally.added, "completed": tally.completed, "known": tally.known, "our own line's": tally.own}
    lines.append("calls: " + ", ".join(f"{count:,} {fate}" for fate, count in fates.items()))
    return "\n".join(lines)


def _of_office(program: Program, name: str, model: type[Model]) -> Model:
    """One file of the office: a broken flow must not keep history out."""
    source = Source(program.config.office_dir / name)
    found = source.validate(model)
    if found is None or source.problems:
        raise BadInput(source.problems)
    return found


def _time(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)
