"""Waits of the desks from the events that Asterisk sends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from asterisk.ami import Event

from ivr.records.recent import Entry
from ivr.telephony.link import views
from ivr.telephony.live import Live
from ivr.telephony.waits import SETTLED_S, Waits
from tests.unit.test_live import event, fresh, member

TALK_S = 120


class Exchange:
    """A desk with one officer, told of as Asterisk tells."""

    def __init__(self) -> None:
        self.live, self.waits = Live(), Waits()
        self.now = datetime.now(UTC)
        self.calls: Iterator[str] = (f"n1-1.{number}" for number in range(1000))
        fresh(self.live)
        self.tell(member("QueueMemberStatus", "1"))

    def tell(self, *events: Event, after: float = 0) -> None:
        self.now += timedelta(seconds=after)
        for one in events:
            before = self.live.desks()
            self.live.event(one)
            self.waits.event(one, before, self.live.desks(), self.now)

    def joins(self) -> str:
        call = next(self.calls)
        self.tell(event("QueueCallerJoin", Uniqueid=call))
        return call

    def is_picked_up(self, call: str) -> None:
        self.tell(member("QueueMemberStatus", "6"), after=3)
        self.tell(event("QueueCallerLeave", Uniqueid=call), member("QueueMemberStatus", "2"), after=3)
        self.tell(event("AgentConnect", Uniqueid=call, MemberName="101"))

    def is_done(self) -> None:
        self.tell(event("AgentComplete", MemberName="101"), member("QueueMemberStatus", "1"), after=TALK_S)

    def expected(self) -> int | None:
        return views(self.live, self.now, self.waits)["operators"].expected_wait


def busy_morning() -> Exchange:
    exchange = Exchange()
    for _ in range(10):
        exchange.is_picked_up(exchange.joins())
        exchange.is_done()
    exchange.is_picked_up(exchange.joins())
    return exchange


def test_the_wait_is_known_from_what_the_exchange_has_told() -> None:
    exchange = busy_morning()
    nobody = exchange.expected()
    for _ in range(3):
        exchange.joins()
    three = exchange.expected()
    assert nobody is not None
    assert three is not None
    assert 60 <= nobody <= 180
    assert 3 * TALK_S <= three <= 5 * TALK_S


def test_who_is_picked_up_has_not_given_up() -> None:
    exchange = busy_morning()
    watch = exchange.waits._watch("operators")
    assert not any(in_vain for _, in_vain in watch._waits)


def test_who_leaves_the_queue_without_an_officer_has() -> None:
    exchange = busy_morning()
    call = exchange.joins()
    before = exchange.expected()
    exchange.tell(event("QueueCallerLeave", Uniqueid=call), after=30)
    exchange.tell(member("QueueMemberStatus", "2"), after=SETTLED_S + 1)
    after = exchange.expected()
    assert before is not None
    assert after is not None
    assert after < before
    assert any(in_vain for _, in_vain in exchange.waits._watch("operators")._waits)


def test_a_caller_who_waits_has_a_place_and_a_range_of_his_own() -> None:
    exchange = busy_morning()
    first, *_, last = [exchange.joins() for _ in range(4)]
    ahead = exchange.waits.of_caller("operators", last, exchange.now)
    assert ahead.place == 4
    assert ahead.seconds == exchange.waits.of_caller("operators", last, exchange.now).seconds
    assert exchange.waits.of_caller("operators", first, exchange.now).place == 1


def test_nobody_staffed_is_nothing_to_say() -> None:
    exchange = busy_morning()
    exchange.joins()
    exchange.tell(member("QueueMemberStatus", "5"))
    assert exchange.expected() is None
    exchange.tell(member("QueueMemberStatus", "1", paused="1"))
    assert exchange.expected() is None


def test_after_a_start_the_records_are_the_evidence() -> None:
    exchange = Exchange()
    exchange.tell(member("QueueMemberStatus", "2"))
    assert exchange.expected() is None
    since = exchange.now - timedelta(hours=1)
    exchange.waits.remember(
        Entry("operators", at, at + timedelta(seconds=10), at + timedelta(seconds=10 + TALK_S))
        for at in (since + timedelta(minutes=3 * n) for n in range(10))
    )
    exchange.tell(member("QueueMemberStatus", "2"))
    assert exchange.expected() is not None


def test_a_fresh_picture_sets_right_what_was_missed() -> None:
    exchange = busy_morning()
    for _ in range(5):
        exchange.joins()
    fresh(exchange.live, QueueStatus=[event("QueueMember", Name="101", Status="2", Paused="0")])
    exchange.waits.fresh(exchange.live.desks(), exchange.now)
    expected = exchange.waits.ahead("operators", exchange.now + timedelta(seconds=5)).seconds
    assert expected is not None
    assert expected < 2 * TALK_S


def test_who_leaves_by_a_key_and_comes_back_at_once_is_a_caller_who_waits() -> None:
    exchange = busy_morning()
    call = exchange.joins()
    exchange.tell(event("QueueCallerLeave", Uniqueid=call), after=30)
    exchange.tell(event("QueueCallerJoin", Uniqueid=call), after=SETTLED_S / 2)
    assert exchange.waits.of_caller("operators", call, exchange.now + timedelta(seconds=2 * SETTLED_S)).place == 1
