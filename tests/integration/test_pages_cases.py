"""The pages of cases: who sees which, what is due, and a status changed once, refused, or too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ivr.records.audit_tables import AuditRow
from ivr.records.case_tables import Case
from reports import case_list
from tests import registry
from tests.pages import SPICE, heard, once, plain
from tests.registry import GRIEVANCE, MOBILE, SECRET
from tests.site import Site, Visitor

ALIEN = {**GRIEVANCE, "receipt": "20267777", "desk": "tuition"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Three cases: of the desk's own, of the same but restricted, of another desk."""
    site = Site(tmp_path)
    site.office.add(GRIEVANCE, SECRET, ALIEN)
    return site


def deeds(site: Site) -> list[tuple[str, str, str]]:
    with site.store.reading() as session:
        return [(row.who, row.what, row.whose) for row in session.scalars(select(AuditRow).order_by(AuditRow.n))]


def change(visitor: Visitor, **fields: str) -> tuple[int, str]:
    page = visitor.get("/case/20261234").text
    answer = visitor.post("/case/20261234/status", {"once": once(page), "version": "1", **fields})
    return answer.status_code, answer.text


def test_a_desk_sees_its_own_cases_and_a_supervisor_those_that_are_not_restricted(site: Site) -> None:
    own, all_ = plain(site.as_("desk").get("/cases").text), plain(site.as_("supervisor").get("/cases").text)
    assert [receipt in own for receipt in ("20261234", "20265555", "20267777")] == [True, True, False]
    assert [receipt in all_ for receipt in ("20261234", "20265555", "20267777")] == [True, False, True]
    assert site.as_("desk").get("/case/20267777").status_code == 404
    assert site.as_("supervisor").get("/case/20265555").status_code == 404
    assert site.as_("admin").get("/case/20265555").status_code == 404
    assert site.as_("auditor").get("/case/20261234").status_code == 403
    assert "담당 부서만" in site.as_("desk").get("/case/20265555").text


def test_restricted_cases_are_counted_where_they_are_not_shown(site: Site) -> None:
    with site.store.reading() as session:
        found = case_list.counts(session, None, registry.NOW, site.office.office.calendar.tz)
        assert [(one.desk, one.open) for one in found] == [("school_life", 2), ("tuition", 1)]
        own = case_list.counts(session, frozenset({"tuition"}), registry.NOW, site.office.office.calendar.tz)
    assert [one.desk for one in own] == ["tuition"]


def test_a_deadline_is_marked_by_the_day_of_the_office(site: Site) -> None:
    zone, case = site.office.office.calendar.tz, site.office.case()
    assert case.deadline is not None
    end = case_list.midnight(case.deadline, zone)
    assert case_list.due(case, case.deadline + timedelta(seconds=1), zone) == "overdue"
    assert case_list.due(case, end - timedelta(days=1), zone) == "today"
    assert case_list.due(case, end - timedelta(days=1, seconds=1), zone) == "later"
    assert case_list.due(site.office.change("반려"), case.deadline + timedelta(days=1), zone) == "rests"


def test_what_is_overdue_is_found_by_that_with_the_days(site: Site) -> None:
    zone = site.office.office.calendar.tz
    with site.store.transaction() as session:
        session.get_one(Case, "20261234").deadline = datetime.now(UTC) - timedelta(days=3)
        session.get_one(Case, "20267777").deadline = datetime.now(UTC) + timedelta(days=3)
    visitor = site.as_("supervisor")
    text = visitor.get("/cases", due="overdue").text
    assert [f'"/case/{one}?due=overdue"' in text for one in ("20261234", "20267777")] == [True, False]
    assert "기한 3일 지남" in text
    assert '"/cases?desk=school_life&amp;due=overdue"' in text
    assert "20261234" not in plain(visitor.get("/cases", due="today").text)
    assert "20261234" in plain(visitor.get("/cases", due="<b>").text)
    site.office.change("반려")
    assert "20261234" not in plain(visitor.get("/cases", due="overdue", receipt="20261234").text), "it is closed"
    case = Case(deadline=datetime(2026, 11, 22, 14, 59, tzinfo=UTC))
    assert [case_list.late(case, at, zone) for at in (registry.NOW, registry.NOW - timedelta(days=2))] == [1, 0]


def test_no_status_is_chosen_before_somebody_does(site: Site) -> None:
    visitor = site.as_("desk")
    text = visitor.get("/case/20261234", desk="school_life", done="changed").text
    assert '<a href="/cases?desk=school_life">' in text, "back to the list"
    assert '<option value="">골라 주십시오</option>' in text
    assert "selected" not in text
    assert "처리중으로 바꾼 뒤에" in text
    assert "고를 수 있는 상태" in change(visitor, status="")[1]
    assert site.office.history() == ["접수"]
    form = {"once": once(text), "version": "1", "status": "처리중"}
    answer = visitor.post("/case/20261234/status?desk=school_life", form)
    assert answer.headers["location"] == "/case/20261234?desk=school_life&done=changed"
    assert "처리중으로 바꾼 뒤에" not in visitor.get("/case/20261234").text


def test_cases_are_found_by_desk_status_kind_and_number(site: Site) -> None:
    visitor = site.as_("supervisor")
    for query, found in (
        ({"desk": "tuition"}, ["20267777"]),
        ({"receipt": "202612"}, ["20261234"]),
        ({"status": "처리중"}, []),
        ({"type": "grievance"}, ["20261234", "20267777"]),
        ({"type": "' OR 1=1 --"}, []),
        ({"receipt": "%"}, []),
        ({"n": "2"}, []),
    ):
        text = visitor.get("/cases", **query).text
        assert [one for one in ("20261234", "20265555", "20267777") if f'"/case/{one}?' in text] == found, query


def test_a_status_is_changed_once_however_often_the_form_is_sent(site: Site) -> None:
    visitor = site.as_("desk")
    token = once(visitor.get("/case/20261234").text)
    form = {"once": token, "version": "1", "status": "처리중", "note": f"{SPICE}\r\n둘째 줄", "officer": "116"}
    answers = [visitor.post("/case/20261234/status", form) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == ["/case/20261234?done=changed"] * 2
    assert site.office.history() == ["접수", "처리중"]
    assert deeds(site).count(("page:desk", "case.changed", "case:20261234")) == 1
    page = visitor.get("/case/20261234", done="changed")
    assert "상태를 바꾸었습니다" in page.text
    assert not heard(page.text)
    assert "<script>alert(1)" in plain(page.text), "it is shown as it was written"
    assert len(site.office.messages()) == 2 + 1 + 1, "three of receipt, one of the change"
    assert "010-****-5678" in page.text
    assert MOBILE not in page.text


def test_a_form_used_up_or_too_late_changes_nothing_and_says_so(site: Site) -> None:
    visitor = site.as_("desk")
    token = once(visitor.get("/case/20261234").text)
    visitor.post("/case/20261234/status", {"once": token, "version": "1", "status": "처리중"})
    other = visitor.post("/case/20261234/status", {"once": token, "version": "1", "status": "반려"})
    assert (other.status_code, "이미 쓰였습니다" in other.text) == (409, True)
    assert change(visitor, status="반려")[0] == 409
    assert "다른 사람이 이 민원을 바꾸었습니다" in change(visitor, status="반려", note="내 글")[1]
    assert "내 글" in change(visitor, status="반려", note="내 글")[1], "what was written is still there"
    assert site.office.history() == ["접수", "처리중"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "완료"}, "그 상태로 갈 수 없어"),
        ({"status": "없는상태"}, "고를 수 있는 상태"),
        ({"status": "이송"}, "지금과 다른 부서를 고르고"),
        ({"status": "처리중", "desk": "tuition"}, "지금과 다른 부서를 고르고"),
        ({"status": "처리중", "note": "가" * 2001}, "2,000자까지"),
        ({"status": "처리중", "officer": "999"}, "목록에 있는 담당자"),
        ({"status": "처리중", "extension": "3d"}, "기간연장일 때"),
        ({"status": "처리중", "version": "x"}, "새로 고친 뒤"),
    ],
)
def test_what_is_wrong_is_said_beside_the_form(site: Site, fields: dict[str, str], said: str) -> None:
    status, text = change(site.as_("desk"), **fields)
    assert (status, said in text) == (409, True), plain(text)
    assert site.office.history() == ["접수"]
    assert not [deed for deed in deeds(site) if deed[1] == "case.changed"]


def test_nobody_changes_what_he_may_not_see(site: Site) -> None:
    visitor = site.as_("desk")
    token = once(visitor.get("/case/20261234").text)
    form = {"once": token, "version": "1", "status": "처리중"}
    assert visitor.post("/case/20267777/status", form).status_code == 404
    assert site.as_("auditor").post("/case/20261234/status", form).status_code == 403
    assert visitor.post("/case/20261234/status", {**form, "once": "x"}).status_code == 422
    assert visitor.client.post("/case/20261234/status", data=form).status_code == 403, "without its token"
    assert site.office.history("20267777") == ["접수"]


def test_whoever_looked_at_a_case_is_noted(site: Site) -> None:
    site.as_("supervisor").get("/case/20261234")
    assert deeds(site) == [("page:supervisor", "case.shown", "case:20261234")]


def test_a_case_passed_on_is_open_to_both_desks(site: Site) -> None:
    site.person("kim", "desk", ["tuition"])
    assert change(site.as_("desk"), status="이송", desk="tuition")[0] == 303
    assert "이송 중" in site.as_("desk", "kim").get("/case/20261234").text
    with site.store.reading() as session:
        assert session.get_one(Case, "20261234").moving_to == "tuition"


def test_fields_of_a_case_are_text(site: Site) -> None:
    with site.store.transaction() as session:
        case = session.get_one(Case, "20261234")
        case.school, case.officer, case.type, case.deadline = SPICE, SPICE, SPICE, datetime.now(UTC)
    for path in ("/cases", "/case/20261234", f"/cases?receipt={SPICE[:30]}&desk={SPICE[:30]}"):
        assert not heard(site.as_("supervisor").get(path).text), path
