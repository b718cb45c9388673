"""Cases in a database: taken in once, changed by the rules, told to the citizen in the same transaction."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from callback import forms, outbox
from callback.access import Told
from callback.form_fields import At
from callback.forms import StatusForm
from callback.refusal import Code, Refusal
from ivr.errors import OnestopError
from ivr.language.cases import CaseBook
from ivr.records.case_tables import Case
from tests import registry
from tests.postgres import running_postgres
from tests.registry import GRIEVANCE, MOBILE, NOW, SECRET, Registry

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture
def office(tmp_path: Path) -> Registry:
    return registry.make(tmp_path)


def refused(code: Code) -> pytest.RaisesExc[Refusal]:
    return pytest.RaisesExc(Refusal, check=lambda refusal: refusal.code == code)


def due(office: Registry) -> str | None:
    deadline = office.case().deadline
    return None if deadline is None else f"{deadline.astimezone(SEOUL):%m-%d %H:%M}"


def test_a_case_is_taken_in_with_its_deadline_and_message(office: Registry) -> None:
    assert office.add(GRIEVANCE) == [True]
    assert due(office) == "12-01 18:00"
    assert office.history() == ["접수"]
    assert office.messages() == [("case_status", {"receipt": "20261234", "type": "고충", "status": "접수"})]


def test_the_same_case_twice_is_one(office: Registry) -> None:
    office.add(GRIEVANCE)
    office.change("처리중")
    assert office.add({**GRIEVANCE, "number": "+82 10 1234 5678"}) == [False]
    assert office.history() == ["접수", "처리중"]
    assert len(office.messages()) == 2


def test_a_receipt_number_is_given_once(office: Registry) -> None:
    office.add(GRIEVANCE)
    with refused("receipt_taken"):
        office.add({**GRIEVANCE, "number": "010-1234-5679"})
    with refused("receipt_taken") as caught:
        office.add(SECRET, {**GRIEVANCE, "school": "다른학교"})
    assert [detail.index for detail in caught.value.details] == [1]
    with office.store.reading() as session:
        assert len(session.scalars(select(Case)).all()) == 1


def test_everything_wrong_with_every_row_is_named_at_once(office: Registry) -> None:
    rows: list[dict[str, object]] = [
        {**GRIEVANCE, "type": "grievence", "desk": "x", "officer": "999", "language": "fr", "wish": 1},
        {"receipt": "12", "received_at": "gestern", "school": "a\nb"},
        {**GRIEVANCE, "receipt": "20260001", "number": None},
        {**GRIEVANCE, "receipt": "20260002", "number": "12", "received_at": "2099-01-01"},
        GRIEVANCE,
        GRIEVANCE,
    ]
    with refused("invalid") as caught:
        office.add(*rows)
    told = {(detail.index, detail.field) for detail in caught.value.details}
    assert told == {
        *((0, field) for field in ("type", "desk", "officer", "language", "wish")),
        *((1, field) for field in ("receipt", "type", "desk", "received_at", "school")),
        (2, "number"),
        *((3, field) for field in ("number", "received_at")),
        (5, "receipt"),
    }
    assert "did you mean “grievance”?" in str(caught.value)


def test_a_time_without_zone_is_the_offices(office: Registry) -> None:
    office.add({**GRIEVANCE, "received_at": "2026-11-20T10:00"})
    assert office.case().received_at == datetime(2026, 11, 20, 10, tzinfo=SEOUL)


def test_a_wrong_transition_is_refused_with_the_allowed_ones(office: Registry) -> None:
    office.add(GRIEVANCE)
    with refused("wrong_transition") as caught:
        office.change("완료")
    assert caught.value.details[0].allowed == ("이송", "처리중", "반려", "취하")
    office.change("취하")
    with refused("wrong_transition") as caught:
        office.change("처리중")
    assert caught.value.details[0].allowed == ()
    assert office.history() == ["접수", "취하"]
    assert len(office.messages()) == 2


def test_a_certificate_takes_the_short_way(office: Registry) -> None:
    office.add({**GRIEVANCE, "type": "certificate"})
    with refused("wrong_transition"):
        office.change("이송", desk="tuition")
    office.change("처리중")
    office.change("완료")
    assert office.history() == ["접수", "처리중", "완료"]


def test_an_extension_is_given_once_and_at_most_the_period(office: Registry) -> None:
    office.add(GRIEVANCE)
    office.change("처리중")
    for wrong in ("8d", "1h"):
        with refused("invalid"):
            office.change("기간연장", extension=wrong)
    with refused("invalid"):
        office.change("보완요구", extension="1d")
    office.change("기간연장", extension="2d")
    assert due(office) == "12-03 18:00"
    assert office.messages()[-1] == (
        "case_extended",
        {"receipt": "20261234", "type": "고충", "status": "기간연장", "deadline": "2026-12-03"},
    )
    with refused("wrong_transition"):
        office.change("기간연장")
    office.change("보완요구")
    office.change("처리중")
    with refused("wrong_transition"):
        office.change("기간연장")


def test_an_extension_without_measure_is_the_whole_period(office: Registry) -> None:
    office.add(GRIEVANCE)
    office.change("처리중")
    office.change("기간연장")
    assert due(office) == "12-10 18:00"


def test_while_the_citizen_supplements_the_period_rests(office: Registry) -> None:
    office.add(GRIEVANCE)
    office.change("처리중")
    office.change("보완요구", at=NOW + timedelta(days=1))
    assert due(office) is None
    office.change("처리중", at=NOW + timedelta(days=3))  # Tuesday to Thursday: three days
    assert due(office) == "12-04 18:00"
    office.change("보완요구", at=NOW + timedelta(days=4))
    office.change("취하", at=NOW + timedelta(days=7))  # Friday to Monday: two more
    assert due(office) == "12-08 18:00"


def test_a_transfer_needs_a_desk_and_the_case_arrives_there(office: Registry) -> None:
    office.add({**GRIEVANCE, "officer": "116"})
    for wrong in (None, "school_life"):
        with refused("invalid"):
            office.change("이송", desk=wrong)
    with refused("invalid"):
        office.change("처리중", desk="tuition")
    moving = office.change("이송", desk="tuition")
    assert (moving.desk, moving.moving_to, moving.officer) == ("school_life", "tuition", "116")
    arrived = office.change("접수", officer="115")
    assert (arrived.desk, arrived.moving_to, arrived.officer) == ("tuition", None, "115")
    assert due(office) == "12-01 18:00"  # within the office the period goes on


def test_a_refusal_carries_its_remedy(office: Registry) -> None:
    office.add({**GRIEVANCE, "language": "en"})
    office.change("처리중")
    office.change("거부")
    template, values = office.messages()[-1]
    assert (template, values["status"], values["type"]) == ("case_refused", "refused", "complaint")
    assert "within 60 days" in values["remedy"]


def test_the_same_event_twice_is_one(office: Registry) -> None:
    office.add(GRIEVANCE)
    first = office.change("처리중", key="k")
    again = office.change("처리중", key="k")
    assert (first.version, again.version) == (2, 2)
    assert office.history() == ["접수", "처리중"]
    assert len(office.messages()) == 2
    with refused("key_reused"):
        office.change("완료", key="k")


def test_a_change_decided_on_an_old_version_is_a_conflict(office: Registry) -> None:
    office.add(GRIEVANCE)
    office.change("처리중", version=1)
    with refused("conflict"):
        office.change("완료", version=1)
    office.change("완료", version=2)


def test_who_comes_second_waits_and_sees_what_the_case_became(tmp_path: Path) -> None:
    """On PostgreSQL; on SQLite there is one writer anyhow."""
    with running_postgres() as url, ThreadPoolExecutor(1) as pool:
        office = registry.make(tmp_path, url)
        office.add(GRIEVANCE)
        form = forms.read(StatusForm, {"status": "취하"}, At(office.office, NOW))
        assert not isinstance(form, list)
        with office.store.transaction() as session:
            office.cases.change(session, "20261234", form, "first", Told("test", None, NOW))
            session.flush()
            second = pool.submit(office.change, "처리중", key="second")
            assert not wait([second], timeout=0.5).done
        with refused("wrong_transition"):
            second.result()
        assert office.history() == ["접수", "취하"]


def test_change_and_message_are_kept_together_or_not_at_all(office: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    office.add(GRIEVANCE)

    def broken(*_: object) -> bool:
        raise RuntimeError("no room")

    monkeypatch.setattr(outbox, "enqueue", broken)
    with pytest.raises(RuntimeError):
        office.change("처리중")
    assert office.history() == ["접수"]
    assert office.case().status == "접수"


def test_no_message_without_consent_or_number(office: Registry) -> None:
    office.add({**GRIEVANCE, "consent": False}, {**SECRET, "consent": False, "number": None})
    office.change("처리중")
    assert office.messages() == []


def test_a_sensitive_case_tells_nothing_but_its_receipt_number(office: Registry) -> None:
    office.add(SECRET)
    office.change("처리중", receipt="20265555", desks=frozenset(["school_life"]))
    assert office.messages() == [("case_neutral", {"receipt": "20265555"})] * 2


@pytest.mark.parametrize("desks", [None, frozenset(["tuition"])])
def test_a_sensitive_case_is_open_to_its_desk_alone(office: Registry, desks: frozenset[str] | None) -> None:
    office.add(SECRET)
    with office.store.reading() as session:
        with refused("no_case"):
            office.cases.show(session, "20265555", desks)
        assert office.cases.listed(session, desks, ["접수"], 9) == []
        assert office.cases.show(session, "20265555", frozenset(["school_life"])).sensitive
    with refused("no_case"):
        office.change("처리중", receipt="20265555", desks=desks)


def test_a_desk_sees_its_own_cases_and_those_on_their_way_to_it(office: Registry) -> None:
    tuition = frozenset(["tuition"])
    office.add(GRIEVANCE)
    with refused("no_case"):
        office.change("처리중", desks=tuition)
    office.change("이송", desk="tuition")
    assert office.change("접수", desks=tuition).desk == "tuition"
    with office.store.reading() as session, refused("no_case"):
        office.cases.show(session, "20261234", frozenset(["school_life"]))


def test_a_type_says_whether_its_cases_are_sensitive_unless_told_otherwise(office: Registry) -> None:
    office.add({**SECRET, "sensitive": False}, {**GRIEVANCE, "sensitive": True})
    assert (office.case("20265555").sensitive, office.case("20261234").sensitive) == (False, True)


def test_nobody_takes_a_case_in_for_another_desk(office: Registry) -> None:
    with refused("desk_closed") as caught:
        office.add(SECRET, {**GRIEVANCE, "desk": "tuition"}, desks=frozenset(["school_life"]))
    assert [detail.index for detail in caught.value.details] == [1]


def test_what_the_office_has_given_up_since_hinders_no_case(office: Registry) -> None:
    """A kind of case, a language: cases of them go on to their end."""
    office.add({**GRIEVANCE, "language": "en"})
    book = office.office.cases
    types = {name: type for name, type in book.types.items() if name != "grievance"}
    words = {"ko": replace(book.words["ko"], types={name: type.name for name, type in types.items()})}
    office.office = replace(office.office, languages=("ko",), cases=replace(book, types=types, words=words))
    office.change("처리중")
    assert office.messages()[-1] == (
        "case_status",
        {"receipt": "20261234", "type": "grievance", "status": "처리중"},
    )
    office.office = replace(office.office, cases=CaseBook())
    with pytest.raises(OnestopError, match=r"no cases\.yaml any more"):
        office.change("완료")


def test_no_raw_number_and_no_note_stands_in_the_database(office: Registry, tmp_path: Path) -> None:
    office.add(GRIEVANCE)
    office.change("처리중", note="홍길동 님과 통화함 01099998888")
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("onestop.db*"))
    for secret in (MOBILE, "1012345678", "12345678", "홍길동", "99998888"):
        assert secret.encode() not in raw
    assert b"20261234" in raw
