"""The simulator: a call in the terminal, through the same engine, with no telephone.

It shows a walk's moments and takes the keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ivr.engine.events import Visited
from ivr.language.conversation import Circumstances
from ivr.language.office import Office
from ivr.telephony.stand_in import StandIn
from ivr.telephony.walk import Moment, Walk

Press = Callable[[int], str | None]
"""Asks the caller for up to N keys: what is pressed ("#" ends early, "" is waiting too long), or None to hang up."""


@dataclass
class Simulator:
    """One simulated call. `heard` is told every line of what happens, `press` is asked for keys. Afterwards `journey`
    has the steps left, and `talk` the call as a conversation: kinds of entries and their values.
    """

    office: Office
    heard: Callable[[str], None]
    press: Press
    journey: list[Visited] = field(default_factory=list)
    talk: list[tuple[str, list[str]]] = field(default_factory=list)

    def call(self, circumstances: Circumstances) -> str:
        """Run a call under circumstances, which name its time; how it ended: "done", "failed", "hangup"."""
        walk = Walk(StandIn(self.office, circumstances, any_case=True))
        moments = walk.start()
        while True:
            for moment in moments:
                self._tell(moment)
                if moment.kind == "asks":
                    keys = self.press(moment.most)
                    if keys is None:
                        moments = walk.hang_up()
                    else:
                        self.talk.append(("press", [keys or "-"]))
                        moments = walk.press(keys)
                    break
                if moment.kind == "ends":
                    self.journey = walk.journey
                    return moment.text

    def _tell(self, moment: Moment) -> None:
        match moment.kind:
            case "heard":
                self.heard(f"  {moment.text}")
            case "happens":
                self.heard(f"· {moment.text}")
            case "whisper":
                self.heard(f"» {moment.text}")
            case "desk":
                name = self.office.desks.desks[moment.text].name
                self.heard(f"☎ {name} [{moment.text}]: {moment.note}")
            case "ends":
                self.heard(f"✕ {moment.text}")
            case "asks":
                return
        if moment.kind == "heard" and self.talk and self.talk[-1][0] == "heard":
            self.talk[-1][1].append(moment.text)
        else:
            self.talk.append((moment.kind, [moment.text]))


def presses(script: str) -> Press:
    """Keys from a script such as "2,1", one entry a question; `-` waits too long; at its end the caller hangs up."""
    entries: Iterator[str] = iter([entry.strip() for entry in script.split(",")] if script else [])

    def press(_: int) -> str | None:
        entry = next(entries, None)
        return "" if entry == "-" else entry

    return press
