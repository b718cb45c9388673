"""`when` and `set` in a call: which branch is taken, what is kept, in whichever language the call is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ivr.engine.effects import Ask, Hangup, Play
from ivr.engine.engine import resume
from ivr.engine.events import Digits, Event, Looked, Queue, Started, Visited, World
from ivr.engine.session import Session
from ivr.language import loader
from ivr.language.office import Office
from ivr.language.prompt import Value
from ivr.language.template import LONGEST
from ivr.telephony import rehearsal
from ivr.telephony.worlds import Worlds
from tests import offices

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Seoul"))
WORLD = World({"phone": "open"}, MONDAY, {"operators": Queue(2, 40, 1, 3)}, "1000", known=True, mobile=True)
TERMS = "terms: [{name: 2학기, from: 2026-08-18, until: 2026-12-30}]\n"
PEAKS = "peaks: [{name: 배정 발표, from: 2027-01-22T15:00}]\n"
ENDS = "  yes: {hangup: 하나}\n  no: {hangup: 둘}\n"


def walk(office: Office, *events: Event, world: World = WORLD, language: str = "ko", **session: Any) -> list[str]:
    """The way of a call through the flow `main`, as step:exit; the session is serialised at every turn."""
    it = Session("n1-1.1", office.version, language, "main", **session)
    way: list[str] = []
    for event in (Started(), *events):
        it, effects = resume(office, Session.from_json(it.to_json()), event, world)
        way += [f"{e.step}:{e.exit}" for e in effects if isinstance(e, Visited)]
    return way


@pytest.mark.parametrize(
    ("condition", "exit"),
    [
        ("{caller.known: true, caller.mobile: true, call.line: 1000, call.language: ko, call.slow: false}", "1"),
        ("{call.date: 2026-11-23, call.time: 10:00, call.weekday: mon, clock.phone: open}", "1"),
        ("{queue.operators.waiting: 2, queue.operators.longest_wait: 40s, queue.operators.free: 1}", "1"),
        ("queue.operators.logged_in == 3 && caller.known && call.line == '1000'", "1"),
        ("{queue.tax.waiting: 0}", "else"),
        ("queue.tax.waiting == 0", "else"),
        ("{caller.mobile: false}", "else"),
    ],
)
def test_the_names_stand_for_what_the_call_finds(tmp_path: Path, condition: str, exit: str) -> None:
    if not condition.startswith("{"):
        condition = f'"{condition}"'
    flow = f"  a: {{when: [{{if: {condition}, next: yes}}, {{else: no}}]}}\n" + ENDS
    assert walk(offices.small(tmp_path, flow))[0] == f"a:{exit}"


@pytest.mark.parametrize(
    ("condition", "exit"),
    [
        ("{calendar.term: 2학기, calendar.peak: none}", "1"),
        ("\"calendar.term == '2학기' && calendar.peak != '배정 발표'\"", "1"),
        ("{calendar.peak: 배정 발표}", "else"),
    ],
)
def test_a_calendar_with_terms_and_peaks_has_names_for_them(tmp_path: Path, condition: str, exit: str) -> None:
    flow = f"  a: {{when: [{{if: {condition}, next: yes}}, {{else: no}}]}}\n" + ENDS
    office = offices.small(tmp_path, flow, calendar=TERMS + PEAKS + offices.CALENDAR)
    assert walk(office, world=Worlds(lambda: MONDAY).world(office, "1000", ""))[0] == f"a:{exit}"


def branches(first: str, second: str) -> str:
    return f"  a: {{when: [{{if: {first}, next: yes}}, {{if: {second}, next: no}}, {{else: later}}]}}\n"


@pytest.mark.parametrize(
    ("keys", "way"),
    [("1", ["k:next", "a:1", "yes:next"]), ("2", ["k:next", "a:2", "no:next"]), ("3", ["k:next", "a:else"])],
)
def test_the_first_condition_that_holds_decides(tmp_path: Path, keys: str, way: list[str]) -> None:
    flow = "  k: {collect: digits, length: 1, as: key, prompt: 번호, next: a}\n"
    flow += branches("{key: '1'}", "{key: ['1', '2']}") + ENDS + "  later: {hangup: 셋}\n"
    assert walk(offices.small(tmp_path, flow), Digits(keys))[: len(way)] == way


@pytest.mark.parametrize("unknown", ["{x: '1'}", "{queue.tax.waiting: 0}", "\"x == '1'\""])
def test_what_cannot_be_told_leads_to_else_at_once(tmp_path: Path, unknown: str) -> None:
    flow = branches(unknown, "{caller.known: true}") + ENDS + "  later: {set: {x: '1'}, next: hangup}\n"
    assert walk(offices.small(tmp_path, flow))[0] == "a:else"


def test_a_case_is_compared_by_its_own_words_in_every_language() -> None:
    """The English caller hears “completed”; the condition says 완료."""
    office = loader.load(offices.STEPS)
    values = (("case.status", Value("text", "completed", "완료")), ("case.receipt", Value("digits", "1")))
    session = Session("n1-1.1", office.version, "en", "lookup", "find")
    session, effects = resume(office, session, Looked("found", values), WORLD)
    kept = Session.from_json(session.to_json()).variables["case.status"]
    assert (kept.content, kept.code) == ("completed", "완료")
    spoken = [part for e in effects if isinstance(e, Play) for prompt in e.prompts for part in prompt.parts]
    assert Value("text", "completed") in spoken


CASE = """\
types: {grievance: {name: 고충민원, period: 7d}}
clock: phone
remedy: 이의신청
"""


def test_a_status_by_its_code(tmp_path: Path) -> None:
    flow = "  f: {lookup: case, by: [r], next: a, else: {missing: no}}\n  r: {set: {r: '1'}, next: f}\n"
    flow += "  a: {when: [{if: {case.status: 완료, case.desk: tax}, next: yes}, {else: no}]}\n" + ENDS
    office = offices.small(tmp_path, flow, cases=CASE)
    found = (("case.status", Value("text", "completed", "완료")), ("case.desk", Value("text", "the tax office", "tax")))
    assert walk(office, Looked("found", found))[-2:] == ["a:1", "yes:next"]


def test_a_later_variable_may_use_an_earlier(tmp_path: Path) -> None:
    flow = "  k: {collect: digits, length: 4, as: key, prompt: 번호, next: s}\n"
    flow += "  s: {set: {copy: '{key}', both: '{copy} 번', never: '{missing}'}, next: m}\n"
    flow += "  m: {menu: 무엇?, options: {1: {label: 끝, next: z}}}\n  z: {set: {missing: '1'}, next: hangup}\n"
    office = offices.small(tmp_path, flow)
    session, _ = resume(office, Session("n1-1.1", office.version, "ko", "main"), Started(), WORLD)
    session, effects = resume(office, session, Digits("0421"), WORLD)
    assert isinstance(effects[-1], Ask)
    assert session.variables["copy"] == Value("digits", "0421")
    assert session.variables["both"] == Value("text", "0421 번")
    assert session.variables["never"] == Value("text", "")


def test_texts_made_of_one_another_do_not_grow_without_end(tmp_path: Path) -> None:
    flow = "  s: {set: {x: 가나다라, y: 가}, next: g}\n"
    flow += "".join(f"  g{i or ''}: {{set: {{x: '{{x}}{{x}}'}}, next: g{i + 1}}}\n" for i in range(20))
    flow += "  g20: {menu: 무엇?, options: {1: {label: 끝, next: hangup}}}\n"
    office = offices.small(tmp_path, flow)
    session, _ = resume(office, Session("n1-1.1", office.version, "ko", "main"), Started(), WORLD)
    assert len(session.variables["x"].content) == LONGEST


def test_a_circle_of_conditions_ends_with_a_person(tmp_path: Path) -> None:
    """Bounded also when the check is passed over: a turn takes only so many steps."""
    flow = "  a: {when: [{if: {caller.known: true}, next: b}, {else: no}]}\n  b: {set: {x: '1'}, next: no}\n" + ENDS
    office = offices.small(tmp_path, flow)
    steps = dict(office.flows["main"].steps)
    steps["b"] = steps["b"].model_copy(update={"next": "a"})
    office = replace(office, flows={"main": replace(office.flows["main"], steps=steps)})
    _, effects = resume(office, Session("n1-1.1", office.version, "ko", "main"), Started(), WORLD)
    assert not isinstance(effects[-1], Hangup)
    assert Visited("main", "a", "error") in effects or Visited("main", "b", "error") in effects


def test_a_rehearsal_hears_every_branch(tmp_path: Path) -> None:
    flow = branches("{queue.tax.waiting: '> 5'}", '"queue.tax.free > 0 && !caller.known"')
    flow += ENDS + "  later: {hangup: 셋}\n"
    office = offices.small(tmp_path, flow)
    heard = {prompt.id for prompts, _ in rehearsal.utterances(office, "main", "ko") for prompt in prompts}
    assert {"main/yes", "main/no", "main/later"} <= heard
