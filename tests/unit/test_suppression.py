"""Small cells are hidden, and stay hidden from whoever subtracts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reports.suppression import LEAST, hidden

COUNTS = st.dictionaries(st.text(max_size=3), st.integers(0, 12), max_size=8)


def test_small_cells_are_hidden() -> None:
    assert hidden({"a": 4, "b": 1, "c": 5, "d": 0}) == {"a", "b"}
    assert hidden({"a": 5, "b": 0}) == frozenset()


def test_one_alone_takes_the_smallest_other_with_it() -> None:
    assert hidden({"a": 3, "b": 70, "c": 6}) == {"a", "c"}
    assert hidden({"a": 1, "b": 2, "c": 60}) == {"a", "b", "c"}
    assert hidden({"a": 3}) == {"a"}


@given(COUNTS)
def test_nothing_small_is_shown_or_can_be_worked_out(counts: dict[str, int]) -> None:
    out = hidden(counts)
    shown = {group: count for group, count in counts.items() if group not in out}
    assert all(count == 0 or count >= LEAST for count in shown.values())
    if out and any(counts[group] >= LEAST for group in counts):
        assert len(out) > 1
        assert sum(counts[group] for group in out) >= LEAST
