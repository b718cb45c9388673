"""Good and broken versions put in place while sixty calls are in progress: none ends early, none mixes two versions."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from ivr.cli import Program
from ivr.cli.reload import reload
from ivr.cli.station import Station
from ivr.config import Config
from ivr.errors import ExchangeError
from ivr.office import versions
from ivr.records import models
from ivr.records.store import Store
from ivr.speech import wav
from ivr.telephony import dialplan, passwords, sip
from ivr.telephony.ami import Manager, connected
from tests import offices
from tests.acceptance.line import Line, line
from tests.exchange import Running, require_asterisk, settings, wait_for
from tests.postgres import postgres
from tests.telephone import PROVIDER, Caller

__all__ = ["postgres"]

pytestmark = pytest.mark.slow

OFFICERS = {str(number): f"직원{number}" for number in range(3001, 3051)}
MANY = 20
"""Callers of each sort: who press 1 and 2 in the menu once all is put in place, and who are at the desk already."""
SHORT, LATE, EARLY = "0102222", "0103333", "0104444"


def flow(mark: str, desk: str = "tax", said: str = "안녕히 계십시오") -> str:
    """main.yaml, whose steps carry the version's mark."""
    return (
        "title: 시험\nsteps:\n"
        f"  ask: {{menu: 무엇을 도와 드릴까요?, timeout: 90s, "
        f"options: {{1: {{label: 인사, next: told_{mark}}}, 2: {{label: 상담, next: talk_{mark}}}}}}}\n"
        f"  talk_{mark}: {{desk: {desk}, next: told_{mark}}}\n"
        f"  told_{mark}: {{say: {said}, next: hangup}}\n"
    )


def desks(name: str) -> str:
    """desks.yaml: operators, and one desk with all officers."""
    known = {"operators": {"name": "상담실", "agents": ["3050"]}}
    known[name] = {"name": "세무팀", "agents": [*OFFICERS][:-1], "ring": "in_turn", "wait": "90s"}
    return json.dumps({"agents": OFFICERS, "desks": known}, ensure_ascii=False)


class Town:
    """The line, its office's files, and a hand on the exchange."""

    def __init__(self, line: Line, program: Program, manager: Manager) -> None:
        self.line, self.program, self._manager = line, program, manager
        self.folder = program.config.office_dir

    def reload(self, *words: str, main: str = "", desk: str = "") -> tuple[int, str]:
        """Write files and run `ivr reload`: exit code and output."""
        if main:
            (self.folder / "main.yaml").write_text(main)
        if desk:
            (self.folder / "desks.yaml").write_text(desk)
        done = CliRunner().invoke(reload, words, obj=Program(self.program.path))
        return done.exit_code, done.output + str(done.exception or "")

    def in_menu(self, callers: str) -> list[str]:
        """The channels of callers whose number begins so, and whom the engine has."""
        return [
            event["Channel"]
            for event in self._manager.listing("CoreShowChannels")
            if event["CallerIDNum"].startswith(callers) and event["Application"] == "AGI"
        ]

    def press(self, callers: str, key: str) -> None:
        """Press a key for each of them, as if it came from his telephone; again for whom it was lost."""

        def gone_on() -> bool:
            channels = self.in_menu(callers)
            for channel in channels:
                with suppress(ExchangeError):  # gone on, and gone, since the list was made
                    self._manager.request("PlayDTMF", Channel=channel, Digit=key, Receive="true")
            return not channels

        poll(gone_on, f"{callers}… to go on by {key}")

    def officers_hang_up(self) -> None:
        """End every conversation."""
        for event in self._manager.listing("CoreShowChannels"):
            if event["Application"] == "Playback":
                with suppress(ExchangeError):
                    self._manager.request("Hangup", Channel=event["Channel"])

    def connected(self) -> int:
        """How many conversations have begun so far."""
        return sum(line.event == "connect" for line in self.line.exchange.witness())

    def begin(self, callers: str, count: int) -> Callable[[], int]:
        """Calls that wait for the line to hang up; their exit code, once they have ended."""
        process = self.line.phone.start("1000", ["end"], calls=count, caller=f"{callers}00[call_number]", patience=150)
        poll(lambda: len(self.in_menu(callers)) == count, f"{count} callers {callers}… in the menu")
        return lambda: process.wait(150)

    def records(self) -> list[tuple[str, str, list[str]]]:
        """Version, outcome and steps of the calls that have ended."""
        with self.line.store.reading() as session:
            found = session.scalars(select(models.Call).where(models.Call.outcome != "in_progress"))
            offices = {call.id: call.office for call in found}
        return [
            (offices[journey.id] or "", journey.outcome, journey.steps)
            for journey in self.line.journeys()
            if journey.id in offices
        ]


def poll(condition: Callable[[], object], what: str) -> None:
    wait_for(condition, 90, what)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    # SIPp sends no speech, and the time until all versions are in place is the machine's.
    monkeypatch.setattr(sip, "_HEAD", sip._HEAD.replace("rtp_timeout = 60", "rtp_timeout = 600"))
    office = tmp_path / "office"
    offices.write(office, "", main=flow("a"), desks=desks("tax"))
    offices.hush(office, "ko")
    exchange = {"provider": {"host": f"{PROVIDER}:5060"}}
    config = settings(tmp_path, office=str(office), lines={"1000": {"flow": "main"}}, exchange=exchange)
    require_asterisk(config)
    _talk_at_length(config, "tax", "dues")
    file = tmp_path / "config.yaml"
    file.write_text(json.dumps(config.model_dump(mode="json", exclude={"base"}, exclude_unset=True)))
    program = Program(file)
    adopted = program.versions.adopt(office)
    store = Store(config.database_url)
    store.migrate()
    with Station(file, config, adopted.desks).running(), connected(config, passwords.ENGINE) as manager:
        exchange_ = Running(config, adopted.desks)
        yield Town(Line(exchange_, store, Caller(config.exchange.sip, tmp_path), adopted), program, manager)


def _talk_at_length(config: Config, *desks: str) -> None:
    """An officer who answers by himself says what lies here; he goes on until the test hangs him up."""
    for desk in desks:
        path = dialplan.prompts_dir(config) / f"ko/practice-{desk}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        wav.write(path, wav.silence(180))


def test_sixty_calls_end_on_the_version_they_began_with(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first = town.program.versions.marked()
    ended = [town.begin(callers, MANY) for callers in (SHORT, LATE, EARLY)]
    town.press(EARLY, "2")
    poll(lambda: town.connected() == MANY, "conversations")

    placed = {"a": first}

    def newest(mark: str, callers: str) -> None:
        """A new call takes the version that has just been put in place."""
        placed[mark] = town.program.versions.marked()
        end = town.begin(callers, 1)
        town.press(callers, "1")
        assert end() == 0

    code, told = town.reload(main=flow("b"))
    assert (code, "flows: ~ main" in told, "the next call takes it" in told) == (0, True, True), told
    newest("b", "0105551")
    code, told = town.reload(main=flow("broken").replace("next: hangup", "next: nowhere"))
    assert (code, "nowhere" in told, town.program.versions.marked()) == (1, True, placed["b"]), told
    code, told = town.reload(main=flow("c", said="편안한 하루 되십시오"))
    assert code == 0, told
    newest("c", "0105552")
    code, told = town.reload(desk="agents: [")
    assert (code, town.program.versions.marked()) == (1, placed["c"]), told
    code, told = town.reload(main=flow("d", desk="dues"), desk=desks("dues"))
    assert (code, "desks: + dues, - tax" in told) == (0, True), told
    newest("d", "0105553")
    code, told = town.reload("--to", placed["b"])
    assert code == 0, told
    newest("b", "0105554")
    code, told = town.reload()
    assert (code, town.program.versions.marked()) == (0, placed["d"]), told

    assert len(town.in_menu(SHORT)) == len(town.in_menu(LATE)) == MANY, "nobody left the menu meanwhile"
    assert town.connected() == MANY
    new = town.begin("0105555", 1)
    town.press("0105555", "2")
    town.press(LATE, "2")
    town.press(SHORT, "1")
    poll(lambda: town.connected() == 2 * MANY + 1, "conversations at both desks")
    processes = [*ended, new]

    def over() -> bool:
        town.officers_hang_up()
        return len(town.records()) == 3 * MANY + 5

    poll(over, "all records")
    assert [end() for end in processes] == [0, 0, 0, 0]
    seen = Counter((version, outcome, tuple(steps)) for version, outcome, steps in town.records())
    greeted = {mark: ("main/ask:1", f"main/told_{mark}:next") for mark in placed}
    served = {mark: ("main/ask:2", f"main/talk_{mark}:answered", f"main/told_{mark}:next") for mark in placed}
    assert seen == {
        (placed["a"], "self_service", greeted["a"]): MANY,
        (placed["a"], "answered", served["a"]): 2 * MANY,
        (placed["b"], "self_service", greeted["b"]): 2,
        (placed["c"], "self_service", greeted["c"]): 1,
        (placed["d"], "self_service", greeted["d"]): 1,
        (placed["d"], "answered", served["d"]): 1,
    }

    assert "desk-tax" in town.line.exchange.pbx.cli("queue show")
    monkeypatch.setattr(versions, "GRACE", datetime.timedelta(0))
    assert town.reload()[0] == 0
    queues = town.line.exchange.pbx.cli("queue show")
    assert ("desk-tax" in queues, "desk-dues" in queues) == (False, True), "a desk goes once no call can go there"


def test_a_new_officers_telephone_is_rung_after_a_reload_while_the_engine_is_full(
    tmp_path: Path, postgres: str
) -> None:
    office = tmp_path / "office"
    offices.write(office, "", main=flow("a"), desks=desks("tax"))
    offices.hush(office, "ko")
    rooms = {"operators": {"name": "상담실", "agents": ["3050"]}, "dues": {"name": "수납팀", "agents": ["4001"]}}
    people = {"agents": OFFICERS | {"4001": "새직원"}, "desks": rooms}
    settings = {"database": postgres, "engine": {"calls": 1}, "exchange": {"practice": False}}
    with (
        line(tmp_path, office, lines={"1000": {"flow": "main"}}, **settings) as running,
        connected(running.config, passwords.ENGINE) as manager,
    ):
        file = tmp_path / "config.yaml"
        file.write_text(json.dumps(running.config.model_dump(mode="json", exclude={"base"}, exclude_unset=True)))
        town = Town(running, Program(file), manager)
        first = town.begin(SHORT, 1)
        code, told = town.reload(main=flow("b", "dues"), desk=json.dumps(people, ensure_ascii=False))
        assert (code, "the next call takes it" in told) == (0, True), told
        town.press(SHORT, "1")
        assert first() == 0
        with running.officer("4001") as phone:
            second = town.begin(LATE, 1)
            town.press(LATE, "2")
            poll(
                lambda: any(w.event == "connect" and w.b == "4001" for w in running.exchange.witness()),
                "the new officer",
            )
            phone.hang_up()
            assert second() == 0
        poll(lambda: len(town.records()) == 2, "both records")
    assert [(outcome, steps[-1]) for _, outcome, steps in town.records()] == [
        ("self_service", "main/told_a:next"),
        ("answered", "main/told_b:next"),
    ]
