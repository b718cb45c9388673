"""What config.yaml and the office must agree on: the lines' flows and languages, the desks' district offices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ivr.errors import BadInput, Problem
from ivr.language.office import Office
from ivr.language.source import did_you_mean

Place = Callable[[Sequence[str], str, str], Problem]
"""A problem at a key of the settings: its path, what is wrong, the way out."""


def agree(office: Office, lines: Mapping[str, tuple[str, str]], districts: Iterable[str], place: Place) -> None:
    """Check the settings against the office. `lines`: number → (flow, language); `place`: where they stand.

    Raises BadInput with everything that doesn't fit.
    """
    problems: list[Problem] = []
    known = set(districts)
    for number, (flow, language) in lines.items():
        if flow not in office.flows:
            hint = did_you_mean(flow, office.flows)
            message = f"line {number}: the office has no flow “{flow}”"
            problems.append(place(("lines", number, "flow"), message, hint))
        if language not in office.languages:
            hint = f"write texts/{language}.yaml, or take one of: {', '.join(office.languages)}"
            message = f"line {number}: the office doesn't speak “{language}”"
            problems.append(place(("lines", number, "language"), message, hint))
    for name, desk in office.desks.desks.items():
        if desk.district is not None and desk.district not in known:
            message = f"the desk “{name}” is at the district office “{desk.district}”, which has no trunk"
            hint = f"add exchange: districts: {desk.district}: {{host: …}}"
            problems.append(place(("exchange", "districts"), message, hint))
    if problems:
        raise BadInput(problems)
