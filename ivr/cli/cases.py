"""`ivr cases`: many cases at once."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from callback import case_file, intake
from callback.refusal import Refusal
from ivr.cli import Program, deed
from ivr.cli.case_desk import open_desk

MANY = 1000
"""From this many rows on, progress is shown."""


@click.group()
def cases() -> None:
    """Many cases (민원) at once.

    \b
    ivr cases import november.csv
    """


@cases.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_obj
def import_(program: Program, path: Path) -> None:
    """Take in the cases of a CSV FILE (UTF-8 or cp949): all of them or, with every wrong row named, none.

    Its head names the fields: receipt, type, desk, and as needed school, officer, received_at, sensitive, consent,
    language, number. Cases that are there already with the same content stay as they are.

    \b
    Example: ivr cases import november.csv
    """
    file = case_file.read(path)
    desk = open_desk(program, None)
    try:
        with click.progressbar(file.rows, label="checking", hidden=len(file.rows) < MANY, file=sys.stderr) as rows:
            new = intake.read(rows, desk.at, desk.keys)
        with desk.store.transaction() as session:
            fresh = sum(is_new for _, is_new in desk.cases.add(session, new, desk.told))
            deed.note(program, session, "cases.imported", why=f"{path.name}: {fresh} new")
    except Refusal as refusal:
        raise file.placed(refusal) from None
    click.echo(f"{path}: {fresh} taken in, {len(new) - fresh} were there already")
