"""Who has heard what today: how far back the database is asked."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ivr.records import hearings
from ivr.telephony.heard import OVERLAP, Heard

BERLIN = ZoneInfo("Europe/Berlin")
"""2026-03-29 02:00 → 03:00."""


def test_the_overlap_is_five_minutes_also_where_summer_time_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime.datetime] = []

    def since(session: object, notices: object, at: datetime.datetime) -> list[tuple[str, str, str]]:
        asked.append(at)
        return []

    monkeypatch.setattr(hearings, "since", since)
    heard, session = Heard(), Any
    now = datetime.datetime(2026, 3, 29, 3, 2, tzinfo=BERLIN)
    for _ in range(2):
        heard.read(session, ["n"], now)  # type: ignore[arg-type]
    assert asked[1].timestamp() == now.timestamp() - OVERLAP.total_seconds()
