"""A rehearsal: every way through an office, walked before the first caller, to know all that will be said."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ivr.config import Config
from ivr.engine import instead
from ivr.engine.effects import Ask, Connect, Effect, Fetch, Keep, Lookup, Play, Promise, Recall, Record, Send, Whisper
from ivr.engine.engine import resume
from ivr.engine.events import (
    DeskLeft,
    Digits,
    Event,
    Kept,
    LeftByKey,
    Looked,
    Promised,
    Recalled,
    Recorded,
    Started,
    Visited,
    World,
)
from ivr.engine.session import Session
from ivr.language.answer import sample
from ivr.language.condition import Look
from ivr.language.keypad import SHORTEST, spell
from ivr.language.office import Office
from ivr.language.prompt import Prompt, Value
from ivr.language.steps import Again, Announce, Collect, ExtensionStep, Route

STATES = 5_000
STATES_A_STEP = 20
"""Most places visited at a state of the clocks, or so many for each step of a large office. The nearest are visited
first, and what can be said has long been heard by then: the sample has said it all after 1,000."""

Utterance = tuple[Prompt, ...]
Heard = dict[tuple[Utterance, str], None]
"""Utterances, each with the language of the call by then, in the order met."""


@dataclass(frozen=True, slots=True)
class _Settled:
    """A condition whose outcome is settled beforehand."""

    outcome: bool

    def holds(self, look: Look) -> bool:
        return self.outcome


def utterances(office: Office, flow: str, language: str) -> list[tuple[Utterance, str]]:
    """All that a call which enters by `flow` can hear when it begins in `language`, each once, in the order met, with
    the language of the call by then.
    """
    heard: Heard = {}
    ways = _branchings(office)
    most = max(STATES, STATES_A_STEP * sum(len(flow.steps) for flow in office.flows.values()))
    for state in ("open", "lunch", "holiday", "closed"):
        world = World(clocks=dict.fromkeys(office.calendar.clocks, state))
        first = Session(call="rehearsal", office=office.version, language=language, flow=flow)
        todo: deque[tuple[Session, Event]] = deque([(first, Started())])
        seen: set[tuple[object, ...]] = set()
        while todo and len(seen) < most:
            before, event = todo.popleft()
            for branching in ways:
                session, effects = resume(branching, before, event, world)
                if session.slow:  # spoken when first wanted
                    continue
                heard |= _said(office, session, effects)
                if _has_notices(office, session, effects):
                    for noticed in _noticed(office, world):
                        heard |= _announced(branching, before, event, noticed)
                place = _place(office, session, effects)
                if place not in seen:
                    seen.add(place)
                    todo += [(session, following) for following in _answers(effects[-1], office, session)]
    for spoken in dict.fromkeys(language for _, language in list(heard)):
        heard |= dict.fromkeys((said, spoken) for said in _waiting(office, spoken))
    return list(heard)


def of_lines(office: Office, config: Config) -> list[tuple[Utterance, str]]:
    """All that callers of an installation's lines can hear, each once."""
    ways = {(line.flow, line.language): None for line in config.lines.values()}
    return list({one: None for way in ways for one in utterances(office, *way)})


def _place(office: Office, session: Session, effects: Sequence[Effect]) -> tuple[object, ...]:
    """Where a call is, as far as it decides what can be said from here on. Not by which menus and desks it came, nor
    what its variables hold: with these a sample of thirty steps has more ways than anybody can walk.
    """
    s = session
    step = office.flows[s.flow].steps.get(s.step)
    here: tuple[object, ...] = ()
    if isinstance(effects[-1], Connect):
        here = (s.desk, s.officer, s.rung, *s.hops)
    elif isinstance(step, Again):
        here = (s.again,)
    elif isinstance(step, Route | ExtensionStep):
        here = (s.page, *s.answers)
    return (
        *(s.flow, s.step, s.language, s.tries, s.misses, s.keys, s.hearing, s.mobile, s.offered, s.texted, *here),
        *(bool(s.typed), bool(s.recorded), bool(s.served), s.ended, tuple((f.flow, f.step) for f in s.frames)),
    )


def _waiting(office: Office, language: str) -> Iterator[Utterance]:
    """What is said of a long wait that is the same each time: a question of which no walk needs to be made, since
    whatever follows it follows the same key in the queue, too."""
    for desk in office.desks.desks:
        for name in instead.options(office, desk, mobile=True).values():
            yield (office.prompt(language, f"phrases/{name}", {}),)
    for name in ("wait_minute", "place_next", "stay"):
        yield (office.prompt(language, f"phrases/{name}", {}),)


def _said(office: Office, session: Session, effects: Sequence[Effect]) -> Heard:
    """What is spoken in a turn."""
    heard: Heard = {}
    for effect in effects:
        if isinstance(effect, Play | Ask) and effect.prompts:
            heard[effect.prompts, session.language] = None
        elif isinstance(effect, Whisper) and effect.prompts:
            heard[effect.prompts, office.languages[0]] = None
    return heard


def _has_notices(office: Office, session: Session, effects: Sequence[Effect]) -> bool:
    """Whether a turn passed a place at which there can be notices."""
    notices = office.notices.values()
    steps = [office.flows[e.flow].steps.get(e.step) for e in effects if isinstance(e, Visited)]
    if any(isinstance(step, Announce) for step in steps):
        return any(notice.at_any_line for notice in notices)
    if isinstance(effects[-1], Connect):
        return any(effects[-1].desk in notice.desks for notice in notices)
    return any(f"{session.flow}/{session.step}" in notice.menus for notice in notices)


def _noticed(office: Office, world: World) -> Iterator[World]:
    """The world with all notices on the air, at each line that is named, for mobile and other telephones."""
    lines = {"", *(line for notice in office.notices.values() for line in notice.lines or ())}
    for line in sorted(lines):
        announced = replace(world, notices=tuple(office.notices), line=line)
        yield from (announced, replace(announced, mobile=True))


def _announced(office: Office, before: Session, event: Event, world: World) -> Heard:
    """What is heard of notices from a turn on, up to what comes after them."""
    heard: Heard = {}
    todo: list[tuple[Session, Event]] = [(before, event)]
    seen: set[tuple[object, ...]] = set()
    while todo and len(seen) < STATES:
        session, effects = resume(office, *todo.pop(), world)
        if session.slow:
            continue
        heard |= _said(office, session, effects)
        place = _place(office, session, effects)
        if session.hearing and place not in seen:
            seen.add(place)
            offers = office.notices[session.hearing.notice].keys
            todo += [(session, Digits(key)) for key in offers]  # other keys are for what is walked without notices
            todo += [(session, Promised(True)), (session, Promised(False))] if isinstance(effects[-1], Send) else []
            todo.append((session, Digits("", timed_out=True)))
    return heard


def _branchings(office: Office) -> list[Office]:
    """The office as often as its longest `when` has branches: each time every `when` takes another of them."""
    most = max((len(conditions) for conditions in office.conditions.values()), default=0)
    return [
        replace(
            office,
            conditions={
                place: tuple(_Settled(n == taken) for n in range(len(conditions)))
                for place, conditions in office.conditions.items()
            },
        )
        for taken in range(most + 1)
    ]


def _answers(wait: object, office: Office, session: Session) -> Iterator[Event]:
    """What can follow a wait, one of each sort."""
    if isinstance(wait, Connect):
        yield from (DeskLeft("answered"), DeskLeft("no_answer"))
        yield from (LeftByKey(key) for key in instead.options(office, wait.desk, mobile=True) if not wait.agent)
    elif isinstance(wait, Lookup):
        case = (("case.receipt", Value("digits", "0")),)
        yield from (Looked("found", case, mobile=True), Looked("found", case))
        yield from (Looked("missing"), Looked("sensitive"), Looked("unavailable"))
    elif isinstance(wait, Fetch):
        yield from (Looked("found", tuple(sample(dict(wait.answer)).items())), Looked("missing"))
        yield from (Looked("failed"), Looked("unavailable"))
    elif isinstance(wait, Recall):
        yield from (Recalled(desk) for desk in ("", *office.desks.desks))
    elif isinstance(wait, Promise | Send):
        yield from (Promised(True), Promised(False))
    elif isinstance(wait, Record):
        yield from (Recorded(wait.length_ms), Recorded(0), Recorded(0, failed=True))
    elif isinstance(wait, Keep):
        yield from (Kept(True), Kept(False))
    elif isinstance(wait, Ask) and wait.max_digits == 1:
        yield from (Digits(key) for key in ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", ""))
        yield Digits("", timed_out=True)
    elif isinstance(wait, Ask):
        step = office.flows[session.flow].steps.get(session.step)
        if isinstance(step, ExtensionStep):
            names = office.officer_names[session.language]
            yield from (Digits(keys) for agent in names for keys in (agent, spell(names[agent])[:SHORTEST]))
        yield Digits(step.sample if isinstance(step, Collect) else "0" * wait.max_digits)
        yield from (Digits("", timed_out=True), Digits("*"), Digits(""))
