"""The survey: asked after a desk, answered by 1 to 5, never against anybody's will."""

from __future__ import annotations

from pathlib import Path

from ivr.engine.effects import Connect, Hangup, Rated
from ivr.engine.events import DeskLeft
from ivr.language import loader
from tests import offices
from tests.engine_call import NOTHING, Call

OFFICE = loader.load(offices.STEPS)
DESKS = offices.DESKS.replace("tax: {name: 세무팀,", "tax: {name: 세무팀, after: flow/rating,")
RATING = "title: 평가\nsteps:\n  rate: {survey: 어땠습니까?, as: rating}\n"


def served() -> Call:
    return Call(OFFICE, "survey").send(DeskLeft("answered"))


def rated(call: Call) -> list[Rated]:
    return [effect for effect in call.effects if isinstance(effect, Rated)]


def test_it_is_asked_when_the_officer_has_hung_up_and_kept_with_the_desk() -> None:
    call = served()
    assert call.heard == ["survey/rate", *(f"phrases/scale_{n}" for n in range(1, 6))]
    assert rated(call.send("2")) == [Rated("satisfaction", 2, "exams")]
    assert call.heard[:2] == ["phrases/thanks", "survey/polite/survey"]
    assert rated(call.send("5")) == [Rated("courtesy", 5, "exams")]
    assert call.wait == Hangup("done")


def test_whoever_presses_nothing_is_let_go_at_once() -> None:
    call = served().send(NOTHING)
    assert (call.wait, call.journey[-2:]) == (Hangup("done"), ["survey/rate:declined", "survey/bye:next"])


def test_wrong_keys_let_go_too() -> None:
    call = served().send("9")
    assert call.heard[:2] == ["phrases/invalid", "survey/rate"]
    assert call.send("6").wait == Hangup("done")
    assert call.journey[-2:] == ["survey/rate:failed", "survey/bye:next"]


def test_the_keys_of_every_question_mean_the_same_here() -> None:
    assert served().send("*").heard[0] == "survey/rate"
    assert served().send("0").wait == Connect("operators")


def test_a_desk_sends_its_callers_there_however_they_came(tmp_path: Path) -> None:
    main = (
        "  a: {menu: 무엇?, options: {1: {label: x, next: desk/tax}, 2: {label: y, next: b}, 3: {label: z, next: c}}}\n"
    )
    main += "  b: {desk: tax}\n  c: {desk: tax, next: d}\n  d: {hangup: 끝}\n"
    office = offices.small(tmp_path, main, desks=DESKS, rating=RATING)
    for key in ("1", "2"):
        call = Call(office).send(key, DeskLeft("answered"))
        assert call.heard[0] == "rating/rate"
        assert rated(call.send("1")) == [Rated("rating", 1, "tax")]
        assert call.wait == Hangup("done")
    assert Call(office).send("3", DeskLeft("answered")).heard == ["main/d"]


def test_the_desk_that_answered_counts_not_the_one_asked_for(tmp_path: Path) -> None:
    office = offices.small(tmp_path, "  a: {desk: tax, next: flow/rating}\n", rating=RATING)
    call = Call(office).send(DeskLeft("no_answer"), DeskLeft("answered"), "3")
    assert rated(call) == [Rated("rating", 3, "operators")]


def test_an_officer_rung_by_extension_counts_for_his_desk(tmp_path: Path) -> None:
    main = "  a: {extension: 내선번호, next: flow/rating, else: {no_answer: hangup, empty: hangup, closed: hangup}}\n"
    call = Call(offices.small(tmp_path, main, rating=RATING)).send("102#", DeskLeft("answered"), "1")
    assert rated(call) == [Rated("rating", 1, "tax")]


def test_a_flow_after_a_desk_that_is_not_there_is_told(tmp_path: Path) -> None:
    _, problems = loader.examine(offices.write(tmp_path, "  a: {hangup: 끝}\n", desks=DESKS))
    assert [(p.line, p.column, p.message) for p in problems] == [(4, 27, "there is no flow “rating”")]


def test_a_scale_has_five_answers(tmp_path: Path) -> None:
    flow = "  a: {survey: 어땠습니까?, scale: [좋음, 나쁨], as: rating}\n"
    _, problems = loader.examine(offices.write(tmp_path, flow))
    assert [(p.line, p.column) for p in problems] == [(3, 30)]
