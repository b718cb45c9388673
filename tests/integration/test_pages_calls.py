"""Calls looked for and shown: what is found is what figures count, and nobody sees more than he may."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from ivr.records.answer_tables import Answer
from ivr.records.audit_tables import AuditRow
from ivr.records.models import Call, Leg
from reports import search
from reports.contact import RESULTS, Result
from reports.queries import tallies
from reports.search import Place, Wanted
from reports.sought import Filter
from reports.web.naming import Names
from reports.web.span import chosen
from tests import demo_days, page_clock
from tests.integration.test_hostile import HOSTILE, MARK
from tests.page_clock import FRIDAY as NOW
from tests.site import DESK, Site

NUMBER = "010-2345-6789"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    page_clock.stop(monkeypatch)
    site = Site(tmp_path)
    with site.store.transaction() as session:
        demo_days.fill(session, site.office.keys, NOW, days=3, a_day=40)
    return site


def add(site: Site, id: str, desk: str | None, number: str = NUMBER) -> None:
    """A call of a quarter of an hour ago."""
    at, keys = NOW - timedelta(minutes=15), site.office.keys
    with site.store.transaction() as session:
        row = {"id": id, "node": "n1", "line": "1000", "started_at": at, "ended_at": at, "outcome": "abandoned"}
        session.execute(insert(Call).values({**row, "caller": keys.seal(number), "who": keys.who(number)}))
        if desk:
            leg = {"call": id, "n": 0, "desk": desk, "queued_at": at, "left_at": at, "outcome": "abandoned"}
            session.execute(insert(Leg).values(leg))


def ids(text: str) -> list[str]:
    return re.findall(r'href="/calls/([^"?]+)', unescape(text))


def all_of(site: Site, wanted: Wanted) -> list[str]:
    """Every page of a search, one behind the other."""
    found: list[str] = []
    after: Place | None = None
    while True:
        with site.store.reading() as session:
            page, last = search.found(session, wanted, after)
            found += [way.call.id for way in page]
        if last is None:
            return found
        after = Place.parse(str(last))


@pytest.mark.parametrize("where", [Filter(), Filter(desk="tuition"), Filter(agent="101"), Filter(line="1000")])
def test_what_is_found_is_what_is_counted(site: Site, where: Filter) -> None:
    with site.store.transaction() as session:  # what the days lack: a second desk, a call cut, one told it is closed
        demo_days.odd(session, NOW)
    week = chosen({"period": "week"}, site.office.office.calendar.tz, NOW).period
    with site.store.reading() as session:
        tally = tallies(session, week, None, where)[""]
    assert tally.answered > 5
    for result in RESULTS:
        found = all_of(site, Wanted(week, where, result))
        assert len(found) == getattr(tally, result), result
        assert len(set(found)) == len(found)
    assert len(all_of(site, Wanted(week, where, "gave_up"))) == tally.abandoned + tally.short_abandoned


def test_where_callers_leave_leads_to_all_who_left(site: Site) -> None:
    with site.store.transaction() as session:  # one at a desk of others, who gave up within 5 s
        demo_days.odd(session, NOW)
    visitor = site.as_("supervisor")
    queues = re.findall(
        r'<td>대기</td><th scope="row"><a href="([^"]+)">.*?</th>.*?</td><td class="num">(\d+)</td>',
        unescape(visitor.get("/reports/steps", period="week").text),
    )
    assert queues
    for link, count in queues:
        assert len(ids(visitor.get(link).text)) == int(count), link


@pytest.mark.parametrize("result", RESULTS)
def test_a_list_of_one_result_says_it_of_every_call(site: Site, result: Result) -> None:
    with site.store.transaction() as session:
        demo_days.odd(session, NOW)
    visitor = site.as_("supervisor")
    text = unescape(visitor.get("/calls", period="week", result=result).text)
    told = set(re.findall(r'data-label="결과"><span class="badge[^>]*>([^<]*)<', text))
    assert told == {Names(site.office.office, "ko").result(result)}
    one = re.search(r'href="(/calls/[^"]+)"', text)
    assert one
    assert f"결과: {told.pop()}" in visitor.get(one[1]).text


def test_newest_first_page_by_page(site: Site) -> None:
    visitor = site.as_("supervisor")
    first = visitor.get("/calls", period="week").text
    assert len(ids(first)) == search.PAGE
    older = unescape(re.search(r'href="([^"]+)" rel="next"', first)[1])  # type: ignore[index]
    second = visitor.get(older).text
    assert not set(ids(first)) & set(ids(second))
    began = [re.search(r">(\d\d-\d\d [\d:]+)<", line)[1] for line in first.split("<tr>") if "/calls/" in line]  # type: ignore[index]
    assert began == sorted(began, reverse=True)


def test_a_number_is_found_by_its_hash_and_stands_nowhere(site: Site) -> None:
    add(site, "n1-mine", "exams")
    add(site, "n1-other", "exams", "010-2345-6780")
    answer = site.as_("supervisor").post("/calls?period=today", {"number": "+82 10 2345 6789"})
    assert ids(answer.text) == ["n1-mine"]
    assert "2345" not in answer.text
    assert "010-****-6789" in answer.text


def test_a_number_that_is_not_found_may_be_looked_for_in_a_longer_time(site: Site) -> None:
    add(site, "n1-mine", "exams")
    visitor = site.as_("supervisor")
    text = unescape(visitor.post("/calls?period=yesterday&desk=exams", {"number": NUMBER}).text)
    assert "2026-11-26에는 이 번호의 통화가 없습니다." in text
    month, year = re.findall(r'href="([^"]+)#f-number"', text)
    assert (month, year) == (
        "/calls?desk=exams&from=2026-10-29&to=2026-11-27",
        "/calls?desk=exams&from=2025-11-28&to=2026-11-27",
    )
    assert ids(visitor.post(month, {"number": NUMBER}).text) == ["n1-mine"]


@pytest.mark.parametrize("number", ["", "abc", "1" * 50])
def test_what_is_no_number_is_said(site: Site, number: str) -> None:
    text = site.as_("supervisor").post("/calls", {"number": number}).text
    assert "전화번호를 숫자로 적어 주십시오." in text
    assert 'aria-invalid="true"' in text
    assert ids(text) == []


def test_a_desk_sees_its_own_calls_alone(site: Site) -> None:
    add(site, "n1-own", DESK)
    add(site, "n1-foreign", "exams")
    desk = site.as_("desk")
    assert ids(desk.get("/calls", period="week").text) == ["n1-own"]
    assert ids(desk.get("/calls", desk="exams").text) == []
    assert ids(desk.post("/calls", {"number": NUMBER}).text) == ["n1-own"]
    assert desk.get("/calls/n1-own").status_code == 200
    assert desk.get("/calls/n1-foreign").status_code == 404


def test_the_way_of_a_call(site: Site) -> None:
    with site.store.reading() as session:
        week = chosen({"period": "week"}, site.office.office.calendar.tz, NOW).period
        way = search.found(session, Wanted(week, result="answered"), None)[0][0]
        id, number = way.call.id, site.office.keys.open(way.call.caller or "")
    text = site.as_("supervisor").get(f"/calls/{id}").text
    for told in ("대표번호 1000에 걸려 옴", "어떤 업무로 전화하셨습니까?", "기다린 뒤 받음", "끝남: 응대", "<svg"):
        assert told in text
    assert number not in text
    assert number[-4:] in text
    assert "Reached line 1000" in site.as_("auditor").get(f"/calls/{id}", lang="en").text


def test_the_way_of_a_call_has_no_codes_in_it(site: Site) -> None:
    with site.store.reading() as session:
        id = session.scalars(select(Answer.call)).first()
    text = site.as_("supervisor").get(f"/calls/{id}").text
    assert "오늘 상담에 만족하셨습니까?" in text
    assert "satisfaction" not in text
    assert "<dd>한국어</dd>" in text


def test_a_step_and_a_notice_choose_calls(site: Site) -> None:
    visitor = site.as_("supervisor")
    left = visitor.get("/calls", period="week", step="main/purpose").text
    assert ids(left)
    assert "단계: 대표전화 › 어떤 업무로 전화하셨습니까? → 전화를 끊음" in unescape(left)
    assert ids(visitor.get("/calls", period="week", notice="busy").text)
    assert not ids(visitor.get("/calls", period="week", notice="emergency").text)


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_what_a_visitor_writes_goes_nowhere(site: Site, hostile: str) -> None:
    visitor = site.as_("supervisor")
    names = (
        "period",
        "from",
        "to",
        "hour",
        "line",
        "desk",
        "topic",
        "agent",
        "result",
        "step",
        "exit",
        "notice",
        "after",
    )
    queries = [{name: hostile} for name in names] + [{"step": f"a/{hostile}"}, {"after": f"{hostile}~n1"}]
    for query in queries:
        answer = visitor.get("/calls", **query)
        assert answer.status_code in (200, 400), query
        assert f"<script>{MARK}" not in answer.text
    assert visitor.post("/calls", {"number": hostile}).status_code in (200, 400)


def test_who_looked_at_a_call_or_for_a_number_is_noted(site: Site) -> None:
    add(site, "n1-own", DESK)
    visitor = site.as_("desk")
    assert visitor.get("/calls/n1-own").status_code == 200
    visitor.post("/calls", {"number": NUMBER})
    with site.store.reading() as session:
        deeds = select(AuditRow.who, AuditRow.what, AuditRow.whose).order_by(AuditRow.n)
        noted = [tuple(row) for row in session.execute(deeds)]
    assert noted == [("page:desk", "call.shown", "call:n1-own"), ("page:desk", "calls.searched", "")]


def test_from_a_call_back_to_what_was_asked_for(site: Site) -> None:
    visitor = site.as_("supervisor")
    list_ = unescape(visitor.get("/calls", period="week", desk="tuition").text)
    link = re.search(r'href="(/calls/[^"]+)"', list_)
    assert link
    assert 'href="/calls?period=week&desk=tuition"' in unescape(visitor.get(link[1]).text)
    id = link[1].split("?")[0]
    assert 'href="/calls"' in visitor.get(id).text
    assert f"<script>{MARK}" not in visitor.get(id, desk=f'"><script>{MARK}</script>').text
    number = re.search(r'action="(/calls/[^"]+/number[^"]*)"', unescape(visitor.get(link[1]).text))
    assert number
    assert f'href="{link[1]}"' in unescape(visitor.post(number[1], {"reason": "민원 확인"}).text)


def test_a_list_says_how_many_there_are(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = site.as_("supervisor")
    with site.store.reading() as session:
        week = chosen({"period": "week"}, site.office.office.calendar.tz, NOW).period
        many = tallies(session, week, None)[""].contacts
    assert many > search.PAGE
    first = unescape(visitor.get("/calls", period="week").text)
    assert f"모두 {many}건." in first
    second = unescape(visitor.get(re.search(r'href="([^"]+)" rel="next">다음 쪽', first)[1]).text)  # type: ignore[index]
    assert f"모두 {many}건." in second
    assert "← 가장 최근 통화" in second
    monkeypatch.setattr(search, "MOST", 30)
    assert "30건 넘음." in visitor.get("/calls", period="week").text
