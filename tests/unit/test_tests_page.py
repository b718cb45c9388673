"""docs/tests.md names everything that a conversation may hold, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ivr.engine.effects import Connect, Effect, Fetch, Keep, Lookup, Promise, Recall, Record, Send
from ivr.engine.session import Session
from ivr.language import loader
from ivr.language.answer import Wanted
from ivr.language.conversation import KINDS, Circumstances
from ivr.telephony.stand_in import ANSWERS, StandIn
from tests import offices

OFFICE = loader.load(offices.SAMPLE)
TABLES = [
    re.findall(r"^\| (.+?) \|", table, re.MULTILINE)[1:]
    for table in re.findall(r"(?:^\|.*\n)+", (Path(__file__).parents[2] / "docs/tests.md").read_text(), re.MULTILINE)
]
"""First cells of each table, without its head."""
CODE = re.compile(r"`([^`]+)`")

ADDRESS = "https://library.example/loans/7"
WAITS: tuple[Effect, ...] = (
    Lookup("20261234", "5678"),
    Fetch(ADDRESS, (("books", Wanted(type="number")),), 1000, 1000),
    Recall(1000),
    Promise("case_status", "20261234"),
    Send("high_assignment", (), "notice/high_assignment"),
    Record(60_000),
    Keep("exams"),
)
CASES: list[dict[str, object]] = [{}, {"number": "01000000000"}, {"sensitive": True}, {"blocked": True}]
CIRCUMSTANCES: list[dict[str, Any]] = [
    {},
    {"down": "lookup"},
    {"down": "disk"},
    {"again": "exams"},
    {"answers": {ADDRESS: {"books": 2}}},
    {"answers": {ADDRESS: {}}},
    *({"cases": {"20261234": {"number": "01012345678"} | case}} for case in CASES),
]


def happening() -> Iterator[str]:
    """Whatever can happen to the waits."""
    session = Session(call="n1-1.1", office=OFFICE.version, language="ko", flow="main")
    for given in CIRCUMSTANCES:
        world = StandIn(OFFICE, Circumstances.model_validate({"at": "2026-11-23T10:00"} | given))
        for wait in WAITS:
            answer = world.answer(session, wait)
            assert answer is not None
            yield answer.note


def named(cells: list[str]) -> list[str]:
    return [name for cell in cells for name in CODE.findall(cell)]


def test_every_kind_of_entry_stands_there() -> None:
    assert sorted(named(TABLES[0])) == sorted(KINDS)


def test_everything_that_happens_stands_there_word_for_word() -> None:
    assert {type(wait) for wait in WAITS} == set(ANSWERS) - {Connect}, "what it answers belongs to docs/tests.md, too"
    assert set(named(TABLES[1])) == set(happening())


def test_every_circumstance_stands_there() -> None:
    assert set(named(TABLES[2])) == set(Circumstances.model_fields)
