"""A walk: one call through the real engine with a stand-in for the host, moment by moment. The simulator shows the
moments, `ivr test` compares them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ivr.engine.effects import Ask, Connect, Effect, Hangup, Noticed, Play, Whisper
from ivr.engine.engine import resume
from ivr.engine.events import Digits, Event, HungUp, Started, Visited
from ivr.engine.session import Session
from ivr.language.prompt import Prompt
from ivr.speech.words import spoken
from ivr.telephony.stand_in import StandIn


@dataclass(frozen=True, slots=True)
class Moment:
    """Something of a call: `heard` (prompt and text, in the language of the moment), `happens` (text: what),
    `whisper` (text: what the officer of the next desk hears before the caller), `desk` (text: which; note: how it takes
    the call), `asks` (most: keys at most), `ends` (text: done, failed, hangup).
    """

    kind: Literal["heard", "happens", "whisper", "desk", "asks", "ends"]
    text: str = ""
    prompt: Prompt | None = None
    note: str = ""
    most: int = 0


class Walk:
    """One call. `session` is where it is, `journey` the steps left, `places` the steps entered (flow, step), `noticed`
    what became of notices (which, what). Nobody speaks between a notice and its offers: keys are pressed at these.
    """

    def __init__(self, world: StandIn) -> None:
        it = world.circumstances
        office = world.office
        language = it.language or office.languages[0]
        self._world, self._most = world, 0
        self.session = Session(call="n1-1.1", office=office.version, language=language, flow=it.flow, slow=it.slow)
        self.journey: list[Visited] = []
        self.places: set[tuple[str, str]] = set()
        self.noticed: set[tuple[str, str]] = set()

    def start(self) -> Iterator[Moment]:
        """The call from its beginning until keys are asked for or it ends. As for `press`, nothing goes on unless
        the moments are taken."""
        return self._until_keys(Started())

    def press(self, keys: str) -> Iterator[Moment]:
        """On after keys: `#` ends them early, "" or “-” is waiting too long."""
        digits, ended, _ = ("" if keys == "-" else keys).partition("#")
        digits = digits[: self._most]
        return self._until_keys(Digits(digits, timed_out=not ended and len(digits) < self._most))

    def hang_up(self) -> Iterator[Moment]:
        """The caller is gone."""
        return self._until_keys(HungUp())

    def _until_keys(self, event: Event) -> Iterator[Moment]:
        following: Event | None = event
        while following is not None:
            event, following = following, None
            # Through JSON at every turn, as between two visits of a real call.
            before = Session.from_json(self.session.to_json())
            self.session, effects = resume(self._world.office, before, event, self._world.world())
            visits = [effect for effect in effects if isinstance(effect, Visited)]
            self.journey += visits
            self.places |= {(v.flow, v.step) for v in visits} | {(self.session.flow, self.session.step)}
            if isinstance(event, HungUp):
                for effect in effects:
                    if answer := self._world.answer(self.session, effect):
                        yield Moment("happens", answer.note)
                yield Moment("ends", "hangup")
                return
            for effect in effects:
                yield from self._spoken(effect)
                if isinstance(effect, Ask) and not effect.timeout_ms:
                    following = Digits("", timed_out=True)
                elif isinstance(effect, Noticed):
                    self.noticed.add((effect.notice, effect.what))
                elif isinstance(effect, Ask):
                    self._most = effect.max_digits
                    yield Moment("asks", most=effect.max_digits)
                elif isinstance(effect, Hangup):
                    yield Moment("ends", effect.reason)
                elif answer := self._world.answer(self.session, effect):
                    if isinstance(effect, Connect):
                        yield Moment("desk", effect.desk, note=answer.note)
                    else:
                        yield Moment("happens", answer.note)
                    following = answer.event

    def _spoken(self, effect: Effect) -> Iterator[Moment]:
        """What the caller, or the officer who is about to be connected, hears by an effect."""
        year = self._world.at().year
        if isinstance(effect, Play | Ask):
            for prompt in effect.prompts:
                yield Moment("heard", spoken(prompt, self.session.language, year), prompt)
        elif isinstance(effect, Whisper) and effect.prompts:
            first = self._world.office.languages[0]
            yield Moment("whisper", " ".join(spoken(prompt, first, year) for prompt in effect.prompts))
