"""Pictures of the pages for docs: a made-up day at the sample office, as a supervisor sees it."""

from __future__ import annotations

import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import select, update

from ivr.records.case_tables import Case
from ivr.records.models import Call
from tests import demo_days, page_clock
from tests.browser import chromium, visiting
from tests.page_clock import FRIDAY as NOW
from tests.registry import GRIEVANCE
from tests.site import Site, serving

WIDE, PHONE = {"width": 1180, "height": 1000}, {"width": 390, "height": 844}
PICTURES: dict[str, tuple[str, bool, dict[str, int]]] = {
    "today": ("/today", False, WIDE),
    "today-phone": ("/today", True, PHONE),
    "reports": ("/reports?period=week", False, {**WIDE, "height": 1400}),
    "steps": ("/reports/steps?period=yesterday&hour=10", True, WIDE),
    "call": ("/calls/{call}", False, WIDE),
}
"""Name of the file: address, dark, size of the window."""


def draw(folder: Path) -> None:
    """Draw all of them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        page_clock.stop(patch)
        site = Site(Path(home))
        site.office.add(GRIEVANCE, at=NOW - timedelta(days=20))
        with site.store.transaction() as session:
            demo_days.fill(session, site.office.keys, NOW)
            session.execute(update(Case).values(deadline=NOW + timedelta(hours=2)))
            waited = select(Call.id).where(Call.outcome == "answered", Call.started_at > NOW - timedelta(hours=5))
            call = session.scalars(waited.order_by(Call.started_at)).first()
        browser = chromium(playwright)
        with serving(site) as origin:
            for name, (path, dark, size) in PICTURES.items():
                options: dict[str, Any] = {"dark": dark, "viewport": size}
                with visiting(browser, origin, **options) as page:
                    page.context.add_cookies([{"name": site.cookie, "value": site.token("supervisor"), "url": origin}])
                    page.goto(path.replace("{call}", str(call)))
                    page.screenshot(path=folder / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
