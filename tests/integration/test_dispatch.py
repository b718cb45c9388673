"""What the outbox makes of a provider's answers, and of the office's rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from callback import dispatch as dispatching
from callback import opt_out, outbox, rules
from callback.dispatch import Dispatch
from callback.outbox import Note, enqueue
from callback.sender import Accepted, Refused, Unclear
from ivr.config import Messages
from ivr.errors import ForeignError
from ivr.language import loader
from ivr.records.case_tables import Case
from ivr.records.keys import Keys
from ivr.records.message_tables import Message
from ivr.records.store import Store
from tests.offices import SAMPLE
from tests.scripted import Scripted

OFFICE = loader.load(SAMPLE)
VALUES = {"name": "홍길동", "school": "한빛중학교"}


class Box:
    """An outbox with one worker, whose turns the test takes."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.store = Store(f"sqlite:///{folder / 'one.db'}")
        self.store.migrate()
        self.keys = Keys(folder / "keys")
        self.sender = Scripted()
        self.settings = Messages(**({"per_second": 1000} | settings))
        self.dispatch = Dispatch(self.store, self.keys, self.sender, OFFICE, self.settings, "w1")

    def enqueue(self, key: str = "a", **changes: Any) -> None:
        fields: dict[str, Any] = {
            "to": "010-2000-0000",
            "template": "assignment",
            "language": "ko",
            "values": VALUES,
            "urgent": True,
        }
        with self.store.transaction() as session:
            assert enqueue(session, self.keys, Note(key, **(fields | changes)))

    def turn(self) -> int:
        """Everything that is due now, done and written down; how many it were."""
        jobs = self.dispatch.turn([], 100)
        self.dispatch.turn([self.dispatch.call(job) for job in jobs], 0)
        return len(jobs)

    def pass_time(self, **delta: float) -> None:
        """All that is stored becomes older."""
        with self.store.transaction() as session:
            for message in session.scalars(select(Message)):
                message.due = message.due and message.due - timedelta(**delta)
                message.submitted_at = message.submitted_at and message.submitted_at - timedelta(**delta)

    def message(self, key: str = "a") -> Message:
        with self.store.reading() as session:
            message = session.scalars(select(Message).where(Message.key == key)).one()
            session.expunge(message)
            return message

    def state(self, key: str = "a") -> tuple[str, str | None]:
        message = self.message(key)
        return message.state, message.code


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture
def by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "quiet_until", lambda *_: None)


def test_a_message_goes_out_with_its_text(box: Box) -> None:
    box.enqueue()
    assert box.turn() == 1
    (sent,) = box.sender.sent
    assert (sent.to, sent.text) == ("+821020000000", "[한빛교육청] 홍길동 학생은 한빛중학교에 배정되었습니다.")
    assert box.state() == ("accepted", None)
    assert box.message().reference == sent.id
    assert box.turn() == 0


def test_submitting_is_stored_before_the_provider_hears_of_it(box: Box) -> None:
    states: list[str] = []

    def look(message: object) -> Accepted:
        states.append(box.message().state)
        return Accepted("SM1")

    box.sender.outcome = look
    box.enqueue()
    box.turn()
    assert states == ["submitting"]


def test_what_may_pass_is_tried_again_later(box: Box) -> None:
    box.sender.outcome = lambda _: Refused("20429", "busy", again=True)
    box.enqueue()
    box.turn()
    assert box.state() == ("waiting", "20429")
    assert box.turn() == 0
    box.pass_time(seconds=2)
    box.sender.outcome = lambda _: Accepted("SM1")
    assert box.turn() == 1
    assert (box.state(), box.message().attempts) == (("accepted", None), 2)


def test_what_is_refused_for_good_is_dead(box: Box) -> None:
    box.sender.outcome = lambda _: Refused("21614", "landline", again=False)
    box.enqueue()
    box.turn()
    assert box.state() == ("dead", "21614")


def test_what_is_unclear_is_looked_for_and_found(box: Box) -> None:
    box.sender.outcome = lambda _: Unclear("time-out")
    box.enqueue()
    box.turn()
    assert box.state() == ("submitting", None)
    for _ in range(3):  # the list lags
        box.pass_time(seconds=60)
        assert box.turn() == 1
    box.sender.found = Accepted("SM1", "delivered")
    box.pass_time(seconds=60)
    box.turn()
    assert box.state() == ("delivered", None)
    assert (len(box.sender.sent), box.sender.looked) == (1, 4)


@pytest.mark.parametrize("found", [None, ForeignError("the list is down")])
def test_what_stays_unclear_is_left_to_a_person_and_never_sent_again(box: Box, found: ForeignError | None) -> None:
    box.sender.outcome = lambda _: Unclear("time-out")
    box.sender.found = found
    box.enqueue()
    box.turn()
    for _ in range(11):
        box.pass_time(seconds=60)
        box.turn()
    assert box.state() == ("unknown", None)
    box.pass_time(days=30)
    assert box.turn() == 0
    assert len(box.sender.sent) == 1


def test_a_sender_that_knows_its_messages_may_be_asked_again(box: Box) -> None:
    box.sender.idempotent = True
    box.sender.outcome = lambda _: Unclear("crash")
    box.enqueue()
    box.turn()
    box.sender.outcome = lambda _: Accepted("SM1")
    for _ in range(2):  # looked for, then sent
        box.pass_time(seconds=2)
        box.turn()
    assert box.state() == ("accepted", None)


def test_of_two_alike_one_does_not_take_the_others_reference(box: Box) -> None:
    box.enqueue("a")
    box.sender.outcome = lambda _: Accepted("SM1")
    box.turn()
    box.enqueue("b")
    box.sender.outcome = lambda _: Unclear("time-out")
    box.turn()
    box.sender.found = Accepted("SM1")
    box.pass_time(seconds=2)
    box.turn()
    assert box.state("b")[0] == "submitting"


def test_a_fault_of_the_sender_is_unclear(box: Box) -> None:
    def fail(message: object) -> Accepted:
        raise ZeroDivisionError

    box.sender.outcome = fail
    box.enqueue()
    box.turn()
    assert box.state() == ("submitting", None)


def test_a_worker_stopped_before_the_call_does_not_call_past_its_lease(box: Box) -> None:
    box.enqueue()
    (job,) = box.dispatch.turn([], 1)
    late = dispatching.Job(job.task, job.message, job.fence, job.attempts, job.submitted, "", datetime.now(UTC))
    box.dispatch.turn([box.dispatch.call(late)], 0)
    assert box.sender.sent == []
    assert box.state() == ("waiting", None)


def test_a_result_past_the_lease_does_not_count(box: Box) -> None:
    box.enqueue()
    (stale,) = box.dispatch.turn([], 1)
    box.pass_time(minutes=2)
    other = Dispatch(box.store, box.keys, box.sender, OFFICE, box.settings, "w2")
    (taken,) = other.turn([], 1)
    assert (taken.task, taken.fence) == ("find", stale.fence + 1)
    box.dispatch.turn([box.dispatch.call(stale)], 0)
    assert box.state() == ("submitting", None)


def test_deliveries_are_asked_for_where_no_callback_comes(box: Box) -> None:
    box.sender.outcome = lambda _: Accepted("SM1")
    box.enqueue()
    box.turn()
    box.pass_time(seconds=3)
    box.turn()  # can't be asked
    box.sender.deliveries["SM1"] = ("undelivered", "30003")
    box.pass_time(seconds=10)
    box.turn()
    assert box.state() == ("undelivered", "30003")


def test_the_rate_holds_for_all_workers_together(tmp_path: Path) -> None:
    box = Box(tmp_path, per_second=20)
    for n in range(100):
        box.enqueue(str(n))
    start, workers = (
        datetime.now(UTC),
        [box.dispatch, Dispatch(box.store, box.keys, box.sender, OFFICE, box.settings, "w2")],
    )
    while (elapsed := (datetime.now(UTC) - start).total_seconds()) < 2:
        for worker in workers:
            for job in worker.turn([], 100):
                worker.call(job)
    assert 20 * elapsed * 0.9 <= len(box.sender.sent) <= 20 * elapsed + 20


NEVER: dict[str, tuple[dict[str, Any], str]] = {
    "a premium-rate number": ({"to": "060-700-0000"}, "premium"),
    "a landline": ({"to": "042-123-4567"}, "landline"),
    "a foreign number": ({"to": "+12025550123"}, "foreign"),
    "a value is missing": ({"values": {"name": "홍길동"}}, "text"),
    "no such message": ({"template": "gone"}, "text"),
    "an emoji": ({"values": VALUES | {"name": "😀"}}, "text"),
    "too long": ({"values": VALUES | {"name": "가" * 1000}}, "text"),
}


@pytest.mark.parametrize(("note", "code"), NEVER.values(), ids=NEVER)
def test_what_can_not_go_is_dead_with_a_reason(box: Box, note: dict[str, Any], code: str) -> None:
    box.enqueue(**note)
    box.turn()
    assert box.state() == ("dead", code)
    assert box.message().reason
    assert box.sender.sent == []


def test_who_opted_out_hears_nothing_more_not_even_urgently(box: Box) -> None:
    with box.store.transaction() as session:
        assert opt_out.add(session, box.keys, "+82 10-2000-0000")
        assert not opt_out.add(session, box.keys, "01020000000")
    box.enqueue()
    box.turn()
    assert box.state() == ("cancelled", "opt_out")
    with box.store.transaction() as session:
        opt_out.remove(session, box.keys, "010-2000-0000")
    box.enqueue("b")
    box.turn()
    assert box.state("b")[0] == "accepted"


def test_consent_withdrawn_since_stops_the_message(box: Box) -> None:
    at = datetime.now(UTC)
    with box.store.transaction() as session:
        session.add(
            Case(
                receipt="20261234", type="other", certificate=False, period="3h", status="접수", desk="operators",
                received_at=at, extension=0, sensitive=False, consent=True, language="ko", changed_at=at, version=1,
            )
        )  # fmt: skip
    box.enqueue("a", case="20261234")
    box.turn()
    with box.store.transaction() as session:
        session.execute(update(Case).values(consent=False))
    box.enqueue("b", case="20261234")
    box.turn()
    assert (box.state("a")[0], box.state("b")) == ("accepted", ("cancelled", "consent"))


def test_at_night_only_what_is_urgent_goes(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    morning = datetime.now(UTC) + timedelta(hours=5)
    monkeypatch.setattr(rules, "quiet_until", lambda *_: morning)
    box.enqueue("urgent")
    box.enqueue("usual", urgent=False)
    box.turn()
    assert box.state("urgent")[0] == "accepted"
    assert (box.message("usual").state, box.message("usual").due) == ("waiting", morning)
    assert box.message("usual").attempts == 0


@pytest.mark.usefixtures("by_day")
def test_nobody_gets_more_than_so_many_a_day(tmp_path: Path) -> None:
    box = Box(tmp_path, per_day=2)
    for key in ("a", "b", "c"):
        box.enqueue(key, case="20261234", urgent=False)
    box.enqueue("other", case="20261234", urgent=False, to="010-2000-0001")
    box.turn()
    states = sorted(box.state(key)[0] for key in ("a", "b", "c"))
    assert states == ["accepted", "accepted", "waiting"]
    assert box.state("other")[0] == "accepted"
    (waits,) = [m for m in map(box.message, "abc") if m.state == "waiting"]
    assert waits.due
    tomorrow = waits.due.astimezone(OFFICE.calendar.tz)
    assert (tomorrow.hour, tomorrow.minute) == (0, 0)
    assert tomorrow.date() == datetime.now(OFFICE.calendar.tz).date() + timedelta(days=1)


def test_a_lost_key_stops_one_message_and_no_other(box: Box, tmp_path: Path) -> None:
    box.enqueue("a")
    with box.store.transaction() as session:
        session.execute(update(Message).values(number="99.AAAA"))
    box.enqueue("b")
    box.turn()
    assert (box.state("a"), box.state("b")[0]) == (("dead", "key"), "accepted")


def test_leases_outlast_every_limit_of_a_sender() -> None:
    assert timedelta(seconds=15) < dispatching.MARGIN < outbox.LEASE
