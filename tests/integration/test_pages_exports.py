"""The page Exports, the page for paper, figures over the API: what is taken away, by whom, what stays hidden."""

from __future__ import annotations

import csv
import io
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from callback import tokens
from ivr.records.audit_tables import AuditRow
from ivr.records.models import Call, Leg
from reports.export import jobs
from reports.export.jobs import Full, Job, Jobs
from tests.site import Site, Visitor

NUMBER = "01012345678"
DAY = {"from": "2026-11-02", "to": "2026-11-02"}
CALLS = "/exports/calls?from=2026-11-02&to=2026-11-02"
START = datetime(2026, 11, 1, 15, tzinfo=UTC)  # midnight in Seoul


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """30 answered calls for tuition and 3 for school_life."""
    site = Site(tmp_path)
    with site.store.transaction() as session:
        for n in range(33):
            at, desk = START + timedelta(minutes=n), "tuition" if n < 30 else "school_life"
            caller = site.office.keys.seal(NUMBER)
            session.add(Call(id=f"n1-{n}", node="n1", line="1000", caller=caller, started_at=at, outcome="answered"))
            session.flush()
            session.add(Leg(call=f"n1-{n}", n=0, desk=desk, queued_at=at, connected_at=at, outcome="answered"))
    return site


def _ready(visitor: Visitor) -> str:
    """The address of the file, once there is one."""
    return _until(lambda: next(iter(visitor.get("/exports").text.split('<a href="/exports/')[1:]), "")).split('"')[0]


def _until(there: Callable[[], str]) -> str:
    for _ in range(1000):
        if found := there():
            return found
        time.sleep(0.02)
    raise AssertionError("it never came")


def _deeds(site: Site) -> list[tuple[str, str, str]]:
    """Who did what, and why."""
    deeds = select(AuditRow.who, AuditRow.what, AuditRow.why).where(AuditRow.what.startswith("export."))
    with site.store.reading() as session:
        return [(who, what, why) for who, what, why in session.execute(deeds)]


def test_a_list_of_calls_is_noted_made_and_fetched_by_who_asked_alone(site: Site) -> None:
    ours, theirs = site.as_("supervisor"), site.as_("admin")
    assert ours.post(CALLS, {"format": "csv", "reason": "민원 확인"}).status_code == 303
    ((who, what, why),) = _deeds(site)
    assert (who, what) == ("page:supervisor", "export.calls")
    assert why.startswith("민원 확인 (csv, 33 calls, 2026-11-02")
    path = f"/exports/{_ready(ours)}"
    answer = ours.get(path)
    assert 'filename="calls-2026-11-02.csv"' in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 34
    assert {row[5] for row in rows[1:]} == {"010-****-5678"}
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert theirs.get(path).status_code == 404
    assert site.as_(None).get(path).status_code == 303


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"by": "day", "line": "1000", "desk": "tuition"}, "figures-by-day-1000-tuition-2026-11-02.csv"),
        ({"to": "2026-11-30", "desk": "../<b>\r\n학사"}, "figures-_b_학사-2026-11-02_2026-11-30.csv"),
    ],
)
def test_a_file_is_named_after_what_is_in_it(site: Site, asked: dict[str, str], name: str) -> None:
    visitor = site.as_("supervisor")
    visitor.post("/exports/figures", {**DAY, "format": "csv", **asked})
    _ready(visitor)
    assert f'<th scope="row">{name}</th>' in visitor.get("/exports").text


def test_without_a_reason_nothing_is_made_and_the_list_stays(site: Site) -> None:
    answer = site.as_("supervisor").post(f"{CALLS}&desk=school_life", {"reason": "  "})
    assert answer.status_code == 422
    assert "까닭을 적어야" in answer.text
    assert "모두 3건." in answer.text
    assert 'action="/exports/calls?from=2026-11-02&amp;to=2026-11-02&amp;desk=school_life"' in answer.text
    assert _deeds(site) == []


@pytest.mark.parametrize(
    "asked", [{}, {"hour": "00", "desk": "tuition"}, {"result": "gave_up"}, {"result": "answered", "agent": "115"}]
)
def test_the_list_that_is_seen_is_the_list_that_is_taken_away(site: Site, asked: dict[str, str]) -> None:
    with site.store.transaction() as session:
        at = START + timedelta(hours=3)
        session.add(Call(id="n1-late", node="n1", line="1000", started_at=at, outcome="answered"))
        session.add(Call(id="n1-gone", node="n1", line="1000", started_at=at, outcome="short_abandoned"))
        session.flush()
        leg = {"desk": "tuition", "queued_at": at, "left_at": at}
        session.add(Leg(call="n1-late", n=0, connected_at=at, agent="115", outcome="answered", **leg))
        session.add(Leg(call="n1-gone", n=0, outcome="short_abandoned", **leg))
    visitor = site.as_("supervisor")
    page = unescape(visitor.get("/calls", **DAY, **asked).text)
    form = re.search(r'action="(/exports/calls[^"]*)"', page)
    assert form
    visitor.post(form[1], {"format": "csv", "reason": "민원 확인"})
    answer = visitor.get(f"/exports/{_ready(visitor)}")
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[6:9] == ["결과", "부서", "담당자"]
    shown = re.findall(r'href="/calls/([^"?]+)[^>]*>.*?data-label="결과"><span[^>]*>([^<]+)<', page, re.DOTALL)
    assert len(shown) == len(rows) > 0
    assert {(row[2], row[6]) for row in rows} == set(shown)
    if asked.get("agent"):
        assert [row[8] for row in rows] == ["오름 (115)"]
        assert "calls-answered-115-" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    "wrong", [{"from": "gestern"}, {"from": "9999-12-31"}, {"to": "0001-01-01"}, {"by": "x"}, {"format": "exe"}]
)
def test_what_cannot_be_is_refused(site: Site, wrong: dict[str, str]) -> None:
    assert site.as_("admin").post("/exports/figures", {**DAY, **wrong}).status_code == 422


def test_days_in_the_wrong_order_are_said_beside_the_form(site: Site) -> None:
    visitor, days = site.as_("supervisor"), {"from": "2026-11-05", "to": "2026-11-02"}
    answer = visitor.post("/exports/figures", days)
    assert (answer.status_code, "마지막 날이 첫날보다 앞일 수 없습니다" in answer.text) == (422, True)
    assert "마지막 날이 첫날보다 앞" in visitor.get("/reports/print", **days).text
    assert _deeds(site) == []


def test_figures_hide_a_small_desk_in_the_file_and_on_paper(site: Site) -> None:
    visitor = site.as_("supervisor")
    visitor.post("/exports/figures", {**DAY, "by": "desk", "format": "csv"})
    rows = list(csv.reader(io.StringIO(visitor.get(f"/exports/{_ready(visitor)}").content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["*", "*", "33"]
    paper = visitor.get("/reports/print", **DAY).text
    assert 'name="to" type="date" value="2026-11-02"' in paper
    assert "응대 ÷ 인입" in paper
    assert '<td class="num">33</td>' in paper
    assert '<td class="num">3</td>' not in paper


def test_the_page_for_paper_is_of_what_it_was_come_from(site: Site) -> None:
    visitor = site.as_("supervisor")
    query = {"hour": "00", "desk": "tuition", **DAY}
    link = re.search(r'href="(/reports/print[^"]*)"', unescape(visitor.get("/reports", **query).text))
    assert link
    paper = visitor.get(link[1]).text
    assert "2026-11-02 00:00 – 01:00" in paper
    assert "(tuition)" in paper
    assert '<td class="num">30</td>' in paper
    for chosen in ('value="00" selected', 'value="tuition" selected', 'value="2026-11-02"'):
        assert chosen in paper
    assert visitor.get("/reports/print", by="<b>").status_code == 422


def test_after_a_restart_it_says_that_the_file_is_gone(site: Site) -> None:
    answer = site.as_("supervisor").get("/exports/nothing")
    assert answer.status_code == 404
    assert "다시 시작" in answer.text


def test_figures_over_the_api(site: Site) -> None:
    with site.store.transaction() as session:
        now = datetime.now(UTC)
        free = tokens.issue(session, "statistics", ["reports:read"], [], now)
        bound = tokens.issue(session, "tuition", ["reports:read"], ["tuition"], now)
    client = site.as_(None).client

    def ask(token: str, **query: str) -> tuple[int, dict[str, object]]:
        answer = client.get("/v1/figures", params={**DAY, **query}, headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.json()

    status, told = ask(free, by="desk")
    assert status == 200
    assert told["from"] == "2026-11-02T00:00:00+09:00"
    assert told["groups"]["school_life"]["values"]["answered"] is None  # type: ignore[index]
    assert "answered" in told["groups"]["school_life"]["hidden"]  # type: ignore[index]
    assert told["all"]["values"]["answered"] == 33  # type: ignore[index]
    assert ask(bound)[0] == ask(bound, desk="school_life")[0] == 403
    assert ask(bound, desk="tuition")[1]["all"]["values"]["answered"] == 30  # type: ignore[index]
    assert ask(free, **{"from": "9999-12-31"})[0] == 422


def _fail(job: Job) -> None:
    raise OSError(f"{job.name}: disk full")


def test_jobs_are_bounded_and_files_go_after_an_hour(tmp_path: Path) -> None:
    now, hold = [datetime(2026, 11, 2, tzinfo=UTC)], threading.Event()
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "left").touch()
    kept = Jobs(tmp_path / "x", lambda: now[0])

    def make(job: Job) -> None:
        hold.wait(20)
        job.path.write_text("there")

    for _ in range(jobs.MOST_OWN):
        kept.start("page:a", "a.csv", 0, make)
    assert not (tmp_path / "x" / "left").exists()
    with pytest.raises(Full):
        kept.start("page:a", "a.csv", 0, make)
    failing = kept.start("page:b", "b.csv", 0, _fail)
    hold.set()
    _until(lambda: "" if any(job.state in ("waiting", "making") for job in kept.of("page:a")) else "over")
    _until(lambda: "over" if failing.state == "failed" else "")
    assert {job.state for job in kept.of("page:a")} == {"ready"}
    now[0] += jobs.KEPT
    assert kept.of("page:a") == []
    assert list((tmp_path / "x").iterdir()) == []
