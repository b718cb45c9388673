"""Small numbers are hidden in what leaves the office: a count below 5 can point at a person. Pure.

What is small is hidden first; then as much besides as it takes, lest it be computed back from sums. 0 tells of nobody
and is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

LEAST = 5
"""Smallest count, other than 0, that is shown."""

_EXACT = 1e-6
"""A cell whose share in the equations' row space is 1 but for this follows from them."""

Cell = TypeVar("Cell")


def hidden(
    counts: Mapping[Cell, int], sums: Sequence[tuple[Cell, Sequence[Cell]]], least: int = LEAST
) -> frozenset[Cell]:
    """The cells that mustn't be shown.

    sums: cells that are the sum of others; whoever reads the table can add up as well. Afterwards no hidden cell
    follows from the shown ones, and in no sum do the hidden parts, taken together, come to a small number.
    """
    gone = {cell for cell, count in counts.items() if 0 < count < least}
    relations = [(whole, *parts) for whole, parts in sums]
    while _sweep(counts, relations, gone, least) or _follow(counts, relations, gone):
        pass
    return frozenset(gone)


def _sweep(counts: Mapping[Cell, int], relations: Sequence[tuple[Cell, ...]], gone: set[Cell], least: int) -> bool:
    """Hide more in each sum that hides one cell alone, or whose hidden parts together are small; whether there was
    any."""
    before = len(gone)
    for whole, *parts in relations:
        out = [cell for cell in parts if cell in gone]
        alone = len(out) + (whole in gone) == 1
        small = bool(out) and whole not in gone and sum(counts[cell] for cell in out) < least
        if alone or small:
            gone |= _smallest(counts, (whole, *parts), gone)
    return len(gone) > before


def _follow(counts: Mapping[Cell, int], relations: Sequence[tuple[Cell, ...]], gone: set[Cell]) -> bool:
    """Hide more where a hidden cell follows from several sums at once, if from none alone; whether there was any."""
    unknown = {cell: n for n, cell in enumerate(gone)}
    asked = [relation for relation in relations if any(cell in unknown for cell in relation)]
    if not asked:
        return False
    equations = np.zeros((len(asked), len(unknown)))
    for row, (whole, *parts) in enumerate(asked):
        for cell, sign in [(whole, -1), *((part, 1) for part in parts)]:
            if cell in unknown:
                equations[row, unknown[cell]] += sign
    _, sizes, bases = np.linalg.svd(equations, full_matrices=False)
    known = (bases[sizes > _EXACT] ** 2).sum(0)
    follows = {cell for cell, n in unknown.items() if known[n] > 1 - _EXACT}
    before = len(gone)
    own = [relation for relation in asked if follows.intersection(relation)]
    for some in (own, asked if own else []):  # where its own sums have nothing to give any more, of all
        if len(gone) == before:
            for relation in some:
                gone |= _smallest(counts, relation, gone)
    return len(gone) > before


def _smallest(counts: Mapping[Cell, int], relation: Sequence[Cell], gone: set[Cell]) -> set[Cell]:
    """The smallest cell of a sum that is still shown, its whole last of all, a 0 only when there is nothing else."""
    whole = relation[0]
    shown = [cell for cell in relation if cell not in gone]
    return set(sorted(shown, key=lambda cell: (counts[cell] == 0, cell == whole, counts[cell]))[:1])
