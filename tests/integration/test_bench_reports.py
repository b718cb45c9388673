"""The benchmark of pages, in small: a made-up month is a database like any other, and every page it times is there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ivr.records.keys import Keys
from ivr.records.store import Store
from reports import queries
from reports.keeper import Keeper
from reports.period import Period
from tests.benchmarks.make_year import make
from tests.benchmarks.reports import all_kept, measured
from tests.benchmarks.year import ZONE, Year

LAST = date(2026, 2, 9)  # a day of announcements


def test_every_page_over_a_made_up_month(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.db'}"
    counts = make(url, Year(1500, 1, LAST, Keys(tmp_path / "keys"), days=30))
    assert counts["calls"] == 1500
    assert counts["steps"] > 6 * 1500 * 0.8
    assert counts["legs"] > 1000
    assert counts["hearings"] > 50
    all_kept(Keeper(Store(url), ZONE))
    with Store(url).reading() as session:
        period = Period(Year.start(LAST, 30), Year.start(LAST, 0), ZONE)
        assert queries.tallies(session, period, None)[""].contacts == 1500
    assert len([*measured(url, tmp_path, LAST, 1)]) > 20
