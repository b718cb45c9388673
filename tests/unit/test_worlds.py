"""The world that a call is shown: the office's own time, the queues as last seen, and what the caller's number says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.engine.events import Queue
from ivr.language import loader
from ivr.language.calendar import Calendar
from ivr.office.clocks import Clocks
from ivr.office.versions import MEMORY
from ivr.telephony import worlds as module
from ivr.telephony.link import views
from ivr.telephony.live import Live
from ivr.telephony.waits import Waits
from ivr.telephony.worlds import Worlds
from tests import offices
from tests.unit.test_live import event, fresh, member

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
OFFICE = loader.load(offices.SAMPLE)


def test_the_time_is_the_offices_own() -> None:
    world = Worlds(lambda: AT).world(OFFICE, "1000", "")
    assert world.now.isoformat() == "2026-11-23T10:00:00+09:00"
    assert world.clocks["phone"] == "open"
    assert (world.line, world.queues) == ("1000", {})


def test_term_and_peak_are_those_of_the_offices_calendar() -> None:
    assert Worlds(lambda: AT).world(OFFICE, "1000", "").calendar == {"term": "2학기", "peak": "none"}
    released = datetime(2027, 1, 22, 6, 0, tzinfo=UTC)
    now = iter((released - timedelta(seconds=1), released))
    worlds = Worlds(lambda: next(now))
    assert worlds.world(OFFICE, "1000", "").calendar == {"term": "겨울방학", "peak": "none"}
    assert worlds.world(OFFICE, "1000", "").calendar == {"term": "겨울방학", "peak": "중학교 배정 발표"}


@pytest.mark.parametrize(
    ("caller", "known", "mobile"),
    [("01012345678", True, True), ("0421234567", True, False), ("101", True, False), ("", False, False)],
)
def test_what_the_callers_number_says(caller: str, known: bool, mobile: bool) -> None:
    world = Worlds(lambda: AT).world(OFFICE, "1000", caller)
    assert (world.known, world.mobile) == (known, mobile)


def test_queues_are_as_the_exchange_shows_them_and_unknown_once_it_is_lost() -> None:
    live = Live()
    now = datetime.now(UTC)
    fresh(
        live,
        QueueStatus=[
            member("QueueMember", "1", name="101"),
            member("QueueMember", "2", name="102"),
            member("QueueMember", "1", paused="1", name="103"),
            member("QueueMember", "5", name="104"),
            event("QueueEntry", Uniqueid="n1-1.1", Wait="30"),
            event("QueueEntry", Uniqueid="n1-1.2", Wait="90"),
        ],
    )
    waiting, *_ = views(live, now + timedelta(seconds=10), Waits()).values()
    assert (waiting.waiting, waiting.free, waiting.logged_in) == (2, 1, 3)
    assert 99 <= waiting.longest_wait <= 101
    assert Worlds(lambda: AT, lambda: views(live, now, Waits())).world(OFFICE, "", "").queues.keys() == {"operators"}
    live.lost()
    assert views(live, now, Waits()) == {}


def test_a_desk_without_anybody_is_shown_empty() -> None:
    live = Live()
    fresh(live, QueueStatus=[event("QueueParams")])
    assert views(live, AT, Waits()) == {"operators": Queue()}


def test_what_is_made_of_a_version_is_forgotten_when_many_came_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Calendar] = []

    def compiled(calendar: Calendar) -> Clocks:
        made.append(calendar)
        return Clocks(calendar)

    monkeypatch.setattr(module, "Clocks", compiled)
    worlds = Worlds(lambda: AT)
    for version in ("first", "first", *map(str, range(MEMORY)), "first"):
        worlds.world(replace(OFFICE, version=version), "1000", "")
    assert len(made) == 1 + MEMORY + 1
