"""What Asterisk says on its console, and where Asterisk is found."""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from pathlib import Path

import pytest

from ivr.config import Config
from ivr.errors import ExchangeError
from ivr.telephony import installation, keeper
from ivr.telephony.keeper import Keeper, parse_console


@pytest.mark.parametrize(
    ("line", "level", "text"),
    [
        ("[2026-11-21 20:38:01] WARNING[12][C-001]: app.c:1 f: x", logging.WARNING, "app.c:1 f: x"),
        ("[2026-11-21 20:38:01] ERROR[12]: from 01012345678", logging.ERROR, "from ******"),
        ("[2026-11-21 20:38:01] ERROR[12]: 010-1234-5678 to 1000", logging.ERROR, "****** to 1000"),
        ("Asterisk Ready.", logging.DEBUG, "Asterisk Ready."),
    ],
)
def test_console_lines_lose_their_numbers(line: str, level: int, text: str) -> None:
    assert parse_console(line) == (level, text)


def fake_asterisk(file: Path, version: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho 'Asterisk {version}'\n")
    file.chmod(0o755)


def settings(asterisk: str = "auto") -> Config:
    return Config.model_validate({"lines": {"1": {"flow": "main"}}, "exchange": {"asterisk": asterisk}})


def test_an_installed_asterisk_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_asterisk(tmp_path / "bin/asterisk", "20.5.1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    found = installation.find(settings())
    assert (found.version, found.modules) == ("20.5.1", None)


def test_an_old_asterisk_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_asterisk(tmp_path / "bin/asterisk", "16.28.0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    monkeypatch.setenv("ONESTOP_CACHE", str(tmp_path / "empty"))
    with pytest.raises(ExchangeError, match="scripts/setup/asterisk"):
        installation.find(settings())


def test_an_unpacked_asterisk_runs_by_its_own_loader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    libraries = tmp_path / "asterisk/usr/lib/aarch64-linux-gnu"
    fake_asterisk(libraries / "ld-linux-aarch64.so.1", "22.10.1+dfsg")
    fake_asterisk(tmp_path / "asterisk/usr/sbin/asterisk", "never run by itself")
    monkeypatch.setenv("ONESTOP_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", "/bin:/usr/bin")
    found = installation.find(settings())
    assert found.version == "22.10.1"
    assert found.command[1:3] == ("--library-path", str(libraries))
    assert found.modules == libraries / "asterisk/modules"


def test_a_named_folder_without_asterisk_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match=r"exchange\.asterisk"):
        installation.find(settings(str(tmp_path)))


def test_who_looks_for_a_keeper_at_its_start_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    stop.set()
    with (tmp_path / "keeper.pid").open("a+") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        monkeypatch.setattr(time, "sleep", lambda _: fcntl.flock(looking, fcntl.LOCK_UN))
        Keeper(tmp_path / "settings", tmp_path).keep([], stop)


def test_a_second_keeper_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_LOOK_S", 0.01)
    with (tmp_path / "keeper.pid").open("a+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ExchangeError, match="a keeper already"):
            Keeper(tmp_path / "settings", tmp_path).keep([], threading.Event())
