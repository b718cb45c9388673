"""Chains of desks: who takes over, in which order, and what is wrong with a chain."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ivr.engine.effects import Connect, Hangup
from ivr.engine.events import DeskLeft, Started
from ivr.errors import Problem
from ivr.language import loader
from ivr.language.checks import Review
from ivr.language.desks import Desks
from ivr.language.office import Office
from tests import offices
from tests.engine_call import Call

FLOW = "  a: {desk: tax, next: b, else: {empty: b}}\n  b: {hangup: 끝}\n"
LATER = "title: 메모\nsteps:\n  ask: {menu: 다시 걸까요?, options: {1: {label: 예, next: hangup}}}\n"


def chained(**overflow: str | list[str]) -> Desks:
    """Desks that one officer answers, by their overflow."""
    desks = {name: {"name": name, "agents": ["101"], "overflow": hops} for name, hops in overflow.items()}
    return Desks.model_validate(
        {"agents": {"101": "가"}, "desks": {"operators": {"name": "o", "agents": ["101"]}} | desks}
    )


@pytest.mark.parametrize(
    ("desks", "chain"),
    [
        (chained(a=[]), ["operators"]),
        (chained(a="b", b=[]), ["b", "operators"]),
        (chained(a=["b", "c"], b="flow/x", c=[]), ["b", "c", "operators"]),
        (chained(a=["b", "operators"], b=[]), ["b", "operators"]),
        (chained(a=["operators", "b"], b=[]), ["operators", "b"]),
        (chained(a=["operators", "flow/x"]), ["operators", "flow/x"]),
        (chained(a="flow/x"), ["flow/x"]),
        (chained(a=[], operators="flow/x"), ["operators", "flow/x"]),
        (chained(a="b", b="a"), ["b"]),
    ],
)
def test_the_chain_of_a_desk(desks: Desks, chain: list[str]) -> None:
    assert desks.chain("a") == chain


def test_the_operators_have_nobody_behind_them_unless_they_say_so() -> None:
    assert chained().chain("operators") == []
    assert chained(operators=["b", "flow/x"], b=[]).chain("operators") == ["b", "flow/x"]


def desks_yaml(overflow: str, of_others: str = "") -> str:
    return f"""\
agents: {{"101": 가}}
desks:
  operators: {{name: 상담실, agents: ["101"]}}
  tax: {{name: 세무팀, agents: ["101"], hours: phone, overflow: {overflow}}}
  deputy: {{name: 대리, agents: ["101"]{of_others}}}
"""


def office(folder: Path, overflow: str, flow: str = FLOW) -> Office:
    return offices.small(folder, flow, desks=desks_yaml(overflow), later=LATER)


def test_each_hop_is_rung_and_at_the_end_the_flow_goes_on(tmp_path: Path) -> None:
    call = Call(office(tmp_path, "[deputy, operators, flow/later]", "  a: {say: 네, next: desk/tax}\n"))
    assert call.wait == Connect("tax")
    assert call.send(DeskLeft("no_answer")).wait == Connect("deputy")
    assert call.heard == ["desks/deputy/next_desk"]
    assert call.send(DeskLeft("full")).wait == Connect("operators")
    call.send(DeskLeft("empty"))
    assert call.heard[0] == "later/ask/menu"
    assert call.journey[1:] == ["main/desk/tax:no_answer", "main/desk/deputy:no_answer", "main/desk/operators:empty"]
    assert call.send("1").wait == Hangup("done")


def test_a_step_keeps_its_own_exits_and_its_trace(tmp_path: Path) -> None:
    call = Call(office(tmp_path, "flow/later")).send(DeskLeft("no_answer"))
    assert call.heard[0] == "later/ask/menu"
    assert call.journey == ["main/desk/tax:no_answer", "main/a:no_answer"]
    assert Call(office(tmp_path, "flow/later")).send(DeskLeft("empty")).heard == ["main/b"]


def test_a_closed_desk_whose_chain_is_a_flow_goes_there_at_once(tmp_path: Path) -> None:
    call = Call(office(tmp_path, "flow/later", "  a: {say: 네, next: desk/tax}\n"), world=offices.world(phone="closed"))
    assert call.heard[:2] == ["main/a", "later/ask/menu"]
    assert call.journey == ["main/a:next", "main/desk/tax:closed"]


def test_a_lost_call_ends_rather_than_go_round_by_a_flow(tmp_path: Path) -> None:
    desks = desks_yaml("operators").replace('["101"]}\n  tax', '["101"], hours: phone, overflow: flow/later}\n  tax')
    lost = Call(offices.small(tmp_path, FLOW, desks=desks, later=LATER), world=offices.world(phone="closed"))
    assert lost.heard[0] == "later/ask/menu"
    assert lost.send(Started()).wait == Hangup("failed")
    assert lost.heard == ["phrases/closed"]


@pytest.mark.parametrize(
    ("overflow", "place", "message"),
    [
        ("taxes", "taxes", "there is no desk “taxes”"),
        ("[deputy, flow/mian]", "flow/mian", "there is no flow “mian”"),
        ("tax", "tax}", "the desk “tax” can't take over from itself"),
        ("[deputy, operators, deputy]", "deputy]", "“deputy” stands here twice"),
        ("[flow/later, operators]", "flow/later", "nothing comes after flow/later"),
        ("step/x", "step/x", "“step/x” can't take over"),
        ("[deputy, 070]", "070", "“070” can't take over"),
    ],
)
def test_what_is_wrong_with_a_hop_is_named_at_its_place(
    tmp_path: Path, overflow: str, place: str, message: str
) -> None:
    (problem,) = examined(tmp_path, desks_yaml(overflow))
    line = desks_yaml(overflow).splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith(place)
    assert problem.message.startswith(message)


def test_a_circle_without_the_operators_is_named_at_each_of_its_desks(tmp_path: Path) -> None:
    found = examined(tmp_path, desks_yaml("deputy", ", overflow: tax"))
    assert [(p.line, p.message) for p in found] == [
        (4, "goes round and never gets to the operators: tax → deputy → tax"),
        (5, "goes round and never gets to the operators: deputy → tax → deputy"),
    ]


@pytest.mark.parametrize(("overflow", "unused"), [("flow/later", False), ("deputy", True)])
def test_a_flow_that_only_a_desk_leads_to_is_not_left_over(tmp_path: Path, overflow: str, unused: bool) -> None:
    found = examined(tmp_path, desks_yaml(overflow), Review(datetime.date(2026, 5, 1)))
    assert any(problem.file.endswith("later.yaml") for problem in found) == unused


def examined(folder: Path, desks: str, review: Review | None = None) -> list[Problem]:
    return loader.examine(offices.write(folder, FLOW, desks=desks, later=LATER), review)[1]
