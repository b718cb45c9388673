"""What a review is asked to look at."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Review:
    """entrances: the flows that the lines of config.yaml begin with (empty: nobody knows); today: the date on which
    next year is near or not; profile: name of the rules to hold the office to, or ""; lines: the numbers dialled, as
    entrances.
    """

    today: datetime.date
    entrances: frozenset[str] = frozenset()
    profile: str = ""
    lines: frozenset[str] = frozenset()
