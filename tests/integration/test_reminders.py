"""사전예보: who is reminded of which case on which morning."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from callback.reminders import Reminders
from ivr.records.message_tables import Message
from tests.registry import GRIEVANCE, SECRET, Registry, make

OFFICER, DESK, SUPERVISOR = "010-3000-0116", "010-3000-1000", "010-3000-9999"
CONTACTS = {"116": OFFICER, "school_life": DESK, "supervisor": SUPERVISOR}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return make(tmp_path)


def morning(registry: Registry, day: str, contacts: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    """Who gets which message that morning, and the receipt number or the digest's counts in it."""
    at = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=registry.office.calendar.tz)
    reminders = Reminders(registry.office, registry.keys, CONTACTS if contacts is None else contacts)
    with registry.store.transaction() as session:
        session.execute(delete(Message))
        reminders.remind(session, at)
        reminders.remind(session, at)  # twice is once
        told = []
        for message in session.scalars(select(Message)):
            values = json.loads(registry.keys.open(message.values))
            about = values.get("receipt") or f"{values['open']}/{values['due']}/{values['overdue']}"
            told.append((registry.keys.open(message.number), message.template, about))
    return sorted(told)


@pytest.fixture
def case(registry: Registry) -> Registry:
    """Received on Monday 23rd, due within seven working days: on Tuesday, December 1st, at 18:00."""
    registry.add({**GRIEVANCE, "officer": "116"})
    return registry


DAYS = {
    "two working days before": ("2026-11-27", [(DESK, "desk_digest", "1/0/0")]),
    "the working day before": (
        "2026-11-30",
        [(OFFICER, "case_due", "20261234"), (DESK, "desk_digest", "1/0/0")],
    ),
    "the day": ("2026-12-01", [(OFFICER, "case_due", "20261234"), (DESK, "desk_digest", "1/1/0")]),
    "the day after": ("2026-12-02", [(SUPERVISOR, "case_overdue", "20261234"), (DESK, "desk_digest", "1/0/1")]),
}


@pytest.mark.parametrize(("day", "expected"), DAYS.values(), ids=DAYS)
def test_who_hears_what_when(case: Registry, day: str, expected: list[tuple[str, str, str]]) -> None:
    assert morning(case, day) == sorted(expected)


def test_a_case_that_is_settled_is_not_mentioned(case: Registry) -> None:
    case.change("처리중")
    case.change("완료")
    assert morning(case, "2026-12-01") == []


def test_a_case_that_waits_for_the_citizen_is_open_but_not_due(case: Registry) -> None:
    case.change("처리중")
    case.change("보완요구")
    assert morning(case, "2026-12-01") == [(DESK, "desk_digest", "1/0/0")]


def test_who_has_no_number_is_reminded_through_the_desk_then_the_supervisor(case: Registry) -> None:
    through_desk = morning(case, "2026-12-01", {"school_life": DESK})
    assert through_desk == [(DESK, "case_due", "20261234"), (DESK, "desk_digest", "1/1/0")]
    through_supervisor = morning(case, "2026-12-01", {"supervisor": SUPERVISOR})
    assert [to for to, _, _ in through_supervisor] == [SUPERVISOR, SUPERVISOR]
    assert morning(case, "2026-12-01", {}) == []


def test_a_sensitive_case_does_not_say_what_it_is_about(registry: Registry) -> None:
    registry.add(SECRET)
    assert morning(registry, "2026-12-02")[-1] == (SUPERVISOR, "case_overdue", "20265555")
    with registry.store.reading() as session:
        values = [json.loads(registry.keys.open(m.values)) for m in session.scalars(select(Message))]
    assert [v["type"] for v in values if "type" in v] == ["***"]
