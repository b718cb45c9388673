"""People in a real browser: the first log-in, the page People, a whole number; on a phone, without scripts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from reports import people
from tests.browser import PHONE, browser, seen, visiting
from tests.registry import GRIEVANCE
from tests.site import PASSWORD, Site, origin

__all__ = ["browser", "origin"]

WANTED = "열두 자보다 긴 새 암호"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("people"))
    site.office.add(GRIEVANCE)
    return site


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.get_by_label("이름").fill(name)
    page.get_by_label("암호").fill(password)
    page.get_by_role("button", name="들어가기").click()


def test_a_new_admin_changes_his_password_and_adds_somebody(browser: Browser, site: Site, origin: str) -> None:
    with site.store.transaction() as session:
        once = people.add(session, "choi", "admin", [], [], datetime.now(UTC))
    with visiting(browser, origin, means_to_see={403, 422}) as page:
        page.goto("/people")
        seen(page, "login")
        log_in(page, "choi", "wrong")
        expect(page.get_by_role("alert")).to_contain_text("맞지 않거나")
        seen(page, "login-failed")
        log_in(page, "choi", once)
        expect(page).to_have_url(f"{origin}/password")
        seen(page, "password")
        page.get_by_label("지금 암호").fill(once)
        page.get_by_label("새 암호", exact=True).fill(WANTED)
        page.get_by_label("새 암호 다시").fill(WANTED)
        page.get_by_role("button", name="바꾸기").click()
        page.get_by_role("link", name="사용자").click()
        seen(page, "people")
        page.get_by_label("이름").fill("lee")
        page.get_by_label("역할").select_option("desk")
        page.get_by_label("상담실").check()
        page.get_by_role("button", name="사용자 추가").click()
        assert page.locator("main code").inner_text().count("-") == 3
        seen(page, "once")
        page.goto("/people/lee")
        seen(page, "person")
        page.get_by_role("button", name="삭제").click()
        page.get_by_role("button", name="삭제 되돌리기").click()
        expect(page.get_by_role("status")).to_contain_text("되돌렸습니다")
        page.get_by_role("button", name="나가기").click()
        expect(page).to_have_url(f"{origin}/login")


def test_on_a_phone_in_english_without_scripts(browser: Browser, origin: str) -> None:
    with visiting(browser, origin, viewport=PHONE, java_script_enabled=False) as page:
        log_in(page, "admin")
        page.goto("/people?lang=en")
        expect(page.get_by_role("heading", level=1)).to_have_text("People")
        page.get_by_role("link", name="supervisor", exact=True).click()
        page.get_by_role("button", name="Lock").click()
        page.get_by_role("button", name="Unlock").click()
        expect(page.get_by_role("status")).to_have_text("They may log in now.")


def test_a_phone_shows_everything_in_its_width(browser: Browser, origin: str) -> None:
    with visiting(browser, origin, viewport=PHONE) as page:
        log_in(page, "admin")
        for path in ("/people", "/people/desk", "/password"):
            page.goto(path)
            seen(page, f"phone{path.replace('/', '-')}")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_a_whole_number_in_the_dark(browser: Browser, origin: str) -> None:
    with visiting(browser, origin, dark=True, means_to_see={422}) as page:
        log_in(page, "supervisor")
        page.goto(f"/case/{GRIEVANCE['receipt']}")
        assert "1234-5678" not in page.content()
        page.get_by_text("번호 전체 보기").first.click()
        page.get_by_label("보는 까닭").fill("다시 걸어 달라고 함")
        page.get_by_role("button", name="번호 전체 보기").click()
        expect(page.locator("main")).to_contain_text("+821012345678")
        seen(page, "number")
        page.get_by_role("link", name="돌아가기").click()
        assert "12345678" not in page.content()
