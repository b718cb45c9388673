"""Offices for tests: the sample, and small ones written in a test."""

from __future__ import annotations

import shutil
from pathlib import Path

from ivr.engine.events import World
from ivr.language import loader
from ivr.language.office import Office
from ivr.speech import wav

SAMPLE = Path(__file__).parents[1] / "flows"

STEPS = Path(__file__).parent / "steps"
"""The office of fixtures: a flow for every step type."""

OFFICE = "name: 시험기관\n"
CALENDAR = "zone: Asia/Seoul\nclocks:\n  phone: {hours: {mon-fri: 08:00-18:00}, lunch: 12:00-13:00}\n"
DESKS = """\
agents: {"101": 김하나, "102": 이두리}
desks:
  operators: {name: 상담실, agents: ["101"]}
  tax: {name: 세무팀, agents: ["102"], hours: phone}
"""


def copy_of_sample(folder: Path) -> Path:
    """A copy of the sample office, to be spoiled."""
    return Path(shutil.copytree(SAMPLE, folder / "office"))


def copy_of_steps(folder: Path) -> Path:
    """A copy of the office of fixtures, to be changed."""
    return Path(shutil.copytree(STEPS, folder / "office"))


def write(folder: Path, flow: str, **files: str) -> Path:
    """A small office in `folder` whose main flow has these steps; `files` replace or add others (a__b is a/b)."""
    contents = {"office": OFFICE, "calendar": CALENDAR, "desks": DESKS, "main": f"title: 시험\nsteps:\n{flow}"} | files
    for name, text in contents.items():
        path = folder / name.replace("__", "/")
        path = path if path.suffix else path.with_suffix(".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def small(folder: Path, flow: str, **files: str) -> Office:
    """The same, loaded."""
    return loader.load(write(folder, flow, **files))


def hush(folder: Path, language: str) -> None:
    """Give every fixed prompt of a language a recording of 50 ms: calls that needn't listen are fast."""
    for said, prompt in loader.load(folder).fixed_prompts():
        if said == language:
            path = folder / "prompts" / language / f"{prompt.id}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            wav.write(path, wav.silence(0.05))


def no_whispers(folder: Path) -> None:
    """Let no officer of the sample's desks hear a whisper: a call is connected as soon as it is picked up."""
    path = folder / "desks.yaml"
    path.write_text(path.read_text().replace("{name:", "{whisper: false, name:"))


def no_surveys(folder: Path) -> None:
    """Let no desk of the sample ask how it was: a call ends with its conversation."""
    path = folder / "desks.yaml"
    path.write_text(path.read_text().replace(", after: flow/survey", ""))


def never_busy(folder: Path) -> None:
    """Let no load switch the sample's notice on: many calls at once hear what one call hears."""
    path = folder / "notices.yaml"
    text = path.read_text()
    assert "{on: 10, off: 4}" in text
    path.write_text(text.replace("{on: 10, off: 4}", "{on: 10000, off: 4}"))


def never_quiet(folder: Path) -> None:
    """Let messages go out at any hour: tests run at any."""
    path = folder / "calendar.yaml"
    head, _, _ = path.read_text().partition("  quiet:")
    path.write_text(head + "  quiet: {hours: {}, holidays: false}\n")


def world(**clocks: str) -> World:
    """A world in which every clock is open, but for those named."""
    return World(clocks={"phone": "open", "counter": "open", "petition": "open"} | clocks)
