"""Whether the settings of an installation and its office agree: the lines' flows, the district offices' trunks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ivr.config import Config
from ivr.errors import BadInput, Problem
from ivr.language.office import Office
from ivr.language.source import Source
from ivr.office import lines


def agree(config: Config, file: Path, office: Office) -> None:
    """Check the settings, which stand in `file`, against an office. Raises BadInput."""

    def problem(at: Sequence[str], message: str, hint: str) -> Problem:
        try:
            return Source(file).problem(at, message, hint)
        except BadInput:  # it can't be read any more
            return Problem(str(file), 0, 0, message, hint)

    numbers = {number: (line.flow, line.language) for number, line in config.lines.items()}
    known = {d.district for d in office.desks.desks.values() if d.district} if config.exchange.practice else set()
    lines.agree(office, numbers, {*config.exchange.districts, *known}, problem)
