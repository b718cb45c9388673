"""`ivr worker`: the process that sends messages and keeps the clock."""

from __future__ import annotations

import os
import secrets
import socket
import threading

import click

from callback import promises, voicemails
from callback.clock import RENEW_S, Clock, Duty
from callback.dispatch import Dispatch
from callback.reminders import SUPERVISOR, Reminders
from callback.senders import open_sender
from callback.worker import Worker, threads
from ivr import logs
from ivr.cli import Program
from ivr.cli.signals import stop_on_signal
from ivr.config import Config
from ivr.errors import BadInput, Problem
from ivr.language.office import Office
from ivr.language.source import did_you_mean
from ivr.records.keys import Keys
from ivr.records.store import Store


@click.command()
@click.pass_obj
def worker(program: Program) -> None:
    """Send messages and keep the clock in the foreground; of several workers on one database one keeps the clock.

    \b
    Example: ivr worker
    """
    config, office = program.config, program.office
    check_contacts(config, office, str(program.path))
    logs.setup(config.data_dir / "log", "worker", config.log.level)
    stop = stop_on_signal()
    store, keys = Store(config.database_url), Keys(config.keys_dir)
    store.migrate()
    owner = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
    sender = open_sender(config, config.keys_dir)
    sending = Worker(Dispatch(store, keys, sender, office, config.messages, owner), threads(config.messages.per_second))
    clock = Clock(store, duties(office, keys, config), owner)
    thread = threading.Thread(target=sending.run, name="worker")
    promising = threading.Thread(target=promises.keep_until, args=(stop, store, office, keys), name="promises")
    contacts = config.messages.contacts
    telling = threading.Thread(
        target=voicemails.tell_until, args=(stop, store, office, keys, contacts), name="voicemails"
    )
    with store.held():
        for one in (thread, promising, telling):
            one.start()
        try:
            clock.keep()
            while thread.is_alive() and not stop.wait(RENEW_S):
                clock.keep()
        finally:
            sending.stop()
            clock.stop()
            stop.set()
            for one in (promising, telling, thread):
                one.join()


def duties(office: Office, keys: Keys, config: Config) -> list[Duty]:
    """What the clock has to do: none for an office without cases."""
    if not office.cases.types:
        return []
    reminders = Reminders(office, keys, config.messages.contacts)
    return [Duty("reminders", reminders.schedule, reminders.remind)]


def check_contacts(config: Config, office: Office, file: str) -> None:
    """Whether every contact is an officer, a desk or the supervisor. Raises BadInput with each that is none."""
    known = {*office.desks.agents, *office.desks.desks, SUPERVISOR}
    unknown = [name for name in config.messages.contacts if name not in known]
    if unknown:
        raise BadInput(
            Problem(
                file, 0, 0, f"messages.contacts: “{name}” is no officer, desk or supervisor", did_you_mean(name, known)
            )
            for name in unknown
        )
