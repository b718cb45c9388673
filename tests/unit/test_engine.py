"""The engine: one event at a time, the session through JSON at every wait."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.engine import engine
from ivr.engine.effects import Ask, Connect, Hangup, Keep, Lookup, Play, Promise, Recall, Record
from ivr.engine.engine import resume
from ivr.engine.events import DeskLeft, Digits, Event, HungUp, Kept, Looked, Promised, Recalled, Recorded, Started
from ivr.engine.session import Session
from ivr.language import loader
from ivr.language.prompt import Prompt, Value
from tests import offices
from tests.engine_call import NOTHING, Call

OFFICE = loader.load(offices.SAMPLE)


def test_a_call_finds_the_district_desk() -> None:
    call = Call(OFFICE).send("2", "1", "4")
    assert call.wait == Connect("west_transfers")
    assert call.heard == ["desks/west_transfers/connecting"]
    assert call.send(DeskLeft("answered")).wait == Hangup("done")
    assert call.session.ended


def test_a_column_that_does_not_matter_is_not_asked() -> None:
    assert Call(OFFICE).send("2", "3").wait == Connect("head_transfers")


def test_speech_before_a_menu_is_one_with_it_so_that_a_key_skips_it() -> None:
    call = Call(OFFICE)
    assert isinstance(call.wait, Ask)
    assert call.heard[:3] == ["main/greeting", "main/protection", "main/purpose/menu"]
    assert [e for e in call.effects if isinstance(e, Play)] == []


def test_a_mandatory_notice_is_played_by_itself(tmp_path: Path) -> None:
    flow = "  a: {say: 하나, next: b}\n  b: {say: 둘, barge_in: false, next: c}\n"
    flow += "  c: {menu: 셋?, options: {1: {label: x, next: hangup}}}\n"
    call = Call(offices.small(tmp_path, flow))
    plays = [(tuple(p.id for p in e.prompts), e.barge_in) for e in call.effects if isinstance(e, Play)]
    assert plays == [(("main/a",), True), (("main/b",), False)]


@pytest.mark.parametrize(
    ("state", "step"), [("lunch", "at_lunch"), ("holiday", "on_holiday"), ("closed", "after_hours")]
)
def test_closed_hours_have_their_own_words(state: str, step: str) -> None:
    call = Call(OFFICE, world=offices.world(phone=state))
    if state == "closed":
        assert call.wait == Record(60_000)
        assert call.heard == ["main/greeting", "main/after_hours"]
        call.send(Recorded(0))
        assert call.heard == ["phrases/nothing_said", "main/leave"]
    else:
        assert call.heard == ["main/greeting", f"main/{step}", "main/leave"]
    assert call.wait == Hangup("done")


def test_lunch_falls_back_to_closed(tmp_path: Path) -> None:
    flow = "  a: {hours: phone, next: hangup, else: {closed: b}}\n  b: {hangup: 닫힘}\n"
    assert Call(offices.small(tmp_path, flow), world=offices.world(phone="lunch")).heard == ["main/b"]


def test_zero_is_the_operators_in_every_menu() -> None:
    for keys in ([], ["1"], ["2"], ["2", "1"], ["3"]):
        assert Call(OFFICE).send(*keys, "0").wait == Connect("operators")


def test_pound_goes_to_the_menu_before_and_stays_at_the_first() -> None:
    call = Call(OFFICE).send("1", "#")
    assert "main/purpose/menu" in call.heard
    assert "main/purpose/menu" in call.send("#").heard
    assert "transfers/find/ask/level" in call.send("2", "1", "#").heard
    assert "main/purpose/menu" in call.send("#").heard


def test_back_is_offered_only_where_it_leads_somewhere() -> None:
    call = Call(OFFICE)
    assert "phrases/back" not in call.heard
    assert "phrases/back" in call.send("1").heard
    assert "phrases/back" in call.send("#", "3").heard


def test_star_repeats_the_menu_and_counts_as_no_failure() -> None:
    call = Call(OFFICE).send("*", "*", "*", "*")
    assert call.heard[0] == "main/purpose/menu"
    assert call.session.tries == 0


@pytest.mark.parametrize("failure", [NOTHING, Digits("A"), Digits("garbage")])
def test_three_failures_lead_to_the_operators_never_to_a_hangup(failure: Digits) -> None:
    for keys in ([], ["1"], ["2"], ["2", "1"]):
        call = Call(OFFICE).send(*keys, failure)
        assert call.heard[0] == ("phrases/no_input" if failure is NOTHING else "phrases/invalid")
        call.send(failure, failure)
        assert call.wait == Connect("operators")
        assert call.heard == ["phrases/too_many", "desks/operators/connecting"]


@pytest.mark.parametrize(
    ("failed", "heard"),
    [
        ("desk/tax", ["phrases/too_many", "desks/tax/connecting"]),
        ("talk", ["phrases/too_many", "desks/tax/connecting"]),
        ("flow/talk", ["phrases/too_many", "desks/tax/connecting"]),
        ("flow/bye", ["phrases/no_input", "bye/bye"]),
        ("bye", ["phrases/no_input", "main/bye"]),
        ("hangup", ["phrases/no_input"]),
    ],
)
def test_an_operator_is_announced_only_where_one_follows(tmp_path: Path, failed: str, heard: list[str]) -> None:
    steps = f"""\
  ask: {{menu: 번호를 누르세요., tries: 1, options: {{1: {{label: 하나, next: bye}}}}, else: {{failed: {failed}}}}}
  talk: {{desk: tax}}
  bye: {{hangup: 안녕히 계십시오.}}
"""
    flows = {
        "talk": "title: 상담\nsteps: {talk: {desk: tax}}\n",
        "bye": "title: 인사\nsteps: {bye: {hangup: 안녕히 계십시오.}}\n",
    }
    call = Call(offices.small(tmp_path, steps, **flows)).send(NOTHING)
    assert call.heard == heard


def test_a_valid_key_forgets_the_failures_before() -> None:
    call = Call(OFFICE).send(NOTHING, NOTHING, "2", NOTHING, NOTHING, "1", NOTHING, NOTHING)
    assert isinstance(call.wait, Ask)


@pytest.mark.parametrize("status", ["no_answer", "empty", "full", "failed"])
def test_an_unserved_caller_goes_to_the_next_hop_and_hears_why(status: str) -> None:
    call = Call(OFFICE).send("4", DeskLeft(status))  # type: ignore[arg-type]
    assert (call.wait, call.heard) == (Connect("operators"), ["desks/operators/next_desk"])
    call.send(DeskLeft(status))  # type: ignore[arg-type]
    assert (call.wait, call.heard) == (Hangup("failed"), ["phrases/busy"])


def test_a_closed_desk_is_passed_over() -> None:
    call = Call(OFFICE, flow="academies", world=offices.world(phone="closed")).send("0")
    assert call.heard == ["phrases/closed"]
    assert call.wait == Hangup("failed")


def test_overflows_in_a_circle_end(tmp_path: Path) -> None:
    desks = """\
agents: {"101": 김하나}
desks:
  operators: {name: 상담실, agents: ["101"], hours: phone, overflow: tax}
  tax: {name: 세무팀, agents: ["101"], hours: phone, overflow: operators}
"""
    office = offices.small(tmp_path, "  a: {desk: tax}\n", desks=desks)
    assert Call(office, world=offices.world(phone="closed")).wait == Hangup("failed")
    call = Call(office).send(DeskLeft("no_answer"), DeskLeft("no_answer"))
    assert call.wait == Hangup("failed")


def test_a_desk_step_has_exits_of_its_own(tmp_path: Path) -> None:
    flow = "  a: {desk: tax, next: c, else: {empty: b, closed: d}}\n"
    flow += "  b: {hangup: 비었음}\n  c: {hangup: 끝}\n  d: {hangup: 닫힘}\n"
    office = offices.small(tmp_path, flow)
    assert Call(office).send(DeskLeft("answered")).heard == ["main/c"]
    assert Call(office).send(DeskLeft("empty")).heard == ["main/b"]
    assert Call(office, world=offices.world(phone="closed")).heard == ["main/d"]
    assert Call(office).send(DeskLeft("no_answer")).wait == Connect("operators")


COLLECT = "  a: {collect: digits, length: 4-6, as: receipt, prompt: 번호, next: b}\n  b: {hangup: '{receipt}'}\n"


@pytest.mark.parametrize(
    ("events", "kept"),
    [
        (["123456"], "123456"),
        (["1234#"], "1234"),
        ([Digits("1234", timed_out=True)], "1234"),
        (["12*3456#"], "3456"),
        (["12*345", "678"], "345678"),
        (["12*345", "6#"], "3456"),
        (["1*2*3*", "4*5*67", "890#"], "67890"),
        ([NOTHING, "12#", "0000#"], "0000"),
    ],
)
def test_collect_keeps_digits(tmp_path: Path, events: list[Event | str], kept: str) -> None:
    call = Call(offices.small(tmp_path, COLLECT)).send(*events)
    assert call.session.variables == {"receipt": Value("digits", kept)}
    assert call.wait == Hangup("done")
    assert call.effects[-2] == Play((Prompt("main/b", (Value("digits", kept),)),))


def test_an_input_cut_short_by_a_cleared_one_goes_on_in_silence(tmp_path: Path) -> None:
    call = Call(offices.small(tmp_path, COLLECT)).send("12*345")
    assert call.wait == Ask((), 3, 5000)


def test_collect_gives_up_after_three_failures(tmp_path: Path) -> None:
    call = Call(offices.small(tmp_path, COLLECT)).send("1#", NOTHING, "12#")
    assert call.wait == Connect("operators")
    assert call.session.variables == {}


CASE = (("case.receipt", Value("digits", "20261234")), ("case.status", Value("text", "처리중")))
FOUND = Looked("found", CASE, mobile=True)


def status(*events: Event | str) -> Call:
    """A call that has given receipt number and last four digits, then these events."""
    return Call(OFFICE, flow="status").send("20261234", "5678", *events)


def test_a_case_is_looked_up_by_both_numbers_told_and_promised() -> None:
    call = status()
    assert call.wait == Lookup("20261234", "5678")
    call.send(FOUND)
    assert call.heard == ["status/tell", "status/offer", "phrases/yes_no"]
    assert call.send("1").wait == Promise("case_status", "20261234")
    call.send(Promised(True))
    assert call.heard == ["phrases/promised", "status/bye"]


def test_a_promise_that_is_not_kept_is_never_spoken() -> None:
    call = status(FOUND, "1", Promised(False))
    assert call.wait == Connect("operators")
    assert "phrases/promised" not in call.heard


def test_an_offer_declined_or_to_a_landline_goes_its_own_way() -> None:
    assert status(FOUND, "2").journey[-2:] == ["status/offer:declined", "status/bye:next"]
    assert status(Looked("found", CASE)).journey[-2:] == ["status/offer:landline", "status/bye:next"]


def test_the_third_miss_of_a_call_leads_to_a_person() -> None:
    missing = Looked("missing")
    call = status(missing)
    assert call.heard == ["phrases/not_found", "status/receipt"]
    call.send("20261234", "5678", missing, "20261234", "5678", missing)
    assert call.wait == Connect("operators")
    assert "case.status" not in call.session.variables


@pytest.mark.parametrize("result", ["blocked", "sensitive", "unavailable"])
def test_a_lookup_that_tells_nothing_leads_to_a_person(result: str) -> None:
    call = status(Looked(result))  # type: ignore[arg-type]
    assert call.wait == Connect("operators")
    assert call.journey[-1] == f"status/find:{'failed' if result == 'blocked' else result}"


def test_a_hangup_at_any_wait_ends_the_session() -> None:
    for keys in ([], ["1"], ["2", "1"], ["4"]):
        call = Call(OFFICE).send(*keys, HungUp())
        assert call.session.ended
        assert call.journey[-1].endswith(":hangup")
        assert not any(isinstance(e, Play | Ask | Connect | Hangup) for e in call.effects)


def test_an_event_that_nothing_waits_for_leads_to_a_person() -> None:
    assert Call(OFFICE).send(DeskLeft("answered")).wait == Connect("operators")
    assert Call(OFFICE).send(Started()).wait == Connect("operators")


def test_a_flow_that_never_waits_is_stopped(tmp_path: Path) -> None:
    chain = "".join(f"  s{n}: {{say: 돌고, next: s{n + 1}}}\n" for n in range(2 * engine.STEPS))
    office = offices.small(tmp_path, chain + f"  s{2 * engine.STEPS}: {{hangup: 안녕}}\n")
    call = Call(office)
    assert call.wait == Connect("operators")
    assert len(call.journey) == engine.STEPS + 1


def test_a_caller_who_never_stops_ends_with_a_person() -> None:
    call = Call(OFFICE)
    for _ in range(engine.TURNS):
        call.send("*")
    assert call.wait == Connect("operators")


EVENTS = st.one_of(
    st.text("0123456789*#AD\x00é", max_size=9).map(Digits),
    st.just(NOTHING),
    st.sampled_from(["answered", "no_answer", "empty", "full", "failed"]).map(DeskLeft),  # type: ignore[arg-type]
    st.sampled_from([FOUND, Looked("found", CASE), Looked("missing"), Looked("blocked")]),
    st.booleans().map(Promised),
    st.sampled_from([Recorded(0), Recorded(5000), Recorded(0, failed=True)]),
    st.booleans().map(Kept),
    st.sampled_from(["", "exams", "school_life", "gone"]).map(Recalled),
)
WAITS = (Ask, Lookup, Promise, Recall, Record, Keep, Connect, Hangup)


@settings(max_examples=200)
@given(
    st.lists(EVENTS, max_size=30),
    st.sampled_from(["main", "status"]),
    st.sampled_from(["ko", "en"]),
    st.sampled_from(["open", "lunch", "closed"]),
)
def test_whatever_happens_the_engine_waits_or_ends(events: list[Event], flow: str, language: str, state: str) -> None:
    call = Call(OFFICE, flow=flow, language=language, world=offices.world(phone=state))
    for event in events:
        if call.session.ended:
            break
        call.send(event)
        assert isinstance(call.wait, WAITS)
        assert sum(isinstance(e, WAITS) for e in call.effects) == 1
        assert call.session.ended == isinstance(call.wait, Hangup)


def test_resume_changes_nothing_that_it_is_given() -> None:
    session = Session("n1-1.1", OFFICE.version, "ko", "main")
    before = session.to_json()
    first = resume(OFFICE, session, Started(), offices.world())
    assert session.to_json() == before
    assert first == resume(OFFICE, session, Started(), offices.world())
