"""`ivr key`: the key that seals telephone numbers, changed for a new one."""

from __future__ import annotations

import sys
import time
from datetime import datetime

import click

from ivr.cli import Program, database, deed
from ivr.cli.asked import calendar_of
from ivr.errors import OnestopError
from ivr.operation import key_folder
from ivr.records import rotation
from ivr.records.keys import Keys
from ivr.records.store import Store

WAIT_S = 24 * 3600
"""A key goes no sooner after the next was made: calls in progress carry what it sealed."""


@click.group()
def key() -> None:
    """The keys that seal telephone numbers, messages and voicemails.

    \b
    ivr key list
    ivr key rotate
    ivr key rotate --finish
    """


@key.command("list")
@click.pass_obj
def list_(program: Program) -> None:
    """The keys there are, since when, and how much each still has to open.

    \b
    Example: ivr key list
    """
    keys, zone = key_folder.opened(program.config.keys_dir), calendar_of(program).tz
    with database.opened(program).reading() as session:
        uses = rotation.uses(session, program.config.data_dir, keys.ids)
    for id in keys.ids:
        since = datetime.fromtimestamp(keys.made(id), zone)
        click.echo(f"{id}  since {since:%Y-%m-%d}  opens {uses[id]:,}{'  seals' if id == keys.newest else ''}")


@key.command()
@click.option("--finish", is_flag=True, help="Delete the older keys, if nothing needs them any more.")
@click.pass_obj
def rotate(program: Program, finish: bool) -> None:
    """Make a new key, which seals from now on, also in running processes; seal anew what the older ones sealed.

    Cut off, it goes on with the next run; no further key is made before the older ones are gone. --finish takes them
    away a day later at the soonest. A backup from before needs the older key: keep a copy beside it, or let it be lost.

    \b
    Examples: ivr key rotate
              ivr key rotate --finish
    """
    keys, store = Keys(program.config.keys_dir), database.opened(program)
    if finish and len(keys.ids) == 1:
        raise OnestopError("there is no older key; `ivr key rotate` makes a new one first")
    if len(keys.ids) == 1:
        deed.showing(program, store, "key.made", why=f"number-{keys.newest + 1}")
        keys.add()
    click.echo(f"key {keys.newest} seals")
    _reseal(program, keys, store)
    older = keys.ids[:-1]
    with store.reading() as session:
        uses = rotation.uses(session, program.config.data_dir, older)
    for id in older:
        if uses[id]:
            click.echo(
                f"key {id} still opens {uses[id]:,}: what the journal holds goes when it was recorded and passed"
            )
    if finish:
        _finish(program, keys, store, older, sum(uses.values()))
    else:
        click.echo("to delete the older key, a day from now: ivr key rotate --finish")


def _reseal(program: Program, keys: Keys, store: Store) -> None:
    with store.reading() as session:
        left = sum(rotation.uses(session, program.config.data_dir, keys.ids[:-1]).values())
    with click.progressbar(length=left, label="sealing anew", file=sys.stderr) as bar:
        lost = rotation.reseal(store, keys, program.config.data_dir, bar.update)
    if lost:
        click.echo(f"{lost:,} values were sealed with a key that isn't here: they stay as they are", err=True)


def _finish(program: Program, keys: Keys, store: Store, older: list[int], used: int) -> None:
    if used:
        raise OnestopError("an older key is still needed: nothing was deleted")
    if time.time() - keys.made(keys.newest) < WAIT_S:
        raise OnestopError("calls from before may still be in progress: finish a day after the new key was made")
    for id in older:
        deed.showing(program, store, "key.deleted", why=f"number-{id}")
        keys.remove(id)
        click.echo(f"key {id} is deleted")
