"""A conversation with the engine alone, for tests: events in, what is heard and where it goes out."""

from __future__ import annotations

from ivr.engine.effects import Ask, Effect, Play
from ivr.engine.engine import resume
from ivr.engine.events import Digits, Event, Started, Visited, World
from ivr.engine.session import Session
from ivr.language.office import Office
from tests import offices

NOTHING = Digits("", timed_out=True)
"""The caller presses nothing."""


class Call:
    """A conversation with the engine, the session serialised at every turn."""

    def __init__(self, office: Office, flow: str = "main", language: str = "ko", world: World | None = None) -> None:
        self.office, self.world = office, world or offices.world()
        self.session = Session("n1-1.1", office.version, language, flow)
        self.effects: list[Effect] = []
        self.journey: list[str] = []
        self.send(Started())

    def send(self, *events: Event | str) -> Call:
        """Feed events; a text is keys, "#" alone the lone pound key."""
        for event in events:
            if isinstance(event, str):
                event = Digits(event.removesuffix("#"))  # noqa: PLW2901
            before = self.session.to_json()
            self.session, self.effects = resume(self.office, Session.from_json(before), event, self.world)
            self.journey += [f"{e.flow}/{e.step}:{e.exit}" for e in self.effects if isinstance(e, Visited)]
        return self

    @property
    def heard(self) -> list[str]:
        prompts = [p for e in self.effects if isinstance(e, Play | Ask) for p in e.prompts]
        return [p.id for p in prompts]

    @property
    def wait(self) -> Effect:
        return self.effects[-1]
