"""What the conversations of an office leave out: steps that none enters, written exits that none takes, notices that
none hears, offers of theirs that none accepts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ivr.errors import Problem
from ivr.language.notices import FOLDER
from ivr.language.office import Office
from ivr.language.source import Source, shown
from ivr.telephony.conversation import Result


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many steps and exits there are, and how many are walked; the same of notices and their offers, which count
    with the exits; and each gap at its place.
    """

    steps: int
    entered: int
    exits: int
    taken: int
    gaps: tuple[Problem, ...]
    notices: int = 0
    heard: int = 0


def coverage(office: Office, results: Iterable[Result]) -> Coverage:
    """What these conversations walk of the office. The exits counted are those written: `next`, options, `else`; what
    a step does by itself (0, #, *, defaults) is the same everywhere and isn't asked for again at each."""
    held = list(results)
    places = {place for result in held for place in result.places}
    left = {(visit.flow, visit.step, visit.exit) for result in held for visit in result.journey}
    steps = entered = exits = taken = 0
    gaps: list[Problem] = []
    for flow in office.flows.values():
        file = office.folder / f"{flow.name}.yaml"
        source = Source(file, shown(file))
        for name, step in flow.steps.items():
            written = list(step.written())
            walked = [(path, exit) for path, exit in written if (flow.name, name, exit) in left]
            steps += 1
            exits += len(written)
            taken += len(walked)
            if (flow.name, name) not in places:
                message = f"no conversation enters the step “{name}”"
                gaps.append(source.problem(("steps", name), message, key=True, severity="warning"))
                continue
            entered += 1
            for path, exit in written:
                if (path, exit) not in walked:
                    message = f"no conversation leaves “{name}” by “{exit}”"
                    gaps.append(source.problem(("steps", name, *path), message, key=True, severity="warning"))
    noticed = {what for result in held for what in result.noticed}
    offers = [(name, key, offer) for name, notice in office.notices.items() for key, offer in notice.keys.items()]
    accepted = [one for one in offers if (one[0], one[2]) in noticed]
    heard = [name for name in office.notices if (name, "played") in noticed]
    gaps += _of_notices(office, set(office.notices) - set(heard), [one for one in offers if one not in accepted])
    exits, taken = exits + len(offers), taken + len(accepted)
    return Coverage(steps, entered, exits, taken, tuple(gaps), len(office.notices), len(heard))


def _of_notices(office: Office, unheard: set[str], refused: list[tuple[str, str, str]]) -> Iterator[Problem]:
    if not unheard and not refused:
        return
    file = office.folder / f"{FOLDER}.yaml"
    source = Source(file, shown(file))
    for name in office.notices:
        if name in unheard:
            message = f"no conversation hears the notice “{name}”"
            yield source.problem((FOLDER, name), message, key=True, severity="warning")
    for name, key, offer in refused:
        if name not in unheard:
            message = f"no conversation takes “{offer}” of the notice “{name}”"
            yield source.problem((FOLDER, name, "offers", key), message, key=True, severity="warning")
