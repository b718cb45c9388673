"""The wallboard: what it counts, for whom, and what it asks to be done."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from ivr.records import live, switches
from ivr.records.live import LiveQueue
from ivr.records.message_tables import Message
from ivr.records.models import Call, Leg
from ivr.records.switches import Hand
from tests import page_clock
from tests.page_clock import FRIDAY as NOW
from tests.site import DESK, Site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    page_clock.stop(monkeypatch)
    return Site(tmp_path)


def show(site: Site, *queues: LiveQueue) -> None:
    with site.store.transaction() as session:
        live.show(session, "n1", queues)


def call(site: Site, id: str, desk: str, wait: int, outcome: str) -> None:
    """A call of a minute ago at a desk, answered or abandoned."""
    at = NOW - timedelta(minutes=1)
    over = at + timedelta(seconds=wait)
    answered = outcome == "answered"
    with site.store.transaction() as session:
        session.execute(
            insert(Call).values(id=id, node="n1", line="1000", started_at=at, ended_at=over, outcome=outcome)
        )
        leg: dict[str, Any] = {"call": id, "n": 0, "desk": desk, "queued_at": at, "outcome": outcome, "left_at": over}
        session.execute(insert(Leg).values({**leg, "connected_at": over if answered else None}))


def test_without_an_engine_it_says_so(site: Site) -> None:
    text = site.as_("supervisor").get("/today").text
    assert "전화 엔진이 한 번도 상태를 보여 주지 않았습니다." in text
    assert "엔진이 보여 주지 않음" in text


def test_queues_and_what_wants_a_hand(site: Site) -> None:
    show(site, LiveQueue("exams", 2, 41, 0, 0, NOW), LiveQueue("tuition", 1, 300, 0, 2, NOW))
    text = site.as_("supervisor").get("/today").text
    assert "검정고시와 수능 담당자: 2명이 기다리는데 로그인한 담당자가 없습니다." in text
    assert "교육비 담당자: 가장 오래 기다린 분이" in text
    assert '<dd class="value">3</dd>' in text  # callers waiting, of all desks


def test_a_queue_nobody_shows_any_more(site: Site) -> None:
    show(site, LiveQueue("exams", 2, 41, 0, 0, NOW - timedelta(minutes=9)))
    text = site.as_("supervisor").get("/today").text
    assert "뒤로 전화 상태를 알 수 없습니다." in text
    assert "로그인한 담당자가 없습니다" not in text


def test_calls_so_far_and_the_fragment_that_refreshes(site: Site) -> None:
    call(site, "n1-1", "exams", 5, "answered")
    call(site, "n1-2", "exams", 9, "abandoned")
    visitor = site.as_("supervisor")
    for path in ("/today", "/today/now"):
        assert "50.0 %" in visitor.get(path).text  # answered ÷ offered
    fragment = visitor.get("/today/now").text
    assert 'id="fresh-board"' in fragment
    assert 'id="fresh-alerts"' in fragment
    assert "<nav" not in fragment


def test_a_desk_sees_its_own_alone(site: Site) -> None:
    show(site, LiveQueue("exams", 2, 41, 0, 0, NOW), LiveQueue(DESK, 4, 2, 1, 1, NOW))
    call(site, "n1-1", "exams", 5, "answered")
    with site.store.transaction() as session:
        row: dict[str, Any] = {
            "id": "m",
            "key": "m",
            "template": "x",
            "language": "ko",
            "number": "",
            "who": "",
            "values": "",
        }
        row |= {"priority": 1, "state": "unknown", "attempts": 1, "fence": 1, "created_at": NOW, "changed_at": NOW}
        session.execute(insert(Message).values(row))
    text = site.as_("desk").get("/today").text
    assert "검정고시" not in text
    assert "알 수 없는 문자" not in text
    assert '<dd class="value">4</dd>' in text
    assert "알 수 없는 문자 1건" in site.as_("supervisor").get("/today").text


def test_a_notice_on_the_air_and_its_end(site: Site) -> None:
    with site.store.transaction() as session:
        until = NOW + timedelta(hours=2)
        switches.switch(session, "busy", True, until, Hand("page:supervisor", "page", NOW, "<b>전산</b>"))
    text = site.as_("supervisor").get("/today").text
    assert "직접 켬: &lt;b&gt;전산&lt;/b&gt;" in text
    assert "끝납니다: “지금은 문의 전화가 많아" in text
    assert '<a href="/notice/busy">' in text


def test_it_stands_in_english_and_on_a_monitor(site: Site) -> None:
    text = site.as_("admin").get("/today", lang="en", big="1").text
    assert "Callers waiting" in text
    assert 'class="big"' in text
    assert "<nav" not in text


def test_who_may_not(site: Site) -> None:
    assert site.as_("auditor").get("/today").status_code == 403
    assert site.as_("auditor").get("/today/now").status_code == 403
    assert site.as_(None).get("/today/now").status_code == 303
