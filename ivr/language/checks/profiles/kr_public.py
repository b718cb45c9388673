"""What a Korean public office's telephone line owes its callers: the ARS guideline of 2009, and what has become custom
among public offices. `ivr check --profile kr-public` holds an office to it.

Two rules hold for every office and need no profile: a menu has at most 7 topics (0 # * 8 9 don't count) and takes
at most 30 s to listen to. That 0, # and * mean the same at every menu, and that slow speech is 0.8 times as fast with
10 s for each key, is how the line works.

Two points of the guideline no check can tell. **Frequent items first**: what is asked for most, `ivr report --by desk`
shows; put it under the first keys. **Publish the menu tree**: a menu is spoken from its labels, so print those on the
office's page (`ivr simulate` walks them).
"""

from __future__ import annotations

import re

from ivr.errors import Severity
from ivr.language.checks.menus import questions
from ivr.language.checks.profiles.kr_opening import (
    barge_in,
    cost_is_announced,
    opening_is_short,
    order_of_the_opening,
    slow_mode,
    told_when_closed,
)
from ivr.language.checks.profiles.look import Look
from ivr.language.checks.profiles.rule import rule

DEEP, TOO_DEEP = 4, 6
TRIES = 3
LEAST_MS, MOST_MS = 5_000, 10_000
WAIT_MS = 30_000
SOON_MS, LATE_MS = 30_000, 60_000

_KEY_SAID = re.compile(r"[0-9일이삼사오육칠팔구]\s*번(?:을|은|이|으로|\b)|\bpress\s+[0-9]", re.IGNORECASE)


def check(look: Look) -> None:
    """Add what the rules find."""
    for one in RULES:
        one.check(look)


@rule(
    "guideline",
    "Where the keys are digits, let failing lead to a person: `else: {failed: desk/operators}`, which is the default.",
)
def operator_at_every_level(look: Look) -> None:
    """An operator can be had at every level, the first included. 0 is one at every menu; a step whose keys are digits
    has to lead to a person when it fails. What stands behind a conversation owes no way to a person.
    """
    for node, step in look.unserved():
        if step.waits and not step.operator and "failed" in step.exits and look.outcomes(node, "failed") != {"person"}:
            message = f"“{node[1]}” gives no way to a person: 0 is a digit here, and failing doesn't lead to one"
            look.warn(node, message, "kr-public: else: {failed: desk/operators}")


@rule(
    "custom",
    "Leave `failed` to its default, or write `else: {failed: desk/operators}`; `tries: 3` is the default, too.",
)
def failures_lead_to_a_person(look: Look) -> None:
    """After three failures a person takes over; the line never hangs up on a caller who fails. Whoever has talked to a
    person already may be let go: what is asked after that is a favour.
    """
    for node, step in look.unserved():
        if step.waits and "failed" in step.exits and "end" in look.outcomes(node, "failed"):
            path = ("else", "failed") if "failed" in step.else_ else ()
            message = f"who fails at “{node[1]}” is hung up on"
            look.warn(node, message, "kr-public: lead to desk/operators", path)
        tries = getattr(step, "tries", TRIES)
        if tries > TRIES:
            message = f"a person takes over after {tries} failures only"
            look.warn(node, message, f"kr-public: tries: {TRIES}", ("tries",))


@rule(
    "guideline",
    "Lead to desks earlier: by a menu of fewer levels, or by a `route`, which asks only for what it needs.",
    ("warning", "error"),
)
def depth(look: Look) -> None:
    """At most three levels of menus are preferred on the way to a desk, and five are the most: a fourth is warned of, a
    sixth an error.
    """
    depths = look.depths()
    for node, _ in look.unserved():
        level = depths.get(node, 0)
        if level < DEEP or not list(questions(look.office, look.graph, node)):
            continue
        message = f"“{node[1]}” is menu number {level} on the shortest way there"
        severity: Severity = "error" if level >= TOO_DEEP else "warning"
        look.warn(node, message, "kr-public: 3 levels are preferred, 5 the most", severity=severity)


@rule(
    "custom",
    "Write labels and texts without keys: `1: {label: 제증명 발급}` is spoken as “제증명 발급은 1번”.",
)
def purpose_before_key(look: Look) -> None:
    """The purpose is said before its key. The line says the keys; a text that says them, too, says them first, and says
    the wrong ones some day.
    """
    for node, step in look.steps():
        for slot, words, _ in step.texts() if step.operator else ():
            if found := _KEY_SAID.search(words):
                message = f"“{found[0]}” in a text: the line says the keys itself, after the purpose"
                look.warn(node, message, "kr-public: the purpose alone", tuple(slot.split("/")) if slot else ())


@rule(
    "custom",
    "Leave `timeout` out, or choose from 5 to 10 s.",
)
def time_for_a_key(look: Look) -> None:
    """5 s without a key are no input. Less hurries callers, and more keeps them waiting; slow mode has 10 s."""
    for node, step in look.steps():
        timeout = getattr(step, "timeout", LEAST_MS) if step.waits else LEAST_MS
        if not LEAST_MS <= timeout <= MOST_MS:
            message = f"{timeout / 1000:g} s for a key"
            look.warn(node, message, "kr-public: 5s is right for most, 10s the most", ("timeout",))


@rule(
    "guideline",
    "Write `offer: flow/NAME` at the desk, a flow that takes a voicemail, or shorten its `wait`.",
)
def something_else_than_waiting(look: Look) -> None:
    """Who is expected to wait for longer than 30 s is offered something else first. The line knows the wait and
    asks by itself, once the desk says what it offers.
    """
    for name, desk in look.office.desks.desks.items():
        if desk.agents and desk.wait > WAIT_MS and desk.offer is None and ("", name) in look.reached:
            message = f"who waits for the desk “{name}” is offered nothing else"
            look.warn_of_desk(name, message, "kr-public: offer: flow/NAME, which takes a voicemail")


@rule(
    "custom",
    "Leave `tell` out, or choose from 30 to 60 s.",
)
def told_while_waiting(look: Look) -> None:
    """Who waits hears the place in the queue and the expected wait every 30 to 60 s: more often is a nuisance, and more
    rarely makes callers doubt that they are still connected.
    """
    for name, desk in look.office.desks.desks.items():
        if not SOON_MS <= desk.tell <= LATE_MS and ("", name) in look.reached:
            message = f"who waits for the desk “{name}” is told how long every {desk.tell / 1000:g} s"
            look.warn_of_desk(name, message, "kr-public: tell: 45s is right for most", "tell")


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
    told_when_closed,
    slow_mode,
    something_else_than_waiting,
    told_while_waiting,
)
"""Every rule, in the order of the guideline."""
