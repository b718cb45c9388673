"""`ivr bulk`: one message to many."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from sqlalchemy.orm import Session

from callback import bulk as bulks
from callback import bulk_file
from callback.bulk_file import Draft
from callback.text import RULES
from ivr.cli import Program, database, deed, listing
from ivr.records.keys import Keys
from ivr.records.message_tables import STATES, Bulk, BulkState
from ivr.records.store import Store

WATCH_S = 0.5


@click.group()
def bulk() -> None:
    """One message to many people, from a file.

    \b
    ivr bulk send assignment.csv --template assignment
    ivr bulk status
    """


@bulk.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--template", required=True, help="Message of messages.yaml.")
@click.option("--dry-run", is_flag=True, help="Check and measure only.")
@click.pass_obj
def send(program: Program, path: Path, template: str, dry_run: bool) -> None:
    """Send a message to everybody in a CSV FILE (UTF-8 or cp949): to all of them or, with every wrong row named, none.

    Its head names `number`, the message's variables and, if need be, `language`. Given again after a crash it goes on
    where it was; nobody gets it twice. On a terminal it shows how the sending goes; Ctrl-C ends the showing alone.

    \b
    Examples: ivr bulk send assignment.csv --template assignment --dry-run
              ivr bulk send assignment.csv --template assignment
    """
    config = program.config
    measure = RULES[config.messages.sender]
    draft = bulk_file.read(path, template, program.office, measure, foreign=config.messages.foreign, progress=_checking)
    _print_costs(draft, config.messages.prices)
    if dry_run:
        return
    store = database.opened(program)
    deed.showing(program, store, "bulk.sent", why=f"{draft.id}, {template}, {len(draft.notes)} messages")
    with store.held(), click.progressbar(length=len(draft.notes), label="handing in", file=sys.stderr) as bar:
        bulks.hand_in(store, Keys(config.keys_dir), draft, bar.update)
    click.echo(f"{draft.id}: {len(draft.notes)} messages handed in; the worker sends them (ivr bulk status)")
    if sys.stderr.isatty():
        _watch(store, draft)


@bulk.command()
@click.pass_obj
def status(program: Program) -> None:
    """The newest bulks, and how far they are.

    \b
    Example: ivr bulk status
    """
    with database.opened(program).reading() as session:
        listing.show((_row(session, one) for one in bulks.listed(session, 20)), "no bulk was handed in yet")


def _row(session: Session, one: Bulk) -> str:
    counts = bulks.states(session, one.id)
    told = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state])
    missing = one.size - counts.total()
    told += f", {missing} not handed in yet: give the file again" if missing else ""
    return f"{one.id}  {one.created_at:%Y-%m-%d %H:%M}Z  {one.name}  {one.template}  {one.state}: {told}"


def _switching(name: str, state: BulkState, told: str, help: str) -> None:
    @bulk.command(name, help=f"{help}\n\n\b\nExample: ivr bulk {name} 9c41e07b")
    @click.argument("id")
    @click.pass_obj
    def command(program: Program, id: str) -> None:
        with database.opened(program).transaction() as session:
            count = bulks.switch(session, id, state)
            deed.note(program, session, f"bulk.{state}", why=id)
        click.echo(f"{id}: {count} {told}")


_switching("pause", "paused", "messages wait", "Let a bulk's messages wait.")
_switching("resume", "running", "messages go on", "Let a paused bulk go on.")
_switching("cancel", "cancelled", "messages called back", "Call back what has not gone out yet, for good.")


def _checking(rows: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    with click.progressbar(rows, label="checking", file=sys.stderr) as bar:
        yield from bar


def _print_costs(draft: Draft, prices: Mapping[str, float]) -> None:
    click.echo(f"{draft.template}: {len(draft.notes)} messages")
    click.echo(f"{'kind':6}{'messages':>10}{'parts':>10}{'longest':>16}{'won':>14}")
    for cost in bulks.costs(draft.sizes, prices):
        won = "no price" if cost.won is None else f"{cost.won:,.0f}"
        longest = f"{cost.longest} {cost.unit}"
        click.echo(f"{cost.kind:6}{cost.messages:>10,}{cost.parts:>10,}{longest:>16}{won:>14}")


def _watch(store: Store, draft: Draft) -> None:
    with click.progressbar(length=len(draft.notes), label="sending", file=sys.stderr) as bar:
        while not bar.finished:
            with store.reading() as session:
                counts = bulks.states(session, draft.id)
            bar.update(counts.total() - counts["waiting"] - counts["submitting"] - bar.pos)
            time.sleep(WATCH_S)
