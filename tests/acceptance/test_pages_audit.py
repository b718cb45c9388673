"""The audit log in a browser: an auditor looks through it, an admin takes it away; dark, on a phone, in English."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ivr.records import audit, holds
from ivr.records.audit import Deed
from ivr.records.retention_tables import Deletion
from tests.acceptance.test_people import log_in
from tests.browser import PHONE, browser, seen, visiting
from tests.site import Site, origin

__all__ = ["browser", "origin"]

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("audit"))
    for n in range(60):
        with site.store.transaction() as session:
            deed = Deed("cli:kim", "command", "host", "case.changed", f"case:2026{n:04}", "처리중")
            audit.note(session, site.office.keys, deed, NOW)
    with site.store.transaction() as session:
        holds.hold(session, "case:20260001", "case:20260001", "행정심판", "cli:kim", NOW)
        session.add(Deletion(day="2026-11-27", kind="voicemails", days=60, count=7, first=NOW, last=NOW, at=NOW))
    return site


def test_an_auditor_looks_for_deeds_and_whether_the_log_is_whole(browser: Browser, origin: str) -> None:
    with visiting(browser, origin) as page:
        log_in(page, "auditor")
        page.goto("/audit")
        seen(page, "audit")
        page.get_by_role("link", name="다음 쪽").click()
        expect(page.get_by_role("link", name="민원 20260000")).to_be_visible()
        page.get_by_label("누구의 자료").fill("case:20260007")
        page.get_by_role("button", name="찾기").click()
        expect(page.get_by_role("row")).to_have_count(2)
        page.get_by_role("link", name="위변조 확인").click()
        page.get_by_role("button", name="지금 확인하기").click()
        expect(page.get_by_role("status")).to_contain_text("이상 없음")
        seen(page, "audit-whole")
        page.get_by_role("link", name="보관 기간과 삭제").click()
        expect(page.get_by_role("row", name="행정심판")).to_be_visible()
        seen(page, "audit-retention")


def test_an_admin_takes_it_away_for_a_reason(browser: Browser, origin: str) -> None:
    with visiting(browser, origin, means_to_see={422}) as page:
        log_in(page, "admin")
        page.goto("/audit?who=kim")
        page.get_by_label("받는 까닭").fill("월간 점검")
        with page.expect_download() as download:
            page.get_by_role("button", name="CSV 받기").click()
        assert len(Path(download.value.path()).read_text().splitlines()) == 61


@pytest.mark.parametrize("way", ["/audit", "/audit/verify", "/audit/retention"])
def test_on_a_phone_in_the_dark_in_english(browser: Browser, origin: str, way: str) -> None:
    with visiting(browser, origin, dark=True, viewport=PHONE) as page:
        log_in(page, "admin")
        page.goto(f"{way}?lang=en")
        seen(page, f"audit-phone-{way.rpartition('/')[2]}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
