"""How calls and their legs come out, told from facts."""

from __future__ import annotations

from itertools import pairwise, permutations, product
from typing import get_args

import pytest

from ivr.records import outcome
from ivr.records.facts import RANK, Fact
from ivr.records.journal_records import from_journal
from ivr.records.journey import Journey, trace
from ivr.records.outcome import CallOutcome, Ending, LegOutcome, of_call, of_leg

T = 1_795_292_000_000
CALL = "n1-1795292000.12"


def told(text: str) -> Journey:
    """The journey of facts written `SECONDS KIND A B`, one a line."""
    facts = []
    for line in text.strip().split("\n"):
        seconds, kind, *rest = line.split()
        a, b = (*rest, "", "")[:2]
        assert kind in RANK
        facts.append(Fact(CALL, T + int(float(seconds) * 1000), kind, a, b))  # type: ignore[arg-type]
    return trace(facts)


ANSWERED = """
0 enter 1000
0.1 call 1000
2 desk certificates
2.1 queue certificates
9 connect certificates 111
69 leave certificates CONTINUE
70 end - 16"""


def without(text: str, *words: str) -> str:
    return "\n".join(line for line in text.strip().split("\n") if not any(word in line for word in words))


def test_of_a_stopped_call_the_end_is_known() -> None:
    way = told("0 enter 1\n1 queue a\n2 connect a 101\n9 end stop 16\n9.1 finish hangup")
    assert (way.ended_at, way.legs[0].left_at) == (T + 9000, T + 9000)
    assert told("0 enter 1\n1 queue a\n2 connect a 101\n9 cut").legs[0].left_at is None


def test_a_call_as_it_should_be() -> None:
    way = told(ANSWERED)
    assert (way.line, way.started_at, way.ended_at, way.outcome) == ("1000", T, T + 70_000, "answered")
    (leg,) = way.legs
    assert (leg.desk, leg.queued_at, leg.connected_at, leg.left_at, leg.agent, leg.outcome) == (
        "certificates",
        T + 2100,
        T + 9000,
        T + 69_000,
        "111",
        "answered",
    )


@pytest.mark.parametrize(
    ("name", "facts", "call", "legs"),
    [
        ("in the menu", "0 enter 1000\n1 turn 1", "in_progress", []),
        ("waits", without(ANSWERED, "connect", "leave", "end"), "in_progress", ["waiting"]),
        ("talks", without(ANSWERED, "leave", "end"), "in_progress", ["talking"]),
        ("caller hangs up", without(ANSWERED, "leave"), "answered", ["answered"]),
        ("the engine alone tells of the desk", without(ANSWERED, "queue"), "answered", ["answered"]),
        ("the witness alone", without(ANSWERED, "call", "desk"), "answered", ["answered"]),
        ("gives up", "0 enter 1\n1 queue a\n6.1 end", "abandoned", ["abandoned"]),
        ("gives up at once", "0 enter 1\n1 queue a\n6 end", "short_abandoned", ["short_abandoned"]),
        ("leaves the queue by a key", "0 enter 1\n1 queue a\n9 leave a\n10 end", "abandoned", ["abandoned"]),
        (
            "a short stay after a long wait is no short one",
            "0 enter 1\n1 queue a\n41 leave a TIMEOUT\n42 queue b\n44 end",
            "abandoned",
            ["no_answer", "short_abandoned"],
        ),
        (
            "the next hop answers",
            "0 enter 1\n1 queue a\n1 leave a JOINEMPTY\n2 queue b\n4 connect b 101\n9 end",
            "answered",
            ["empty", "answered"],
        ),
        (
            "nobody at all",
            "0 enter 1\n1 queue a\n1 leave a FULL\n2 queue b\n9 leave b TIMEOUT\n9.1 finish failed\n9.2 end",
            "failed",
            ["full", "no_answer"],
        ),
        ("odd status", "0 enter 1\n1 queue a\n9 leave a WITHDRAW\n9 end", "failed", ["failed"]),
        ("listens and leaves content", "0 enter 1\n9 finish done\n9 end", "self_service", []),
        ("hangs up in the menu", "0 enter 1\n9 finish hangup\n9 end", "left_menu", []),
        ("hangs up while no engine lives", "0 enter 1\n9 end", "left_menu", []),
        ("stopped in the menu", "0 enter 1\n9 end stop 16\n9 finish hangup", "cut", []),
        ("stopped while waiting", "0 enter 1\n1 queue a\n9 end stop 16", "cut", ["cut"]),
        ("stopped while talking", "0 enter 1\n1 queue a\n2 connect a 101\n9 end stop", "cut", ["answered"]),
        ("hears a notice and hangs up", "0 enter 1\n3 notice exam finished\n9 finish hangup", "left_informed", []),
        ("takes its details", "0 enter 1\n3 notice exam details\n9 finish hangup\n9 end", "left_informed", []),
        ("takes them by SMS", "0 enter 1\n3 notice exam message\n9 finish hangup\n9 end", "left_informed", []),
        ("leaves by its key", "0 enter 1\n3 notice exam leave\n3 finish done\n3 end", "left_informed", []),
        ("hears half a notice", "0 enter 1\n3 notice exam played\n9 finish hangup\n9 end", "left_menu", []),
        ("hears a notice, then a case", "0 enter 1\n3 notice exam finished\n9 finish done\n9 end", "self_service", []),
        ("hears a notice, the flow fails", "0 enter 1\n3 notice exam finished\n9 finish error", "failed", []),
        (
            "hears a notice, waits, gives up",
            "0 enter 1\n1 notice e finished\n2 queue a\n9 end",
            "abandoned",
            ["abandoned"],
        ),
        ("leaves a voicemail", "0 enter 1\n3 message voicemail a\n9 finish done\n9 end", "message_instead", []),
        (
            "hangs up after a voicemail",
            "0 enter 1\n9 finish hangup\n9 end\n9.01 message voicemail a",
            "message_instead",
            [],
        ),
        ("takes an SMS in place of a desk", "0 enter 1\n3 message sms desk/a\n9 finish done", "message_instead", []),
        ("takes an SMS of a notice", "0 enter 1\n3 message sms notice/a\n9 finish done\n9 end", "self_service", []),
        (
            "leaves the queue for a voicemail",
            "0 enter 1\n1 queue a\n40 leave a KEY\n60 message voicemail a\n61 finish hangup\n61 end",
            "message_instead",
            ["message_instead"],
        ),
        (
            "leaves the queue by a key, and leaves nothing",
            "0 enter 1\n1 queue a\n40 leave a KEY\n61 finish hangup\n61 end",
            "abandoned",
            ["abandoned"],
        ),
        (
            "nobody, then a voicemail",
            "0 enter 1\n1 queue a\n40 leave a TIMEOUT\n60 message voicemail a\n61 finish done\n61 end",
            "message_instead",
            ["no_answer"],
        ),
        (
            "a voicemail, and then waits all the same",
            "0 enter 1\n1 message voicemail a\n2 queue b\n40 end",
            "abandoned",
            ["abandoned"],
        ),
        (
            "a voicemail, and then is answered",
            "0 enter 1\n1 queue a\n9 leave a KEY\n10 message voicemail a\n12 queue b\n14 connect b 1\n40 end",
            "answered",
            ["message_instead", "answered"],
        ),
        ("the flow fails", "0 enter 1\n9 finish error\n9 end", "failed", []),
        (
            "static, nobody",
            "0 enter 1\n0 static full\n0 queue operators\n60 leave operators TIMEOUT\n61 end",
            "failed",
            ["no_answer"],
        ),
        ("static, gone before the queue", "0 enter 1\n0 static full\n0 end", "failed", []),
        ("static, answered", "0 enter 1\n0 static died\n0 queue o\n3 connect o 101\n9 end", "answered", ["answered"]),
        (
            "the engine froze before it sent the caller to the desk",
            "0 enter 1\n1 desk a\n9 static frozen\n9 queue o\n12 connect o 101\n20 end",
            "answered",
            ["answered"],
        ),
        (
            "the engine thaws while the operators talk",
            "0 enter 1\n9 static frozen\n9 queue o\n12 connect o 101\n13 turn 3\n13 desk a\n13 finish hangup",
            "in_progress",
            ["talking"],
        ),
        ("exchange killed in the menu", "0 enter 1\n3 finish hangup\n9 cut", "cut", []),
        ("exchange killed in the queue", "0 enter 1\n1 queue a\n90 cut", "cut", ["cut"]),
        ("exchange killed in the conversation", "0 enter 1\n1 queue a\n2 connect a 1\n90 cut", "cut", ["answered"]),
        (
            "handed over",
            "0 enter 1\n1 queue a\n2 connect a 7\n9 handover a b\n9 desk b\n9 queue b\n12 connect b 8\n20 end",
            "answered",
            ["handed_over", "answered"],
        ),
        (
            "handed over while the engine is down",
            "0 enter 1\n1 desk a\n1 queue a\n2 connect a 7\n9 handover a b\n9 static died\n9 queue b\n40 end",
            "answered",
            ["handed_over", "abandoned"],
        ),
        (
            "handed over to his own desk",
            "0 enter 1\n1 queue a\n2 connect a 7\n9 handover a a\n9 queue a\n12 connect a 8\n20 leave a CONTINUE",
            "in_progress",
            ["handed_over", "answered"],
        ),
        (
            "taken for cut, but it had ended",
            "0 enter 1\n1 queue a\n2 connect a 1\n9 end\n90 cut",
            "answered",
            ["answered"],
        ),
        ("journal only, hung up", "0 call 1\n3 finish hangup", "left_menu", []),
        ("journal only, waited", "0 call 1\n3 desk a\n40 finish failed", "abandoned", ["abandoned"]),
        (
            "way back is lost",
            "0 enter 1\n1 queue a\n9 queue b\n9 connect b 1\n10 end",
            "answered",
            ["no_answer", "answered"],
        ),
        ("the way in is lost", "0 enter 1\n9 connect b 1\n10 end", "answered", ["answered"]),
        (
            "twice at the same desk",
            "0 enter 1\n1 queue a\n9 leave a TIMEOUT\n10 desk a\n10 queue a\n12 connect a 1\n20 end",
            "answered",
            ["no_answer", "answered"],
        ),
        (
            "empty within a millisecond",
            "0 enter 1\n1 queue a\n1 leave a JOINEMPTY\n1 queue b",
            "in_progress",
            ["empty", "waiting"],
        ),
    ],
)
def test_calls_come_out_as_they_went(name: str, facts: str, call: CallOutcome, legs: list[LegOutcome]) -> None:
    way = told(facts)
    assert (way.outcome, [leg.outcome for leg in way.legs]) == (call, legs), name


def test_a_cut_call_has_no_invented_talking_time() -> None:
    assert told("0 enter 1\n1 queue a\n2 connect a 1\n90 cut").legs[0].left_at is None


@pytest.mark.parametrize(
    "facts", [ANSWERED, "1 enter 1\n1 queue a\n1 leave a JOINEMPTY\n1 queue b\n1 connect b 7\n1 end"]
)
def test_the_order_of_telling_is_of_no_account(facts: str) -> None:
    lines = facts.strip().split("\n")
    assert len({repr(told("\n".join(order))) for order in permutations(lines)}) == 1


def test_every_leg_has_one_outcome_of_the_list() -> None:
    endings: list[Ending | None] = [None, *get_args(Ending)]
    statuses = [None, "", "KEY", "TIMEOUT", "JOINEMPTY", "FULL", "CONTINUE", "WITHDRAW", "HANDOVER", "nonsense"]
    seen = {
        of_leg(connected=c, status=s, ending=e, moved_on=m, waited_ms=w, message=v)
        for c, s, e, m, w, v in product((True, False), statuses, endings, (True, False), (0, 5000, 5001), (True, False))
    }
    assert seen == set(get_args(LegOutcome))


def test_every_call_has_one_outcome_of_the_list() -> None:
    endings: list[Ending | None] = [None, *get_args(Ending)]
    past = [leg for leg in get_args(LegOutcome) if leg not in ("talking", "waiting")]
    legs = [(), *((leg,) for leg in past), *pairwise(past)]
    seen = {
        of_call(x, ending=e, static=s, waited_ms=w, message=v, notices=n)
        for x, e, s, w, v, n in product(
            legs, endings, (True, False), (0, 5000, 5001), (True, False), ((), ("played",), ("finished",), ("leave",))
        )
    }
    assert seen == set(get_args(CallOutcome))
    assert all(word in (outcome.__doc__ or "") for word in seen)


OPENING: dict[str, object] = {
    "k": "call",
    "call": CALL,
    "t": T,
    "line": "1000",
    "flow": "main",
    "language": "ko",
    "office": "a",
}
OPENING |= {"caller": None, "who": None}


@pytest.mark.parametrize(
    "change",
    [
        {"k": "mystery"},
        {"k": ["call"]},
        {"t": "soon"},
        {"t": 5},
        {"t": T * 1000},
        {"t": True},
        {"call": "no id"},
        {"call": 7},
        {"line": None},
        {"flow": "a\0b"},
        {"office": "\udcff"},
        {"who": "x" * 501},
        {"k": "turn", "n": 1, "steps": [["main", "greeting"]]},
        {"k": "turn", "n": -1, "steps": []},
        {"k": "turn", "n": 1, "steps": 7},
        {"k": "end", "reason": "boredom"},
        {"k": "desk"},
        {"k": "notice", "notice": "exam", "what": 1},
        {"k": "notice", "notice": "ex\nam", "what": "played"},
        {"k": "request", "template": "notice", "about": "notice/a", "note": "1.가"},
        {"k": "request", "template": "notice", "about": "notice/a", "note": "1." + "x" * 20_000},
    ],
)
def test_a_record_that_no_database_should_see_is_refused(change: dict[str, object]) -> None:
    assert from_journal(OPENING)
    with pytest.raises(ValueError, match=r"."):
        from_journal({**OPENING, **change})


def test_what_a_caller_was_told_belongs_to_the_next_entry_at_that_desk() -> None:
    way = told("""
0 enter 1000
1 foretold certificates 60-180
2 desk certificates
2.1 queue certificates
30 leave certificates TIMEOUT
31 foretold operators 0-60
32 queue operators
40 connect operators 101
60 end - 16""")
    assert [(leg.desk, leg.told) for leg in way.legs] == [("certificates", (60, 180)), ("operators", (0, 60))]
