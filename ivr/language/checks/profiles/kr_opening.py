"""kr-public, the opening of a call: what callers hear up to the first question."""

from __future__ import annotations

import re

from ivr.language.checks.graph import Node
from ivr.language.checks.profiles.look import Look
from ivr.language.checks.profiles.rule import rule
from ivr.language.seconds import seconds
from ivr.language.steps import Hours, Menu, Say

OPENING_S = 30

_COST = re.compile(r"통화료|요금|무료|수신자\s*부담|charge|free of|toll.free|cost", re.IGNORECASE)
_GREETING = re.compile(r"안녕|반갑|감사|어서|hello|welcome|good (?:morning|day)|thank you for calling", re.IGNORECASE)
_RECORDED = re.compile(r"녹음|record", re.IGNORECASE)
_PROTECTED = re.compile(r"녹음|욕설|폭언|소중한|record|abus|somebody's|respect", re.IGNORECASE)


@rule(
    "guideline",
    "Say so in the greeting: 이 전화는 통화료가 부과됩니다, or 무료입니다.",
)
def cost_is_announced(look: Look) -> None:
    """The call's cost, or that it is free, is announced at the start, in every language."""
    for begin in look.begins:
        for language, tongue in look.tongues():
            if not any(_COST.search(look.words(node, language)) for node in look.opening(begin)):
                message = f"the call's cost isn't announced at the start{tongue}"
                look.warn(look.greeting(begin), message, "kr-public: e.g. 이 전화는 통화료가 부과됩니다, or 무료입니다")


@rule(
    "custom",
    "Put the steps in this order: `say` (안녕하십니까…), `announce`, `say` (통화 내용이 녹음됩니다), `menu`.",
)
def order_of_the_opening(look: Look) -> None:
    """A call begins with a greeting; then come the notices of the day, then what is said of recording or for the
    protection of the staff, then the first question; in every language. The choice of one may stand anywhere among
    them.
    """
    for begin in look.begins:
        opening = look.opening(begin)
        spoken = look.spoken(begin)
        for language, tongue in look.tongues():
            if not spoken or not _GREETING.search(look.words(spoken[0], language)):
                message = f"the call doesn't begin with a greeting{tongue}"
                look.warn(look.greeting(begin), message, "kr-public: 안녕하십니까…")
        protected = [i for i, node in enumerate(opening) if _PROTECTED.search(look.words(node))]
        notices = [i for i, node in enumerate(opening) if look.graph.steps[node].kind == "announce"]
        for language, tongue in look.tongues():
            said = next((node for node in opening if _PROTECTED.search(look.words(node, language))), None)
            if said is None or look.graph.steps[said].waits:
                what = f"nothing is said of recording, or for the protection of the staff,{tongue}"
                look.warn(
                    look.greeting(begin), f"{what} before the first question", "kr-public: e.g. 통화 내용이 녹음됩니다"
                )
        for i in notices:
            if protected and i > protected[0]:
                look.warn(
                    opening[i], "the notice comes after the one on recording or protection", "kr-public: before it"
                )
            if spoken and i < opening.index(spoken[0]):
                look.warn(opening[i], "the notice comes before the greeting", "kr-public: after it")


@rule(
    "guideline",
    "Shorten what is said before the first menu to 30 s, and leave advertising out.",
)
def opening_is_short(look: Look) -> None:
    """As little advertising as possible: what is heard before the first question is soon over."""
    language = look.office.languages[0]
    for begin in look.begins:
        said = [node for node in look.opening(begin) if not look.graph.steps[node].waits]
        took = sum(seconds(look.words(node), language) for node in said)
        if took > OPENING_S:
            message = f"about {took:.0f} s of speech before the first question"
            look.warn(begin, message, f"kr-public: at most {OPENING_S} s, and no advertising")


@rule(
    "custom",
    "Write `barge_in: false` at what is said of recording, and at emergencies, and nowhere else.",
)
def barge_in(look: Look) -> None:
    """A key interrupts everything but the mandatory notice: who is recorded has to hear so."""
    for node, step in look.steps():
        if not isinstance(step, Say):
            continue
        if not step.barge_in and not _PROTECTED.search(step.say):
            message = f"“{node[1]}” can't be interrupted, and is no mandatory notice"
            look.warn(node, message, "kr-public: leave barge_in out", ("barge_in",))
        if step.barge_in and _RECORDED.search(step.say):
            message = f"“{node[1]}” can be skipped: who is recorded has to hear so"
            look.warn(node, message, "kr-public: barge_in: false")
    for name, notice in look.office.notices.items():
        if not notice.barge_in and not notice.emergency and not _PROTECTED.search(notice.say):
            message = f"the notice “{name}” can't be interrupted, and is no emergency"
            at, hint = ("notices", name, "barge_in"), "kr-public: leave barge_in out"
            look.draft.complain("notices.yaml", at, message, hint, key=True, severity="warning")


@rule(
    "custom",
    "Put a step `hours` before the first question that needs the office open, and lead `lunch`, "
    "`holiday` and `closed` to texts of their own.",
)
def told_when_closed(look: Look) -> None:
    """After hours, in the midday break and on holidays callers hear different things, and they hear them before the
    first question that needs the office open. The choice of a language needs nobody, nor does what the line answers
    by itself, such as how a case is going.
    """
    for begin in look.begins:
        places = list(look.until_clock(begin))
        if any(look.kind(node) == "person" for node in places):
            look.warn(begin, "nothing is said when the office is closed", "kr-public: a step `hours` at the start")
        if early := next(
            (node for node in places if look.kind(node) == "question" and _needs_the_office(look, node)), None
        ):
            message = f"“{early[1]}” is asked before callers hear that the office is closed"
            look.warn(early, message, "kr-public: a step `hours` before it")
        for node in places:
            step = look.graph.steps.get(node)
            if not isinstance(step, Hours):
                continue
            clock = look.office.calendar.clocks[step.hours]
            wanted = {"closed": True, "lunch": clock.lunch is not None, "holiday": clock.holidays}
            ways = {exit: step.way(exit) for exit, needed in wanted.items() if needed}
            for exit, to in ways.items():
                if exit != "closed" and to in [other for name, other in ways.items() if name != exit]:
                    message = f"what callers hear at “{exit}” is no different from another time"
                    look.warn(node, message, f"kr-public: else: {{{exit}: …}}, to a text of its own", ("else",))


@rule(
    "custom",
    "Write `slow: {offer: true}` into office.yaml.",
)
def slow_mode(look: Look) -> None:
    """Slow speech is offered, by 9, at the first menu."""
    for begin in look.begins:
        last = look.opening(begin)[-1]
        step = look.graph.steps[last]
        if isinstance(step, Menu) and "9" not in step.options and not look.office.slow.offer:
            hint = "kr-public: slow: {offer: true} in office.yaml"
            look.warn(last, "slow speech isn't offered at the first menu", hint, ("options",))


def _needs_the_office(look: Look, question: Node) -> bool:
    """Whether every way on from a question leads to a clock."""
    return {look.kind(node) for node in look.until_clock(question)} - {"question", ""} == {"clock"}
