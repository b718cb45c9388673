"""Small cells: counts about people that are too small to be passed on. Pure.

A count from 1 to 4 is hidden where groups are of people. So that it can't be had back by subtraction from the whole,
what is hidden comes to LEAST together at least: else the smallest of the other groups is hidden, too.
"""

from __future__ import annotations

from collections.abc import Mapping

LEAST = 5
"""Smallest count that is passed on."""
PERSONAL = frozenset({"agent"})
"""Groupings (reports.sought.By) whose groups are people."""


def hidden(counts: Mapping[str, int]) -> frozenset[str]:
    """Groups whose cells are to be left empty. counts: how many people's acts each group stands for."""
    small = {group for group, count in counts.items() if 0 < count < LEAST}
    others = sorted((count, group) for group, count in counts.items() if count >= LEAST)
    if (small and sum(counts[group] for group in small) < LEAST and others) or (len(small) == 1 and others):
        small.add(others[0][1])
    return frozenset(small)
