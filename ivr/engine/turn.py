"""A turn: one event's way through the flow. The step functions read the office and the world from it, and add what
is to be spoken and recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ivr.engine.effects import Ask, Connect, Effect, Fetch, Hangup, Keep, Lookup, Play, Promise, Recall, Record, Send
from ivr.engine.events import Visited, World
from ivr.engine.session import Session
from ivr.language.fields import Destination
from ivr.language.office import Office
from ivr.language.prompt import Prompt

SLOWEST_MS = 10_000
"""Time for a key in slow mode, at least (ARS guideline, domain.md)."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The step is done: by which exit, and where the call goes."""

    exit: str
    to: Destination


Outcome = Leave | Ask | Lookup | Fetch | Recall | Promise | Send | Record | Keep | Connect | Hangup
"""What a step function returns: leave the step, or wait, or end."""


@dataclass(slots=True)
class Turn:
    """The working state of one `resume`."""

    office: Office
    session: Session
    world: World
    effects: list[Effect] = field(default_factory=list)
    pending: list[Prompt] = field(default_factory=list)

    @property
    def here(self) -> str:
        """Prompt id of the current step."""
        return f"{self.session.flow}/{self.session.step}"

    def prompt(self, id: str, key: str | None = None) -> Prompt:
        """The text `id` in the call's language; `key`: of an option that has none of its own, as those of a table."""
        prompt = self.office.prompt(self.session.language, id, self.session.variables)
        return prompt if key is None else replace(prompt, key=key, loose=True)

    def phrase(self, name: str) -> Prompt:
        """One of the line's own phrases."""
        return self.prompt(f"phrases/{name}")

    def say(self, prompt: Prompt) -> None:
        """Speak before whatever comes next; a key pressed meanwhile belongs to that."""
        self.pending.append(prompt)

    def switch(self, language: str) -> None:
        """Go on in another language. What this turn says before stays in the one that it was said in."""
        before = self.session.language
        self.effects = [replace(e, prompts=_in(before, e.prompts)) if isinstance(e, Play) else e for e in self.effects]
        self.pending = list(_in(before, self.pending))
        self.session.language = language

    def flush(self, barge_in: bool = True) -> None:
        """Speak what is pending now, by itself."""
        if self.pending:
            self.effects.append(Play(tuple(self.pending), barge_in))
            self.pending = []

    def ask(self, prompts: list[Prompt], max_digits: int, timeout_ms: int) -> Ask:
        """A wait for keys, after everything that is pending."""
        waits_ms = max(timeout_ms, SLOWEST_MS) if self.session.slow else timeout_ms
        asked = Ask((*self.pending, *prompts), max_digits, waits_ms)
        self.pending = []
        return asked

    def passing(self, prompts: list[Prompt]) -> Ask:
        """Speak by itself what is pending, and this; a key ends it and is known, but nothing is asked."""
        asked = Ask((*self.pending, *prompts), 1, 0)
        self.pending = []
        return asked

    def visited(self, exit: str, step: str | None = None) -> None:
        """Record that a step (default: the current one) was left."""
        self.effects.append(Visited(self.session.flow, step or self.session.step, exit))


def _in(language: str, prompts: Iterable[Prompt]) -> tuple[Prompt, ...]:
    return tuple(prompt if prompt.language else replace(prompt, language=language) for prompt in prompts)
