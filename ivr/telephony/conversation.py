"""A conversation, held: what an admin expects of a call against what the engine does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ivr.engine.events import Visited
from ivr.language.conversation import Conversation, Entry
from ivr.language.office import Office
from ivr.telephony.hearing import Said, compare, fits
from ivr.telephony.stand_in import StandIn
from ivr.telephony.walk import Moment, Walk

SHOWN = 8
"""Most prompts shown of what was heard instead."""
BOUNDS = ("press", "desk", "ends")
"""What a stretch of a conversation ends with."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a call leaves its conversation: entry `entry` of it, what it says, and what happened instead."""

    entry: int
    item: int | None
    expected: str
    got: tuple[str, ...]


@dataclass(slots=True)
class Stretch:
    """What happens up to the next key, desk or end."""

    said: list[Said] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    whisper: str = ""
    bound: Moment = field(default_factory=lambda: Moment("ends", "failed"))


@dataclass(frozen=True, slots=True)
class Result:
    """How a conversation went: good without differences. `places` and `journey`: the steps entered and left; `noticed`:
    what became of notices.
    """

    conversation: Conversation
    differences: tuple[Difference, ...]
    places: frozenset[tuple[str, str]]
    journey: tuple[Visited, ...]
    noticed: frozenset[tuple[str, str]] = frozenset()


def hold(office: Office, conversation: Conversation) -> Result:
    """Hold a conversation with the engine. It ends at the first thing said or pressed at the wrong place; what is
    heard differently is told for the whole call."""
    differences: list[Difference] = []
    walk = Walk(StandIn(office, conversation.circumstances.model_copy(deep=True)))
    moments = walk.start()
    start = 0
    while start < len(conversation.talk):
        bound = next(i for i in range(start, len(conversation.talk)) if conversation.talk[i].kind in BOUNDS)
        entry = conversation.talk[bound]
        stretch = closing(entry, take(moments), walk)
        differences += unlike(conversation.talk, start, bound, stretch)
        if entry.kind == "press":
            for count, keys in enumerate(entry.press):
                if count:
                    stretch = take(moments)
                if stretch.bound.kind != "asks":
                    differences.append(Difference(bound, None, f"press: {','.join(entry.press[count:])}", end(stretch)))
                    return _result(conversation, differences, walk)
                moments = walk.press(keys)
        elif entry.ends == "hangup" and stretch.bound.kind == "asks":
            break
        elif not agrees(entry, stretch.bound):
            differences.append(Difference(bound, None, line(entry), end(stretch)))
            break
        start = bound + 1
    return _result(conversation, differences, walk)


def take(moments: Iterator[Moment]) -> Stretch:
    """The next stretch of a call."""
    stretch = Stretch()
    for moment in moments:
        if moment.kind == "heard" and moment.prompt is not None:
            stretch.said.append(Said(moment.prompt.id, moment.text))
        elif moment.kind == "happens":
            stretch.notes.append(moment.text)
        elif moment.kind == "whisper":
            stretch.whisper = moment.text
        else:
            stretch.bound = moment
            break
    return stretch


def closing(entry: Entry, stretch: Stretch, walk: Walk) -> Stretch:
    """The stretch, with what happens when the caller hangs up at its end, where keys are waited for."""
    if entry.ends == "hangup" and stretch.bound.kind == "asks":
        stretch.notes += take(walk.hang_up()).notes
    return stretch


def agrees(entry: Entry, bound: Moment) -> bool:
    """Whether a stretch ends as the entry says."""
    return (entry.kind, getattr(entry, entry.kind)) == (bound.kind, bound.text)


def unlike(talk: Sequence[Entry], start: int, bound: int, stretch: Stretch) -> list[Difference]:
    """What is heard, or happens, other than entries `start` to `bound` say; what they don't say isn't compared."""
    found: list[Difference] = []
    places = [(i, n) for i in range(start, bound) if talk[i].kind == "heard" for n in range(len(talk[i].heard) or 1)]
    items = [talk[i].heard[n] if talk[i].heard else "" for i, n in places]
    if items and (misheard := compare(items, stretch.said)):
        entry, item = places[min(misheard.item, len(places) - 1)]
        expected = items[misheard.item] if misheard.item < len(items) else "(nothing more)"
        got = [f"{said.words}   ({said.id})" for said in stretch.said[misheard.prompt :]]
        found.append(Difference(entry, item, expected or "(not written yet)", _few(got)))
    happening = [(i, talk[i].happens or "") for i in range(start, bound) if talk[i].kind == "happens"]
    fit = len(happening) == len(stretch.notes) and all(
        fits(pattern, note) for (_, pattern), note in zip(happening, stretch.notes, strict=True)
    )
    if happening and not fit:
        expected = " · ".join(pattern for _, pattern in happening)
        found.append(Difference(happening[0][0], None, f"happens: {expected}", _few(stretch.notes)))
    for i in range(start, bound):
        whisper = talk[i].whisper
        if whisper is not None and not fits(whisper, stretch.whisper):
            found.append(Difference(i, None, line(talk[i]), (f"whisper: {stretch.whisper}",)))
    return found


def line(entry: Entry) -> str:
    """An entry that is no list, as it is written."""
    value = getattr(entry, entry.kind)
    return f"{entry.kind}: {','.join(value) if isinstance(value, list) else value}"


def end(stretch: Stretch) -> tuple[str, ...]:
    """How a stretch ends, in the words of a conversation."""
    bound = stretch.bound
    if bound.kind == "asks":
        last = stretch.said[-1].words if stretch.said else ""
        return (f"keys are waited for   ({last})" if last else "keys are waited for",)
    return (f"{bound.kind}: {bound.text}",)


def _few(lines: Sequence[str]) -> tuple[str, ...]:
    more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return (*lines[:SHOWN], *more) or ("(nothing)",)


def _result(conversation: Conversation, differences: list[Difference], walk: Walk) -> Result:
    return Result(
        conversation, tuple(differences), frozenset(walk.places), tuple(walk.journey), frozenset(walk.noticed)
    )


def told(result: Result) -> str:
    """The differences in words, each at its line of the file."""
    parts: list[str] = []
    for difference in result.differences:
        where = result.conversation.place(difference.entry, difference.item)
        got = ("\n" + " " * 14).join(difference.got)
        parts.append(f"{where}: {result.conversation.name}\n    expected: {difference.expected}\n    got:      {got}")
    return "\n".join(parts)
