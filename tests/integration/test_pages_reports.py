"""The pages of reports: what they count, where it leads, and the questions a supervisor comes with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import update

from ivr.records.case_tables import Case
from ivr.records.models import Call, Leg, Step
from ivr.records.notice_tables import Hearing
from reports.queries import tallies
from reports.web import chart
from reports.web.scope import PAGES
from reports.web.span import chosen
from tests import demo_days, page_clock
from tests.integration.test_hostile import HOSTILE, MARK
from tests.page_clock import FRIDAY as NOW
from tests.registry import GRIEVANCE
from tests.site import Site

PATHS = [f"/reports/{name}".rstrip("/") for name in PAGES]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        page_clock.stop(patch)
        site = Site(tmp_path_factory.mktemp("reports"))
        with site.store.transaction() as session:
            demo_days.fill(session, site.office.keys, NOW, days=9)
        site.office.add(GRIEVANCE, at=NOW - timedelta(days=20))
        yield site


def shown(site: Site, path: str, **query: str) -> str:
    answer = site.as_("supervisor").get(path, **query)
    assert answer.status_code == 200
    return unescape(answer.text)


def rows(text: str, caption: str) -> list[list[str]]:
    """The cells of a table's body, by its caption."""
    table = text.split(f"<caption><div>{caption}")[1].split("</table>", maxsplit=1)[0].split("<tbody>")[1]
    return [re.findall(r"<t[hd][^>]*>\s*(.*?)\s*</t[hd]>", row, re.S) for row in table.split("<tr>")[1:]]


def plain(cell: str) -> str:
    return re.sub(r"<[^>]*>", "", cell).strip()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("period", ["today", "yesterday", "week", "quarter"])
def test_every_page_stands_in_both_languages(site: Site, path: str, period: str) -> None:
    for lang in ("ko", "en"):
        text = shown(site, path, period=period, lang=lang)
        assert text.count("<h1>") == 1
        assert f'<html lang="{lang}"' in text


@pytest.mark.parametrize("path", PATHS)
def test_every_page_stands_on_an_empty_database(tmp_path: Path, path: str) -> None:
    assert Site(tmp_path).as_("auditor").get(path, period="week").status_code == 200


def test_how_many_gave_up_yesterday_between_ten_and_eleven_and_where(site: Site) -> None:
    ten = chosen({"period": "yesterday", "hour": "10"}, site.office.office.calendar.tz, NOW).period
    with site.store.reading() as session:
        whole, desks = tallies(session, ten, None)[""], tallies(session, ten, "desk")
    assert whole.abandoned > 0
    text = shown(site, "/reports/steps", period="yesterday", hour="10")
    assert re.search(rf'포기</dt><dd class="value"><a [^>]*result=abandoned">{whole.abandoned}</a>', text)
    assert f"단시간 포기 {whole.short_abandoned}</a>" in text
    left = {plain(row[1]): plain(row[3]) for row in rows(text, "어디에서 끊나")}
    names = site.office.office.desk_names["ko"]
    assert {name: count for name, count in left.items() if name.endswith("대기")} == {
        f"{names[desk]} 대기": f"{tally.abandoned}" for desk, tally in desks.items() if tally.abandoned
    }
    link = re.search(r'href="(/calls\?[^"]*result=abandoned[^"]*)"', text)
    assert link
    assert len(re.findall(r'href="/calls/', shown(site, link[1]))) == whole.abandoned


def test_every_part_of_the_partition_leads_to_its_calls(site: Site) -> None:
    text = shown(site, "/reports", period="yesterday")
    parts = rows(text, "걸려 온 전화가 어떻게 되었나")
    assert sum(int(plain(row[1])) for row in parts) == 60
    for row in parts:
        link = re.search(r'href="([^"]*)"', row[0])
        assert link
        assert len(re.findall(r'href="/calls/n', shown(site, link[1]))) == min(int(plain(row[1])), 50)


def test_desks_lead_to_their_calls_and_a_desk_shows_its_officers(site: Site) -> None:
    text = shown(site, "/reports", period="yesterday")
    offered = {plain(row[0]): int(plain(row[1])) for row in rows(text, "부서별")}
    assert sum(offered.values()) > 40
    officers = shown(site, "/reports", period="yesterday", desk="operators")
    assert {plain(row[0]) for row in rows(officers, "담당자별")} <= {"101 김하늘", "102 이바다", "받은 담당자 없음"}


def test_months_without_calls_are_not_told_of(site: Site) -> None:
    months = rows(shown(site, "/reports/people", period="quarter"), "여러 번 전화한 분")
    assert [plain(row[0]) for row in months] == ["2026-11"]


def test_waits_can_be_asked_of_one_desk(site: Site) -> None:
    desks = {plain(row[0]) for row in rows(shown(site, "/reports/waits", period="yesterday"), "안내한 대기시간과 실제")}
    assert len(desks) > 3
    one = rows(shown(site, "/reports/waits", period="yesterday", desk="exams"), "안내한 대기시간과 실제")
    assert [plain(row[0]) for row in one] == [site.office.office.desk_names["ko"]["exams"], "전체"]


def test_a_filter_comes_through_a_page_that_has_no_figures_by_it(site: Site) -> None:
    text = shown(site, "/reports/cases", period="yesterday", desk="tuition")
    assert 'href="/reports/waits?desk=tuition&period=yesterday"' in text


def test_the_same_weekday_before_is_beside_it(site: Site) -> None:
    text = shown(site, "/reports", period="yesterday")
    assert "한 주 전 목요일: 2026-11-19 00:00 – 2026-11-20 00:00" in text
    received = next(row for row in rows(text, "모든 수치") if plain(row[0]) == "수신")
    assert [plain(cell) for cell in received[1:]] == ["60", "60", "0 같음", "–", ""], "nobody called a year ago"


def test_the_heat_map_of_a_week_leads_to_an_hour(site: Site) -> None:
    text = shown(site, "/reports", period="week")
    thursday = next(row for row in rows(text, "요일과 시간대별 통화") if plain(row[0]) == "목")
    assert sum(int(plain(cell)) for cell in thursday[1:]) == 60
    link = re.search(r'href="([^"]*hour=10[^"]*)"', "".join(thursday))
    assert link
    assert "2026-11-26 10:00–11:00" in shown(site, link[1])


def test_what_became_of_those_who_heard_a_notice(site: Site) -> None:
    text = shown(site, "/reports/notices", period="week")
    row = next(row for row in rows(text, "안내마다 한 일") if "지금은 문의 전화가" in row[0])
    cells = dict(zip(re.findall(r'<th scope="col"[^>]*>([^<]*)', text), map(plain, row), strict=True))
    heard, left = int(cells["들은 통화"]), int(cells["안내 듣고 종료"])
    assert re.search(rf"듣고 끊은 통화가 가장 많은 안내: “지금은 문의 전화가 많아.*{left}/{heard}, ", text)
    assert heard == left + sum(int(cells[name]) for name in ("메뉴에서 종료", "부서 대기열로 감", "그 밖"))
    assert "듣고도 모두 부서로 간 안내" not in text


def test_what_is_overdue_now_comes_first_whatever_the_period(site: Site) -> None:
    with site.store.transaction() as session:
        session.execute(update(Case).values(deadline=NOW + timedelta(days=1)))
    assert "지금 기한이 지난 채 남은 민원은 없습니다." in shown(site, "/reports/cases")
    with site.store.transaction() as session:
        session.execute(update(Case).values(deadline=NOW - timedelta(days=1)))
    text = shown(site, "/reports/cases", period="last_week")
    assert '<a href="/cases?desk=school_life&due=overdue">학교생활 담당자 1건</a>' in text
    assert "이 기간에 기한이 온 민원 가운데 넘긴 것은 없습니다." in text
    assert "넘긴 부서: 학교생활 담당자 (1건)" in shown(site, "/reports/cases", period="month")


def test_a_notice_after_which_all_went_on_to_a_desk(site: Site) -> None:
    at = datetime(2026, 10, 5, 1, tzinfo=UTC)
    with site.store.transaction() as session:
        session.add(Call(id="n1-on", node="n1", line="1000", flow="main", started_at=at, outcome="answered"))
        session.flush()
        session.add(Leg(call="n1-on", n=0, desk="exams", outcome="answered", queued_at=at + timedelta(seconds=9)))
        for what in ("played", "finished"):
            session.add(Hearing(call="n1-on", at=at, notice="busy", what=what))
    text = shown(site, "/reports/notices", **{"from": "2026-10-05"})
    assert "듣고도 모두 부서로 간 안내: “지금은 문의 전화가 많아" in text
    assert "듣고 끊은 통화가 가장 많은" not in text


def test_giving_up_is_one_rate_with_its_numbers_on_every_page(site: Site) -> None:
    ten = chosen({"period": "yesterday", "hour": "10"}, site.office.office.calendar.tz, NOW).period
    with site.store.reading() as session:
        whole = tallies(session, ten, None)[""]
    parts = f"{whole.abandoned}/{whole.queued - whole.short_abandoned}"
    for path in ("/reports", "/reports/steps", "/reports/waits"):
        assert re.search(rf"포기율.*\n?.*\b{parts}\b", shown(site, path, period="yesterday", hour="10")), path
    assert re.search(r"포기율</dt>.*\n.*note\">\d+/\d+ · 지난주 ", shown(site, "/today"))


def test_a_menu_after_an_answer_is_no_place_that_callers_give_up_at(site: Site) -> None:
    at = datetime(2026, 10, 6, 1, tzinfo=UTC)
    with site.store.transaction() as session:
        session.add(Call(id="n1-had", node="n1", line="1000", flow="main", started_at=at, outcome="left_menu"))
        session.flush()
        session.add(Step(call="n1-had", turn=0, n=0, flow="certificates", step="choice", exit="hangup", at=at))
    text = shown(site, "/reports/steps", **{"from": "2026-10-06"})
    assert [plain(row[0]) for row in rows(text, "어디에서 끊나")] == ["답을 들은 뒤의 메뉴"]
    assert "가장 많이 끊는 곳" not in text
    assert "볼일을 마친 것일 수 있어" in text


def test_a_page_says_every_condition_and_why_its_days_are_not_those_asked_for(site: Site) -> None:
    text = shown(site, "/reports", period="yesterday", hour="10", desk="tuition", line="1000")
    assert "2026-11-26 10:00–11:00 (Asia/Seoul) · 대표번호: 1000 · 부서: 교육비 담당자</p>" in text
    text = shown(site, "/reports", **{"period": "own", "from": "2026-11-26", "to": "2026-11-20"})
    assert re.search(r'role="alert">마지막 날이 첫날보다 앞입니다', text)


def test_a_long_wait_is_one_though_the_caller_gave_up(site: Site) -> None:
    at = datetime(2026, 10, 7, 1, tzinfo=UTC)
    with site.store.transaction() as session:
        for n, (outcome, low) in enumerate([("abandoned", None), ("short_abandoned", None), ("answered", 0)]):
            call, over = f"n1-long.{n}", at + timedelta(seconds=4 if outcome == "short_abandoned" else 40)
            session.add(Call(id=call, node="n1", line="1000", flow="main", started_at=at, outcome=outcome))
            session.flush()
            told = {"told_low": low, "told_high": None if low is None else 60, "left_at": over}
            picked = {"connected_at": over} if outcome == "answered" else {}
            session.add(Leg(call=call, n=0, desk="exams", outcome=outcome, queued_at=at, **told, **picked))
    text = shown(site, "/reports/waits", **{"from": "2026-10-07"})
    (_, *values), _ = rows(text, "안내한 대기시간과 실제")
    assert (values[0], values[-1]) == ("1", "50.0 %")


def test_the_parts_of_what_desks_were_offered_add_up(site: Site) -> None:
    with site.store.transaction() as session:
        demo_days.odd(session, NOW - timedelta(days=30))
    for row in rows(shown(site, "/reports", **{"from": "2026-10-28"}), "부서별"):
        offered, *parts = (int(plain(cell)) for cell in row[1:8])
        assert offered == sum(parts)


def test_of_a_desk_its_queue_alone_is_a_place_to_leave(site: Site) -> None:
    text = shown(site, "/reports/steps", period="last_week", desk="tuition")
    assert [plain(row[1]) for row in rows(text, "어디에서 끊나")] == ["교육비 담당자 대기"]
    text = shown(site, "/reports/steps", period="last_week", topic="flow/main")
    assert {plain(row[4]) for row in rows(text, "어디에서 끊나")} == {"–"}


def test_how_many_officers_it_takes(site: Site) -> None:
    text = shown(site, "/reports/staffing", period="last_week", officers="6", desk="tuition")
    assert re.search(r"담당자 6명이면 가장 바쁜 \d\d시에", text)
    pooled = "모든 부서의 담당자가 어느 부서의 전화든 받는다고"
    assert pooled not in text
    assert pooled in shown(site, "/reports/staffing", period="last_week")
    assert "1에서 200까지의 수를 적어 주십시오." in shown(site, "/reports/staffing", officers="many")


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_what_a_visitor_writes_goes_nowhere(site: Site, hostile: str) -> None:
    visitor = site.as_("supervisor")
    names = ("period", "from", "to", "hour", "line", "desk", "topic", "agent", "share", "target", "wrap_up", "officers")
    for path in PATHS:
        answer = visitor.get(path, **dict.fromkeys(names, hostile))
        assert answer.status_code in (200, 400), path
        assert f"<script>{MARK}" not in answer.text


def test_a_drawing_is_named_escaped_and_in_the_colours_of_the_page() -> None:
    svg = str(chart.columns("<b>표</b>", 'so "it" is', [("<script>가</script>", {"kind": 2.0})], {"kind": 6}))
    assert 'role="img"' in svg
    assert "&lt;b&gt;표&lt;/b&gt;" in svg
    assert "<script>" not in svg
    assert "var(--c6)" in svg
    assert "#" not in re.sub(r'url\(#[^)]*\)|"#[^"]*"', "", svg)  # no colour of its own
    assert "style=" not in svg


def test_bars_are_as_wide_as_there_is_room_and_say_their_numbers() -> None:
    drawn = str(chart.bars("<b>표</b>", 'so "it" is', [("<script>가</script>", 1200.0), ("나", 300.0)], hue=6))
    assert 'role="img" aria-label="&lt;b&gt;표&lt;/b&gt;. so &quot;it&quot; is"' in drawn
    assert "<script>" not in drawn
    assert re.findall(r'class="k6" width="([\d.]+)%".*?>([\d,]+)</text>', drawn) == [
        ("80.00", "1,200"),
        ("20.00", "300"),
    ]
    parts = str(chart.parts("표", "", [("가", 19.0, 1), ("<b>", 1.0, 6)]))
    assert re.findall(r'class="k(\d)" x="([\d.]+)%" y="22" width="([\d.]+)%"', parts) == [
        ("1", "0.00", "95.00"),
        ("6", "95.00", "5.00"),
    ]
    assert re.findall(r"(\d+) %</text>", parts) == ["95"], "five per cent have no room for it"
    assert "<b>" not in parts
    assert "style=" not in drawn + parts


def test_two_drawings_on_a_page_share_no_name() -> None:
    one, two = (str(chart.columns(title, "", [("a", {"b": 1.0})], {"b": 1})) for title in ("one", "two"))
    ids = [set(re.findall(r'id="([^"]+)"', svg)) for svg in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]
