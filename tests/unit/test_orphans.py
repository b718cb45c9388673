"""What a killed line left is found by how it was started, and ended; nothing else is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.telephony import orphans
from tests.exchange import wait_for

SLEEPER = "import time\ntime.sleep(600)\n"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that look like a line's children, ended with the test."""
    there: list[subprocess.Popen[bytes]] = []
    yield there
    for process in there:
        process.kill()
        process.wait()


def child(folder: Path, file: str, name: str, *, session: bool = True) -> subprocess.Popen[bytes]:
    """`python -m ivr.cli --config FILE NAME`, but of a package that only sleeps."""
    package = folder / "ivr"
    if not package.exists():  # written once: one that starts meanwhile would read half of it
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "cli.py").write_text(SLEEPER)
    command = [sys.executable, "-m", "ivr.cli", "--config", file, name]
    environment = {"PYTHONPATH": str(folder), "PATH": ""}
    return subprocess.Popen(command, cwd=folder, env=environment, start_new_session=session)


def test_only_the_own_children_of_a_killed_line_are_ended(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    file = tmp_path / "config.yaml"
    engine = child(tmp_path, "config.yaml", "engine")
    web = child(tmp_path, str(file), "web")
    other = child(tmp_path, "other.yaml", "engine")
    exchange = child(tmp_path, str(file), "pbx")
    within = child(tmp_path, str(file), "worker", session=False)
    started += [engine, web, other, exchange, within]
    wait_for(lambda: orphans.found(file) == {engine.pid: "engine", web.pid: "web"}, what="the children to be seen")
    told: list[str] = []
    orphans.end(file, told.append)
    assert engine.wait() != 0
    assert web.wait() != 0
    assert [process.poll() for process in (other, exchange, within)] == [None] * 3
    assert f"engine {engine.pid}" in told[0]
    orphans.end(file, told.append)
    assert len(told) == 1
