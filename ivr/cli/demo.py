"""`ivr up --demo`: one call, placed and told, on an exchange of its own beside whatever runs here."""

from __future__ import annotations

import datetime
import json
import socket
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import click

from ivr import config as settings
from ivr.cli import Program
from ivr.cli.speech import Speech
from ivr.cli.station import Station
from ivr.config import Config
from ivr.engine.effects import Ask, Connect
from ivr.engine.engine import resume
from ivr.engine.events import Digits, Event, Started, World
from ivr.engine.session import Session
from ivr.errors import OnestopError, StoreUnavailable
from ivr.language.desks import OPERATORS
from ivr.language.office import Office
from ivr.office.clocks import Clocks
from ivr.records.keys import Keys
from ivr.records.store import Store
from ivr.telephony import passwords
from ivr.telephony.ami import connected
from ivr.telephony.originate import place_call
from ivr.telephony.simulator import Simulator, presses
from reports import journeys, period, queries
from reports import report as reporting

CALLER = "01000000000"
PATIENCE_S = 90.0


def real(config: Config, office: Office) -> bool:
    """Place a real call and print its journey and its report line; whether an officer's desk answered it."""
    number, line = next(iter(config.lines.items()))
    keys, desk = way(office, line.flow, line.language)
    at = _office_hours(office)
    with tempfile.TemporaryDirectory(prefix="onestop-demo-") as folder:
        file = Path(folder) / "config.yaml"
        file.write_text(json.dumps(_apart(config, Path(folder))))
        own = settings.load(file)
        click.echo("Speaking the prompts …")
        _speak(own, office)
        click.echo(f"Starting an exchange for this call alone (it is {at:%A %H:%M} for the office) …")
        with Station(file, own, office.desks, ["--at", at.isoformat()]).running():
            click.echo(f"Calling {number}, pressing {', '.join(keys)} …")
            with connected(own, passwords.ENGINE) as manager:
                call = place_call(manager, own, number, ",".join(keys), caller=CALLER)
            return _tell(own, office, call, desk)


def simulated(program: Program) -> None:
    """The same way through the flows, in the simulator."""
    office = program.office
    number, line = next(iter(program.config.lines.items()))
    keys, _ = way(office, line.flow, line.language)
    click.echo(f"☏ {number} (simulated), pressing {', '.join(keys)}")
    Simulator(office, click.echo, presses(",".join(keys)), _office_hours(office)).call(line.flow, line.language)


def way(office: Office, flow: str, language: str) -> tuple[list[str], str]:
    """The shortest way by keys to a desk that isn't the operators' (theirs, when there is no other): keys, desk."""
    world = World(clocks=dict.fromkeys(office.calendar.clocks, "open"))
    first = Session(call="demo", office=office.version, language=language, flow=flow)
    todo: list[tuple[Session, Event, list[str]]] = [(first, Started(), [])]
    for session, event, pressed in todo:  # grows while it is walked: breadth first
        moved, effects = resume(office, session, event, world)
        match effects[-1]:
            case Connect(desk) if desk != OPERATORS:
                return pressed, desk
            case Ask(_, 1, _) if len(pressed) < 4:
                todo += [(moved, Digits(key), [*pressed, key]) for key in "123456789"]
    return ["0"], OPERATORS


def _office_hours(office: Office) -> datetime.datetime:
    """The next instant, by quarters of an hour, at which most of the office's clocks are open."""
    clocks = Clocks(office.calendar)
    now = datetime.datetime.now(office.calendar.tz).replace(minute=0, second=0, microsecond=0)
    quarters = (now + datetime.timedelta(minutes=15 * i) for i in range(4 * 24 * 14))
    return max(quarters, key=lambda at: list(clocks.states(at).values()).count("open"))


def _apart(config: Config, folder: Path) -> dict[str, object]:
    """The settings with own folders and free ports, and desks that answer by themselves."""
    data = config.model_dump(mode="json", exclude={"base"}, exclude_none=True)
    exchange = {"sip": _free(socket.SOCK_DGRAM), "ami": _free(), "practice": True, "districts": {}}
    engine = {"agi": _free(), "allow": ["127.0.0.1/32"]}
    places = {"office": str(config.office_dir), "data": str(folder / "data"), "keys": str(folder / "keys")}
    known = {key: value for key, value in data["exchange"].items() if key != "provider"}
    parts = {"exchange": known | exchange, "engine": data["engine"] | engine}
    return data | parts | places | {"database": "sqlite"}


def _free(kind: socket.SocketKind = socket.SOCK_STREAM) -> str:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def _speak(config: Config, office: Office) -> None:
    speech = Speech(config)
    try:
        speech.prepare(office, config, lambda done, total: None)
    finally:
        speech.close()


def _tell(config: Config, office: Office, call: str, desk: str) -> bool:
    """Wait for the call's record, print it and the day's report; whether the desk answered."""
    store, keys = Store(config.database_url), Keys(config.keys_dir)
    names = {name: one.name for name, one in office.desks.desks.items()}
    naming = journeys.Naming(
        names, dict(office.desks.agents), lambda sealed: keys.mask(keys.open(sealed)), office.calendar.tz
    )
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        time.sleep(0.2)
        with suppress(StoreUnavailable), store.reading() as session:  # the recorder is still making the tables
            journey = queries.journey(session, call)
            if journey is None or journey.call.outcome == "in_progress":
                continue
            today = period.between(None, None, office.calendar.tz, datetime.datetime.now(datetime.UTC))
            click.echo("\n" + journeys.told(journey, naming))
            figures = reporting.report(session, today, "desk", names).text("table")
            click.echo("\n" + figures.partition("\n\n")[0])  # `ivr report` adds how each is made
            return any(leg.desk == desk and leg.outcome == "answered" for leg in journey.legs)
    raise OnestopError(f"the call has no record after {PATIENCE_S:g} s; see {config.data_dir / 'log'}")
