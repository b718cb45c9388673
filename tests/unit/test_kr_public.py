"""The profile kr-public: an office that keeps every rule, and the same with one rule broken at a time."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ivr.language import loader
from ivr.language.checks import Review
from ivr.language.checks.profiles import kr_public
from tests import offices

GOOD = """\
  hello: {say: 안녕하십니까. 이 전화는 통화료가 부과됩니다., next: clock}
  clock: {hours: phone, next: notice, else: {lunch: lunch, holiday: holiday, closed: shut}}
  notice: {say: 통화 내용이 녹음됩니다., barge_in: false, next: top}
  top:
    menu: 어떤 업무로 전화하셨습니까?
    options:
      1: {label: 세금, next: number}
      9: {label: 천천히 듣기, next: top}
  number: {collect: digits, length: 4, as: x, prompt: 번호를 눌러 주십시오., next: desk/tax}
  lunch: {hangup: 점심시간입니다.}
  holiday: {hangup: 휴무일입니다.}
  shut: {hangup: 업무 시간이 아닙니다.}
"""
TOP = "  top:\n    menu: 어떤 업무로 전화하셨습니까?\n"

DESKS = offices.DESKS.replace('"], ', '"], wait: 30s, ').replace('"]}', '"], wait: 30s}')

BROKEN: dict[str, tuple[str, str, int, str]] = {
    "no way to a person": (
        "next: desk/tax}",
        "next: desk/tax, else: {failed: top}}",
        11,
        "“number” gives no way to a person: 0 is a digit here, and failing doesn't lead to one",
    ),
    "hung up on": (TOP, TOP + "    else: {failed: shut}\n", 8, "who fails at “top” is hung up on"),
    "too many tries": (TOP, TOP + "    tries: 5\n", 8, "a person takes over after 5 failures only"),
    "cost": ("통화료가 부과됩니다.", "대표전화입니다.", 3, "the call's cost isn't announced at the start"),
    "greeting": ("안녕하십니까. ", "", 3, "the call doesn't begin with a greeting"),
    "protection": (
        "통화 내용이 녹음됩니다., barge_in: false",
        "곧 안내합니다.",
        3,
        "nothing is said of recording, or for the protection of the staff, before the first question",
    ),
    "advertising": (
        "부과됩니다.",
        "부과됩니다. " + "우리 기관은 언제나 시민과 함께합니다. " * 12,
        3,
        "about 51 s of speech before the first question",
    ),
    "key said": (
        "label: 세금,",
        "label: 1번은 세금,",
        9,
        "“1번은” in a text: the line says the keys itself, after the purpose",
    ),
    "notice skipped": (", barge_in: false", "", 5, "“notice” can be skipped: who is recorded has to hear so"),
    "no barge-in": (
        "부과됩니다.,",
        "부과됩니다., barge_in: false,",
        3,
        "“hello” can't be interrupted, and is no mandatory notice",
    ),
    "little time": (TOP, TOP + "    timeout: 3s\n", 8, "3 s for a key"),
    "much time": (TOP, TOP + "    timeout: 20s\n", 8, "20 s for a key"),
    "lunch": (
        "lunch: lunch, ",
        "",
        4,
        "what callers hear at “lunch” is no different from another time",
    ),
    "never closed": (
        "next: clock}",
        "next: notice}",
        3,
        "nothing is said when the office is closed",
    ),
    "slow mode": ("      9: {label: 천천히 듣기, next: top}\n", "", 8, "slow speech isn't offered at the first menu"),
}
RULES = {
    "no way to a person": "operator_at_every_level",
    "hung up on": "failures_lead_to_a_person",
    "depth": "depth",
    "cost": "cost_is_announced",
    "greeting": "order_of_the_opening",
    "advertising": "opening_is_short",
    "key said": "purpose_before_key",
    "no barge-in": "barge_in",
    "little time": "time_for_a_key",
    "lunch": "told_when_closed",
    "slow mode": "slow_mode",
    "nothing but waiting": "something_else_than_waiting",
    "told while waiting": "told_while_waiting",
}
"""A case of each rule."""


def written(folder: Path, flow: str, **files: str) -> Path:
    return offices.write(folder, flow, **({"desks": DESKS} | files))


def found(folder: Path) -> list[tuple[int, str, str]]:
    office, problems = loader.examine(folder, Review(datetime.date(2026, 3, 2), profile="kr-public"))
    assert office is not None, problems
    return [(p.line, p.severity, p.message) for p in problems if p.hint.startswith("kr-public")]


def test_an_office_that_keeps_every_rule(tmp_path: Path) -> None:
    assert found(written(tmp_path, GOOD)) == []


def test_what_two_lines_come_to_is_told_once(tmp_path: Path) -> None:
    flow = GOOD.replace("      9: {label: 천천히 듣기, next: top}\n", "")
    folder = offices.write(tmp_path, flow, second="title: 둘째\nsteps:\n  a: {language: ko, next: flow/main}\n")
    review = Review(datetime.date(2026, 3, 2), frozenset({"main", "second"}), "kr-public")
    told = [p.message for p in loader.examine(folder, review)[1]]
    assert told.count("slow speech isn't offered at the first menu") == 1


def test_what_the_opening_lacks_is_told_at_the_greeting(tmp_path: Path) -> None:
    flow = "  choice: {language: {1: ko}, next: hello}\n" + GOOD.replace(
        "통화 내용이 녹음됩니다., barge_in: false", "곧 안내합니다."
    )
    told = found(written(tmp_path, flow.replace("이 전화는 통화료가 부과됩니다.", "")))
    assert [(line, message) for line, _, message in told] == [
        (4, "the call's cost isn't announced at the start"),
        (4, "nothing is said of recording, or for the protection of the staff, before the first question"),
    ]


def test_the_lunch_of_two_lines_is_told_once(tmp_path: Path) -> None:
    second = "title: 둘째\nsteps:\n  a: {language: ko, next: flow/main}\n"
    folder = written(tmp_path, GOOD.replace("lunch: lunch, ", ""), second=second)
    review = Review(datetime.date(2026, 3, 2), frozenset({"main", "second"}), "kr-public", frozenset({"1", "2"}))
    told = [p.message for p in loader.examine(folder, review)[1]]
    assert told.count("what callers hear at “lunch” is no different from another time") == 1


def test_the_sample_office_keeps_every_rule() -> None:
    assert found(offices.SAMPLE) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_told(tmp_path: Path, name: str) -> None:
    old, new, line, message = BROKEN[name]
    assert old in GOOD
    assert (line, "warning", message) in found(written(tmp_path, GOOD.replace(old, new)))


@pytest.mark.parametrize(("menus", "severities"), [(3, []), (5, ["warning"] * 2), (6, ["warning"] * 2 + ["error"])])
def test_depth_is_warned_of_at_four_and_refused_at_six(tmp_path: Path, menus: int, severities: list[str]) -> None:
    flow = GOOD.replace("next: number}", "next: m2}")
    for n in range(2, menus + 1):
        following = f"m{n + 1}" if n < menus else "number"
        flow += f"  m{n}: {{menu: 무엇입니까?, options: {{1: {{label: 다음, next: {following}}}}}}}\n"
    deep = found(written(tmp_path, flow))
    assert [severity for _, severity, _ in deep] == severities
    assert all(message.endswith("on the shortest way there") for *_, message in deep)


def test_who_can_wait_for_long_is_offered_something_else(tmp_path: Path) -> None:
    voicemail = "title: 말씀\nsteps:\n  end: {hangup: 끝}\n"
    long = DESKS.replace("operators: {", "operators: {offer: flow/voicemail, ").replace("30s", "31s")
    told = found(written(tmp_path, GOOD, voicemail=voicemail, desks=long))
    assert told == [(4, "warning", "who waits for the desk “tax” is offered nothing else")]
    good = long.replace("tax: {", "tax: {offer: flow/voicemail, ")
    assert found(written(tmp_path, GOOD, voicemail=voicemail, desks=good)) == []


@pytest.mark.parametrize(("tell", "warned"), [("29s", True), ("30s", False), ("1m", False), ("61s", True)])
def test_who_waits_is_told_how_long_every_half_a_minute_or_minute(tmp_path: Path, tell: str, warned: bool) -> None:
    told = found(written(tmp_path, GOOD, desks=DESKS.replace("tax: {", f"tax: {{tell: {tell}, ")))
    expected = f"who waits for the desk “tax” is told how long every {tell.removesuffix('s')} s"
    assert told == ([(4, "warning", expected)] if warned else [])


def test_every_rule_has_a_case() -> None:
    assert {rule.check.__name__ for rule in kr_public.RULES} == set(RULES.values())
    assert set(RULES) <= {*BROKEN, "depth", "nothing but waiting", "told while waiting"}
    assert all(rule.why and rule.do for rule in kr_public.RULES)


AFTER = (
    GOOD.replace("next: desk/tax}", "next: officer}")
    + """\
  officer: {desk: tax, next: rating}
  rating: {menu: 어떠셨습니까?, options: {1: {label: 만족, next: number2}}, else: {failed: bye}}
  number2: {collect: digits, length: 1, as: y, prompt: 점수를 눌러 주십시오., next: bye, else: {failed: bye}}
  bye: {hangup: 감사합니다.}
"""
)


def test_who_has_talked_to_a_person_may_be_let_go(tmp_path: Path) -> None:
    assert found(written(tmp_path, AFTER)) == []


def test_what_stands_behind_a_desk_and_before_one_owes_a_way_to_a_person(tmp_path: Path) -> None:
    told = found(written(tmp_path, AFTER.replace("next: top}\n  number", "next: rating}\n  number")))
    assert [(severity, message) for _, severity, message in told] == [
        ("warning", "“number2” gives no way to a person: 0 is a digit here, and failing doesn't lead to one"),
        ("warning", "who fails at “rating” is hung up on"),
        ("warning", "who fails at “number2” is hung up on"),
    ]


def test_menus_behind_a_conversation_are_no_levels(tmp_path: Path) -> None:
    flow = AFTER
    for n in range(3, 8):
        flow += f"  m{n}: {{menu: 무엇입니까?, options: {{1: {{label: 다음, next: m{n + 1}}}}}}}\n"
    flow += "  m8: {hangup: 끝}\n"
    assert found(written(tmp_path, flow.replace("label: 만족, next: number2", "label: 만족, next: m3"))) == []


LANGUAGE = GOOD.replace("next: clock}", "next: choice}") + "  choice: {language: {1: ko, 2: ko}, next: clock}\n"


def test_the_choice_of_a_language_needs_nobody(tmp_path: Path) -> None:
    assert found(written(tmp_path, LANGUAGE)) == []
    told = found(written(tmp_path, LANGUAGE.replace("2: ko}, next: clock", "2: ko}, next: notice")))
    assert told == [(3, "warning", "nothing is said when the office is closed")]


@pytest.mark.parametrize("kind", ["menu", "collect"])
def test_a_question_that_needs_the_office_comes_after_its_hours(tmp_path: Path, kind: str) -> None:
    first = {
        "menu": "first: {menu: 무엇입니까?, options: {1: {label: 가, next: clock}, 2: {label: 나, next: clock}}}",
        "collect": "first: {collect: digits, length: 4, as: z, prompt: 번호를 눌러 주십시오., next: clock}",
    }[kind]
    flow = (
        GOOD.replace("next: clock}", "next: said}")
        + "  said: {say: 통화 내용이 녹음됩니다., barge_in: false, next: first}\n"
    )
    told = found(written(tmp_path, flow + f"  {first}\n"))
    message = "“first” is asked before callers hear that the office is closed"
    assert [(severity, text) for _, severity, text in told if "slow" not in text] == [("warning", message)]


def test_what_the_line_answers_by_itself_may_be_asked_at_any_hour(tmp_path: Path) -> None:
    flow = (
        GOOD.replace("next: clock}", "next: said}")
        + """\
  said: {say: 통화 내용이 녹음됩니다., barge_in: false, next: first}
  first:
    menu: 무엇입니까?
    options: {1: {label: 안내, next: told}, 2: {label: 상담, next: clock}, 9: {label: 천천히, next: first}}
  told: {hangup: 안내입니다.}
"""
    )
    assert found(written(tmp_path, flow)) == []


def test_an_opening_in_a_flow_of_its_own_is_looked_into(tmp_path: Path) -> None:
    called = """\
title: 여는 말
steps:
  clock: {hours: phone, next: return, else: {closed: shut, lunch: lunch, holiday: holiday}}
  shut: {hangup: 업무 시간이 아닙니다.}
  lunch: {hangup: 점심시간입니다.}
  holiday: {hangup: 휴무일입니다.}
"""
    flow = GOOD.replace("next: clock}", "next: opened}") + "  opened: {call: flow/hours, next: notice}\n"
    messages = [message for *_, message in found(written(tmp_path, flow, hours=called))]
    assert "nothing is said when the office is closed" not in messages


ENGLISH = """\
desks: {operators: the operators, tax: the tax office}
flows:
  main:
    hello: Hello. Call charges apply.
    notice: This call is recorded.
    top: {menu: What is it about?, options: {1: tax, 9: hearing this slowly}}
    number: Please enter the number.
    lunch: It is our lunch break.
    holiday: Today is a holiday.
    shut: The office is closed.
"""


@pytest.mark.parametrize(
    ("old", "message"),
    [
        ("", ""),
        ("Call charges apply.", "the call's cost isn't announced at the start in “en”"),
        ("Hello.", "the call doesn't begin with a greeting in “en”"),
        (
            "This call is recorded.",
            "nothing is said of recording, or for the protection of the staff, in “en” before the first question",
        ),
    ],
)
def test_what_callers_are_owed_they_are_told_in_every_language(tmp_path: Path, old: str, message: str) -> None:
    english = ENGLISH.replace(old, "Well.") if old else ENGLISH
    told = [said for _, _, said in found(offices.write(tmp_path, GOOD, desks=DESKS, texts__en=english))]
    assert told == ([message] if message else [])


@pytest.mark.parametrize(
    ("keys", "messages"),
    [
        ("barge_in: true", []),
        ("barge_in: false, emergency: true", []),
        ("barge_in: false", ["the notice “n” can't be interrupted, and is no emergency"]),
    ],
)
def test_a_notice_can_be_interrupted_unless_it_is_an_emergency(tmp_path: Path, keys: str, messages: list[str]) -> None:
    notices = f"notices:\n  n: {{say: 공지, owner: 총무과, until: 2030-01-01, {keys}}}\n"
    flow = GOOD.replace("next: clock}", "next: news}", 1) + "  news: {announce: line, next: clock}\n"
    assert [said for _, _, said in found(offices.write(tmp_path, flow, desks=DESKS, notices=notices))] == messages
