"""The doctor: what counts as wrong is decided by values alone; no check spoils or outlasts the others."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asterisk.ami import Event

from ivr.config import Config
from ivr.language import loader
from ivr.operation import of_line, of_machine, of_records
from ivr.operation.doctor import CHECKS, examine
from ivr.operation.finding import Finding, lasting
from ivr.operation.measures import Lag, Outbox
from ivr.operation.patient import Patient
from ivr.records.message_tables import STATES
from ivr.records.models import LiveQueue
from tests import offices

GB = of_machine.GB
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # a Monday, 10:00 in Seoul
OFFICE = loader.load(offices.SAMPLE)


def patient(folder: Path) -> Patient:
    config = Config.model_validate({"base": folder, "lines": {"1000": {"flow": "main"}}})
    return Patient(config, folder / "config.yaml", NOW)


@pytest.mark.parametrize(
    ("free", "total", "level"),
    [
        (50 * GB, 100 * GB, "ok"),
        (50 * GB, 2000 * GB, "ok"),  # a large disk: 97 % used, and room for years
        (9 * GB, 100 * GB, "warning"),
        (4 * GB, 10 * GB, "warning"),
        (2 * GB, 100 * GB, "error"),
        (GB // 2, GB, "error"),
        (0, 0, "error"),
    ],
)
def test_disk(free: int, total: int, level: str) -> None:
    assert of_machine.of_disk(free, total, Path("/d")).level == level


@pytest.mark.parametrize(
    ("days", "there", "level"), [(0.5, True, "ok"), (0.5, False, "warning"), (2, True, "warning"), (8, True, "error")]
)
def test_backup(days: float, there: bool, level: str) -> None:
    assert of_machine.of_backup((NOW - timedelta(days=days), Path("/b")), NOW, there).level == level


def test_no_backup() -> None:
    assert of_machine.of_backup(None, NOW, False).level == "warning"


@pytest.mark.parametrize(
    ("bytes_", "seconds", "level"), [(0, 9999, "ok"), (9, 5, "ok"), (9, 61, "warning"), (9, 601, "error")]
)
def test_journal(bytes_: int, seconds: float, level: str) -> None:
    assert of_records.of_lag(Lag(bytes_, seconds)).level == level


def test_outbox() -> None:
    def found(waited: float, held: int = 0, **states: int) -> list[str]:
        return [f.level for f in of_records.of_outbox(Outbox({**dict.fromkeys(STATES, 0), **states}, waited, held))]

    assert found(0) == ["ok"]
    assert found(301, waiting=1) == ["warning"]
    assert found(1801, waiting=1, unknown=2, dead=1) == ["error", "warning", "warning"]
    restored = of_records.of_outbox(Outbox({**dict.fromkeys(STATES, 0), "unknown": 3}, 0, 2))
    assert "2 of them held since a restore" in restored[1].what


@pytest.mark.parametrize(("now", "level"), [("0015", "ok"), ("0014", "warning"), ("0016", "error"), ("", "error")])
def test_revision(now: str, level: str) -> None:
    assert of_records.of_revision(now, "0015").level == level


@pytest.mark.parametrize(("seconds", "level"), [(0.2, "ok"), (-3, "warning"), (60, "error")])
def test_drift(seconds: float, level: str) -> None:
    assert of_records.of_drift("the exchange", seconds).level == level


def test_retention() -> None:
    assert of_records.of_retention(None, NOW).level == "warning"
    assert of_records.of_retention(NOW - timedelta(days=3), NOW).level == "ok"
    assert of_records.of_retention(NOW - timedelta(days=20), NOW).level == "error"
    left = of_records.of_retention(NOW, NOW, ["calls", "numbers"])
    assert (left.level, "calls, numbers" in left.what) == ("error", True)


def test_a_recorder_that_is_stuck_is_seen_though_its_files_are_written_all_the_time(tmp_path: Path) -> None:
    one = patient(tmp_path)
    one.store.migrate()
    witness = tmp_path / "var/data/witness/witness.log"
    witness.parent.mkdir()
    for minutes in (20, 10, 0):
        with witness.open("a") as file:
            file.write(f"n1-{minutes}.1|{(NOW - timedelta(minutes=minutes)).timestamp():.3f}|enter|1000|ko\n")
    os.utime(witness, (NOW.timestamp(),) * 2)
    (found,) = of_records.journal(one)
    assert (found.level, "for 20 min" in found.what) == ("error", True)


def queue(desk: str, officers: int) -> LiveQueue:
    return LiveQueue(
        node="n1", desk=desk, waiting=0, longest_wait_s=0, agents_free=officers, agents_logged_in=officers, at=NOW
    )


def test_officers_of_open_desks() -> None:
    desks = {name: queue(name, 1) for name in OFFICE.desks.desks}
    (good,) = of_line.of_officers(OFFICE, desks, NOW)
    assert good.level == "ok"
    (one,) = of_line.of_officers(OFFICE, desks | {"exams": queue("exams", 0)}, NOW)
    assert (one.level, "exams" in one.what) == ("warning", True)
    (none,) = of_line.of_officers(OFFICE, {name: queue(name, 0) for name in desks}, NOW)
    assert none.level == "error"
    (unseen,) = of_line.of_officers(OFFICE, {}, NOW)
    assert unseen.level == "warning"
    night = NOW + timedelta(hours=13)
    (asleep,) = of_line.of_officers(OFFICE, {name: queue(name, 0) for name in desks}, night)
    closed = [name for name, desk in OFFICE.desks.desks.items() if desk.hours]
    assert closed
    assert not any(name in asleep.what for name in closed)


def event(name: str, **keys: str) -> Event:
    return Event(name, keys)


def test_trunks() -> None:
    contact = event("EndpointList", ObjectName="provider", DeviceState="Not in use")
    wanted = {"provider": "sip.example:5060"}
    assert [f.level for f in of_line.of_trunks(wanted, [contact], None)] == ["ok"]
    lost = event("EndpointList", ObjectName="provider", DeviceState="Unavailable")
    assert [f.level for f in of_line.of_trunks(wanted, [lost], None)] == ["error"]
    assert [f.level for f in of_line.of_trunks(wanted, [], None)] == ["error"]
    rejected = event("OutboundRegistrationDetail", Status="Rejected")
    assert [f.level for f in of_line.of_trunks(wanted, [contact], [rejected])] == ["ok", "error"]


def test_the_calendar_of_the_next_year_is_wanted_from_october_on() -> None:
    bare = OFFICE.calendar.model_copy(update={"days_off": {}, "clocks": {}, "complete_until": None})
    office = replace(OFFICE, calendar=bare)
    assert of_line.of_calendar(office, NOW)[0].level == "warning"
    assert of_line.of_calendar(office, NOW.replace(month=9))[0].level == "ok"


def test_keys_are_to_be_private_and_apart(tmp_path: Path) -> None:
    one = patient(tmp_path)
    assert of_machine.keys(one)[0].level == "error"
    folder = tmp_path / "var/keys"
    folder.mkdir(parents=True, mode=0o700)
    for name in ("number-1.key", "lookup.key"):
        (folder / name).touch(mode=0o600)
    assert "lookup.key isn't whole" in " ".join(f.what for f in of_machine.keys(one))
    for name in ("number-1.key", "lookup.key"):
        (folder / name).write_bytes(bytes(32))
    assert [f.level for f in of_machine.keys(one)] == ["ok"]
    (folder / "lookup.key").chmod(0o644)
    assert "lookup.key can be read by others" in of_machine.keys(one)[0].what
    within = Config.model_validate({"base": tmp_path, "data": "var", "lines": {"1000": {"flow": "main"}}})
    found = of_machine.keys(Patient(within, tmp_path / "c", NOW))
    assert any("lies within the data folder" in f.what for f in found)


def test_no_check_spoils_or_outlasts_the_others(tmp_path: Path) -> None:
    forever = threading.Event()

    def hangs(_: Patient) -> list[Finding]:
        forever.wait()
        return []

    def fails(_: Patient) -> list[Finding]:
        raise ZeroDivisionError("oh")

    def fine(_: Patient) -> list[Finding]:
        return [Finding("fine", "ok", "yes")]

    found = examine(patient(tmp_path), {"hangs": hangs, "fails": fails, "fine": fine}, limit=0.3)
    forever.set()
    assert [f.level for f in found] == ["error", "error", "ok"]
    assert "no answer within 0.3 s" in found[0].what
    assert "ZeroDivisionError: oh" in found[1].what


def test_where_nothing_is_there_every_check_says_so_and_makes_nothing(tmp_path: Path) -> None:
    found = examine(patient(tmp_path))
    assert {f.check for f in found} >= {"disk", "database", "exchange", "engine", "web", "worker", "backup"}
    assert all(f.todo for f in found if f.level != "ok")
    assert not any("can't be looked at" in f.what for f in found)
    assert list(tmp_path.iterdir()) == []
    assert len(CHECKS) >= 16


def test_times_in_words() -> None:
    assert [lasting(s) for s in (5, 90, 7200, 200_000)] == ["5 s", "2 min", "2 h", "2 days"]
