"""A real Chromium for tests of pages: fixture `browser`, one per module, and `with visiting(browser, origin) as page`.

Nothing leaves the machine: what isn't of the page's own origin is refused, and fails the test, as do errors on the
console, requests that fail and answers of 400 and above that the test hasn't said it means to see.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    Route,
    sync_playwright,
)

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
"""What axe looks for: WCAG 2.1 AA, which KWCAG follows, and its advice."""

_PROGRAMS = ("chromium-headless-shell", "chromium")
_ARGUMENTS = (
    "--no-sandbox",  # it visits our own pages only, and tests run as root in containers
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium without a window; skips the tests, with the reason, where there is none."""
    with sync_playwright() as playwright:
        started = chromium(playwright)
        yield started
        started.close()


def chromium(playwright: Playwright) -> Browser:
    """A Chromium started; skips as `browser` does."""
    return playwright.chromium.launch(executable_path=_program(), args=_ARGUMENTS)


@contextmanager
def visiting(
    browser: Browser, origin: str, *, means_to_see: Container[int] = (), dark: bool = False, **options: Any
) -> Iterator[Page]:
    """A page of a fresh visitor from Korea at `origin` ("http://127.0.0.1:8080"); addresses may be relative to it.

    `means_to_see`: statuses of 400 and above that are no failure. Options are those of Playwright's `new_context`,
    e.g. `viewport=PHONE`, `java_script_enabled=False`. What the visitor met is judged when he leaves.
    """
    settings: dict[str, Any] = {"locale": "ko-KR", "timezone_id": "Asia/Seoul", "viewport": DESKTOP, **options}
    settings["color_scheme"] = "dark" if dark else "light"
    context = browser.new_context(base_url=origin, service_workers="block", **settings)
    troubles = _watch(context, origin, means_to_see)
    try:
        yield context.new_page()
    finally:
        context.close()
    assert not troubles, "in the browser:\n" + "\n".join(troubles)


def axe(page: Page) -> str:
    """What axe finds wrong with the page as it is now, one rule and element a line; empty when it finds nothing."""
    found = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": list(RULES)})
    return "\n".join(
        f"{page.url}: {violation['id']} ({violation['impact']}): {violation['help']}\n"
        f"    at {' '.join(map(str, node['target']))}: {node['html']}\n"
        f"    {' '.join(node['failureSummary'].split())}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    )


def seen(page: Page, name: str) -> None:
    """Nothing is wrong with the page as it is; ONESTOP_SHOTS names a folder for a picture of it."""
    assert axe(page) == ""
    if folder := os.environ.get("ONESTOP_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def _program() -> str:
    if reason := os.environ.get("ONESTOP_MISSING_CHROMIUM"):
        pytest.skip(reason)
    own = os.path.join(os.environ.get("ONESTOP_CACHE", os.path.expanduser("~/.cache/onestop")), "bin")
    for program in _PROGRAMS:
        if found := shutil.which(program, path=f"{os.environ['PATH']}{os.pathsep}{own}"):
            return found
    pytest.skip("there is no Chromium: scripts/setup/chromium gets it")


def _watch(context: BrowserContext, origin: str, means_to_see: Container[int]) -> list[str]:
    """Keep the context at home; the list that grows by every trouble."""
    troubles: list[str] = []

    def pass_or_refuse(route: Route) -> None:
        if route.request.url.startswith(f"{origin}/"):
            route.continue_()
        else:
            troubles.append(f"wanted to leave the machine: {route.request.url}")
            route.abort()

    def hear(message: ConsoleMessage) -> None:
        # An answer of 400 and above is said here once more, without the status as a number: `answered` judges it.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            troubles.append(f"console: {message.text}")

    def answered(response: Response) -> None:
        if response.status >= 400 and response.status not in means_to_see:
            troubles.append(f"{response.status}: {response.request.method} {response.url}")

    def failed(request: Request) -> None:
        # A page that was left while it still loaded, and a download, end as "aborted" too.
        if request.failure != "net::ERR_ABORTED" and request.url.startswith(f"{origin}/"):
            troubles.append(f"{request.failure}: {request.method} {request.url}")

    context.route("**/*", pass_or_refuse)
    context.on("console", hear)
    context.on("weberror", lambda error: troubles.append(f"script: {error.error}"))
    context.on("response", answered)
    context.on("requestfailed", failed)
    return troubles
