"""The office as an outline: every step once, with what it says and where its ways lead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ivr.language import loader
from reports import flow_tree
from reports.flow_tree import Node
from tests import offices


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for way in node.ways:
        yield from nodes(way.to)


def test_every_step_of_the_sample_stands_once() -> None:
    office = loader.load(offices.SAMPLE)
    for language in office.languages:
        found = [node.name for node in nodes(flow_tree.tree(office, "main", language)) if node.kind == "step"]
        assert len(found) == len(set(found))
        reached = {name.split("/")[0] for name in found}
        missing = {f"{flow}/{step}" for flow in reached for step in office.flows[flow].steps} - set(found)
        assert not {name for name in missing if name.startswith(("main/", "certificates/"))}


def test_a_menu_says_its_keys_and_what_they_are_for(tmp_path: Path) -> None:
    steps = (
        "  ask: {menu: 무엇입니까?, options: {1: {label: 세금, next: desk/tax}, 2: {label: 끝, next: bye}}}\n"
        "  bye: {hangup: 안녕히 가십시오.}\n"
    )
    root = flow_tree.tree(offices.small(tmp_path, steps), "main", "ko")
    assert (root.does, root.says) == ("menu", ("무엇입니까?",))
    first, second, failed = root.ways
    assert (first.key, first.label, first.to) == ("1", "세금", Node("desk", "세무팀"))
    assert (second.key, second.to.does, second.to.says) == ("2", "hangup", ("안녕히 가십시오.",))
    assert (failed.exit, failed.to) == ("failed", Node("desk", "상담실"))


def test_a_loop_is_named_and_not_walked_for_ever(tmp_path: Path) -> None:
    steps = (
        "  ask: {menu: 무엇입니까?, options: {1: {label: 다시, next: ask}, 2: {label: 뒤, next: back}}, "
        "else: {failed: bye}}\n  bye: {hangup: 안녕히 가십시오.}\n"
    )
    root = flow_tree.tree(offices.small(tmp_path, steps), "main", "ko")
    assert [way.to.kind for way in root.ways] == ["seen", "back", "step"]
    assert root.ways[0].to.name == "main/ask"
