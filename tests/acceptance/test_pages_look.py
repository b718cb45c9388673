"""Today, reports and calls in a real browser: each role, both languages, light and dark, on a phone and on a desk;
axe finds nothing, no page is wider than its window, and a supervisor finds what he came for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from ivr.records.case_tables import Case
from ivr.records.models import LiveQueue
from reports.people import Role
from reports.web.scope import PAGES
from tests import demo_days, page_clock
from tests.browser import DESKTOP, axe, browser, visiting
from tests.page_clock import FRIDAY as NOW
from tests.registry import GRIEVANCE
from tests.site import Site, origin

pytestmark = pytest.mark.slow
__all__ = ["browser", "origin"]

NARROW = {"width": 320, "height": 640}
LOOKS: dict[str, dict[str, Any]] = {
    "ko-light-wide": {"lang": "ko", "dark": False, "viewport": DESKTOP},
    "en-dark-narrow": {"lang": "en", "dark": True, "viewport": NARROW},
    "ko-dark-narrow": {"lang": "ko", "dark": True, "viewport": NARROW},
    "en-light-wide": {"lang": "en", "dark": False, "viewport": DESKTOP},
}
REPORTS = [f"/reports/{name}".rstrip("/") + "?period=week" for name in PAGES]
CALLS = [
    "/calls?period=week",
    "/calls?from=nonsense&hour=10",
    "/calls?period=week&step=main/purpose",
    "/calls/{answered}",
]
SEEN: dict[Role, list[str]] = {
    "supervisor": ["/today", "/today?big=1", *REPORTS, "/reports?period=yesterday&desk=tuition", *CALLS],
    "admin": ["/today", "/reports", "/reports/steps?period=yesterday&hour=10", "/calls"],
    "desk": ["/today", "/calls?period=week"],
    "auditor": ["/reports?period=last_week", "/reports/people", "/calls?period=week", "/calls/{answered}"],
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        page_clock.stop(patch)
        site = Site(tmp_path_factory.mktemp("site"))
        site.office.add(GRIEVANCE, at=NOW - timedelta(days=20))
        with site.store.transaction() as session:
            demo_days.fill(session, site.office.keys, NOW)
            session.execute(update(Case).values(deadline=NOW - timedelta(days=1)))
        yield site


def enter(site: Site, page: Page, role: Role, origin: str, lang: str = "ko") -> None:
    cookies = {site.cookie: site.token(role), "onestop_lang": lang}
    page.context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in cookies.items()])


def answered(site: Site) -> str:
    """A call that an officer picked up yesterday."""
    client = site.as_("supervisor")
    text: str = client.get("/calls", period="yesterday", result="answered").text
    return text.split('href="/calls/')[1].split('"', maxsplit=1)[0]


@pytest.mark.parametrize(
    ("role", "look"),
    [(role, look) for role in SEEN for look in list(LOOKS)[: None if role == "supervisor" else 2]],
)
def test_every_page_is_legible_to_everybody(site: Site, origin: str, browser: Browser, role: Role, look: str) -> None:
    options = dict(LOOKS[look])
    lang = options.pop("lang")
    with visiting(browser, origin, **options) as page:
        enter(site, page, role, origin, lang)
        for path in SEEN[role]:
            page.goto(path.replace("{answered}", answered(site)))
            assert page.locator("h1").count() == 1
            assert page.locator("html").get_attribute("lang") == lang
            assert axe(page) == ""
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= options["viewport"]["width"], path


def test_the_theme_is_switched_by_hand_and_kept(site: Site, origin: str, browser: Browser) -> None:
    def paper(page: Page) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    with visiting(browser, origin) as page:
        enter(site, page, "supervisor", origin)
        page.goto("/today")
        light = paper(page)
        page.get_by_role("link", name="어둡게").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.wait_for_load_state()
        dark = paper(page)
        assert dark != light
        page.goto("/calls")
        assert paper(page) == dark
        assert axe(page) == ""


def test_today_refreshes_itself_until_it_is_paused(site: Site, origin: str, browser: Browser) -> None:
    def wait(count: int) -> None:
        with site.store.transaction() as session:
            session.execute(update(LiveQueue).where(LiveQueue.desk == "tuition").values(waiting=count))

    with visiting(browser, origin) as page:
        page.clock.install()
        enter(site, page, "supervisor", origin)
        wait(3)
        page.goto("/today")
        row = page.get_by_role("row").filter(has_text="교육비 담당자")
        expect(row.locator("td").nth(1)).to_have_text("3")
        wait(7)
        page.clock.run_for(10_000)
        expect(row.locator("td").nth(1)).to_have_text("7")
        page.get_by_role("button", name="자동 새로 고침 멈추기").click()
        wait(9)
        page.clock.run_for(30_000)
        expect(page.get_by_role("button", name="자동 새로 고침 멈추기")).to_have_attribute("aria-pressed", "true")
        assert row.locator("td").nth(1).text_content() == "7"
        page.get_by_role("link", name="새로 고침", exact=True).click()
        expect(row.locator("td").nth(1)).to_have_text("9")


def test_a_new_alert_alone_is_read_out(site: Site, origin: str, browser: Browser) -> None:
    with visiting(browser, origin) as page:
        enter(site, page, "supervisor", origin)
        page.goto("/today")
        live = page.locator("[aria-live]")
        assert live.count() == 1
        assert "검정고시와 수능 담당자" in (live.text_content() or "")
        assert live.locator("dl").count() == 0


def test_a_new_supervisor_finds_who_gave_up_where(site: Site, origin: str, browser: Browser) -> None:
    """How many gave up yesterday between ten and eleven, at which step; without JavaScript, by links alone."""
    with visiting(browser, origin, java_script_enabled=False) as page:
        enter(site, page, "supervisor", origin)
        page.goto("/")
        page.get_by_role("link", name="통계").click()
        page.get_by_role("link", name="끊는 곳").click()
        page.get_by_label("기간", exact=True).select_option("yesterday")
        page.get_by_role("button", name="보기").click()
        page.get_by_role("link", name="10:00–11:00").click()
        gave_up = page.locator(".tile").filter(has_text="단시간 포기").get_by_role("link").first
        count = int(gave_up.text_content() or "")
        assert count > 0
        assert page.get_by_role("row").filter(has_text="담당자 대기").count() > 0
        gave_up.click()
        rows = page.locator("tbody tr")
        assert rows.count() == count
        rows.first.get_by_role("link").click()
        assert page.get_by_text("포기").count() > 0
        assert page.locator("svg.way").is_visible()


def test_keys_alone_lead_past_the_menu(site: Site, origin: str, browser: Browser) -> None:
    with visiting(browser, origin) as page:
        enter(site, page, "supervisor", origin)
        page.goto("/reports")
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        assert skip.text_content() == "본문으로 건너뛰기"
        assert skip.evaluate("e => e.getBoundingClientRect().top >= 0")
        page.keyboard.press("Enter")
        assert page.locator(":focus").get_attribute("id") == "main"


def test_paper_has_figures_and_no_buttons(site: Site, origin: str, browser: Browser) -> None:
    with visiting(browser, origin, dark=True) as page:
        enter(site, page, "supervisor", origin)
        page.goto("/reports?period=week")
        page.emulate_media(media="print")
        for selector in (".nav", ".filter", ".tabs", ".me"):
            assert page.locator(selector).first.is_hidden(), selector
        assert page.locator(".tiles").is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
