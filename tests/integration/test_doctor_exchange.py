"""The doctor at a real exchange: it answers, its clock is ours, and a trunk that nobody is at is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ivr.operation import of_line
from ivr.operation.patient import Patient
from tests.exchange import running_exchange, wait_for


def test_the_exchange_answers_and_its_trunks_are_looked_at(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    (keys / "sip-provider").write_text("secret\n")
    trunk = {"host": "127.0.0.1:9", "username": "office"}
    with running_exchange(tmp_path, exchange={"provider": trunk}) as running:
        patient = Patient(running.config, tmp_path / "config.yaml", datetime.now(UTC))
        wait_for(lambda: len(of_line.exchange(patient)) == 4, what="exchange, clock, trunk and its registration")
        found = {(one.check, one.level) for one in of_line.exchange(patient)}
    assert found == {("exchange", "ok"), ("clock", "ok"), ("trunk", "error")}
    (gone,) = of_line.exchange(patient)
    assert (gone.check, gone.level) == ("exchange", "error")
    assert "secret" not in gone.what
