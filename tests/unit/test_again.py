"""`again`: the desk of the last call is offered first, to whom and when it may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.engine.effects import Connect, Recall
from ivr.engine.events import Digits, Recalled, World
from ivr.errors import BadInput
from tests import offices
from tests.engine_call import NOTHING, Call

FLOW = """\
  first: {menu: 무엇?, options: {1: {label: 담당자, next: same}}}
  same: {again: 7d, next: other}
  other: {hangup: 다른 길}
"""


def recalled(tmp_path: Path, desk: str, desks: str = offices.DESKS, world: World | None = None) -> Call:
    office = offices.small(tmp_path, FLOW, desks=desks)
    call = Call(office, world=world).send("1")
    assert call.wait == Recall(7 * 24 * 60 * 60 * 1000)
    return call.send(Recalled(desk))


def test_the_desk_is_offered_by_its_name(tmp_path: Path) -> None:
    assert recalled(tmp_path, "tax").heard == ["desks/tax/again", "phrases/yes_or_no"]


def test_one_is_the_desk_and_two_goes_on(tmp_path: Path) -> None:
    call = recalled(tmp_path / "yes", "tax").send("1")
    assert (call.wait, call.journey[1]) == (Connect("tax"), "main/same:1")
    call = recalled(tmp_path / "no", "tax").send("2")
    assert (call.heard, call.journey[1]) == (["main/other"], "main/same:next")


def test_the_keys_of_every_question_keep_their_meaning(tmp_path: Path) -> None:
    assert recalled(tmp_path / "0", "tax").send("0").wait == Connect("operators")
    assert recalled(tmp_path / "back", "tax").send("#").heard[0] == "main/first/menu"
    assert recalled(tmp_path / "replay", "tax").send("*").heard[0] == "desks/tax/again"


@pytest.mark.parametrize("failure", [NOTHING, Digits("3"), Digits("é")])
def test_three_failures_lead_to_a_person(tmp_path: Path, failure: Digits) -> None:
    call = recalled(tmp_path, "tax").send(failure, failure)
    assert call.heard[1:] == ["desks/tax/again", "phrases/yes_or_no"]
    assert call.send(failure).wait == Connect("operators")
    assert call.journey[1] == "main/same:failed"


@pytest.mark.parametrize("desk", ["", "gone", "../tax"])
def test_without_a_desk_of_this_office_nothing_is_heard(tmp_path: Path, desk: str) -> None:
    assert recalled(tmp_path, desk).heard == ["main/other"]


def test_a_closed_desk_is_not_offered(tmp_path: Path) -> None:
    assert recalled(tmp_path, "tax", world=offices.world(phone="closed")).heard == ["main/other"]


def test_nobody_at_the_same_telephone_learns_of_a_sensitive_desk(tmp_path: Path) -> None:
    desks = offices.DESKS.replace("hours: phone", "again: false")
    assert recalled(tmp_path, "tax", desks).heard == ["main/other"]


@pytest.mark.parametrize("time", ["0d", "367d", "7"])
def test_a_time_is_a_number_of_days_within_a_year(tmp_path: Path, time: str) -> None:
    with pytest.raises(BadInput):
        offices.small(tmp_path, FLOW.replace("7d", time))
