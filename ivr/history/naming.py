"""What another system calls a desk, an officer or a line, in the names of the office."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from ivr.history.map_form import SKIP, Map
from ivr.history.telling import shown
from ivr.language.desks import Desks
from ivr.records.keys import EXTENSION_DIGITS, Keys, is_mobile

_TECHNOLOGY = re.compile(r"^[A-Za-z]{2,8}/")
_AFTER = re.compile(r"(-[0-9a-f]{8}(;[12])?|@.*|/n)$")


@dataclass(frozen=True, slots=True)
class Names:
    """The office's names, and the map's translations into them."""

    desks: Desks
    map: Map
    lines: Collection[str]

    def desk(self, theirs: str) -> str | None:
        """Our desk of that name; None when its rows are left out. Raises ValueError when nobody knows it."""
        theirs = theirs.strip()
        ours = self.map.desks.get(theirs) or self._known(theirs)
        if ours is None:
            raise ValueError(f"the office has no desk “{shown(theirs)}”")
        return None if ours == SKIP else ours

    def number(self, number: str) -> str | None:
        """The desk that a dialled number leads to; None when it leads to none, or to one that is left out."""
        ours = self.map.desks.get(number) or self.desks.numbers().get(number)
        return None if ours == SKIP else ours

    def _known(self, theirs: str) -> str | None:
        """By its id (also as our own exchange calls queues), its spoken name, an extension or district number."""
        for name in (theirs, theirs.removeprefix("desk-")):
            if name in self.desks.desks:
                return name
        officer = theirs.removeprefix("officer-")
        if officer in self.desks.agents:
            return self.desks.desk_of(officer)
        spoken = [name for name, desk in self.desks.desks.items() if desk.name == theirs]
        return spoken[0] if spoken else self.desks.numbers().get(theirs)

    def line(self, theirs: str) -> str | None:
        """The line of that number; None when there is none, or it is somebody's mobile telephone."""
        theirs = theirs.strip()
        if theirs in self.map.lines or theirs in self.lines:
            return self.map.lines.get(theirs, theirs)
        public = re.fullmatch(r"[\d+ -]{3,20}", theirs) and not is_mobile(theirs)
        return theirs if public and theirs not in self.desks.numbers() else None

    def agent(self, theirs: str) -> str:
        """The officer's extension, from a channel's name, or his name as it stands there; a public number is masked."""
        name = _AFTER.sub("", _AFTER.sub("", _TECHNOLOGY.sub("", theirs.strip())))
        by_name = [extension for extension, officer in self.desks.agents.items() if officer == name]
        name = by_name[0] if len(by_name) == 1 else name
        if sum(c.isdigit() for c in name) > EXTENSION_DIGITS:
            name = Keys.mask(name)
        return "".join(c for c in name if c.isprintable() and c != "|")[:80]

    def is_officer(self, channel: str) -> bool:
        """Whether a channel is an officer's telephone."""
        return self.agent(channel) in self.desks.agents
