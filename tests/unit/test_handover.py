"""Hand-over: from the officer's keys to the next desk, with all that is known of the call."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.engine.effects import Connect, Whisper
from ivr.engine.events import DeskLeft, HandedOver
from ivr.language import loader
from ivr.records.facts import Fact
from ivr.records.witness import Witness
from ivr.speech.words import spoken
from ivr.telephony import comeback, handover
from tests import offices
from tests.engine_call import Call

OFFICE = loader.load(offices.SAMPLE)


def whispered(call: Call) -> list[str]:
    return [spoken(p, "ko") for effect in call.effects if isinstance(effect, Whisper) for p in effect.prompts]


def test_the_next_officer_hears_who_hands_over_and_what_it_is_about() -> None:
    call = Call(OFFICE).send("4", HandedOver("tuition"))
    assert call.wait == Connect("tuition")
    assert whispered(call) == ["검정고시와 수능", "검정고시와 수능 담당자에서 넘긴 전화입니다."]
    assert call.journey[-1] == "main/desk/exams:handed_over"
    assert call.send(DeskLeft("answered")).heard[0] == "survey/rating", "the new desk's `after`"


def test_after_a_hand_over_the_chain_is_that_of_the_new_desk() -> None:
    call = Call(OFFICE).send("4", HandedOver("tuition"), DeskLeft("no_answer"))
    assert call.wait == Connect("operators")
    assert "검정고시와 수능 담당자에서 넘긴 전화입니다." in whispered(call)
    assert Call(OFFICE).send("4", HandedOver("gone")).wait == Connect("operators")


def test_a_step_goes_on_where_it_would_have_after_the_first_officer(tmp_path: Path) -> None:
    flow = "  a: {desk: tax, next: b}\n  b: {hangup: 끝}\n"
    office = offices.small(tmp_path, flow)
    assert Call(office).send(HandedOver("operators"), DeskLeft("answered")).heard == ["main/b"]


def test_an_officer_dialled_by_extension_can_hand_over_as_well(tmp_path: Path) -> None:
    office = offices.small(tmp_path, "  a: {extension: 내선?, next: b}\n  b: {hangup: 끝}\n")
    call = Call(office).send("102#", HandedOver("operators"))
    assert call.wait == Connect("operators")
    assert call.journey == ["main/desk/tax:handed_over"]
    assert call.send(DeskLeft("answered")).heard == ["main/b"]


def test_a_hand_over_that_nobody_can_have_made_is_a_lost_call() -> None:
    assert Call(OFFICE).send(HandedOver("tuition")).journey[-1] == "main/purpose:error"


def test_a_number_leads_to_the_desk_where_the_officer_is_asked_soonest() -> None:
    numbers = OFFICE.desks.numbers()
    assert numbers["113"] == "exams"
    assert numbers["116"] == "school_life", "second at tuition, first at school_life"
    assert numbers["5101"] == "east_transfers"
    assert set(numbers.values()) == set(OFFICE.desks.desks), "every desk of the sample can be handed over to"


@pytest.mark.parametrize(
    ("left", "event"),
    [
        ("HANDOVER-tuition", HandedOver("tuition")),
        ("CONTINUE", DeskLeft("answered")),
        ("HANDOVER-", DeskLeft("failed")),
        ("", DeskLeft("failed")),
    ],
)
def test_what_the_dialplan_says_is_an_event(left: str, event: HandedOver | DeskLeft) -> None:
    assert comeback.event(left) == event


def test_the_keys_lead_to_our_desks_and_nowhere_else() -> None:
    extensions = dict(handover.numbers(OFFICE.desks))
    assert extensions.keys() == OFFICE.desks.numbers().keys()
    assert extensions["113"] == ["Set(IVR_TO=exams)", "Goto(handed-over,s,1)"]
    assert all(number.isdecimal() for number in extensions)


def test_the_witness_tells_of_it() -> None:
    line = b"n1-1795292000.12|1795292001.123|handover|exams|tuition"
    fact = Fact("n1-1795292000.12", 1_795_292_001_123, "handover", "exams", "tuition")
    assert Witness(Path("w"), "n1").parse(line) == ([fact], "")
