"""Reports that write themselves: which, when, once; after downtime, behind a recorder that lags, and after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from callback.clock import AGAIN, Clock, Duty, Work
from ivr.config import Reports
from ivr.errors import NotYet, OnestopError
from ivr.language.calendar import Calendar
from ivr.records import backlog
from ivr.records.message_tables import Firing
from ivr.records.models import Call, Mark
from ivr.records.store import Store
from ivr.records.witness import Witness
from reports.export import written
from reports.export.document import Document, Format
from reports.export.figures import Naming
from reports.export.periods import coming, complete
from reports.export.scheduled import Scheduled

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 2, 7, tzinfo=SEOUL)
"""A Monday."""
WEEKS = ["weekly-2026-W41.csv", "weekly-2026-W42.csv", "weekly-2026-W43.csv", "weekly-2026-W44.csv"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'db'}")
    store.migrate()
    return store


def reports(folder: Path, behind: datetime | None = None, now: datetime = NOW, **file: str) -> Scheduled:
    settings = Reports.model_validate({"files": {"weekly": {"every": "week", "format": "csv", **file}}})
    naming, calendar = Naming("한빛", {}, {}, lambda *place: place), Calendar(zone="Asia/Seoul", clocks={})
    return Scheduled(settings, folder / "reports", calendar, naming, "ko", lambda _: behind, lambda: now)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "reports").glob("*"))


@pytest.mark.parametrize(
    ("every", "newest", "start", "going"),
    [
        ("day", "2026-11-01", "2026-11-01", "2026-11-02"),
        ("week", "2026-W44", "2026-10-26", "2026-W45"),
        ("month", "2026-10", "2026-10-01", "2026-11"),
        ("quarter", "2026-Q3", "2026-07-01", "2026-Q4"),
    ],
)
def test_what_is_over_and_what_is_coming(every: str, newest: str, start: str, going: str) -> None:
    spans = complete(every, NOW, SEOUL)  # type: ignore[arg-type]  # of Every
    assert (spans[-1].name, f"{spans[-1].period.start.astimezone(SEOUL):%Y-%m-%d}") == (newest, start)
    assert all(one.period.end == two.period.start for one, two in pairwise(spans))
    following = coming(every, NOW, SEOUL)  # type: ignore[arg-type]  # of Every
    assert (following.name, following.period.start) == (going, spans[-1].period.end)
    later = complete(every, following.period.end, SEOUL)  # type: ignore[arg-type]  # of Every
    assert later[-1] == following
    assert complete(every, following.period.end - timedelta(microseconds=1), SEOUL)[-1] != following  # type: ignore[arg-type]


def test_missed_ones_are_made_up_each_once(store: Store, tmp_path: Path) -> None:
    reports(tmp_path).write(store)
    assert names(tmp_path) == WEEKS
    (tmp_path / "reports" / WEEKS[0]).unlink()
    reports(tmp_path).write(store)
    assert names(tmp_path) == WEEKS[1:]
    reports(tmp_path, now=NOW + timedelta(days=7)).write(store)
    assert names(tmp_path) == [*WEEKS[1:], "weekly-2026-W45.csv"]


def test_nothing_is_written_before_all_of_it_is_recorded(store: Store, tmp_path: Path) -> None:
    end = datetime(2026, 11, 2, tzinfo=SEOUL)
    with pytest.raises(NotYet, match="aren't recorded yet"):
        reports(tmp_path, behind=end - timedelta(seconds=1)).write(store)
    assert names(tmp_path) == []
    reports(tmp_path, behind=end).write(store)
    assert names(tmp_path) == WEEKS


def test_one_that_cannot_be_written_keeps_none_from_being_tried_again(store: Store, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way")
    with pytest.raises(NotYet, match="4 of 4"):
        reports(tmp_path).write(store)
    with store.reading() as session:
        assert session.scalars(select(Firing)).all() == []


def test_a_folder_that_can_be_no_folder_is_tried_again_later(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotYet, match="4 of 4"):
        reports(tmp_path / ("x" * 300)).write(store)


def test_while_one_cannot_be_written_the_others_are_made_once(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def document(form: Format, whole: Document, path: Path) -> None:
        if whole.period.end < datetime(2026, 10, 20, tzinfo=SEOUL):
            raise OnestopError("there is no Korean font for PDF")

    monkeypatch.setattr(written, "document", document)
    with pytest.raises(NotYet, match="2 of 4"):
        reports(tmp_path).write(store)
    assert names(tmp_path) == WEEKS[2:]
    (tmp_path / "reports" / WEEKS[3]).unlink()
    with pytest.raises(NotYet, match="2 of 2"):
        reports(tmp_path).write(store)
    assert names(tmp_path) == WEEKS[2:3]


def test_a_report_of_another_span_is_another_though_its_name_stays(store: Store, tmp_path: Path) -> None:
    """The day before this Monday ends when its week does."""
    reports(tmp_path).write(store)
    reports(tmp_path, every="day").write(store)
    assert "weekly-2026-11-01.csv" in names(tmp_path)


def test_a_report_can_be_of_one_line(store: Store, tmp_path: Path) -> None:
    with store.transaction() as session:
        for n, line in enumerate(["1000"] * 5 + ["1001"]):
            at = NOW - timedelta(days=1)
            session.add(Call(id=f"n1-{n}", node="n1", line=line, started_at=at, outcome="left_menu"))
    reports(tmp_path, line="1000", by="line").write(store)
    rows = (tmp_path / "reports" / WEEKS[3]).read_text("utf-8-sig").splitlines()
    assert [row.split(",")[:2] for row in rows[1:]] == [["1000", "5"], ["전체", "5"]]


def test_killed_before_it_is_marked_it_is_found_by_its_file(store: Store, tmp_path: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path\n"
        "from tests.integration import test_scheduled_reports as t; from ivr.records.store import Store\n"
        "import os, signal; import reports.export.kept as k; folder = Path(sys.argv[1])\n"
        "real, count = os.link, []\n"
        "def link(*a):\n"
        "    if len(count) == 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    count.append(real(*a))\n"
        "k.os.link = link\n"
        "t.reports(folder).write(Store(f\"sqlite:///{folder / 'db'}\"))\n"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path), root], env={**os.environ}, check=False)
    assert done.returncode == -signal.SIGKILL
    whole = [name for name in names(tmp_path) if not name.startswith(".")]
    assert whole == WEEKS[:2]
    before = (tmp_path / "reports" / WEEKS[0]).stat().st_mtime_ns
    reports(tmp_path).write(store)
    assert [name for name in names(tmp_path) if not name.startswith(".")] == WEEKS
    assert (tmp_path / "reports" / WEEKS[0]).stat().st_mtime_ns == before


def test_the_clock_calls_again_while_it_cannot_be_done(store: Store, tmp_path: Path) -> None:
    tried: list[datetime] = []
    now = [NOW]

    def prepare(session: Session, due: datetime) -> Work:
        tried.append(now[0])
        if len(tried) < 2:
            raise NotYet("the recorder is behind")
        return lambda writing, due: None

    clock = Clock(store, [Duty("reports", reports(tmp_path).schedule, prepare=prepare)], "me", lambda: now[0])
    clock.keep()
    try:
        _until(lambda: "reports" in clock._later)
        clock.keep()
        now[0] += AGAIN
        clock.keep()
        _until(lambda: len(tried) == 2)
    finally:
        clock.stop()
    assert tried == [NOW, NOW + AGAIN]
    with store.reading() as session:
        assert [firing.schedule for firing in session.scalars(select(Firing))] == ["reports"]


def _until(there: Callable[[], bool]) -> None:
    for _ in range(1000):
        if there():
            return
        time.sleep(0.02)
    raise AssertionError("it never came")


def test_the_oldest_unrecorded_thing_is_told_by_the_files(store: Store, tmp_path: Path) -> None:
    lines = [f"n1-1.{n}|179529200{n}.000|enter|1000|\n" for n in range(3)]
    path = tmp_path / "witness.log"
    path.write_text("".join(["not a line\n", *lines]))
    witness = Witness(path, "n1")

    def oldest() -> datetime | None:
        with store.reading() as session:
            return backlog.oldest(session, [witness], "n1")

    assert oldest() == datetime.fromtimestamp(1795292000, UTC)
    for read, expected in ((11 + len(lines[0]), 1795292001), (path.stat().st_size, None)):
        with store.transaction() as session:
            session.merge(Mark(source="n1/witness", file="1", position=read))
        assert oldest() == (datetime.fromtimestamp(expected, UTC) if expected else None)
