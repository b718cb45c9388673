"""`ivr up --demo`: one call, placed and told, on an exchange of its own beside whatever runs here."""

from __future__ import annotations

import datetime
import json
import shutil
import socket
import tempfile
from pathlib import Path

import click

from ivr import config as settings
from ivr.cli import Program, demo_case, ended
from ivr.cli.speech import Speech
from ivr.cli.station import Station
from ivr.config import Config
from ivr.engine.effects import Ask, Connect
from ivr.engine.engine import resume
from ivr.engine.events import Digits, Event, Started, World
from ivr.engine.session import Session
from ivr.errors import OnestopError
from ivr.language import loader
from ivr.language.conversation import Circumstances
from ivr.language.desks import OPERATORS
from ivr.language.office import Office
from ivr.language.source import Source
from ivr.office.clocks import Clocks
from ivr.records.keys import Keys
from ivr.records.store import Store
from ivr.telephony import passwords
from ivr.telephony.ami import connected
from ivr.telephony.originate import attend, place_call
from ivr.telephony.simulator import Simulator, presses
from reports import journeys, period, queries
from reports import report as reporting

CALLER = "01000000000"
ASKING = "199900"
"""The demo's own line, on which callers ask for their case."""
PATIENCE_S = 90.0


def real(config: Config, office: Office) -> bool:
    """Place real calls and print their journeys, the report line and the messages; whether all of it happened."""
    number, line = next(iter(config.lines.items()))
    keys, desk = way(office, line.flow, line.language)
    at = _office_hours(office)
    asking = demo_case.flow_of(office)
    with tempfile.TemporaryDirectory(prefix="onestop-demo-") as folder:
        file = Path(folder) / "config.yaml"
        file.write_text(json.dumps(_apart(config, Path(folder), asking)))
        own = settings.load(file)
        _never_quiet(own.office_dir)
        office = loader.load(own.office_dir)
        click.echo("Speaking the prompts …")
        _speak(own, office)
        click.echo(f"Starting an exchange for this call alone (it is {at:%A %H:%M} for the office) …")
        with Station(file, own, office.desks, ["--at", at.isoformat()]).running():
            answered = _call(own, office, number, keys)
            if not any(leg.desk == desk and leg.outcome == "answered" for leg in answered.legs):
                return False
            _report(own, office)
            if asking is None:
                return True

            def dial(pressed: list[str]) -> bool:
                return _call(own, office, ASKING, pressed).call.outcome == "self_service"

            return demo_case.show(own, office, asking, dial)


def simulated(program: Program) -> None:
    """The same way through the flows, in the simulator."""
    office = program.office
    number, line = next(iter(program.config.lines.items()))
    keys, _ = way(office, line.flow, line.language)
    click.echo(f"☏ {number} (simulated), pressing {', '.join(keys)}")
    circumstances = Circumstances(line=number, flow=line.flow, language=line.language, at=_office_hours(office))
    Simulator(office, click.echo, presses(",".join(keys))).call(circumstances)


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


def _apart(config: Config, folder: Path, asking: str | None) -> dict[str, object]:
    """The settings with own folders, a copy of the office, free ports, and desks that answer by themselves."""
    shutil.copytree(config.office_dir, folder / "office")
    data = config.model_dump(mode="json", exclude={"base"}, exclude_none=True)
    exchange = {"sip": _free(socket.SOCK_DGRAM), "ami": _free(), "practice": True, "districts": {}}
    engine = {"agi": _free(), "allow": ["127.0.0.1/32"]}
    places = {"office": str(folder / "office"), "data": str(folder / "data"), "keys": str(folder / "keys")}
    known = {key: value for key, value in data["exchange"].items() if key != "provider"}
    parts = {"exchange": known | exchange, "engine": data["engine"] | engine, "web": {"listen": _free()}}
    lines = {ASKING: {"flow": asking, "language": "ko"}} if asking else {}
    return data | parts | places | {"database": "sqlite", "messages": {}, "lines": data["lines"] | lines}


def _never_quiet(office_dir: Path) -> None:
    """Let the copy's messages go out at any hour: whoever tries the line doesn't want to wait until morning."""
    file = office_dir / "calendar.yaml"
    calendar = Source(file).data
    calendar["clocks"]["quiet"] = {"hours": {}, "holidays": "false"}
    file.write_text(json.dumps(calendar, ensure_ascii=False))


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


def _call(config: Config, office: Office, number: str, keys: list[str]) -> queries.Journey:
    """Call, pressing a group of keys for each question; wait for the call's record, and tell its journey."""
    click.echo(f"Calling {number}, pressing {', '.join(keys)} …")
    with connected(config, passwords.CALLER) as manager:
        call = place_call(manager, config, number, caller=CALLER, patience=round(PATIENCE_S))
        attend(manager, call, keys, lambda _: None)
    naming = journeys.Naming(
        dict(office.desk_names[office.languages[0]]),
        dict(office.desks.agents),
        Keys(config.keys_dir).shown,
        office.calendar.tz,
    )
    if (journey := ended.recorded(config, call, PATIENCE_S)) is None:
        raise OnestopError(f"the call has no record after {PATIENCE_S:g} s; see {config.data_dir / 'log'}")
    click.echo("\n" + journeys.told(journey, naming))
    return journey


def _report(config: Config, office: Office) -> None:
    """The day's figures by desk."""
    today = period.between(None, None, office.calendar.tz, datetime.datetime.now(datetime.UTC))
    with Store(config.database_url).reading() as session:
        names = dict(office.desk_names[office.languages[0]])
        figures = reporting.report(session, today, "desk", names).text("table")
    click.echo("\n" + figures.partition("\n\n")[0])  # `ivr report` adds how each is made
