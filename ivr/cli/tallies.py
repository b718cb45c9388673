"""`ivr tallies`: what reports keep counted, so that a year is read in no time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from callback import lease
from callback.retention import COUNTED
from ivr.cli import Program, database
from ivr.config import Config
from ivr.errors import OnestopError
from ivr.records.store import Store
from reports.keeper import Keeper

LEASE_NAME = "tallies"
LENGTH = timedelta(seconds=30)


@click.group()
def tallies() -> None:
    """Tallies: calls counted by the hour and kept. Figures are the same without them, only slower; `ivr worker` keeps
    them.

    \b
    ivr tallies show
    ivr tallies rebuild
    """


@tallies.command()
@click.pass_obj
def show(program: Program) -> None:
    """How far they are kept.

    \b
    Example: ivr tallies show
    """
    zone = program.in_use().calendar.tz
    far = Keeper(database.opened(program), zone).progress()
    if far is None:
        raise OnestopError("nothing is kept yet: ivr worker does it, or ivr tallies rebuild")
    since, until = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (far.since, far.until))
    click.echo(f"kept from {since} to {until} ({zone.key}), {far.marked:,} quarters of an hour of it changed since")


@tallies.command()
@click.pass_obj
def rebuild(program: Program) -> None:
    """Count all calls anew; figures stay right meanwhile. What was counted of deleted calls stays as it is.

    \b
    Example: ivr tallies rebuild
    """
    keeper = Keeper(database.opened(program), program.in_use().calendar.tz)
    keeper.anew()
    with click.progressbar(length=1000, label="counted") as bar:
        while keeper.step():
            if far := keeper.progress():
                done = (far.until - far.since) / max(far.now - far.since, timedelta(hours=1))
                bar.update(round(1000 * min(done, 1)) - bar.pos)


def taking_turns(store: Store, owner: str) -> bool:
    """Whether it is this worker's to keep tallies, for the next seconds. Raises StoreUnavailable."""
    with store.transaction() as session:
        return lease.hold(session, LEASE_NAME, owner, datetime.now(UTC), LENGTH) is not None


def before_deletion(store: Store, zone: ZoneInfo, config: Config, now: datetime, over: threading.Event) -> bool:
    """Count what is not counted yet, then close what retention takes something from that figures are made of: their
    tallies stay. False: it can't be closed yet.

    Raises StoreUnavailable.
    """
    keeper = Keeper(store, zone)
    while not over.is_set() and keeper.step():
        pass
    return keeper.close(now - timedelta(days=min(getattr(config.retention, kind) for kind in COUNTED)))
