"""A session: all that the engine remembers of a call between two events. It is JSON at every wait."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from ivr.language.prompt import Value


@dataclass(frozen=True, slots=True)
class Frame:
    """A flow that waits for the one it called: its name, the step that called, its variables, and how many menus had
    been passed by then."""

    flow: str
    step: str
    variables: dict[str, Value]
    menus: int


@dataclass(frozen=True, slots=True)
class Hearing:
    """A notice that is being heard: where ("line", "menu" or "desk/NAME"), which, how far, and the offers taken of it.

    part: "before" (what was to be said before it), "text", "again" (the text once more), "details", "offers", "sending"
    (its message).
    """

    place: str
    notice: str
    part: str
    taken: tuple[str, ...] = ()


@dataclass
class Session:
    """State of one conversation.

    office: version of the office it runs on. flow, step: where it waits; a step `desk/NAME` is a desk entered by
    destination. menus: "flow/step" of the menus passed, for `back`. tries: failed attempts at this wait. turns: events
    so far. answers: what a `route` has asked so far, or the officers that an `extension` offers. keys: digits already
    taken for a `collect`; typed: content of the value that it reads back. again: the desk that an `again` offers.
    desk: the desk being rung; served: the desk of the last conversation. hops: desks tried for this connection; rung:
    whether any of them was open; offered: whether the caller is asked if something else would do instead of waiting;
    texted: whether the caller's telephone takes messages. officer: extension of the one rung by an `extension`. chosen:
    prompt ids of the labels chosen on the way here; handed_by: the desk whose officer handed the caller over. frames:
    the flows that wait for the one they called, the outermost first. misses: look-ups of this call that found nothing.
    mobile: whether the case found has a number that takes messages. recorded: length in ms of a voicemail that isn't
    kept yet. slow: whether slow mode is on; page: which four options it is at. hearing: the notice that is being heard;
    noticed: those of this call so far; ahead: a key pressed during them, for the question that follows.
    """

    call: str
    office: str
    language: str
    flow: str
    step: str = ""
    variables: dict[str, Value] = field(default_factory=dict)
    menus: list[str] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    tries: int = 0
    turns: int = 0
    answers: list[str] = field(default_factory=list)
    keys: str = ""
    typed: str = ""
    again: str = ""
    desk: str = ""
    served: str = ""
    hops: list[str] = field(default_factory=list)
    rung: bool = False
    offered: bool = False
    texted: bool = False
    officer: str = ""
    chosen: list[str] = field(default_factory=list)
    handed_by: str = ""
    misses: int = 0
    mobile: bool = False
    recorded: int = 0
    slow: bool = False
    page: int = 0
    hearing: Hearing | None = None
    noticed: list[str] = field(default_factory=list)
    ahead: str = ""
    ended: bool = False

    def copy(self) -> Session:
        """An independent copy: the engine changes only copies."""
        twin = copy.copy(self)
        twin.variables = dict(self.variables)
        twin.menus = list(self.menus)
        twin.frames = list(self.frames)
        twin.answers = list(self.answers)
        twin.hops = list(self.hops)
        twin.chosen = list(self.chosen)
        twin.noticed = list(self.noticed)
        return twin

    def to_json(self) -> str:
        """The session as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Session:
        """The session that `to_json` wrote. Raises ValueError, KeyError or TypeError on anything else."""
        data = json.loads(text)
        frames = [Frame(**{**frame, "variables": _values(frame["variables"])}) for frame in data.pop("frames")]
        if heard := data.pop("hearing", None):
            data["hearing"] = Hearing(**{**heard, "taken": tuple(heard["taken"])})
        return cls(variables=_values(data.pop("variables")), frames=frames, **data)


def _values(data: dict[str, dict[str, Any]]) -> dict[str, Value]:
    return {name: Value(**value) for name, value in data.items()}
