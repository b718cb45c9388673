"""The names that conditions know, with their types: the caller, the call, clocks, queues, and what steps set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from ivr.language.calendar import NONE, WEEKDAYS
from ivr.language.cases import STATUSES
from ivr.language.source import did_you_mean
from ivr.language.steps import CallStep, Step

if TYPE_CHECKING:
    from ivr.language.draft import Draft
    from ivr.language.office import Flow

Type = Literal["text", "digits", "number", "date", "time", "phone", "amount", "flag", "seconds"]
"""A variable's value type, or one that only the line's own names have."""

Scalar = bool | int | str
"""What a name stands for when a condition is evaluated: dates are "2026-11-21", times "14:30"."""

PLAIN: dict[str, type[Scalar]] = {"flag": bool, "number": int, "amount": int, "seconds": int}
"""What a type is compared as; any other as a text."""

CLOCK = ("open", "lunch", "holiday", "closed")


@dataclass(frozen=True, slots=True)
class Known:
    """A name: its type, what it says, and all that it can be when that is known beforehand."""

    kind: Type
    about: str
    values: tuple[str, ...] = ()

    @property
    def plain(self) -> type[Scalar]:
        """What it is compared as."""
        return PLAIN.get(self.kind, str)


FIXED: dict[str, Known] = {
    "caller.known": Known("flag", "whether the caller's number is shown"),
    "caller.mobile": Known("flag", "whether it is a mobile telephone's"),
    "call.line": Known("digits", "the number dialled"),
    "call.language": Known("text", "the language spoken, e.g. ko"),
    "call.slow": Known("flag", "whether slow mode is on"),
    "call.date": Known("date", "today, e.g. 2026-11-21"),
    "call.time": Known("time", "the time of day, e.g. 14:30"),
    "call.weekday": Known("text", "today's weekday", WEEKDAYS),
}
"""What every call has."""

QUEUE: dict[str, Known] = {
    "waiting": Known("number", "callers who wait for the desk"),
    "longest_wait": Known("seconds", "how long the first of them has waited; in CEL a number of seconds"),
    "expected_wait": Known("seconds", "how long the next caller will wait; not known without a few conversations"),
    "free": Known("number", "officers who could pick up"),
    "logged_in": Known("number", "officers who are logged in"),
}
"""What each desk's queue has, as `queue.DESK.…`; not known while the exchange can't be seen."""

CALENDAR: dict[str, Known] = {
    "calendar.term": Known("text", "the school term or vacation, by its name in calendar.yaml, or `none`"),
    "calendar.peak": Known("text", "the known peak that is on (of several the one that began last), or `none`"),
}
"""What an office has whose calendar names terms, or peaks."""

CASE: dict[str, Known] = {
    "case.receipt": Known("digits", "receipt number of the case found"),
    "case.type": Known("text", "its kind, by its name in cases.yaml"),
    "case.status": Known("text", "its status, in whichever language it is told", STATUSES),
    "case.desk": Known("text", "the desk in charge, by its name in desks.yaml"),
    "case.deadline": Known("date", "when its period ends"),
    "case.remedy": Known("text", "what somebody who is refused is told about objecting"),
}
"""What a look-up sets."""


def given(step: Step) -> dict[str, Type]:
    """The variables that a step sets, here or in the flow it calls, with their types; of a copy, that of a text."""
    arguments = dict.fromkeys(step.with_, "text") if isinstance(step, CallStep) else {}
    return cast(dict[str, Type], arguments | step.variables())


def types(flows: Iterable[Flow]) -> dict[str, Type]:
    """Every variable that these flows set or are called with, and its value type.

    Of several types it is the first, in the flows' order. A variable that only ever copies others has their type; one
    that copies itself alone is text.
    """
    steps = [step for flow in flows for step in flow.steps.values()]
    found: dict[str, Type] = {}
    for step in steps:
        copied = step.copies()
        for name, type in given(step).items():
            if name not in copied:
                found.setdefault(name, type)
    copies = [copy for step in steps for copy in step.copies().items()]
    for _ in copies:  # a chain is at most as long as there are copies
        before = len(found)
        for name, source in copies:
            if source in found:
                found.setdefault(name, found[source])
        if len(found) == before:
            break
    return found | {name: "text" for name, _ in copies if name not in found}


def names(draft: Draft) -> dict[str, Known]:
    """Every name that a condition of this office may use."""
    known = {name: Known(type, "a variable") for name, type in types(draft.flows.values()).items()}
    known |= {name: case for name, case in CASE.items() if name in known}
    clocks = draft.calendar.clocks if draft.calendar else {}
    known |= {f"clock.{name}": Known("text", "the clock's state", CLOCK) for name in clocks}
    known |= _seasons(draft)
    desks = draft.desks.desks if draft.desks else {}
    if "case.desk" in known:
        known["case.type"] = replace(CASE["case.type"], values=tuple(draft.cases.types) if draft.cases else ())
        known["case.desk"] = replace(CASE["case.desk"], values=tuple(desks))
    known |= {f"queue.{desk}.{name}": figure for desk in desks for name, figure in QUEUE.items()}
    known |= {f"notice.{name}": Known("flag", "whether the notice is on the air") for name in draft.notices}
    languages = tuple(dict.fromkeys([draft.language, *draft.texts]))
    return known | FIXED | {"call.language": replace(FIXED["call.language"], values=languages)}


def _seasons(draft: Draft) -> dict[str, Known]:
    """The names of the calendar's terms and peaks, of which each may come every year."""
    terms = [term.name for term in draft.calendar.terms] if draft.calendar else []
    peaks = [peak.name for peak in draft.calendar.peaks] if draft.calendar else []
    return {
        name: replace(CALENDAR[name], values=(NONE, *dict.fromkeys(found)))
        for name, found in (("calendar.term", terms), ("calendar.peak", peaks))
        if found
    }


def way_out(name: str, names: Iterable[str]) -> str:
    """A hint for whoever uses a name that isn't there."""
    if name in CALENDAR:
        return "calendar.yaml names them, under `terms` and `peaks`"
    return "a `lookup: case` sets it" if name in CASE else did_you_mean(name, names)
