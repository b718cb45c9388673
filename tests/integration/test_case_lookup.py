"""A case by telephone: told to whoever proves to be the one registered, and guessing is counted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ivr.errors import KeyMissing
from ivr.records.case_lookup import CaseView, failures, find, record_failure
from tests import registry
from tests.registry import GRIEVANCE, MOBILE, NOW, SECRET, Registry


@pytest.fixture
def office(tmp_path: Path) -> Registry:
    office = registry.make(tmp_path)
    office.add(GRIEVANCE, SECRET, {**GRIEVANCE, "receipt": "20267777", "number": None, "consent": False})
    return office


def look(office: Registry, receipt: str, last4: str | None = None, caller: str | None = None) -> CaseView | None:
    with office.store.reading() as session:
        return find(session, office.keys, receipt, last4=last4, caller=caller)


@pytest.mark.parametrize(
    ("last4", "caller"),
    [("5678", None), (None, "01012345678"), (None, "+82 10-1234-5678"), ("0000", MOBILE), ("5678", "0212345678")],
)
def test_told_to_who_is_registered(office: Registry, last4: str | None, caller: str | None) -> None:
    found = look(office, "20261234", last4, caller)
    assert found is not None
    assert (found.status, found.type, found.desk, found.language) == ("접수", "grievance", "school_life", "ko")
    assert found.deadline == office.case().deadline
    assert office.keys.open(found.number or "") == "+821012345678"
    assert "number" not in repr(found)


@pytest.mark.parametrize(
    ("receipt", "last4", "caller"),
    [
        ("20261234", "5679", None),
        ("20261234", "", None),
        ("20261234", "45678", None),
        ("20261234", None, "01012345679"),
        ("20261234", None, None),
        ("20269999", "5678", MOBILE),
        ("20267777", "5678", MOBILE),  # a case without a number
    ],
)
def test_not_told_to_anybody_else(office: Registry, receipt: str, last4: str | None, caller: str | None) -> None:
    assert look(office, receipt, last4, caller) is None


def test_of_a_sensitive_case_nothing_is_told_but_its_desk(office: Registry) -> None:
    found = look(office, "20265555", "5678")
    assert found is not None
    assert (found.sensitive, found.desk) == (True, "school_life")
    assert (found.type, found.status, found.deadline) == (None, None, None)


def test_without_its_key_a_case_is_not_told(office: Registry, tmp_path: Path) -> None:
    (tmp_path / "keys/number-1.key").write_bytes(bytes(32))
    office.keys = type(office.keys)(tmp_path / "keys")
    with pytest.raises(KeyMissing):
        look(office, "20261234", "5678")


def test_failures_are_counted_once_within_a_window(office: Registry) -> None:
    with office.store.transaction() as session:
        for call, at in [("n1-1.1", NOW), ("n1-1.1", NOW), ("n1-1.2", NOW), ("n1-1.3", NOW + timedelta(minutes=30))]:
            record_failure(session, "20261234", call, at)
        record_failure(session, "another", "n1-1.1", NOW)
        assert failures(session, "20261234", NOW) == 3
        assert failures(session, "20261234", NOW + timedelta(minutes=1)) == 1
        assert failures(session, "nobody", NOW) == 0
        record_failure(session, "20261234", "n1-1.4", NOW + timedelta(days=1, minutes=10))
        assert failures(session, "20261234", NOW) == 2  # those of yesterday morning are forgotten
        assert failures(session, "another", NOW) == 1
