"""The simulator: a call in the terminal, through the same engine, with no telephone.

It stands where the host stands: it feeds events, shows what would be heard, and lets desks answer.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ivr.engine.effects import Ask, Connect, Effect, Hangup, Lookup, Play, Promise
from ivr.engine.engine import resume
from ivr.engine.events import (
    DeskLeft,
    DeskStatus,
    Digits,
    Event,
    HungUp,
    Looked,
    Promised,
    Queue,
    Started,
    Visited,
    World,
)
from ivr.engine.session import Session
from ivr.language.office import Office
from ivr.language.prompt import Prompt, Value
from ivr.office.clocks import Clocks
from ivr.records.keys import is_mobile
from ivr.speech.words import spoken

Press = Callable[[int], str | None]
"""Asks the caller for up to N keys: what is pressed ("#" ends early, "" is waiting too long), or None to hang up."""


@dataclass
class Simulator:
    """One simulated call. `heard` is told every line of what happens, `press` is asked for keys.

    desk: how every desk ends a connection. at: the instant the call takes place (aware). queues: what
    goes on at the desks, for conditions. line, caller: the numbers of the call; "" for a caller who shows none.
    """

    office: Office
    heard: Callable[[str], None]
    press: Press
    at: datetime.datetime
    desk: DeskStatus = "answered"
    queues: Mapping[str, Queue] = field(default_factory=dict)
    line: str = ""
    caller: str = ""
    journey: list[Visited] = field(default_factory=list)

    def call(self, flow: str, language: str) -> str:
        """Run a call from the start of `flow`; how it ended: "done", "failed", "hangup"."""
        clocks = Clocks(self.office.calendar)
        world = World(
            clocks.states(self.at),
            self.at.astimezone(clocks.zone),
            self.queues,
            self.line,
            bool(self.caller),
            is_mobile(self.caller),
        )
        session = Session(call="simulated", office=self.office.version, language=language, flow=flow)
        event: Event = Started()
        while True:
            session, effects = resume(self.office, Session.from_json(session.to_json()), event, world)
            self.journey += [e for e in effects if isinstance(e, Visited)]
            if isinstance(event, HungUp):
                return "hangup"
            following = self._carry_out(session, effects)
            if isinstance(following, str):
                return following
            event = following

    def _carry_out(self, session: Session, effects: list[Effect]) -> Event | str:
        for effect in effects:
            match effect:
                case Play(prompts):
                    self._say(prompts, session.language)
                case Ask(prompts, max_digits):
                    self._say(prompts, session.language)
                    return self._ask(max_digits)
                case Lookup(receipt, last4):
                    self.heard(f"⌕ {receipt} {last4}".rstrip())
                    return self._look_up(session, receipt, last4)
                case Promise(template):
                    self.heard(f"✉ {template}")
                    return Promised(True)
                case Connect(desk):
                    name = self.office.desks.desks[desk].name
                    self.heard(f"☎ {name} [{desk}]: {self.desk}")
                    return DeskLeft(self.desk)
                case Hangup(reason):
                    self.heard(f"✕ {reason}")
                    return reason
        return HungUp()

    def _look_up(self, session: Session, receipt: str, last4: str) -> Looked:
        """No database here: every case is found, as its first type in progress; last digits 0000 fit none."""
        if last4 == "0000" or not self.office.cases.types:
            return Looked("missing")
        words = self.office.cases.words[session.language]
        values = {
            "case.receipt": Value("digits", receipt),
            "case.type": Value("text", next(iter(words.types.values()))),
            "case.status": Value("text", words.statuses["처리중"]),
            "case.desk": Value("text", self.office.desk_names[session.language]["operators"]),
            "case.deadline": Value("date", self.at.date().isoformat()),
            "case.remedy": Value("text", ""),
        }
        return Looked("found", tuple(values.items()), mobile=True)

    def _say(self, prompts: tuple[Prompt, ...], language: str) -> None:
        for prompt in prompts:
            self.heard(f"  {spoken(prompt, language)}")

    def _ask(self, max_digits: int) -> Event:
        keys = self.press(max_digits)
        if keys is None:
            self.heard("✕ hangup")
            return HungUp()
        digits, ended, _ = keys.partition("#")
        digits = digits[:max_digits]
        return Digits(digits, timed_out=not ended and len(digits) < max_digits)


def presses(script: str) -> Press:
    """Keys from a script such as "2,1", one entry a question; `-` waits too long; at its end the caller hangs up."""
    entries: Iterator[str] = iter([entry.strip() for entry in script.split(",")] if script else [])

    def press(_: int) -> str | None:
        entry = next(entries, None)
        return "" if entry == "-" else entry

    return press
