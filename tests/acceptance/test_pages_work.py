"""The pages of messages, cases, notices and flows in a real browser: as each role that may see them, in both
languages, light and dark, on a phone and on a desk; axe finds nothing, and what is done there is done."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from ivr.office.emergencies import added
from ivr.office.versions import Versions
from ivr.records.mailbox import FOLDER, Mailbox
from ivr.records.message_tables import Message
from ivr.records.notice_tables import Request
from ivr.records.voicemail_tables import Voicemail
from ivr.speech import wav
from ivr.telephony.notice_board import read
from reports.people import Role
from tests import offices
from tests.browser import axe, browser, visiting
from tests.pages import SPICE
from tests.registry import GRIEVANCE, SECRET
from tests.site import Site, origin

pytestmark = pytest.mark.slow
__all__ = ["browser", "origin"]

NARROW, WIDE = {"width": 320, "height": 720}, {"width": 1280, "height": 900}
LOOKS = (("ko", "light", WIDE), ("en", "dark", NARROW))

SEEN: dict[Role, tuple[str, ...]] = {
    "desk": ("/cases", "/case/20261234", "/case/20265555", "/messages", "/messages/inbox", "/messages/owed"),
    "supervisor": (
        "/cases?status=처리중", "/case/20261234", "/messages", "/messages/{unknown}", "/messages/inbox",
        "/messages/owed", "/notices", "/notices/changes", "/notice/emergency", "/notice/busy", "/notice/busy/effect",
        "/notices/say",
    ),
    "admin": (
        "/flows", "/flows/check", "/flows/files", "/flows/file?name=main.yaml&line=5", "/flows/versions",
        "/flows/try?begun=1&at=2026-11-27T10:00", "/flows/try?begun=1&at=2026-11-27T10:00&keys=2,1,1",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The sample office with cases, messages and a voicemail, and what people wrote to see it run."""
    folder = tmp_path_factory.mktemp("site")
    office = offices.copy_of_sample(folder)
    site = Site(folder, office="office", data="data", exchange={"practice": True})
    versions = Versions(site.config.data_dir / "offices")
    site.office.office = versions.adopt(office)
    site.office.add({**GRIEVANCE, "school": SPICE}, SECRET)
    site.office.change("처리중", note=SPICE)
    _message(site, state="unknown", reason=SPICE)
    take, box = folder / "take.wav", Mailbox(site.config.data_dir / FOLDER, site.office.keys)
    wav.write(take, wav.silence(1))
    with site.store.transaction() as session:
        session.add(
            Voicemail(
                file=box.put(take.read_bytes()), call="n1-1.1", desk="school_life", language="ko",
                at=datetime.now(UTC), seconds=1, told_at=None, heard_at=None, heard_by=None, deleted_at=None,
            )
        )  # fmt: skip
        session.add(
            Request(
                call="n1-7.1", about="desk/school_life", template="waiting", language="ko", note="sealed",
                at=datetime.now(UTC), kept_at=None,
            )
        )  # fmt: skip
    return site


def _message(site: Site, **changes: Any) -> str:
    """The id of the newest message about the grievance, changed."""
    with site.store.transaction() as session:
        newest = select(Message).where(Message.case == "20261234").order_by(Message.created_at.desc())
        found = session.scalars(newest).first()
        assert found is not None
        for name, value in changes.items():
            setattr(found, name, value)
        return found.id


def enter(site: Site, page: Page, role: Role, origin: str) -> None:
    page.context.add_cookies([{"name": site.cookie, "value": site.token(role), "url": origin}])


def fits(page: Page) -> bool:
    """Whether the page is no wider than the window: on a phone only tables scroll sideways, each by itself."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("role", list(SEEN))
@pytest.mark.parametrize(("lang", "theme", "viewport"), LOOKS, ids=["ko-light-wide", "en-dark-narrow"])
def test_every_page_is_legible_to_everybody(
    site: Site, origin: str, browser: Browser, role: Role, lang: str, theme: str, viewport: dict[str, int]
) -> None:
    with visiting(browser, origin, dark=theme == "dark", viewport=viewport) as page:
        enter(site, page, role, origin)
        page.goto(f"/messages?lang={lang}" if role != "admin" else f"/flows?lang={lang}")
        for path in SEEN[role]:
            page.goto(path.replace("{unknown}", _message(site)))
            assert page.locator("h1").count() == 1
            assert axe(page) == ""
            assert fits(page), f"{path} is wider than {viewport['width']} px"


def test_a_desk_changes_a_case_hears_a_voicemail_and_is_done_with_it(site: Site, origin: str, browser: Browser) -> None:
    with visiting(browser, origin, java_script_enabled=False) as page:
        enter(site, page, "desk", origin)
        page.goto("/case/20265555")
        page.get_by_label("새 상태").select_option("처리중")
        page.get_by_label("메모").fill("확인 중")
        page.get_by_role("button", name="바꾸기", exact=True).click()
        assert page.get_by_text("상태를 바꾸었습니다").is_visible()
        page.goto("/messages/inbox")
        assert page.locator("audio").count() == 1
        page.get_by_role("button", name="마침으로 하기").click()
        assert page.locator("audio").count() == 0
        page.goto("/messages/inbox?done=1")
        page.get_by_role("button", name="되돌리기").click()
        assert page.locator("audio").count() == 1
    assert site.office.history("20265555") == ["접수", "처리중"]


def test_a_double_click_decides_once(site: Site, origin: str, browser: Browser) -> None:
    id = _message(site, state="unknown")
    with visiting(browser, origin) as page:
        enter(site, page, "supervisor", origin)
        page.goto(f"/messages/{id}")
        page.get_by_role("textbox", name="까닭 (필수)").fill("목록에 있음")
        page.get_by_role("button", name="나간 것으로 하기").dblclick()
        page.wait_for_url("**/messages/*?done=sent")
        assert page.get_by_text("나간 것으로 적었습니다").is_visible()


def test_a_notice_switched_in_the_page_is_on_the_board_of_the_next_call(
    site: Site, origin: str, browser: Browser
) -> None:
    with visiting(browser, origin) as page:
        enter(site, page, "supervisor", origin)
        page.goto("/notice/counter_evening")
        page.get_by_label("켜기", exact=True).check()
        page.get_by_role("button", name="이대로 하기").click()
        assert page.get_by_text("켰습니다. 다음 통화부터").is_visible()
        with site.store.reading() as session:
            assert read(session, datetime.now(UTC))[0]["counter_evening"].on
        page.get_by_role("button", name="되돌리기").click()
        with site.store.reading() as session:
            assert read(session, datetime.now(UTC))[0] == {}
        page.goto("/notices/say")
        page.get_by_label("할 말 (한국어)").fill("오늘 전산 장애로 증명 발급이 안 됩니다.")
        page.get_by_label("끝나는 때").fill(f"{datetime.now(site.office.office.calendar.tz):%Y-%m-%d}T23:59")
        page.get_by_label("까닭").fill("전산 장애")
        page.get_by_role("button", name="먼저 들어 보기").click()
        assert page.locator("audio").count() == 1
        assert axe(page) == ""
        page.get_by_role("button", name="지금 내보내기").click()
        page.wait_for_url("**/notice/emergency-1?done=said")
    with site.store.reading() as session:
        office = added(site.office.office, read(session, datetime.now(UTC))[1])
    assert "증명 발급" in office.notices["emergency-1"].say


def test_a_flow_edited_and_put_in_place_is_the_version_for_new_calls(
    site: Site, origin: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.telephony.renewal.speak", lambda config, office: None)
    versions = Versions(site.config.data_dir / "offices")
    with visiting(browser, origin, means_to_see=(409,)) as page:
        enter(site, page, "admin", origin)
        page.goto("/flows/file?name=main.yaml")
        box = page.get_by_label("내용")
        before = box.input_value()
        box.fill(before.replace("next: protection", "next: nowhere"))
        page.get_by_role("button", name="점검하고 저장").click()
        assert page.get_by_text("저장하지 않았습니다").is_visible()
        assert axe(page) == ""
        page.get_by_label("내용").fill(before.replace("안녕하십니까.", "반갑습니다."))
        page.get_by_role("button", name="점검하고 저장").click()
        page.wait_for_url("**done=saved**")
        page.goto("/flows/versions")
        page.get_by_role("button", name="파일의 내용을 반영하기").click()
        assert page.get_by_text("버전을 반영했습니다").is_visible()
        assert axe(page) == ""
    assert "반갑습니다" in (versions.newest_good().folder / "main.yaml").read_text()
    assert "반갑습니다" in str(versions.newest_good().flows["main"].steps["greeting"])


def test_pages_fit_a_screen_reader_without_scripts(site: Site, origin: str, browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, origin, java_script_enabled=False, viewport=NARROW) as page:
        enter(site, page, "admin", origin)
        page.goto("/flows/try?begun=1&at=2026-11-27T10:00")
        page.get_by_role("button", name="2 누르기").click()
        assert page.get_by_role("button", name="1 누르기").is_visible()
        assert "전입학" in page.locator(".transcript").inner_text()
