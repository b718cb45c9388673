"""Exports in a real browser: figures and calls asked for, fetched, refused without a reason; the page for paper."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from ivr.records.models import Call, Leg
from tests.browser import DESKTOP, PHONE, browser, seen, visiting
from tests.site import PASSWORD, Site, origin

__all__ = ["browser", "origin"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """30 answered calls within the last hour."""
    site = Site(tmp_path_factory.mktemp("exports"))
    now = datetime.now(UTC)
    with site.store.transaction() as session:
        for n in range(30):
            at = now - timedelta(minutes=n)
            session.add(Call(id=f"n1-{n}", node="n1", line="1000", started_at=at, outcome="answered"))
            session.flush()
            session.add(Leg(call=f"n1-{n}", n=0, desk="tuition", queued_at=at, connected_at=at, outcome="answered"))
    return site


@pytest.mark.parametrize("phone", [False, True])
def test_a_supervisor_takes_calls_away_for_a_reason(browser: Browser, origin: str, phone: bool) -> None:
    with visiting(browser, origin, dark=phone, viewport=PHONE if phone else DESKTOP) as page:
        page.goto("/login?next=/exports")
        page.get_by_label("이름").fill("supervisor")
        page.get_by_label("암호").fill(PASSWORD)
        page.get_by_role("button", name="들어가기").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("내보내기")
        seen(page, f"exports-{phone}")
        page.get_by_role("link", name="통화 화면에서").click()
        page.get_by_text("통화 목록 내보내기").click()
        form = page.locator('form[action="/exports/calls"]')
        form.get_by_label("형식").select_option("csv")
        form.get_by_label("까닭").fill("민원 확인")
        form.get_by_role("button", name="만들기").click()
        link = page.get_by_role("link", name="내려받기").first
        for _ in range(200):  # nothing refreshes the page but who reads it
            if page.get_by_role("link", name="새로고침").count() == 0:
                break
            page.get_by_role("link", name="새로고침").click()
        expect(link).to_be_visible()
        seen(page, f"exports-ready-{phone}")
        with page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename.startswith("calls-")
        page.goto("/reports/print")
        expect(page.get_by_text("응대율 = 응대 ÷ 인입")).to_be_visible()
        seen(page, f"print-{phone}")
