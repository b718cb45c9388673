"""Answers to surveys, from the journal to the report: once each, with the officer, in whatever order they are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from ivr.cli import Program
from ivr.cli.report import calls, report
from ivr.records.answer_tables import Answer
from ivr.records.journal import Journal
from ivr.records.recorder import Recorder
from ivr.records.store import Store
from tests import offices

T = 1_795_219_200_000
"""2026-11-21 09:00 in Seoul."""


class Node:
    """A node's files, and the database that its recorder fills."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config.yaml"
        self.config.write_text(f"office: {offices.SAMPLE}\nlines: {{'1000': {{flow: main}}}}\n")
        self.data = folder / "var/data"
        self.store = Store(f"sqlite:///{self.data / 'onestop.db'}")
        (self.data / "witness").mkdir(parents=True)

    def rate(self, call: int, answer: int, second: int, desk: str = "exams") -> None:
        journal = Journal(self.data / "journal")
        told = {"k": "answer", "call": f"n1-1.{call}", "t": T + 1000 * second}
        journal.append({**told, "desk": desk, "question": "satisfaction", "answer": answer})
        journal.close()

    def witness(self, call: int, *lines: str) -> None:
        with (self.data / "witness/witness.log").open("a") as file:
            for line in lines:
                second, _, rest = line.partition("|")
                file.write(f"n1-1.{call}|{T // 1000 + int(second)}.000|{rest}\n")

    def record(self) -> list[tuple[str, str | None, int]]:
        """Record what is there with a new recorder; call, officer and answer of each."""
        Recorder(self.data / "journal", self.data / "witness/witness.log", self.store, "n1").once()
        with self.store.reading() as session:
            return [(a.call, a.agent, a.answer) for a in session.scalars(select(Answer).order_by(Answer.call))]

    def report(self, *args: str) -> Result:
        return CliRunner().invoke(report, ["--survey", "--from", "2026-11-21", *args], obj=Program(self.config))

    def way(self, call: str) -> str:
        """What `ivr calls` tells of a call."""
        return CliRunner().invoke(calls, [call], obj=Program(self.config)).output


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


def test_an_answer_is_kept_with_the_officer_who_spoke_last(node: Node) -> None:
    node.witness(1, "1|queue|exams|", "3|connect|exams|113", "9|leave|exams|CONTINUE")
    node.rate(1, 2, 12)
    assert node.record() == [("n1-1.1", "113", 2)]


def test_the_officer_may_be_told_later_than_the_answer(node: Node) -> None:
    node.rate(1, 2, 12)
    assert node.record() == [("n1-1.1", None, 2)]
    node.witness(1, "1|queue|exams|", "3|connect|exams|113", "9|leave|exams|CONTINUE")
    assert node.record() == [("n1-1.1", "113", 2)]


def test_told_twice_an_answer_counts_once_and_the_last_one_given_counts(node: Node) -> None:
    node.witness(1, "1|queue|exams|", "3|connect|exams|113", "9|leave|exams|CONTINUE")
    for answer in (5, 1, 1):
        node.rate(1, answer, 12)
    assert node.record() == [("n1-1.1", "113", 1)]


def test_the_way_of_a_call_shows_what_was_answered(node: Node) -> None:
    node.witness(1, "0|enter|1000|", "1|queue|exams|", "3|connect|exams|113", "9|leave|exams|CONTINUE")
    node.rate(1, 2, 12)
    node.record()
    assert "survey satisfaction: answered 2" in node.way("n1-1.1")


def test_an_answer_off_the_scale_is_set_aside(node: Node) -> None:
    node.rate(1, 6, 12)
    assert node.record() == []


def test_the_report_counts_and_says_how(node: Node) -> None:
    for call, answer in enumerate((1, 2, 2, 5), 1):
        node.witness(call, "1|queue|exams|", "3|connect|exams|113", "9|leave|exams|CONTINUE")
        node.rate(call, answer, 12)
    node.rate(9, 3, 13, desk="")
    node.record()
    told = json.loads(node.report("--format", "json").output)
    whole, nobody, officer = told["groups"]
    assert (whole["question"], whole["desk"], whole["answers"], whole["satisfaction"]) == ("satisfaction", "", 5, 0.6)
    assert (nobody["desk"], nobody["officer"], nobody["answers"]) == ("–", "–", 1)
    assert (officer["officer"][-5:], officer["very"], officer["rather"], officer["not at all"]) == ("(113)", 1, 2, 1)
    assert officer["satisfaction"] == 0.75
    shown = node.report().output
    assert "75.0%" in shown
    assert "Satisfaction = (very satisfied + rather satisfied) ÷ answers" in shown
    assert "satisfaction,,,1,2,1,0,1,5,0.6" in node.report("--format", "csv").output


def test_an_empty_period_has_no_satisfaction(node: Node) -> None:
    assert node.report("--to", "2026-11-22").exit_code == 0
    assert node.report("--by", "desk").exit_code == 2
