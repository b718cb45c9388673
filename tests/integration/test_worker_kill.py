"""Workers are killed, stopped and doubled while they send: the provider counts no message lost and none twice."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.messaging import Installation, Tally, fake_twilio, killed_again_and_again, lines, until
from tests.postgres import postgres

__all__ = ["postgres"]  # the fixture

pytestmark = pytest.mark.slow


@pytest.mark.timeout(300)
def test_a_worker_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    tally = killed_again_and_again(tmp_path, kills=20, count=2000)
    assert tally.good, tally
    assert len(tally.unknown) < 20 * 10  # a few a kill


@pytest.mark.timeout(300)
def test_of_three_workers_on_postgresql_one_is_killed_and_one_stopped_past_its_lease(
    tmp_path: Path, postgres: str
) -> None:
    count = 1000
    state = tmp_path / "accepted.jsonl"
    with fake_twilio(state, "--lag", "1", "--odds", "busy=0.02,reset_after=0.01") as api:
        installation = Installation(tmp_path, api, postgres, per_second=100)
        installation.enqueue(count)
        try:
            stopped, killed, _ = (installation.worker() for _ in range(3))
            until(lambda: lines(state) > 0.2 * count)
            stopped.send_signal(signal.SIGSTOP)
            killed.kill()
            until(lambda: lines(state) > 0.6 * count)
            time.sleep(4)  # longer than a lease: what the stopped one held is taken over
            stopped.send_signal(signal.SIGCONT)
            until(lambda: not installation.open(), 90)
        finally:
            installation.end()
    tally = Tally(installation, state, count)
    assert tally.good, tally
    log = (tmp_path / "var/data/log/worker.log").read_text()
    assert '"level": "error"' not in log, log
