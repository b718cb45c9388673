"""The pages of the audit log: found, whole or not, taken away for a reason, deletions and holds told."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from ivr.records import audit, holds
from ivr.records.audit import Deed
from ivr.records.retention_tables import Deletion
from reports.web.words import LANGS
from tests.pages import SPICE, heard, plain
from tests.site import Site

NOW = datetime.now(UTC)
TODAY = NOW.astimezone(ZoneInfo("Asia/Seoul")).date()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Deeds of two, one of them hostile."""
    site = Site(tmp_path)
    for who, what, whose, why, ago in (
        ("cli:kim", "case.changed", "case:20261234", "처리중", 3),
        ("page:lee", "number.shown", "call:n1-1.1", SPICE, 2),
        ("page:kim", "case.shown", "case:20265555", "=1+1", 0),
    ):
        with site.store.transaction() as session:
            audit.note(session, site.office.keys, Deed(who, "page", "10.0.0.1", what, whose, why), NOW - timedelta(ago))
    return site


def test_deeds_are_found_and_what_was_typed_runs_nowhere(site: Site) -> None:
    auditor = site.as_("auditor")
    whole = auditor.get("/audit")
    assert not heard(whole.text)
    for told in ("kim (명령)", "민원 상태를 바꿈 case.changed", "민원 20261234", "lee (화면)", "전화번호 전체를 봄"):
        assert told in plain(whole.text)
    for query, found in (
        ({"who": "kim"}, [True, False, True]),
        ({"what": "number.shown"}, [False, True, False]),
        ({"whose": "case:"}, [True, False, True]),
        ({"from": f"{TODAY - timedelta(1)}"}, [False, False, True]),
        ({"to": f"{TODAY - timedelta(2)}"}, [True, True, False]),
    ):
        table = plain(auditor.get("/audit", **query).text.split("</form>")[-1])
        assert [one in table for one in ("20261234", "n1-1.1", "20265555")] == found, query
    wrong = plain(auditor.get("/audit", **{"from": "gestern"}).text)
    assert "날짜가 바르지 않습니다" in wrong
    assert "20265555" not in wrong


def test_long_lists_have_pages(site: Site) -> None:
    for n in range(120):
        with site.store.transaction() as session:
            audit.note(session, site.office.keys, Deed("cli:many", "command", "h", "test.done", f"call:c{n}"), NOW)
    auditor, found, way = site.as_("auditor"), [], "/audit?who=many"
    while way:
        told = auditor.get(way).text
        found += [n for n in range(120) if f">통화 c{n}<" in told]
        way = (
            told.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
            if 'rel="next"' in told
            else ""
        )
    assert sorted(found) == list(range(120))


def test_a_list_of_what_is_somebodys_is_noted(site: Site) -> None:
    supervisor = site.as_("supervisor")
    for path in ("/calls", "/messages", "/messages/inbox", "/cases"):
        assert supervisor.get(path).status_code == 200
    with site.store.reading() as session:
        noted = [row.what for row in audit.listed(session, audit.Search(who="supervisor"), None)]
    assert noted == ["cases.listed", "voicemails.listed", "messages.listed", "calls.listed"]


def test_whether_the_log_is_whole(site: Site) -> None:
    auditor = site.as_("auditor")
    assert "지금 확인하기" in auditor.get("/audit/verify").text
    assert "이상 없음: 기록 3건" in plain(auditor.post("/audit/verify").text)
    with site.store.transaction() as session:
        session.execute(text("DROP TRIGGER audit_kept"))
        session.execute(text("UPDATE audit SET why = '' WHERE n = 2"))
    broken = plain(auditor.post("/audit/verify?lang=en").text)
    assert "tampered with" in broken
    assert "row 2 was changed" in broken


def test_a_file_is_for_those_who_may_and_for_a_reason(site: Site) -> None:
    auditor, admin = site.as_("auditor"), site.as_("admin")
    assert "/audit/export" not in auditor.get("/audit").text
    assert auditor.post("/audit/export", {"reason": "월간 점검"}).status_code == 403
    assert site.as_("supervisor").post("/audit/export", {"reason": "월간 점검"}).status_code == 403
    assert "다섯 자에서" in admin.post("/audit/export", {"reason": "why"}).text
    answer = admin.post("/audit/export", {"reason": "월간 점검", "whose": "case:"})
    assert answer.headers["content-disposition"].startswith('attachment; filename="audit-')
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["번호", "시각", "누가"]
    assert [(row[2], row[6]) for row in rows[1:]] == [("page:kim", "case:20265555"), ("cli:kim", "case:20261234")]
    assert not rows[1][7].startswith("=")
    with site.store.reading() as session:
        (noted,) = audit.listed(session, audit.Search(what="audit.exported"), None)
        assert (noted.who, noted.why) == ("page:admin", "월간 점검")


@pytest.mark.parametrize("lang", LANGS)
def test_deletions_and_holds_are_told(site: Site, lang: str) -> None:
    auditor = site.as_("auditor")
    assert auditor.get("/audit/retention", lang=lang).status_code == 200
    with site.store.transaction() as session:
        holds.hold(session, "case:20261234", "case:20261234", SPICE, "cli:kim", NOW)
        for kind in type(site.config.retention).model_fields:
            session.add(Deletion(day="2026-11-27", kind=kind, days=60, count=7, first=NOW, last=NOW, at=NOW))
    page = auditor.get("/audit/retention", lang=lang)
    assert (page.status_code, heard(page.text)) == (200, False)
    assert {"ko": "민원 20261234", "en": "case 20261234"}[lang] in plain(page.text)
    assert plain(page.text).count("2026-11-27 ") >= len(type(site.config.retention).model_fields)
