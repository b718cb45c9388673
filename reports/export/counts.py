"""The counts behind each figure, and how they add up: what a reader of a table can reckon with. Pure.

A share gives its part and the rest away as well, a mean how many it is of: they are counts here too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports.contact import RESULTS
from reports.export.document import HIDDEN, Value
from reports.figure import Figure
from reports.figures import TARGET_S
from reports.suppression import LEAST, hidden
from reports.tally import Tally

ALL = "\0all"
"""Group of all groups together, which no group of the data is called."""
MOST_GROUPS = 40
"""In a table of more groups a group with a small number is hidden as a whole: to find out the fewest cells that will
do takes too long there."""

SHOWS: Mapping[str, Sequence[str]] = {
    "answer_rate": ("answered", "unanswered", "offered"),
    "service_level": ("in_time", "late", "timed"),
    "abandonment": ("abandoned", "stayed", "queued_long"),
    "direct_handling": ("direct", "indirect", "answered"),
    "transfer_rate": ("handed_over", "kept", "answered"),
    "asa_s": ("waits",),
    "longest_wait_s": ("waited",),
    "talk_s": ("talks",),
}
"""The counts that each share or mean gives away. A count's figure gives itself away."""

SUMS: Sequence[tuple[str, Sequence[str]]] = (
    ("received", RESULTS),
    ("offered", ("answered", "abandoned", "short_abandoned", "overflowed", "failed", "messages_queued")),
    ("offered", ("answered", "unanswered")),
    ("timed", ("in_time", "late")),
    ("queued", ("answered", "abandoned", "short_abandoned", "overflowed", "messages_queued", "failed_queued")),
    ("failed", ("failed_queued", "failed_before")),
    ("message_instead", ("messages_queued", "messages_before")),
    ("queued", ("queued_long", "short_abandoned")),
    ("queued_long", ("abandoned", "stayed")),
    ("answered", ("direct", "indirect")),
    ("answered", ("handed_over", "kept")),
)
"""What is the sum of what, in each group."""


def counts(tally: Tally) -> dict[str, int]:
    """Everything that is counted, by name."""
    queued_long = tally.queued - tally.short_abandoned
    timed = tally.offered - tally.answered + tally.waits
    failed_queued = queued_long - tally.answered - tally.abandoned - tally.overflowed - tally.messages_queued
    bands = (*tally.answered_after, *tally.gave_up_after, *tally.unanswered_after)
    return {result: getattr(tally, result) for result in RESULTS} | {
        "received": tally.contacts,
        "offered": tally.offered,
        "messages_queued": tally.messages_queued,
        "messages_before": tally.message_instead - tally.messages_queued,
        "failed_queued": failed_queued,
        "failed_before": tally.failed - failed_queued,
        "unanswered": tally.offered - tally.answered,
        "in_time": tally.within(TARGET_S),
        "late": timed - tally.within(TARGET_S),
        "timed": timed,
        "queued": tally.queued,
        "queued_long": queued_long,
        "stayed": queued_long - tally.abandoned,
        "direct": tally.direct,
        "indirect": tally.answered - tally.direct,
        "handed_over": tally.handed_over,
        "kept": tally.answered - tally.handed_over,
        "waits": tally.waits,
        "waited": sum(bands),
        "talks": tally.talks,
    }


def shown(figures: Sequence[Figure[Tally]], groups: Mapping[str, Tally]) -> dict[str, list[Value]]:
    """The values of the figures by group, and of all groups together (ALL), small ones hidden."""
    tallies = {**groups, ALL: sum(groups.values(), Tally())}
    by_group = {group: counts(tally) for group, tally in tallies.items()}
    gone = _gone(by_group)
    return {
        group: [
            HIDDEN if _gives_away(figure, group, by_group[group], gone) else figure.value(tally) for figure in figures
        ]
        for group, tally in tallies.items()
    }


def _gives_away(figure: Figure[Tally], group: str, known: Mapping[str, int], gone: set[tuple[str, str]]) -> bool:
    """A figure that nobody said the counts of is hidden: it might give anything away."""
    names = SHOWS.get(figure.key, (figure.key,))
    return any(name not in known or (group, name) in gone for name in names)


def _gone(groups: Mapping[str, Mapping[str, int]]) -> set[tuple[str, str]]:
    """The counts, by group and name, that mustn't be shown."""
    if len(groups) > MOST_GROUPS:
        return _whole_groups(groups)
    cells = {(group, name): count for group, known in groups.items() for name, count in known.items()}
    sums = [((group, whole), [(group, part) for part in parts]) for group in groups for whole, parts in SUMS]
    parts = [group for group in groups if group != ALL]
    sums += [((ALL, name), [(group, name) for group in parts]) for name in groups[ALL]]
    return set(hidden(cells, sums))


def _whole_groups(groups: Mapping[str, Mapping[str, int]]) -> set[tuple[str, str]]:
    """The same, each group shown or hidden as a whole: of two hidden groups only their sum can be known."""
    small = {group for group, known in groups.items() if any(0 < count < LEAST for count in known.values())}
    rest = sorted(
        (group for group in groups if group != ALL and group not in small), key=lambda g: groups[g]["received"]
    )
    while rest and small and (len(small) == 1 or _together_small(groups, small)):
        small.add(rest.pop(0))
    return {(group, name) for group in small for name in groups[group]}


def _together_small(groups: Mapping[str, Mapping[str, int]], small: set[str]) -> bool:
    """Whether what is hidden comes to a small number, of whatever is counted, beside a shown sum."""
    if ALL in small:
        return False
    return any(0 < sum(groups[group][name] for group in small) < LEAST for name in groups[ALL])
