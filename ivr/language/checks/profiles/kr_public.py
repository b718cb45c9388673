"""kr-public: what a Korean public office's telephone line owes its callers.

The ARS guideline of 2009, and what has become custom among public offices. Two rules
hold for everybody and stand in `menus`: at most 7 topics (0 # * 8 9 don't count), at most 30 s of speech. That 0, #
and * mean the same at every menu, and that slow speech is 0.8 times as fast with 10 s for each key, is how the engine
works. What comes first because it is asked for most, only the figures of `ivr report` can tell.
"""

from __future__ import annotations

import re

from ivr.errors import Severity
from ivr.language.checks.menus import questions
from ivr.language.checks.profiles.look import Look
from ivr.language.seconds import seconds
from ivr.language.steps import Hours, Menu, Say

OPENING_S = 30
DEEP, TOO_DEEP = 4, 6
TRIES = 3
LEAST_MS, MOST_MS = 5_000, 10_000

_COST = re.compile(r"통화료|요금|무료|수신자\s*부담|charge|free of|toll.free|cost", re.IGNORECASE)
_GREETING = re.compile(r"안녕|반갑|감사|어서|hello|welcome|good (?:morning|day)|thank you for calling", re.IGNORECASE)
_RECORDED = re.compile(r"녹음|record", re.IGNORECASE)
_PROTECTED = re.compile(r"녹음|욕설|폭언|소중한|record|abus|somebody's|respect", re.IGNORECASE)
_KEY_SAID = re.compile(r"[0-9일이삼사오육칠팔구]\s*번(?:을|은|이|으로|\b)|\bpress\s+[0-9]", re.IGNORECASE)


def check(look: Look) -> None:
    """Add what the rules find."""
    for rule in RULES:
        rule(look)


def operator_at_every_level(look: Look) -> None:
    """Guideline: an operator option at every level, the first included. 0 is one at every menu; a step whose keys are
    digits has to lead to a person when it fails.
    """
    for node, step in look.steps():
        if step.waits and not step.operator and "failed" in step.exits and look.outcomes(node, "failed") != {"person"}:
            message = f"“{node[1]}” gives no way to a person: 0 is a digit here, and failing doesn't lead to one"
            look.warn(node, message, "kr-public: else: {failed: desk/operators}")


def failures_lead_to_a_person(look: Look) -> None:
    """Custom: after three failures an operator takes over; the line never hangs up on a caller who fails."""
    for node, step in look.steps():
        if step.waits and "failed" in step.exits and "end" in look.outcomes(node, "failed"):
            path = ("else", "failed") if "failed" in step.else_ else ()
            message = f"who fails at “{node[1]}” is hung up on"
            look.warn(node, message, "kr-public: lead to desk/operators", path)
        tries = getattr(step, "tries", TRIES)
        if tries > TRIES:
            message = f"a person takes over after {tries} failures only"
            look.warn(node, message, f"kr-public: tries: {TRIES}", ("tries",))


def depth(look: Look) -> None:
    """Guideline: at most 3 levels preferred, 5 the absolute maximum."""
    depths = look.depths()
    for node in look.graph.steps:
        level = depths.get(node, 0)
        if level < DEEP or not list(questions(look.office, look.graph, node)):
            continue
        message = f"“{node[1]}” is menu number {level} on the shortest way there"
        severity: Severity = "error" if level >= TOO_DEEP else "warning"
        look.warn(node, message, "kr-public: 3 levels are preferred, 5 the most", severity=severity)


def cost_is_announced(look: Look) -> None:
    """Guideline: the call's cost, or that it is free, is announced at the start."""
    for begin in look.begins:
        if not any(_COST.search(look.words(node)) for node in look.opening(begin)):
            message = "the call's cost isn't announced at the start"
            look.warn(begin, message, "kr-public: e.g. 이 전화는 통화료가 부과됩니다, or 무료입니다")


def order_of_the_opening(look: Look) -> None:
    """Custom: greeting, then the notice that is active, then the recording or protection notice, then the menu."""
    for begin in look.begins:
        opening = look.opening(begin)
        spoken = [node for node in opening if look.words(node) and not look.graph.steps[node].waits]
        if not spoken or not _GREETING.search(look.words(spoken[0])):
            look.warn(
                spoken[0] if spoken else begin, "the call doesn't begin with a greeting", "kr-public: 안녕하십니까…"
            )
        protected = [i for i, node in enumerate(opening) if _PROTECTED.search(look.words(node))]
        notices = [i for i, node in enumerate(opening) if look.graph.steps[node].kind == "announce"]
        if not protected or look.graph.steps[opening[protected[0]]].waits:
            message = "nothing is said of recording, or for the protection of the staff, before the first question"
            look.warn(begin, message, "kr-public: e.g. 통화 내용이 녹음됩니다")
        for i in notices:
            if protected and i > protected[0]:
                look.warn(
                    opening[i], "the notice comes after the one on recording or protection", "kr-public: before it"
                )
            if spoken and i < opening.index(spoken[0]):
                look.warn(opening[i], "the notice comes before the greeting", "kr-public: after it")


def opening_is_short(look: Look) -> None:
    """Guideline: as little advertising as possible: what is heard before the first question is soon over."""
    language = look.office.languages[0]
    for begin in look.begins:
        said = [node for node in look.opening(begin) if not look.graph.steps[node].waits]
        took = sum(seconds(look.words(node), language) for node in said)
        if took > OPENING_S:
            message = f"about {took:.0f} s of speech before the first question"
            look.warn(begin, message, f"kr-public: at most {OPENING_S} s, and no advertising")


def purpose_before_key(look: Look) -> None:
    """Custom: the purpose is said before its key. The line says the keys; a text that says them, too, says them
    first, and says the wrong ones some day.
    """
    for node, step in look.steps():
        for slot, words, _ in step.texts() if step.operator else ():
            if found := _KEY_SAID.search(words):
                message = f"“{found[0]}” in a text: the line says the keys itself, after the purpose"
                look.warn(node, message, "kr-public: the purpose alone", tuple(slot.split("/")) if slot else ())


def barge_in(look: Look) -> None:
    """Custom: a key interrupts everything but the mandatory notice, the one on recording."""
    for node, step in look.steps():
        if not isinstance(step, Say):
            continue
        if not step.barge_in and not _PROTECTED.search(step.say):
            message = f"“{node[1]}” can't be interrupted, and is no mandatory notice"
            look.warn(node, message, "kr-public: leave barge_in out", ("barge_in",))
        if step.barge_in and _RECORDED.search(step.say):
            message = f"“{node[1]}” can be skipped: who is recorded has to hear so"
            look.warn(node, message, "kr-public: barge_in: false")


def time_for_a_key(look: Look) -> None:
    """Custom: 5 s without a key is no input; slow mode has 10 s."""
    for node, step in look.steps():
        timeout = getattr(step, "timeout", LEAST_MS) if step.waits else LEAST_MS
        if not LEAST_MS <= timeout <= MOST_MS:
            message = f"{timeout / 1000:g} s for a key"
            look.warn(node, message, "kr-public: 5s is right for most, 10s the most", ("timeout",))


def closed_lunch_and_holidays(look: Look) -> None:
    """Custom: after hours, in the midday break and on holidays callers hear different things."""
    for begin in look.begins:
        clocks = [(n, s) for n in look.opening(begin) if isinstance(s := look.graph.steps[n], Hours)]
        if not clocks:
            look.warn(begin, "nothing is said when the office is closed", "kr-public: a step `hours` at the start")
        for node, step in clocks:
            clock = look.office.calendar.clocks[step.hours]
            wanted = {"closed": True, "lunch": clock.lunch is not None, "holiday": clock.holidays}
            ways = {exit: step.way(exit) for exit, needed in wanted.items() if needed}
            for exit, to in ways.items():
                if exit != "closed" and to in [other for name, other in ways.items() if name != exit]:
                    message = f"what callers hear at “{exit}” is no different from another time"
                    look.warn(node, message, f"kr-public: else: {{{exit}: …}}, to a text of its own", ("else",))


def slow_mode(look: Look) -> None:
    """Custom: slow speech is offered, by 9, at the first menu."""
    for begin in look.begins:
        last = look.opening(begin)[-1]
        step = look.graph.steps[last]
        if isinstance(step, Menu) and "9" not in step.options and not look.office.slow.offer:
            hint = "kr-public: slow: {offer: true} in office.yaml"
            look.warn(last, "slow speech isn't offered at the first menu", hint, ("options",))


RULES = (
    operator_at_every_level,
    failures_lead_to_a_person,
    depth,
    cost_is_announced,
    order_of_the_opening,
    opening_is_short,
    purpose_before_key,
    barge_in,
    time_for_a_key,
    closed_lunch_and_holidays,
    slow_mode,
)
"""Every rule, in the order of the guideline."""
