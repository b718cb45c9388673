"""`ivr pbx` as a person uses it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ivr.cli.office import sample
from tests.exchange import require_asterisk, settings

pytestmark = pytest.mark.slow


def test_config_start_status_reload_stop(tmp_path: Path) -> None:
    config = settings(tmp_path)
    require_asterisk(config)
    shutil.copytree(sample(), tmp_path / "flows")
    file = tmp_path / "config.yaml"
    file.write_text(yaml.safe_dump(config.model_dump(mode="json", exclude_unset=True)))

    def ivr(*words: str) -> tuple[int, str]:
        argv = [sys.executable, "-m", "ivr.cli", "--config", str(file), *words]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=100, check=False)
        return done.returncode, done.stdout + done.stderr

    def pbx(*words: str) -> tuple[int, str]:
        return ivr("pbx", *words)

    assert pbx("status") == (1, "ivr: the exchange is down; start it with `ivr pbx start`\n")
    assert "queues.conf" in pbx("config")[1]
    assert pbx("config")[1].endswith("nothing has changed\n")
    try:
        assert pbx("start")[0] == 0
        assert pbx("start")[0] == 0
        code, text = pbx("status")
        assert (code, "0 active channels" in text, "desk-operators has 0 calls" in text) == (0, True, True)
        desks = tmp_path / "flows/desks.yaml"
        desks.write_text(desks.read_text().replace("operators: {", "operators: {ring: together, "))
        assert pbx("config", "--reload")[1].endswith("nothing has changed\nin effect\n"), "not put in place yet"
        assert "desks: ~ operators" in ivr("reload")[1]
        assert "'ringall'" in pbx("status")[1].split("desk-operators")[1].splitlines()[0]
        desks.write_text("broken")
    finally:
        assert pbx("stop") == (0, "the exchange is down\n")
    assert pbx("status")[0] == 1
