"""The sample office, spoiled in many ways, and what `ivr check` says to each: every message, word for word.

cases.yaml: name → file, what is replaced (`old`, first place; all of it when left out) and by what (`new`; the file
is deleted when left out), and `told`, the whole output. `python -m tests.bad_offices` writes `told` anew: read it.
"""

from __future__ import annotations

import datetime
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from ivr.errors import BadInput
from ivr.language import loader
from ivr.language.checks import Review
from ivr.speech import recordings
from tests import offices

CASES = Path(__file__).parent / "cases.yaml"
DAY = datetime.date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Spoiled:
    """One way of spoiling the sample."""

    file: str
    old: str | None
    new: str | None
    told: str


def cases() -> dict[str, Spoiled]:
    """All of them, by name."""
    entries = yaml.safe_load(CASES.read_text())
    return {
        name: Spoiled(entry["file"], entry.get("old"), entry.get("new"), entry.get("told", ""))
        for name, entry in entries.items()
    }


def told(case: Spoiled, folder: Path) -> str:
    """What the check says to a copy of the sample in `folder`, spoiled so; files by their path in the office."""
    office = Path(shutil.copytree(offices.SAMPLE, folder / "office"))
    path = office / case.file
    if case.new is None:
        path.unlink()
    else:
        before = path.read_text() if case.old is not None else ""
        assert case.old is None or case.old in before, f"{case.file} has no {case.old!r} any more"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(case.new if case.old is None else before.replace(case.old, case.new, 1))
    loaded, problems = loader.examine(office, Review(DAY, frozenset({"main"})))
    if loaded is not None:
        problems += recordings.check(loaded)
    return str(BadInput(problems)).replace(f"{office}/", "").replace(str(office), "(the folder)") + "\n"
