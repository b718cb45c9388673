"""The log: one JSON object a line, the call's id on it, no number in it, whatever is logged."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr import logs


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.setup(tmp_path, "engine", "info")
    yield tmp_path
    for handler in set(root.handlers) - set(before):
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "engine.log").read_text().splitlines()]


def test_a_visits_lines_carry_its_call(folder: Path) -> None:
    def visit() -> None:
        logging.getLogger("ivr.test").info("in the menu", extra={"step": "purpose"})

    thread = threading.Thread(target=visit, name="call n1-1795295627.12")
    thread.start()
    thread.join()
    (line,) = lines(folder)
    assert line["call"] == "n1-1795295627.12"
    assert (line["event"], line["step"], line["level"], line["from"]) == ("in the menu", "purpose", "info", "ivr.test")


def test_no_number_is_written_not_even_in_a_traceback(folder: Path) -> None:
    try:
        raise ValueError("01012345678 is no date")
    except ValueError:
        logging.getLogger("ivr.test").exception("call from 01012345678 failed", extra={"who": "01012345678"})
    assert "01012345678" not in (folder / "engine.log").read_text()


@pytest.mark.parametrize(
    "number", ["010-1234-5678", "02 123 4567", "+82 10-1234-5678", "(042) 600-1234", "042.600.1234"]
)
def test_nor_one_with_something_between_its_digits(folder: Path, number: str) -> None:
    logging.getLogger("ivr.test").warning("to %s, refused on 2026-11-27 10:00 by 127.0.0.1:8080", number)
    assert lines(folder)[0]["event"] == "to #, refused on 2026-11-27 10:00 by 127.0.0.1:8080"


HOSTILE = {"newline": "a\nb", "quotes": 'x", "level": "error', "controls": "a\u2028b\x00\x1b[31m"}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_stays_on_its_line(folder: Path, hostile: str) -> None:
    logging.getLogger("ivr.test").warning("name %s", hostile)
    assert len((folder / "engine.log").read_bytes().splitlines()) == 1
    assert lines(folder)[0]["event"] == f"name {hostile}"


def test_the_level_is_kept(folder: Path) -> None:
    logging.getLogger("ivr.test").debug("not this")
    assert (folder / "engine.log").read_text() == ""


def test_what_no_file_can_hold_is_escaped() -> None:
    record = logging.makeLogRecord({"msg": "name \ud800", "levelname": "INFO"})
    assert json.loads(logs.Lines().format(record).encode())["event"] == "name \ud800"
