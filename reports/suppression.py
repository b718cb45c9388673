"""Small numbers are hidden in what leaves the office: a count below 5 can point at a person. Pure.

What is small is hidden first; then as much besides as it takes, lest it be computed back from sums. Groups of a table
with a small number hide the same. 0 tells of nobody and is shown, unless another group hides it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

import numpy as np

LEAST = 5
"""Smallest count, other than 0, that is shown."""

_EXACT = 1e-6
"""A cell whose share in the equations' row space is 1 but for this follows from them."""

Cell = TypeVar("Cell")
Counts = Mapping[Cell, int]
Sums = Sequence[tuple[Cell, Sequence[Cell]]]


def hidden(tables: Sequence[Counts[Cell]], sums: Sums[Cell], also: Collection[Cell] = ()) -> frozenset[Cell]:
    """The cells that mustn't be shown in any of these tables, which have the same cells.

    sums: cells that are the sum of others; whoever reads a table can add up as well. also: cells that are hidden
    anyway. Afterwards no hidden cell follows from the shown ones of its table, and in no sum of which the whole is
    shown do the hidden parts, taken together, come to a small number. Cells that are 0 in every table are shown.
    """
    weights = {cell: sum(counts[cell] for counts in tables) for cell in tables[0]}
    gone = {cell for counts in tables for cell, count in counts.items() if 0 < count < LEAST}
    gone |= {cell for cell in also if weights[cell]}
    relations = [tuple(cell for cell in (whole, *parts) if weights[cell]) for whole, parts in sums]
    relations = [relation for relation in relations if len(relation) > 1]
    while _sweep(tables, weights, relations, gone) or _follow(weights, relations, gone):
        pass
    return frozenset(gone)


def _sweep(
    tables: Sequence[Counts[Cell]], weights: Counts[Cell], relations: Sequence[tuple[Cell, ...]], gone: set[Cell]
) -> bool:
    """Hide more in each sum that hides one cell alone, or whose hidden parts together are small; whether there was
    any."""
    before = len(gone)
    for whole, *parts in relations:
        out = [cell for cell in parts if cell in gone]
        alone = len(out) + (whole in gone) == 1
        small = whole not in gone and bool(out) and min(sum(of[cell] for cell in out) for of in tables) < LEAST
        if alone or small:
            gone |= _smallest(weights, (whole, *parts), gone)
    return len(gone) > before


def _follow(weights: Counts[Cell], relations: Sequence[tuple[Cell, ...]], gone: set[Cell]) -> bool:
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
                gone |= _smallest(weights, relation, gone)
    return len(gone) > before


def _smallest(weights: Counts[Cell], relation: Sequence[Cell], gone: set[Cell]) -> set[Cell]:
    """The smallest cell of a sum that is still shown, its whole last of all."""
    shown = [cell for cell in relation if cell not in gone]
    return set(sorted(shown, key=lambda cell: (cell == relation[0], weights[cell]))[:1])
