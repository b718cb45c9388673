"""The board: what is switched reaches the calls of every node, also past the loss of the database and a restart."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.engine.events import Queue
from ivr.errors import StoreUnavailable
from ivr.language.office import Office
from ivr.office.versions import MEMORY
from ivr.records import forecasts, live, models, switches, tellings
from ivr.records.facts import Hearing
from ivr.records.forecast_tables import Forecast
from ivr.records.keys import Keys
from ivr.records.live import LiveQueue
from ivr.records.notice_tables import Trigger
from ivr.records.store import Store, upsert
from ivr.records.switches import Hand
from ivr.telephony.load_watch import LoadWatch
from ivr.telephony.notice_board import NoticeBoard
from ivr.telephony.worlds import Worlds
from tests import notices
from tests.exchange import wait_for

AT = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
HAND = Hand("cli:kim", "command", AT, "시험")
HOUR = timedelta(hours=1)
CALLER, OTHER = "01012345678", "01098765432"


@dataclass
class Node:
    """A node's board, its queues and its clock."""

    folder: Path
    store: Store
    office: Office
    name: str = "n1"
    at: datetime = AT
    queues: Mapping[str, Queue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        watch = LoadWatch(self.store, self.name, lambda: self.queues)
        keys = Keys(self.folder / "keys")
        self.board = NoticeBoard(self.store, keys, lambda: self.office, lambda: self.at, watch)
        self.worlds = Worlds(lambda: self.at, lambda: self.queues, self.board)

    def hears(self, caller: str = CALLER, call: str = "n1-1.1", look: bool = True) -> tuple[str, ...]:
        """The notices on the air for a call."""
        if look:
            self.board.look()
        return self.worlds.world(self.office, "1000", caller, call).notices


@pytest.fixture
def node(tmp_path: Path) -> Node:
    store = Store(f"sqlite:///{tmp_path / 'one.db'}")
    store.migrate()
    return Node(tmp_path, store, notices.office(tmp_path / "office"))


def switch(node: Node, notice: str, on: bool, until: datetime | None = None) -> None:
    with node.store.transaction() as session:
        switches.switch(session, notice, on, until, HAND)


def test_what_is_switched_is_in_the_next_world_and_ends_by_itself(node: Node) -> None:
    assert node.hears() == ("daily",)
    switch(node, "exam", True, AT + HOUR)
    switch(node, "daily", False, AT + 2 * HOUR)
    assert node.hears() == ("exam",)
    node.at = AT + HOUR
    assert node.hears() == ()
    node.at = AT + 2 * HOUR
    assert node.hears() == ("daily",)


def test_without_the_database_the_last_picture_stays_and_what_ends_ends(node: Node) -> None:
    switch(node, "exam", True, AT + HOUR)
    with node.store.transaction() as session:
        switches.say(session, {"ko": "정전입니다."}, AT + 2 * HOUR, HAND)
    assert node.hears() == ("emergency-1", "exam", "daily")
    node.store = Store(f"sqlite:///{node.folder / 'nothing.db'}")
    (node.folder / "one.db").rename(node.folder / "away.db")
    with pytest.raises(StoreUnavailable):
        node.board.look()
    assert node.hears(look=False) == ("emergency-1", "exam", "daily")
    node.at = AT + HOUR
    assert node.hears(look=False) == ("emergency-1", "daily")
    node.at = AT + 2 * HOUR
    assert node.hears(look=False) == ("daily",)


def test_a_thread_keeps_looking_and_outlives_the_loss_of_the_database(node: Node) -> None:
    away = node.folder / "away.db"
    (node.folder / "one.db").rename(away)
    node.board.start()
    try:
        away.rename(node.folder / "one.db")
        switch(node, "exam", True, AT + HOUR)
        wait_for(lambda: node.hears(look=False) == ("exam", "daily"), 10, "the switch")
    finally:
        node.board.stop()


def test_what_is_over_is_never_heard_again_also_after_a_restart(node: Node) -> None:
    switch(node, "exam", True, AT + HOUR)
    switch(node, "past", True, AT + HOUR)
    assert node.hears() == ("exam", "daily")
    node.at = AT + HOUR
    node.restart()
    assert node.hears() == ("daily",)


def test_words_of_ones_own_are_in_the_office_of_a_call_in_every_language(node: Node) -> None:
    with node.store.transaction() as session:
        name = switches.say(session, {"ko": "정전입니다."}, AT + HOUR, HAND)
    node.board.look()
    office = node.worlds.office(node.office)
    assert office is node.worlds.office(node.office), "made once"
    prompt = office.prompt("ko", f"notices/{name}", {})
    assert (prompt.parts, prompt.language, office.notices[name].barge_in) == (("정전입니다.",), "ko", False)
    assert office.notices[name].at_line("1000")
    node.at = AT + HOUR
    assert node.hears() == ("daily",)
    assert name in node.worlds.office(node.office).notices, "a call may be at its words"


def test_an_office_with_words_of_ones_own_is_forgotten_when_many_versions_came_after_it(node: Node) -> None:
    with node.store.transaction() as session:
        name = switches.say(session, {"ko": "정전입니다."}, AT + HOUR, HAND)
    node.board.look()
    made = weakref.ref(node.board.office(node.office))
    for n in range(MEMORY):
        node.board.office(replace(node.office, version=str(n)))
    gc.collect()
    assert made() is None
    assert name in node.board.office(node.office).notices


def test_the_same_caller_hears_it_so_many_times_a_day_in_calls_of_his_own(node: Node) -> None:
    assert node.hears(call="n1-1.1") == ("daily",)
    node.board.played("daily", CALLER, "n1-1.1")
    assert node.hears(call="n1-1.1") == ("daily",), "it is this call that hears it"
    assert node.hears(call="n1-1.2") == ()
    assert node.hears(OTHER, call="n1-1.3") == ("daily",)
    assert node.hears("", call="n1-1.4") == ("daily",), "nobody knows who that is"
    node.at = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
    assert node.hears(call="n1-1.5") == ("daily",), "midnight in Seoul"


def test_other_nodes_and_a_restart_know_who_has_heard_it(node: Node) -> None:
    call = {"id": "n2-1.1", "node": "n2", "who": Keys(node.folder / "keys").who(CALLER), "started_at": AT}
    with node.store.transaction() as session:
        upsert(session, models.Call, [{**call, "outcome": "left_menu"}])
        tellings.record(session, [Hearing("n2-1.1", int(AT.timestamp() * 1000), "daily", "played")] * 2)
    assert (node.hears(), node.hears(OTHER)) == ((), ("daily",))


def shown(node: Node, waiting: int, age: timedelta = timedelta()) -> None:
    """What another node shows of its queue."""
    queue = LiveQueue("operators", waiting, 0, 0, 1, datetime.now(UTC) - age)
    with node.store.transaction() as session:
        live.show(session, "n2", [queue])


def test_load_of_all_nodes_together_turns_a_notice_on_and_one_change_is_recorded(node: Node) -> None:
    twin = Node(node.folder, node.store, node.office, "n2")
    node.queues = twin.queues = {"operators": Queue(waiting=2)}
    assert node.hears() == ("daily",)
    shown(node, 1)
    assert node.hears() == twin.hears() == ("daily", "crowded")
    with node.store.reading() as session:
        (change,) = switches.changes(session, None, 10)
        assert (change.notice, change.change, change.who) == ("crowded", "on", "trigger:n1")
        assert change.reason == "waiting 3 (on: 3)"
    node.restart()
    assert node.hears() == ("daily", "crowded")


def test_a_node_that_shows_nothing_any_more_is_no_load(node: Node) -> None:
    shown(node, 9, live.FRESH)
    assert node.hears() == ("daily",)


def test_load_is_off_after_its_time_and_by_hand_at_once(node: Node) -> None:
    node.queues = {"operators": Queue(waiting=3)}
    assert node.hears() == ("daily", "crowded")
    switch(node, "crowded", False)
    assert node.hears() == ("daily",)
    with node.store.transaction() as session:
        switches.release(session, "crowded", HAND)
        session.query(Trigger).update({"since": datetime.now(UTC) - timedelta(minutes=10)})
    assert node.hears() == ("daily", "crowded")
    node.queues = {"operators": Queue(waiting=1)}
    assert node.hears() == ("daily",)


def test_calls_are_held_against_the_forecast_and_without_one_are_no_load(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'one.db'}")
    store.migrate()
    rush = "{say: 몹시 붐빕니다., owner: 민원실, until: 2099-12-31, load: {calls: {on: 1.5x, off: 1.1x}}}"
    node = Node(tmp_path, store, notices.office(tmp_path / "office", f"notices:\n  rush: {rush}\n"))
    now = datetime.now(UTC)
    with store.transaction() as session:
        rows = [{"id": f"n1-{n}", "node": "n1", "started_at": now, "outcome": "in_progress"} for n in range(16)]
        upsert(session, models.Call, rows)
    assert node.hears() == ()
    with store.transaction() as session:
        slots = [
            Forecast(topic="", starts_at=now + timedelta(minutes=30 * n), minutes=30, expected=60) for n in (-1, 0)
        ]
        forecasts.replace(session, now - HOUR, slots)
    assert node.hears() == ("rush",)


def test_an_expected_wait_is_load_once_it_is_known(node: Node, tmp_path: Path) -> None:
    long = "{say: 오래 기다리셔야 합니다., owner: 민원실, until: 2099-12-31, load: {expected_wait: {on: 5m, off: 2m}}}"
    node.office = notices.office(tmp_path / "another", f"notices:\n  long: {long}\n")
    node.queues = {"operators": Queue(waiting=9)}
    assert node.hears() == ()
    node.queues = {"operators": Queue(waiting=9, expected_wait=300)}
    assert node.hears() == ("long",)


def test_an_end_at_the_change_of_summer_time_comes_once(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'one.db'}")
    store.migrate()
    zone = "Europe/Berlin"  # on 2026-10-25 the hour from two to three comes twice
    text = "notices:\n  night: {say: 야간 안내입니다., owner: 총무과, until: 2026-10-25T02:30}\n"
    node = Node(tmp_path, store, notices.office(tmp_path / "office", text, zone))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    heard = []
    for minutes in range(-90, 150, 15):
        node.at = first + timedelta(minutes=minutes)
        heard.append(bool(node.hears()))
    assert heard == [True] * 6 + [False] * 10
    switch(node, "night", True, first + HOUR)
    node.at = first + timedelta(minutes=30)
    assert node.hears() == (), "over is over"
