"""Look-ups for callers: what they tell, how often one may try, and what happens while the database is away."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ivr.engine.events import Looked, Recalled
from ivr.language.prompt import Value
from ivr.records import case_lookup, models, recent
from ivr.records.store import Store
from ivr.telephony import lookups
from ivr.telephony.lookups import BY_CALLER, BY_RECEIPT, WINDOW, Lookups
from tests import registry
from tests.registry import GRIEVANCE, MOBILE, NOW, SECRET, Registry

RECEIPT, LAST4, STRANGER = "20261234", "5678", "01099998888"


class Desk:
    """Look-ups in an office with two cases, at a time of the test's."""

    def __init__(self, office: Registry, store: Store | None = None) -> None:
        self.office, self.now = office, NOW
        self.failed: list[str] = []
        self.lookups = Lookups(store or office.store, office.keys, lambda: self.now)

    def find(self, receipt: str = RECEIPT, last4: str = LAST4, caller: str = "", language: str = "ko") -> Looked:
        return self.lookups.find(self.office.office, language, receipt, last4, caller, self.failed.append)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    office = registry.make(tmp_path)
    office.add(GRIEVANCE, SECRET)
    made = Desk(office)
    yield made
    made.lookups.close()


def test_a_case_is_told_in_the_language_of_the_call(desk: Desk) -> None:
    assert desk.find().result == "found"
    assert dict(desk.find().values)["case.status"] == Value("text", "접수")
    english = dict(desk.find(language="en").values)
    assert english["case.desk"] == Value("text", "the school life officer")
    assert english["case.status"].content.isascii()


def test_the_registered_number_needs_no_digits(desk: Desk) -> None:
    assert desk.find(last4="", caller="+821012345678").result == "found"
    assert desk.find(last4="", caller=STRANGER).result == "missing"
    assert desk.find(last4="").result == "missing", "a receipt number alone tells nobody anything"


def test_a_sensitive_case_is_told_to_nobody(desk: Desk) -> None:
    looked = desk.find(SECRET["receipt"])  # type: ignore[arg-type]
    assert looked == Looked("sensitive")


def test_a_caller_who_guesses_is_cut_off_until_the_window_is_over(desk: Desk) -> None:
    for guess in range(BY_CALLER):
        assert desk.find(last4=f"{guess:04}", caller=STRANGER).result == "missing"
    assert desk.find(caller=STRANGER).result == "blocked", "the right digits come too late"
    assert desk.find().result == "found", "others are not blocked with him"
    desk.now += WINDOW + datetime.timedelta(seconds=1)
    assert desk.find(caller=STRANGER).result == "found"


def test_receipt_numbers_that_nobody_tries_again_are_forgotten(desk: Desk) -> None:
    for receipt in ("20269991", "20269992", "20269993"):
        desk.find(receipt)
        desk.now += WINDOW + datetime.timedelta(seconds=1)
    assert list(desk.lookups._failed) == ["20269993"]


def test_a_receipt_number_guessed_at_from_many_telephones_is_cut_off(desk: Desk) -> None:
    for guess in range(BY_RECEIPT):
        assert desk.find(last4="0000", caller=f"0109999{guess:04}").result == "missing"
    assert desk.find(caller="01077776666").result == "blocked"


def test_failures_of_other_nodes_and_of_a_life_before_count(desk: Desk) -> None:
    with desk.office.store.transaction() as session:
        for number in range(BY_CALLER):
            who = desk.office.keys.who(STRANGER)
            case_lookup.record_failure(session, who, f"n2-1.{number}", NOW - datetime.timedelta(minutes=number))
    assert desk.find(caller=STRANGER).result == "blocked"


def test_failures_are_told_to_the_journal_without_the_number(desk: Desk) -> None:
    desk.find(last4="0000", caller=STRANGER)
    assert desk.failed == [RECEIPT, desk.office.keys.who(STRANGER)]


def test_without_a_database_it_is_unavailable(desk: Desk, tmp_path: Path) -> None:
    away = Desk(desk.office, Store(f"sqlite:///{tmp_path / 'gone.db'}"))
    assert away.find() == Looked("unavailable")
    assert away.failed == [], "nobody is blamed for that"


def test_a_database_that_hangs_costs_the_caller_a_moment_only(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "LIMIT_S", 0.05)
    freed = threading.Event()

    def hang(*_: Any, **__: Any) -> int:
        freed.wait(10)
        return 0

    monkeypatch.setattr(case_lookup, "failures", hang)
    try:
        assert {desk.find().result for _ in range(2 * lookups.READERS)} == {"unavailable"}
    finally:
        freed.set()


@pytest.mark.parametrize(("number", "mobile"), [(MOBILE, True), ("042-123-5678", False), ("070-1234-5678", False)])
def test_only_a_mobile_number_takes_messages(desk: Desk, number: str, mobile: bool) -> None:
    desk.office.add({**GRIEVANCE, "receipt": "20267777", "number": number})
    assert desk.find("20267777").mobile is mobile


WEEK_MS = 7 * 86_400_000


def talk(desk: Desk, to: str, days: float, *, answered: bool = True, number: str = MOBILE) -> None:
    """A call that reached a desk some days ago."""
    at = NOW - datetime.timedelta(days=days)
    id = f"n1-{int(at.timestamp())}.1"
    with desk.office.store.transaction() as session:
        who = desk.office.keys.who(number)
        session.add(models.Call(id=id, node="n1", who=who, started_at=at, outcome="answered"))
        session.flush()
        connected = at if answered else None
        outcome = "answered" if answered else "no_answer"
        session.add(models.Leg(call=id, n=0, desk=to, queued_at=at, connected_at=connected, outcome=outcome))


def test_the_desk_of_the_last_answered_call_is_recalled(desk: Desk) -> None:
    talk(desk, "tuition", 3)
    talk(desk, "exams", 2)
    talk(desk, "operators", 1, answered=False)
    talk(desk, "school_life", 0.5, number=STRANGER)
    assert desk.lookups.recall("+821012345678", WEEK_MS) == Recalled("exams")
    assert desk.lookups.recall("01012345678", WEEK_MS // 7) == Recalled(""), "two days are more than one"
    assert desk.lookups.recall("", WEEK_MS) == Recalled(""), "a withheld number is nobody's"


def test_no_desk_is_recalled_while_the_database_is_away_or_hangs(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(desk, "exams", 2)
    away = Desk(desk.office, Store(f"sqlite:///{tmp_path / 'gone.db'}"))
    assert away.lookups.recall(MOBILE, WEEK_MS) == Recalled("")
    away.lookups.close()
    monkeypatch.setattr(lookups, "LIMIT_S", 0.05)
    freed = threading.Event()

    def hang(*_: Any) -> str:
        freed.wait(10)
        return "exams"

    monkeypatch.setattr(recent, "desk", hang)
    try:
        assert desk.lookups.recall(MOBILE, WEEK_MS) == Recalled("")
    finally:
        freed.set()
