"""Notices on a real exchange: load turns one on and off, callers hear it in their language and take its offers, the
report counts them; one that is switched on by command is heard by the next call, and never after its end.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from callback import promises
from ivr.cli import Program
from ivr.cli.engine import serving
from ivr.cli.notice import notice
from ivr.cli.speech import Speech
from ivr.language.messages import EVENTS
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.office.versions import Versions
from ivr.records import switches
from ivr.records.keys import Keys
from ivr.records.message_tables import Message
from ivr.records.store import Store
from ivr.speech.words import spoken
from reports import effect, period
from tests import offices
from tests.acceptance.line import Clock, Line, exchange_of, keys
from tests.exchange import Running, wait_for
from tests.telephone import Caller

pytestmark = pytest.mark.slow

MAIN = """\
  greeting: {say: 안녕하십니까., next: news}
  news: {announce: line, next: purpose}
  purpose: {menu: 무엇을 도와드릴까요?, options: {1: {label: 상담, next: desk/operators}, 2: {label: 종료, next: bye}}}
  bye: {hangup: 안녕히 계십시오.}
"""
NOTICES = """\
notices:
  crowded:
    say: 통화가 밀려 있습니다.
    details: 배정 결과는 세 시에 발표됩니다.
    message: results
    owner: 민원실
    until: 2099-12-31
    load: {waiting: {on: 3, off: 0}, at_least: 2s}
    offers: {1: details, 2: message, 3: leave}
  closed: {say: 오늘은 일찍 닫습니다., owner: 총무과, until: 2099-12-31, state: "off"}
"""
ENGLISH = """\
desks: {operators: the operators}
messages: {MESSAGES}
notices:
  crowded: {say: All lines are busy., details: The results come at three o'clock.}
  closed: We close early today.
flows:
  main:
    greeting: Hello.
    purpose: {menu: What can we do for you?, options: {1: advice, 2: end the call}}
    bye: Goodbye.
"""
DESKS = """\
agents: {"101": 김하나}
desks:
  operators: {name: 상담실, agents: ["101"], wait: 14s}
"""


@dataclass
class Place:
    """An exchange, its office, and what was spoken on it, with the language."""

    exchange: Running
    office: Office
    versions: Versions
    clock: Clock
    store: Store
    folder: Path
    heard: list[tuple[str, str]] = field(default_factory=list)

    @contextmanager
    def engine(self) -> Iterator[Line]:
        """An engine at work; each is a restart for the next."""
        caller = Caller(self.exchange.config.exchange.sip, self.folder)
        with serving(self.exchange.config, self.versions, self.clock):
            yield Line(self.exchange, self.store, caller, self.office, self.clock, 20_000_000 + 1000 * len(self.heard))

    def command(self, *arguments: str) -> str:
        """`ivr notice` with these arguments."""
        program = Program(self.folder / "config.yaml")
        program.__dict__["config"] = self.exchange.config
        result = CliRunner().invoke(notice, arguments, obj=program, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    def told(self, words: str) -> int:
        """How often these words were spoken so far."""
        return sum(words in said for said, _ in self.heard)

    def changes(self) -> list[str]:
        """The recorded changes of the load notice."""
        with self.store.reading() as session:
            return [one.change for one in reversed(switches.changes(session, "crowded", 100))]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("line")
    messages = {name: {"text": "알림"} for name in (*EVENTS, "results")}
    english = ENGLISH.replace("{MESSAGES}", json.dumps(dict.fromkeys(messages, "News")))
    files = offices.write(
        folder / "office",
        MAIN,
        notices=NOTICES,
        desks=DESKS,
        messages=json.dumps({"messages": messages}),
        texts__en=english,
    )
    for language in ("ko", "en"):
        offices.hush(files, language)
    heard: list[tuple[str, str]] = []
    plain = Speech.speak

    def speak(self: Speech, office: Office, prompts: tuple[Prompt, ...], language: str, slow: bool = False) -> str:
        heard.extend((spoken(prompt, language), language) for prompt in prompts)
        return plain(self, office, prompts, language, slow)

    with pytest.MonkeyPatch.context() as patch, exchange_of(folder, files, exchange={"practice": False}) as running:
        patch.setattr(Speech, "speak", speak)
        versions = Versions(running.config.data_dir / "offices")
        office = versions.adopt(running.config.office_dir)
        store = Store(running.config.database_url)
        store.migrate()
        clock = Clock(datetime.datetime.now(datetime.UTC))
        yield Place(running, office, versions, clock, store, folder, heard)


def test_a_flood_turns_the_load_notice_on_once_and_off_once_and_the_report_counts(place: Place) -> None:
    with place.engine() as line, line.officer("101", "ring"):
        flood = [line.begin("1000", *keys("1"), "end") for _ in range(3)]
        wait_for(lambda: place.changes() == ["on"], 20, "the load notice")
        assert place.told("통화가 밀려 있습니다.") == 0
        callers = line.dial_all(
            {
                "details": ("1000", [*keys("13"), "end"]),
                "message": ("1001", [*keys("23"), "end"]),
                "operators": ("1000", [*keys("0"), "~1500", "bye"]),
                "listens": ("1000", ["~2000", "bye"]),
            }
        )
        assert {name: journey.outcome for name, journey in callers.items()} == {
            "details": "left_informed",
            "message": "left_informed",
            "operators": "short_abandoned",
            "listens": "left_informed",
        }
        assert [dialled.journey().outcome for dialled in flood] == ["failed"] * 3
        wait_for(lambda: place.changes() == ["on", "off"], 20, "the end of the load")
        line.dial("1000", *keys("2"), "end")
    first = [said for said, language in place.heard if language == "en"]
    assert first[:2] == ["Hello.", "All lines are busy."]
    assert place.told("통화가 밀려 있습니다.") == 3
    assert place.told("All lines are busy.") == 1
    assert "What can we do for you?" not in first, "the notice comes before the menu"
    assert place.changes() == ["on", "off"]
    _counts(place)


def _counts(place: Place) -> None:
    """What the report says, and what was sent."""
    today = period.between(None, None, place.office.calendar.tz, datetime.datetime.now(datetime.UTC))
    with place.store.reading() as session:
        report = effect.report(session, today)
    counted = dict(zip((figure.key for figure in report.figures), report.groups["crowded"], strict=True))
    expected = {"played": 4, "finished": 4, "details": 1, "message": 1, "desk": 1, "leave": 2, "waited": 1}
    assert {key: counted[key] for key in expected} == expected
    assert counted["left_informed"] == 3
    with place.store.transaction() as session:
        promises.keep_requests(session, place.office, Keys(place.exchange.config.keys_dir))
    with place.store.reading() as session:
        (message,) = session.scalars(select(Message))
        assert (message.template, message.language) == ("results", "en")


def test_what_is_switched_on_is_heard_by_the_next_call_and_never_after_its_end(place: Place) -> None:
    def heard(line: Line) -> tuple[bool, bool]:
        """Whether the next caller hears the notice, and the words said in a hurry."""
        before = place.told("오늘은 일찍 닫습니다."), place.told("정전입니다.")
        line.dial("1000", "~3500", "bye")
        after = place.told("오늘은 일찍 닫습니다."), place.told("정전입니다.")
        return after[0] > before[0], after[1] > before[1]

    with place.engine() as line:
        assert heard(line) == (False, False)
        place.command("on", "closed", "--for", "1h")
        place.command("say", "정전입니다.", "--for", "2h", "--reason", "정전")
        wait_for(lambda: heard(line) == (True, True), 20, "both notices")
        place.clock.at += datetime.timedelta(minutes=70)
        assert heard(line) == (False, True)
    with place.engine() as line:
        wait_for(lambda: heard(line) == (False, True), 20, "the engine's restart")
        place.clock.at += datetime.timedelta(hours=1)
        assert heard(line) == (False, False)
