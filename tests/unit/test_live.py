"""The live picture from the events and lists that Asterisk 22 sends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from asterisk.ami import Event, Response

from ivr.telephony.live import Live


class Exchange:
    """Stands for the manager connection: notes requests, answers with given lists."""

    def __init__(self, **lists: list[Event]) -> None:
        self.requests: list[dict[str, Any]] = []
        self._lists = lists

    def request(self, action: str, **values: object) -> Response:
        self.requests.append({"Action": action, **values})
        return Response("Success", {"CoreStartupDate": "2026-11-21", "CoreStartupTime": "20:45:02"})

    def listing(self, action: str) -> list[Event]:
        return self._lists.get(action, [])


def event(kind: str, **values: str) -> Event:
    return Event(kind, {"Queue": "desk-operators", **values})


def member(kind: str, status: str, paused: str = "0", name: str = "101") -> Event:
    return event(kind, MemberName=name, Status=status, Paused=paused)


def fresh(live: Live, **lists: list[Event]) -> None:
    live.fresh(Exchange(**lists))  # type: ignore[arg-type]


def test_a_fresh_picture_replaces_the_old_one() -> None:
    live = Live()
    fresh(
        live,
        CoreShowChannels=[Event("CoreShowChannel", {"Uniqueid": "n1-1.1"})],
        QueueStatus=[
            event("QueueMember", Name="101", Status="1", Paused="0"),
            event("QueueEntry", Uniqueid="n1-1.1", Wait="30"),
        ],
    )
    assert live.known()
    assert live.started() == datetime(2026, 11, 21, 20, 45, 2, tzinfo=UTC)
    assert live.calls() == {"n1-1.1"}
    assert live.desks()["operators"].members == {"101": "free"}
    assert 29 <= (datetime.now(UTC) - live.desks()["operators"].waiting["n1-1.1"]).total_seconds() <= 32
    fresh(live)
    assert (live.calls(), live.desks()) == (frozenset(), {})
    live.lost()
    assert not live.known()


@pytest.mark.parametrize(
    ("status", "paused", "presence"),
    [
        ("1", "0", "free"),
        ("2", "0", "busy"),
        ("6", "0", "busy"),
        ("5", "0", "away"),
        ("4", "0", "away"),
        ("1", "1", "paused"),
    ],
)
def test_presence(status: str, paused: str, presence: str) -> None:
    live = Live()
    live.event(member("QueueMemberStatus", status, paused))
    assert live.desks()["operators"].members == {"101": presence}


def test_members_come_and_go_with_a_reload() -> None:
    live = Live()
    live.event(member("QueueMemberAdded", "1"))
    live.event(member("QueueMemberAdded", "1", name="102"))
    live.event(member("QueueMemberRemoved", "1"))
    assert live.desks()["operators"].members == {"102": "free"}


def test_the_longest_waiting_comes_first_and_an_event_seen_twice_changes_nothing() -> None:
    changes: list[None] = []
    live = Live(on_change=lambda: changes.append(None))
    live.event(event("QueueCallerJoin", Uniqueid="a"))
    live.event(event("QueueEntry", Uniqueid="b", Wait="60"))
    before = live.desks()["operators"]
    live.event(event("QueueCallerJoin", Uniqueid="a"))
    assert live.desks()["operators"] == before
    assert list(before.waiting) == ["b", "a"]
    live.event(event("QueueCallerLeave", Uniqueid="b"))
    assert list(live.desks()["operators"].waiting) == ["a"]
    assert list(before.waiting) == ["b", "a"]
    assert len(changes) == 3


def test_queues_of_others_are_not_ours() -> None:
    live = Live()
    live.event(Event("QueueCallerJoin", {"Queue": "sales", "Uniqueid": "x"}))
    live.event(Event("FullyBooted", {}))
    assert live.desks() == {}
