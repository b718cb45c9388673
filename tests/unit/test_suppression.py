"""What is hidden can't be computed back: small examples by hand, and tables at random against exact elimination."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.contact import RESULTS, Contact
from reports.export.counts import ALL, SUMS, _gone, counts, shown
from reports.export.document import HIDDEN
from reports.figures import figures
from reports.suppression import LEAST, hidden
from reports.tally import Tally

Sums = list[tuple[str, list[str]]]


def test_large_numbers_and_zeros_are_shown() -> None:
    assert hidden([{"a": 5, "b": 0, "all": 5}], [("all", ["a", "b"])]) == frozenset()


def test_a_small_number_goes_with_the_next_smallest() -> None:
    cells = {"a": 3, "b": 20, "c": 9, "all": 32}
    assert hidden([cells], [("all", ["a", "b", "c"])]) == {"a", "c"}


def test_hidden_parts_together_must_not_be_small() -> None:
    cells = {"a": 2, "b": 2, "c": 50, "d": 9, "all": 63}
    assert hidden([cells], [("all", ["a", "b", "c", "d"])]) == {"a", "b", "d"}


def test_what_follows_from_several_sums_at_once_is_hidden_too() -> None:
    # the two sums hide two cells each, and share one equation too many: x + y = 8, x + 2 y + z = …
    sums: Sums = [("s", ["x", "y"]), ("t", ["x", "y", "z", "w"])]
    cells = {"x": 4, "y": 6, "z": 3, "w": 30, "s": 10, "t": 43}
    gone = hidden([cells], sums)
    assert {"x", "z"} <= gone
    assert not _known(cells, sums, gone)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=4, max_size=4), min_size=1, max_size=5))
def test_nothing_hidden_follows_from_a_table(rows: list[list[int]]) -> None:
    cells, sums = _table(rows)
    gone = hidden([cells], sums)
    assert {cell for cell, count in cells.items() if 0 < count < LEAST} <= gone
    assert not _known(cells, sums, gone)
    for whole, parts in sums:
        out = [cells[part] for part in parts if part in gone]
        assert whole in gone or not out or sum(out) >= LEAST


RESULTS_QUEUED = [*((result, True) for result in RESULTS[:6]), ("failed", False), ("left_menu", False)]
contacts = st.builds(
    lambda way, wait_s, end: Contact(
        way[0], queued=way[1], **({"wait_s": wait_s, end: True} if way[0] == "answered" else {})
    ),
    st.sampled_from(RESULTS_QUEUED),
    st.sampled_from([None, 3.0, 30.0]),
    st.sampled_from(["direct", "handed_over", "imported"]),
)
tallies = st.lists(st.tuples(contacts, st.integers(1, 9)), max_size=8).map(
    lambda some: Tally.of(contact for contact, times in some for _ in range(times))
)


@settings(max_examples=10, deadline=None)
@given(st.dictionaries(st.sampled_from("abcd"), tallies, min_size=1))
def test_nothing_hidden_follows_from_a_report(groups: dict[str, Tally]) -> None:
    whole = {**groups, ALL: sum(groups.values(), Tally())}
    known = {group: counts(tally) for group, tally in whole.items()}
    gone = frozenset(f"{group}.{name}" for group, name in _gone(known))
    cells = {f"{group}.{name}": count for group, of in known.items() for name, count in of.items()}
    sums: Sums = [(f"{group}.{one}", [f"{group}.{part}" for part in parts]) for group in known for one, parts in SUMS]
    sums += [(f"{ALL}.{name}", [f"{group}.{name}" for group in known if group != ALL]) for name in known[ALL]]
    assert {cell for cell, count in cells.items() if 0 < count < LEAST} <= gone
    assert _known(cells, sums, gone) == set()
    for one, parts in sums:
        out = [cells[part] for part in parts if part in gone]
        assert one in gone or not sum(out) or sum(out) >= LEAST


def test_a_report_hides_a_small_desk_and_what_would_tell_of_it() -> None:
    small, mid, large = Tally(answered=3, queued=3), Tally(answered=20, queued=20), Tally(answered=90, queued=90)
    keys = [figure.key for figure in figures()]
    values = {
        group: dict(zip(keys, of, strict=True))
        for group, of in shown(figures(), {"s": small, "m": mid, "l": large}).items()
    }
    assert values["s"]["answered"] is values["s"]["answer_rate"] is values["m"]["answered"] is HIDDEN
    assert (values["l"]["answered"], values[ALL]["answered"]) == (90, 113)
    assert values["l"]["abandoned"] == 0


def test_the_whole_is_shown_however_quiet_its_hours_are() -> None:
    quiet = Tally(answered=9, direct=8, handed_over=1, abandoned=2, left_menu=3, queued=11, waits=9, talks=9)
    busy = sum([quiet] * 20, Tally())
    values = shown(figures(), {"09": busy, **{f"{hour}": quiet for hour in range(10, 24)}})
    assert HIDDEN not in values[ALL]
    assert HIDDEN not in values["09"]
    assert HIDDEN in values["10"]


@pytest.mark.parametrize(
    "told",
    [
        Tally(answered=97, direct=80, handed_over=15, queued=97, waits=97, answered_after=(50, *[0] * 11, 47)),
        Tally(answered=97, direct=97, abandoned=9, queued=106, waits=97, answered_after=(94, *[0] * 11, 3)),
        Tally(answered=97, direct=97, queued=97, waits=93, answered_after=(50, *[0] * 11, 43)),
    ],
    ids=["answered elsewhere without a hand-over", "answered late", "answered, nobody knows when"],
)
def test_what_two_figures_tell_together_is_hidden_as_if_it_were_one(told: Tally) -> None:
    values = dict(zip([figure.key for figure in figures()], shown(figures(), {"a": told, "b": told})["a"], strict=True))
    assert HIDDEN in (values["direct_handling"], values["transfer_rate"], values["service_level"])


def test_every_figure_has_its_counts() -> None:
    plenty = Tally(
        answered=100,
        direct=50,
        handed_over=50,
        queued=100,
        waits=100,
        talks=100,
        answered_after=(50,) + (0,) * 11 + (50,),
    )
    assert HIDDEN not in shown(figures(), {"a": plenty})["a"]


def _table(rows: list[list[int]]) -> tuple[dict[str, int], Sums]:
    cells = {f"{r},{c}": n for r, row in enumerate(rows) for c, n in enumerate(row)}
    sums: Sums = []
    for r, row in enumerate(rows):
        cells[f"{r},all"] = sum(row)
        sums.append((f"{r},all", [f"{r},{c}" for c in range(4)]))
    for c in [*range(4), "all"]:
        cells[f"all,{c}"] = sum(cells[f"{r},{c}"] for r in range(len(rows)))
        sums.append((f"all,{c}", [f"{r},{c}" for r in range(len(rows))]))
    return cells, [*sums, ("all,all", [f"all,{c}" for c in range(4)])]


def _known(cells: dict[str, int], sums: Sums, gone: frozenset[str]) -> set[str]:
    """The hidden cells that the shown ones determine: by exact Gauss-Jordan elimination."""
    order = sorted(gone)
    rows = []
    for whole, parts in sums:
        row = [Fraction(sum(part == cell for part in parts) - (whole == cell)) for cell in order]
        if any(row):
            rows.append(row)
    done: list[list[Fraction]] = []
    for n in range(len(order)):
        pivot = next((row for row in rows if row[n]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[n] for value in pivot]
        clear = lambda row, n=n, pivot=pivot: [a - row[n] * b for a, b in zip(row, pivot, strict=True)]  # noqa: E731
        rows = [row for row in map(clear, rows) if any(row)]
        done = [*map(clear, done), pivot]
    return {order[row.index(Fraction(1))] for row in done if sum(map(bool, row)) == 1}
