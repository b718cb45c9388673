"""What the conversations of an office leave out: steps that none enters, written exits that none takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.errors import Problem
from ivr.language.office import Office
from ivr.language.source import Source, shown
from ivr.telephony.conversation import Result


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many steps and exits there are, how many are walked, and each gap at its place."""

    steps: int
    entered: int
    exits: int
    taken: int
    gaps: tuple[Problem, ...]


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
    return Coverage(steps, entered, exits, taken, tuple(gaps))
