"""Workers are killed, stopped and doubled while they send: the provider counts no message lost and none twice."""

from __future__ import annotations

import logging
import random
import time
from pathlib import Path

import pytest

from tests.messaging import Installation, Tally, fake_twilio, lines, until

pytestmark = pytest.mark.slow


@pytest.mark.timeout(300)
def test_a_worker_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    kills, count = 20, 2000
    state, chance = tmp_path / "accepted.jsonl", random.Random(1)
    with fake_twilio(state, "--lag", "1", "--odds", "busy=0.02,reset_after=0.01") as api:
        installation = Installation(tmp_path, api, per_second=200)
        installation.enqueue(count)
        try:
            for _ in range(kills):
                before = lines(state)
                worker = installation.worker()
                until(lambda: lines(state) > before or not installation.open())  # noqa: B023
                time.sleep(chance.random() * 0.3)
                worker.kill()
                worker.wait()
            before = lines(state)
            installation.worker()
            until(lambda: not installation.open(), 90)
        finally:
            installation.end()
    tally = Tally(installation, state, count)
    logging.getLogger(__name__).info("%s", tally)
    assert (tally.lost, tally.twice, tally.mistaken) == ([], [], [])
    assert tally.kept
