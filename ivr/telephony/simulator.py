"""The simulator: a call in the terminal, through the same engine, with no telephone.

It stands where the host stands: it feeds events, shows what would be heard, and lets desks answer.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ivr.engine.effects import Ask, Connect, Effect, Hangup, Play
from ivr.engine.engine import resume
from ivr.engine.events import DeskLeft, DeskStatus, Digits, Event, HungUp, Started, Visited, World
from ivr.engine.session import Session
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.office.clocks import Clocks
from ivr.speech.words import spoken

Press = Callable[[int], str | None]
"""Asks the caller for up to N keys: what is pressed ("#" ends early, "" is waiting too long), or None to hang up."""


@dataclass
class Simulator:
    """One simulated call. `heard` is told every line of what happens, `press` is asked for keys.

    desk: how every desk ends a connection. at: the instant the call takes place (aware).
    """

    office: Office
    heard: Callable[[str], None]
    press: Press
    at: datetime.datetime
    desk: DeskStatus = "answered"
    journey: list[Visited] = field(default_factory=list)

    def call(self, flow: str, language: str) -> str:
        """Run a call from the start of `flow`; how it ended: "done", "failed", "hangup"."""
        world = World(clocks=dict(Clocks(self.office.calendar).states(self.at)))
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
                case Connect(desk):
                    name = self.office.desks.desks[desk].name
                    self.heard(f"☎ {name} [{desk}]: {self.desk}")
                    return DeskLeft(self.desk)
                case Hangup(reason):
                    self.heard(f"✕ {reason}")
                    return reason
        return HungUp()

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
