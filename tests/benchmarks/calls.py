"""CPU per call: the same short call, answered, one menu, one key, one text, through native dialplan and a YAML flow.

Both are dialled by SIPp in alternating rounds; CPU is what Asterisk and the engine took, from /proc.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import timeit
from pathlib import Path

import click
from sqlalchemy import select

from ivr.cli.speech import Speech
from ivr.cli.station import Station
from ivr.config import Config
from ivr.engine.engine import resume
from ivr.engine.events import DeskLeft, Digits, Event, Started, World
from ivr.engine.session import Session
from ivr.language import loader
from ivr.records import models
from ivr.records.store import Store
from ivr.telephony import exchange, rehearsal
from tests import offices
from tests.acceptance.line import OPEN
from tests.exchange import settings, wait_for
from tests.telephone import PROVIDER, Caller

FLOW = """\
  ask: {menu: 원하시는 업무를 선택해 주십시오., options: {1: {label: 안내, next: bye}}}
  bye: {hangup: 감사합니다.}
"""
NATIVE = """
[lines](+)
exten => 9000,1,Answer()
 same => n,Read(KEY,{menu},1,,1,5)
 same => n,GotoIf($["${{KEY}}" != "1"]?bad)
 same => n,Playback({bye})
 same => n(bad),Hangup()
"""
ACTS = ["~800", "1", "end"]
TICK = os.sysconf("SC_CLK_TCK")


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


@click.command()
@click.option("--calls", default=200, show_default=True, help="Calls in a round.")
@click.option("--rounds", default=5, show_default=True, help="Rounds of each kind.")
def main(calls: int, rounds: int) -> None:
    """Measure, and print the ratio."""
    engine_speed()
    with tempfile.TemporaryDirectory(prefix="onestop-bench-") as name:
        folder = Path(name)
        files = offices.write(folder / "office", FLOW)
        offices.hush(files, "ko")
        config = settings(
            folder,
            office=str(files),
            lines={"1000": {"flow": "main"}},
            exchange={"provider": {"host": f"{PROVIDER}:5060"}},
        )
        file = folder / "config.yaml"
        file.write_text(json.dumps(config.model_dump(mode="json", exclude={"base"}, exclude_unset=True)))
        office = loader.load(files)
        speech = Speech(config)
        speech.prepare(office, config, lambda done, total: None)
        first = rehearsal.utterances(office, "main", "ko")[:2]
        menu, bye = (speech.speak(office, said, "ko") for said, _ in first)
        speech.close()
        station = Station(file, config, office.desks, ["--at", OPEN.isoformat()])
        with station.running():
            dialplan = exchange.folder(config) / "etc/extensions.conf"
            dialplan.write_text(dialplan.read_text() + NATIVE.format(menu=menu, bye=bye))
            station.pbx.cli("module load app_read.so")  # only the native call needs it
            station.pbx.cli("dialplan reload")
            caller = Caller(config.exchange.sip, folder)
            pids = {"asterisk": station.pbx.pid() or 0, "engine": station.pid("engine")}
            used: dict[str, list[dict[str, float]]] = {"9000": [], "1000": []}
            for number in ("9000", "1000"):
                caller.call(number, *ACTS, calls=20, rate=20)
            for _ in range(rounds):
                for number, results in used.items():
                    before = {process: cpu(pid) for process, pid in pids.items()}
                    caller.call(number, *ACTS, calls=calls, rate=25, patience=120)
                    settle(config)
                    results.append({process: (cpu(pid) - before[process]) / calls for process, pid in pids.items()})
            report(used)


def settle(config: Config) -> None:
    """Wait until every call is recorded, and make sure that each went the short way: else the figures mean nothing."""
    store = Store(config.database_url)
    wait_for(lambda: not outcomes(store) - {"self_service"}, 30, "the calls' records")


def outcomes(store: Store) -> set[str]:
    """How the calls recorded so far came out."""
    with store.reading() as session:
        return set(session.scalars(select(models.Call.outcome).distinct()))


def report(used: dict[str, list[dict[str, float]]]) -> None:
    """Medians in ms, and their ratio."""
    median = {
        number: {process: statistics.median(r[process] for r in results) * 1000 for process in results[0]}
        for number, results in used.items()
    }
    native, flow = median["9000"], median["1000"]
    click.echo(f"native dialplan: {native['asterisk']:.2f} ms CPU a call (Asterisk)")
    click.echo(f"YAML flow:       {flow['asterisk']:.2f} ms (Asterisk) + {flow['engine']:.2f} ms (engine, journal on)")
    click.echo(f"ratio:           {(flow['asterisk'] + flow['engine']) / native['asterisk']:.2f}")


def engine_speed() -> None:
    """Steps a second of the pure engine, on one core, over a whole call of the sample office."""
    office = loader.load(offices.SAMPLE)
    world = World(clocks=dict.fromkeys(office.calendar.clocks, "open"))
    events: list[Event] = [Started(), Digits("2"), Digits("", True), Digits("1"), Digits("4"), DeskLeft("answered")]

    def call() -> None:
        session = Session("n1-1.1", office.version, "ko", "main")
        for event in events:
            session, _ = resume(office, session, event, world)

    steps = 11  # entered: greeting, opening, protection, purpose, find, desk; answered: purpose, find (3), desk
    best = min(timeit.repeat(call, number=2000, repeat=5)) / 2000
    click.echo(
        f"pure engine:     {steps / best:,.0f} steps (entered or answered) a second, {len(events) / best:,.0f} events"
    )


if __name__ == "__main__":
    main()
