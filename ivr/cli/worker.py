"""`ivr worker`: the process that sends messages and keeps the clock."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from datetime import datetime

import click

from callback import promises, voicemails
from callback.clock import RENEW_S, Clock, Duty
from callback.contacts import check_contacts
from callback.dispatch import Dispatch
from callback.forecasting import Forecasting
from callback.reminders import Reminders
from callback.retention import Retention
from callback.sender import Sender
from callback.senders import open_sender
from callback.worker import Worker, threads
from ivr import logs
from ivr.cli import Program, tallies
from ivr.cli.scheduled import scheduled
from ivr.cli.signals import stop_on_signal
from ivr.config import Config
from ivr.language.office import Office
from ivr.records.keys import Keys
from ivr.records.store import Store
from reports.keeper import Keeper, keep_until

log = logging.getLogger(__name__)


@click.command()
@click.pass_obj
def worker(program: Program) -> None:
    """Send messages and keep the clock in the foreground; of several workers on one database one keeps the clock.

    \b
    Example: ivr worker
    """
    config, office = program.config, program.in_use()
    check_contacts(config, office, str(program.path))
    logs.setup(config.data_dir / "log", "worker", config.log.level)
    stop = stop_on_signal()
    store, keys = Store(config.database_url), Keys(config.keys_dir)
    store.migrate()
    sender = open_sender(config, config.keys_dir)
    with store.held():
        while _work(program, program.versions.newest_good(), store, keys, sender, stop):
            log.info("another version of the office is in place")


def _work(program: Program, office: Office, store: Store, keys: Keys, sender: Sender, stop: threading.Event) -> bool:
    """Do all that is the worker's by one version of the office; whether another one has been put in place."""
    config, versions = program.config, program.versions
    owner = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
    sending = Worker(Dispatch(store, keys, sender, office, config.messages, owner), threads(config.messages.per_second))
    over = threading.Event()
    clock = Clock(store, [*duties(office, keys, config), *_long(office, keys, config, store, over)], owner)
    thread = threading.Thread(target=sending.run, name="worker")
    promising = threading.Thread(target=promises.keep_until, args=(over, store, office, keys), name="promises")
    contacts = config.messages.contacts
    telling = threading.Thread(
        target=voicemails.tell_until, args=(over, store, office, keys, contacts), name="voicemails"
    )
    keeping = threading.Thread(
        target=keep_until,
        args=(over, Keeper(store, office.calendar.tz), lambda: tallies.taking_turns(store, owner)),
        name="tallies",
    )
    for one in (thread, promising, telling, keeping):
        one.start()
    try:
        clock.keep()
        while thread.is_alive() and not stop.wait(RENEW_S):
            clock.keep()
            if versions.newest_good().version != office.version:
                return True
        return False
    finally:
        sending.stop()
        over.set()
        clock.stop()
        for one in (promising, telling, keeping, thread):
            one.join()


def _long(office: Office, keys: Keys, config: Config, store: Store, over: threading.Event) -> Iterator[Duty]:
    """The night's deletions, which stop between two batches when the worker is to end, and the reports of
    config.yaml."""
    retention = Retention(config, keys, store)

    def delete(due: datetime) -> bool:
        counted = tallies.before_deletion(store, office.calendar.tz, config, due, over)
        return retention.run(due, over, counted=counted)

    yield Duty("retention", Forecasting(office.calendar).schedule, job=delete)
    if config.reports.files:
        reports = scheduled(config, office)

        def write(_: datetime) -> bool:
            reports.write(store)
            return True

        yield Duty("reports", reports.schedule, job=write)


def duties(office: Office, keys: Keys, config: Config) -> list[Duty]:
    """What else the clock has to do: the forecast, the reminders of an office with cases."""
    forecasting = Forecasting(office.calendar)
    found = [Duty("forecast", forecasting.schedule, prepare=forecasting.prepare)]
    if office.cases.types:
        reminders = Reminders(office, keys, config.messages.contacts)
        found.append(Duty("reminders", reminders.schedule, reminders.remind))
    return found
