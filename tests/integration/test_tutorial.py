"""docs/tutorial.md does what it says: its files are written, its commands run, what it shows is what is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"(?:^`([\w./]+)`\n)?^```(yaml|sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_tutorial_works(tmp_path: Path) -> None:
    blocks = BLOCK.findall((ROOT / "docs/tutorial.md").read_text())
    assert {language for _, language, _ in blocks} == {"yaml", "sh", "text"}
    for file, language, text in blocks:
        if language == "yaml":
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        elif language == "sh":
            for command in text.splitlines():
                result = _run(tmp_path, command)
                assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
        else:
            _spoiled(tmp_path, text)


def _spoiled(folder: Path, text: str) -> None:
    """The one mistake that the page shows, and what is said of it."""
    flow = folder / "library/main.yaml"
    good = flow.read_text()
    flow.write_text(good.replace("desk/rooms", "desk/room"))
    result = _run(folder, "ivr check library")
    flow.write_text(good)
    assert result.returncode == 1
    assert text in result.stdout


def _run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    program, *arguments = command.split()
    assert program == "ivr"
    return subprocess.run(
        [sys.executable, "-m", "ivr.cli", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
