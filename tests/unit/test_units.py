"""systemd's units: right for systemd, each with its command, and allowed little."""

from __future__ import annotations

import getpass
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import Program
from ivr.cli.service import service
from ivr.config import Config
from ivr.errors import OnestopError
from ivr.operation.units import Place, units

NAMES = ("exchange", "engine", "watchdog", "worker", "web")


def made(folder: Path) -> dict[str, str]:
    config = Config.model_validate({"base": folder, "lines": {"1000": {"flow": "main"}}})
    return units(Place(Path(sys.executable), folder / "config.yaml", getpass.getuser()), config)


def test_each_process_is_a_unit_that_may_write_data_and_keys_alone(tmp_path: Path) -> None:
    texts = made(tmp_path)
    assert sorted(texts) == sorted(["onestop.target", *(f"onestop-{name}.service" for name in NAMES)])
    for name in NAMES:
        text = texts[f"onestop-{name}.service"]
        office = f"{tmp_path}/flows " if name == "web" else ""
        assert f"ReadWritePaths={office}{tmp_path}/var/data {tmp_path}/var/keys\n" in text
        assert "ProtectSystem=strict" in text
        assert "Restart=always" in text
        assert f"onestop-{name}.service" in texts["onestop.target"]
    command = "pbx run"
    assert f"--config {tmp_path}/config.yaml {command}\n" in texts["onestop-exchange.service"]


def test_the_worker_may_write_the_reports(tmp_path: Path) -> None:
    reports = {"folder": "/srv/reports", "files": {"daily": {"every": "day"}}}
    config = Config.model_validate({"base": tmp_path, "lines": {"1000": {"flow": "main"}}, "reports": reports})
    texts = units(Place(Path(sys.executable), tmp_path / "config.yaml", "ivr"), config)
    assert [name for name, text in texts.items() if " /srv/reports" in text or "=/srv/reports" in text] == [
        "onestop-worker.service"
    ]


def test_a_path_that_systemd_would_take_apart_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OnestopError, match="no blank"):
        made(tmp_path / "two words")


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze on this machine")
    for name, text in made(tmp_path).items():
        (tmp_path / name).write_text(text)
    files = [str(tmp_path / name) for name in made(tmp_path)]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", *files], capture_output=True, text=True, check=False
    )
    assert [line for line in done.stderr.splitlines() if "onestop" in line] == []


def test_the_command_shows_or_writes_them_and_says_what_next(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("lines: {'1000': {flow: main}}\n")
    runner, to = CliRunner(), tmp_path / "systemd"
    shown = runner.invoke(service, ["install", "--print", "--user", "ivr", "--to", str(to)], obj=Program(file))
    assert shown.exit_code == 0
    assert not to.exists()
    assert "User=ivr" in shown.output
    written = runner.invoke(service, ["install", "--user", "ivr", "--to", str(to)], obj=Program(file))
    assert written.exit_code == 0
    assert "systemctl enable --now onestop.target" in written.output
    assert f"  {tmp_path}/flows\n  {tmp_path}/var/data\n  {tmp_path}/var/keys\n" in written.output
    assert (to / "onestop-web.service").read_text() in shown.output
    refused = runner.invoke(service, ["install", "--print", "--user", "root"], obj=Program(file))
    assert "doesn't run as root" in str(refused.exception)
