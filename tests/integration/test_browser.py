"""The browser of the page tests: it speaks Korean, stays at home, and lets no trouble pass."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser

from tests.browser import PHONE, axe, browser, visiting

__all__ = ["browser"]

PAGES = {
    "/": '<h1>대표전화</h1><p id="lang"></p><script src="/lang.js"></script>',
    "/bare": "<h1>표</h1><img src='/dot.svg'>",
    "/away": "<h1>밖</h1><script src='http://example.com/x.js'></script>",
    "/loud": "<h1>오류</h1><script>console.error('큰일')</script>",
    "/broken": "<h1>오류</h1><script>nobody.home()</script>",
}
FILES = {
    "/lang.js": ("text/javascript", "document.getElementById('lang').textContent = navigator.language"),
    "/dot.svg": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    "/favicon.ico": ("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
}


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, body = FILES.get(self.path, ("text/html; charset=utf-8", ""))
        if self.path in PAGES:
            body = f'<!doctype html><html lang="ko"><title>시험</title><main>{PAGES[self.path]}</main></html>'
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_visitor_from_korea_sees_hangul(browser: Browser, origin: str) -> None:
    with visiting(browser, origin, viewport=PHONE, dark=True) as page:
        page.goto("/")
        assert page.text_content("#lang") == "ko-KR"
        assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        # Without a Korean font every syllable is the same box.
        widths = "['뷁', '이'].map(s => { const c = document.createElement('canvas').getContext('2d');"
        painted = f"{widths} c.fillText(s, 0, 10); return c.canvas.toDataURL() }})"
        one, other = page.evaluate(painted)
        assert one != other
        assert axe(page) == ""


def test_axe_says_what_is_wrong_and_where(browser: Browser, origin: str) -> None:
    with visiting(browser, origin) as page:
        page.goto("/bare")
        assert "image-alt (critical)" in axe(page)
        assert "at img" in axe(page)


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("/away", "wanted to leave the machine: http://example.com/x.js"),
        ("/loud", "console: 큰일"),
        ("/broken", "script: "),
        ("/nowhere", "404: GET http://127.0.0.1"),
    ],
)
def test_no_trouble_passes(browser: Browser, origin: str, path: str, trouble: str) -> None:
    with pytest.raises(AssertionError, match=trouble), visiting(browser, origin) as page:
        page.goto(path)


def test_a_status_may_be_meant(browser: Browser, origin: str) -> None:
    with visiting(browser, origin, means_to_see={404}) as page:
        answer = page.goto("/nowhere")
        assert answer
        assert answer.status == 404
