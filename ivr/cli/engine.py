"""`ivr engine`: the process behind the line."""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import click

from ivr import logs
from ivr.cli import Program
from ivr.cli.instant import Instant, in_zone
from ivr.cli.signals import stop_on_signal
from ivr.cli.speech import Speech
from ivr.config import Config, host_port
from ivr.errors import ExchangeError, JournalUnavailable
from ivr.office.versions import Versions
from ivr.records import journal as journals
from ivr.records.journal import Journal
from ivr.records.keys import Keys
from ivr.records.recorder import Recorder
from ivr.records.store import Store
from ivr.telephony import dialplan
from ivr.telephony.agi import Server
from ivr.telephony.holding import Holding
from ivr.telephony.host import Host
from ivr.telephony.link import Link
from ivr.telephony.load_watch import LoadWatch
from ivr.telephony.lookups import Lookups
from ivr.telephony.notice_board import NoticeBoard
from ivr.telephony.wishes import Wishes
from ivr.telephony.worlds import Worlds

log = logging.getLogger(__name__)


@contextmanager
def serving(config: Config, versions: Versions, now: Callable[[], datetime.datetime]) -> Iterator[None]:
    """The engine at work: FastAGI served, facts recorded. Raises ExchangeError when its address is taken, and BadInput
    when `versions` has no good one."""
    with ExitStack() as stack:
        office = versions.newest_good()
        keys = Keys(config.keys_dir)
        journal = Journal(config.data_dir / journals.FOLDER)
        stack.callback(journal.close)
        store = Store(config.database_url)
        recorder = Recorder(journal.folder, dialplan.witness_file(config), store, config.node)
        speech = Speech(config)
        stack.callback(speech.close)
        lookups = Lookups(store, keys, lambda: datetime.datetime.now(datetime.UTC), config.lookups.internal)
        stack.callback(lookups.close)
        wishes = Wishes(store, keys)
        stack.callback(wishes.close)
        link = Link(config, store, journal)
        watch = LoadWatch(store, config.node, link.queues)
        board = NoticeBoard(store, keys, versions.newest_good, now, watch)
        worlds = Worlds(now, link.queues, board)
        host = Host(config, versions, journal, keys, speech.speak, lookups, wishes, worlds)
        try:
            server = Server(host_port(config.engine.agi), host.visit, config.engine.allow, config.engine.calls)
        except OSError as error:
            raise ExchangeError(f"{config.engine.agi} (config.yaml: engine.agi): {error.strerror}") from error
        stack.callback(server.server_close)
        recorder.start()
        stack.callback(recorder.stop)
        link.start()
        stack.callback(link.stop)
        board.start()
        stack.callback(board.stop)
        holding = Holding(config, link.live, link.waits, host.session, versions.get, speech.speak)
        holding.start()
        stack.callback(holding.stop)
        threading.Thread(target=server.serve_forever, name="fastagi", daemon=True).start()
        stack.callback(server.shutdown)
        log.info("the engine serves", extra={"office": office.version, "address": config.engine.agi})
        yield


@click.command()
@click.option("--at", type=Instant(), help="Let the office's clocks stand at this time, to try it out.")
@click.pass_obj
def engine(program: Program, at: datetime.datetime | None) -> None:
    """Run the call engine in the foreground (`ivr up` starts it with everything else).

    \b
    Example: ivr engine
    """
    config = program.config
    logs.setup(config.data_dir / "log", "engine", config.log.level)
    stop = stop_on_signal()
    office = program.in_use()
    stands = at and in_zone(at, office.calendar.tz)
    try:
        with serving(config, program.versions, lambda: stands or datetime.datetime.now(datetime.UTC)):
            stop.wait()
    except JournalUnavailable as error:
        raise ExchangeError(f"the engine can't start: {error}") from error
