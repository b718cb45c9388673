"""`ivr forecast` and the worker's night, from a year of calls and cases in the store."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from callback.clock import Clock
from callback.forecasting import AHEAD, telephone
from ivr.cli import Program
from ivr.cli import forecast as command
from ivr.cli.worker import duties
from ivr.language import loader
from ivr.language.notices import NoticesForm
from ivr.records import forecasts, history
from ivr.records.case_tables import Case
from ivr.records.forecast_tables import Forecast
from ivr.records.keys import Keys
from ivr.records.models import Call, Leg, Step
from ivr.records.store import Store, upsert
from tests.messaging import until
from tests.postgres import running_postgres

OFFICE = Path(__file__).parents[2] / "flows"
SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 27, 10, 0, tzinfo=SEOUL)
PEAK = date(2026, 1, 6)
DAYS = 430
CALLS = 24
"""On an ordinary day, one every quarter of an hour from 09:00 on; on the peak four times as many."""


@pytest.fixture(params=["sqlite", "postgresql"])
def program(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    monkeypatch.setattr(command, "_now", lambda: NOW.astimezone(UTC))
    (tmp_path / "config.yaml").write_text(
        f"office: {OFFICE}\nlines: {{'1000': {{flow: main}}, '1001': {{flow: main}}}}\n"
    )
    if request.param == "sqlite":
        yield Program(tmp_path / "config.yaml")
    else:
        with running_postgres() as url:
            monkeypatch.setenv("IVR_DATABASE", url)
            yield Program(tmp_path / "config.yaml")


@pytest.fixture
def filled(program: Program) -> Program:
    store = Store(program.config.database_url)
    store.migrate()
    works = telephone(loader.load(OFFICE).calendar).works
    calls: list[dict[str, object]] = []
    legs: list[dict[str, object]] = []
    steps: list[dict[str, object]] = []
    for n in range(1, DAYS):
        day = NOW.date() - timedelta(days=n)
        for m in range((CALLS * 4 if day == PEAK else CALLS) if works(day) else 0):
            call = f"n1-{n}.{m}"
            at = datetime.combine(day, time(9), SEOUL) + timedelta(minutes=15 * (m % CALLS))
            settled = m % 4 == 0
            outcome = "self_service" if settled else "answered"
            calls.append(
                {"id": call, "node": "n1", "line": "1000", "started_at": at, "ended_at": at, "outcome": outcome}
            )
            for turn, flow in enumerate(("main", "transfers") if m % 2 else ("main",)):
                steps.append({"call": call, "turn": turn, "n": 0, "flow": flow, "step": "a", "exit": "next", "at": at})
            if not settled:
                talked = at + timedelta(seconds=30 if m % 4 == 1 else 300)
                leg = {"call": call, "n": 0, "desk": "certificates", "queued_at": at, "connected_at": at}
                legs.append({**leg, "left_at": talked, "outcome": "answered"})
    with store.transaction() as session:
        upsert(session, Call, [{**row, "flow": "main"} for row in calls])
        upsert(session, Step, steps)
        upsert(session, Leg, legs)
        upsert(session, Case, [_case(n) for n in range(1, DAYS) if works(NOW.date() - timedelta(days=n))])
    return program


def _case(n: int) -> dict[str, object]:
    row = {"receipt": f"{n:08}", "type": next(iter(loader.load(OFFICE).cases.types)), "certificate": False}
    row |= {"period": "7d", "status": "접수", "desk": "certificates", "extension": 0, "sensitive": False}
    row |= {"consent": False, "language": "ko", "changed_at": NOW, "version": 1}
    return {**row, "received_at": NOW - timedelta(days=n)}


def run(program: Program, *arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(command.forecast, arguments, obj=program)
    assert result.exit_code == code, (result.output, result.exception)
    return result


def test_a_month_with_its_peak_the_share_of_a_notice_and_a_draft(filled: Program, tmp_path: Path) -> None:
    draft, plot = tmp_path / "drafts.yaml", tmp_path / "month.svg"
    told = run(
        filled, "--month", "2027-01", "--draft", str(draft), "--plot", str(plot), "--topic", "flow/transfers"
    ).output
    (everything,) = [line for line in told.splitlines() if line.startswith("All calls")]
    cells = everything.split()
    assert "+0 %" in everything
    assert 20 * CALLS < int(cells[2].replace(",", "")) < 25 * CALLS  # twenty working days and a peak
    assert "on 2027-01-05 Tue" in everything
    assert cells[-1] == "50%"  # a quarter by itself, a quarter within a minute
    assert "flow/transfers" in told
    assert "desk/certificates" in told
    assert "신정" in told
    assert "▲ peak" in told
    assert "◆ 15:00 중학교 배정 발표" in told  # calendar.yaml names it
    assert "Petitions (조기경보)" in told
    assert "Answerable" in told
    notices = yaml.safe_load(draft.read_text())["notices"]
    assert set(notices) == {"peak_transfers_0105", "peak_certificates_0105"}
    assert all(notice.by_hand for notice in NoticesForm.model_validate({"notices": notices}).notices.values())
    assert notices["peak_certificates_0105"]["desks"] == ["certificates"]
    assert plot.read_text().count("<rect") == 32


@pytest.mark.parametrize("program", ["sqlite"], indirect=True)
def test_a_known_peak_moves_with_its_date(filled: Program, tmp_path: Path) -> None:
    office = tmp_path / "moved"
    shutil.copytree(OFFICE, office)
    calendar = yaml.safe_load((office / "calendar.yaml").read_text())
    calendar["peaks"] = [{"name": "배정 발표", "from": str(day)} for day in (PEAK, date(2027, 1, 14))]
    (office / "calendar.yaml").write_text(yaml.safe_dump(calendar, allow_unicode=True))
    settings = filled.path.read_text().replace(str(OFFICE), str(office))
    (tmp_path / "moved.yaml").write_text(settings)
    told = run(Program(tmp_path / "moved.yaml"), "--month", "2027-01").output
    (day,) = [line for line in told.splitlines() if line.startswith("2027-01-14")]
    assert "▲ peak ◆ 배정 발표" in day
    assert "2027-01-05" not in told.partition("Peaks")[2]
    assert "most at 09:00–09:30" in told


def _stored(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).where(Forecast.topic == history.ALL)) or 0


def test_the_worker_stores_what_load_triggers_ask(filled: Program) -> None:
    store = Store(filled.config.database_url)
    office, now = loader.load(OFFICE), NOW + timedelta(days=1)
    night = [duty for duty in duties(office, Keys(filled.config.keys_dir), filled.config) if duty.name == "forecast"]
    clock = Clock(store, night, "w1", lambda: now)
    clock.keep()  # takes the lease, and makes up what was missed
    try:
        until(lambda: _stored(store) > 0)
    finally:
        clock.stop()
    monday = datetime(2026, 11, 30, 9, 0, tzinfo=SEOUL)
    with store.reading() as session:
        assert _stored(store) == 48 * AHEAD
        five = forecasts.expected(session, monday, monday + timedelta(minutes=5))
        assert five == pytest.approx(2 / 6, rel=0.2)  # two calls in half an hour
        across = forecasts.expected(session, monday - timedelta(minutes=3), monday + timedelta(minutes=3))
        assert across == pytest.approx(2 / 10, rel=0.2)
        far = monday + timedelta(days=60)
        assert forecasts.expected(session, far, far + timedelta(minutes=5)) is None
        assert forecasts.expected(session, monday, monday + timedelta(minutes=5), "desk/nobody") is None


@pytest.mark.parametrize("program", ["sqlite"], indirect=True)
def test_storing_again_replaces_what_is_to_come(filled: Program) -> None:
    run(filled, "--store")
    assert "stored" in run(filled, "--store").output
    assert "flow/transfers" in run(filled, "--topic", "flow/nowhere", code=2).output
    with Store(filled.config.database_url).reading() as session:
        assert session.scalar(select(func.count()).where(Forecast.topic == "flow/transfers")) == 48 * AHEAD


@pytest.mark.parametrize("program", ["sqlite"], indirect=True)
def test_without_history_it_says_how_to_get_some(program: Program) -> None:
    result = run(program, code=1)
    assert "ivr import calls" in str(result.exception)


@pytest.mark.parametrize("program", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--month", "2027-13"], "no month"),
        (["--month", "2026-10"], "not among"),
        (["--month", "2028-01"], "not among"),
    ],
)
def test_what_cannot_be_forecast(program: Program, arguments: list[str], said: str) -> None:
    assert said in run(program, *arguments, code=2).output


@pytest.mark.parametrize("program", ["sqlite"], indirect=True)
def test_nothing_of_the_office_is_written_and_nothing_overwritten(program: Program, tmp_path: Path) -> None:
    assert "lies in the office" in str(run(program, "--draft", str(OFFICE / "notices.yaml"), code=1).exception)
    (tmp_path / "there.yaml").write_text("mine")
    assert "already" in str(run(program, "--draft", str(tmp_path / "there.yaml"), code=1).exception)
    assert (tmp_path / "there.yaml").read_text() == "mine"
