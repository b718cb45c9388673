"""What a real Asterisk wrote into queue_log and CDR, imported, is what our own records say of the same calls.

The exchange writes both here, as another office's does; ours never would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from ivr.cli import Program
from ivr.cli.imports import import_
from ivr.cli.report import report
from ivr.records.models import Leg
from ivr.records.store import Store
from ivr.telephony import exchange
from tests import offices
from tests.acceptance.line import Dialled, Line, line
from tests.exchange import wait_for

pytestmark = pytest.mark.slow

DESKS = """\
agents: {"101": 가, "102": 나, "103": 다, "104": 라, "105": 마, "106": 바, "107": 사, "108": 아}
desks:
  operators: {name: 상담실, agents: ["101"], whisper: false}
  giver: {name: 넘기는 담당자, agents: ["102"], whisper: false}
  taker: {name: 받는 담당자, agents: ["103"], whisper: false}
  slow: {name: 안 받는 담당자, agents: ["104"], wait: 3s}
  patient: {name: 기다리는 곳, agents: ["105"]}
  hasty: {name: 바로 끊는 곳, agents: ["106"]}
  absent: {name: 빈 자리, agents: ["107"], overflow: polite}
  polite: {name: 먼저 끊는 담당자, agents: ["108"], whisper: false}
"""
CALLED = ("giver", "slow", "patient", "hasty", "absent", "taker")
"""Each is reached by a line of its own."""

CDR = "[general]\nenable = yes\nunanswered = yes\n[csv]\nusegmtime = yes\nloguniqueid = yes\nnewcdrcolumns = yes\n"
REFUSED = 'ExecIf($["${QUEUESTATUS}"="JOINEMPTY"]?QueueLog(${IVR_QUEUE},${UNIQUEID},NONE,JOINEMPTY))'


@pytest.fixture(scope="module")
def chatty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line whose exchange writes a queue_log and a CDR file."""
    folder = tmp_path_factory.mktemp("line")
    flows = {f"to_{name}": f"title: {name}\nsteps:\n  go: {{desk: {name}}}\n" for name in CALLED}
    files = offices.write(folder / "office", "  go: {desk: operators}\n", desks=DESKS, **flows)
    offices.hush(files, "ko")
    lines = {str(1000 + n): {"flow": f"to_{name}"} for n, name in enumerate(CALLED)}
    generate = exchange.generate

    def noting_refusals(*args: Any) -> dict[str, str]:
        made = generate(*args)
        text = made["extensions.conf"]
        return {**made, "extensions.conf": re.sub(r"( same => n,Queue\(.*\n)", rf"\1 same => n,{REFUSED}\n", text)}

    with pytest.MonkeyPatch.context() as patch:
        logger = exchange._CONSTANT["logger.conf"].replace("queue_log = no", "queue_log = yes")
        patch.setitem(exchange._CONSTANT, "logger.conf", logger)
        patch.setitem(exchange._CONSTANT, "cdr.conf", CDR)
        patch.setattr(exchange, "_MODULES", (*exchange._MODULES, "cdr_csv"))
        patch.setattr(exchange, "generate", noting_refusals)
        (folder / "data/exchange/log/cdr-csv").mkdir(parents=True)
        with line(folder, files, lines=lines, exchange={"practice": False}) as running:
            yield running
            for written in (log(running), master(running)):  # an exchange of ours keeps neither: they name callers
                written.unlink()


@pytest.fixture(scope="module")
def calls(chatty: Line) -> Line:
    """The line after its calls: answered, abandoned soon and late, nobody picked up, nobody there, handed over."""
    number = {name: str(1000 + n) for n, name in enumerate(CALLED)}
    with ExitStack() as stack:
        phones = {e: stack.enter_context(chatty.officer(e)) for e in ("101", "102", "103", "108")}
        for silent in ("104", "105", "106"):
            stack.enter_context(chatty.officer(silent, "ring"))
        acts = {name: ["end"] for name in ("giver", "slow", "absent")}
        acts |= {"patient": ["~9000", "bye"], "hasty": ["~3500", "bye"], "taker": ["~3000", "bye"]}
        begun = {name: chatty.begin(number[name], *of) for name, of in acts.items()}
        for name, leg, officer, keys in (
            ("absent", "polite:talking", "108", ""),
            ("slow", "operators:talking", "101", ""),
            ("taker", "taker:answered", "", ""),
            ("giver", "giver:talking", "102", "##103"),
            ("giver", "taker:talking", "103", ""),
        ):
            wait_for(partial(at, chatty, begun[name], leg), 20, f"{name}: {leg}")
            if keys:
                phones[officer].press(keys)
            elif officer:
                phones[officer].hang_up()
        ended = {name: one.recorded(30) for name, one in begun.items()}
    assert {name: journey.legs for name, journey in ended.items()} == {
        "giver": ["giver:handed_over", "taker:answered"],
        "slow": ["slow:no_answer", "operators:answered"],
        "patient": ["patient:abandoned"],
        "hasty": ["hasty:short_abandoned"],
        "absent": ["absent:empty", "polite:answered"],
        "taker": ["taker:answered"],
    }
    wait_for(lambda: all(j.id in master(chatty).read_text() for j in ended.values()), 10, "the CDR of every call")
    return chatty


def at(line: Line, call: Dialled, leg: str) -> bool:
    """Whether the call is there."""
    return any(leg in journey.legs for journey in line.of(call.number))


def log(line: Line) -> Path:
    return exchange.folder(line.config) / "log/queue_log"


def master(line: Line) -> Path:
    return exchange.folder(line.config) / "log/cdr-csv/Master.csv"


def legs(store: Store) -> dict[tuple[str, int], Leg]:
    with store.reading() as session:
        session.expire_on_commit = False
        found = {(leg.call, leg.n): leg for leg in session.scalars(select(Leg))}
        session.expunge_all()
        return found


def program(folder: Path, line: Line, database: str) -> Program:
    """The same office, with a database of its own."""
    lines = {number: {"flow": one.flow} for number, one in line.config.lines.items()}
    settings = {"office": str(line.config.office_dir), "lines": lines, "database": database}
    (folder / "config.yaml").write_text(json.dumps(settings))
    return Program(folder / "config.yaml")


def run(of: Program, command: Any, *args: str | Path) -> str:
    result = CliRunner().invoke(command, [str(arg) for arg in args], obj=of, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


COUNTS = (
    "offered",
    "answered",
    "abandoned",
    "short_abandoned",
    "overflowed",
    "failed",
    "answer_rate",
    "direct_handling",
    "transfer_rate",
)


def counts(of: Program) -> dict[str, dict[str, float]]:
    told = json.loads(run(of, report, "--by", "desk", "--format", "json", "--from", "2026-01-01"))
    return {desk: {key: figures[key] for key in COUNTS} for desk, figures in told["groups"].items()}


@pytest.mark.parametrize("order", [("log",), ("log", "cdr"), ("cdr", "log")], ids="+".join)
def test_imported_calls_are_what_our_own_records_say(calls: Line, tmp_path: Path, order: tuple[str, ...]) -> None:
    imported = program(tmp_path, calls, f"sqlite:///{tmp_path / 'other.db'}")
    for name in order:
        run(imported, import_, "calls", log(calls) if name == "log" else master(calls))
    own = counts(program(tmp_path, calls, calls.config.database_url))
    assert counts(imported) == own
    assert len(own) == len(DESKS.splitlines()) - 2, "every desk was asked for"
    ours, theirs = legs(calls.store), legs(Store(imported.config.database_url))
    assert theirs.keys() == ours.keys()
    for key, leg in ours.items():
        other = theirs[key]
        assert (other.desk, other.agent, other.outcome) == (leg.desk, leg.agent, leg.outcome)
        for at in ("queued_at", "connected_at", "left_at"):
            mine, its = getattr(leg, at), getattr(other, at)
            assert (mine is None) == (its is None), f"{key} {at}"
            # whole seconds, cut off; and our own line was written a moment before or after
            assert mine is None or -0.2 <= (mine - its).total_seconds() < 1.2, f"{key} {at}: {mine}, {its}"


def test_a_cdr_alone_counts_the_same_but_for_whom_the_queue_refused(calls: Line, tmp_path: Path) -> None:
    imported = program(tmp_path, calls, f"sqlite:///{tmp_path / 'other.db'}")
    run(imported, import_, "calls", master(calls))
    own = counts(program(tmp_path, calls, calls.config.database_url))
    refused = own.pop("빈 자리 (absent)")
    assert refused["overflowed"] == 1
    found = counts(imported)
    # after a refusal the CDR knows of no other desk
    direct = "direct_handling"
    assert {desk: {**of, direct: 0} for desk, of in found.items()} == {
        desk: {**of, direct: 0} for desk, of in own.items()
    }
