"""The counts behind each figure, and how they add up: what a reader of a table can reckon with. Pure.

A share gives its part and the rest away as well, a mean how many it is of: they are counts here too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from reports.contact import RESULTS
from reports.export.document import HIDDEN, Value
from reports.figure import Figure
from reports.figures import TARGET_S
from reports.suppression import LEAST, hidden
from reports.tally import Tally

ALL = "\0all"
"""Group of all groups together, which no group of the data is called."""
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
    ("indirect", ("handed_over", "moved_on")),
    ("answered", ("waits", "unmeasured")),
    ("waits", ("in_time", "answered_late")),
    ("late", ("answered_late", "unanswered")),
    ("offered", ("timed", "unmeasured")),
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
        "moved_on": tally.answered - tally.direct - tally.handed_over,
        "waits": tally.waits,
        "unmeasured": tally.answered - tally.waits,
        "answered_late": tally.waits - tally.within(TARGET_S),
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
    """The counts, by group and name, that mustn't be shown.

    Of the whole those that its own sums ask for. Of the groups with a small number the same ones in all of them: what
    one of them might have more, another might have less, so that each column tells their sum alone.
    """
    whole, parts = groups[ALL], {group: known for group, known in groups.items() if group != ALL and known["received"]}
    small = [group for group, known in parts.items() if any(0 < count < LEAST for count in known.values())]
    if not small:
        return set()
    of_whole = hidden([whole], SUMS)
    rest = sorted(parts.keys() - set(small), key=lambda group: parts[group]["received"], reverse=True)
    while rest and (len(small) == 1 or _give_away([parts[group] for group in small], of_whole)):
        small.append(rest.pop())
    of_parts = hidden([parts[group] for group in small], SUMS, of_whole)
    return {(ALL, name) for name in of_whole} | {(group, name) for group in small for name in of_parts}


def _give_away(small: Sequence[Mapping[str, int]], of_whole: Collection[str]) -> bool:
    """Whether the whole, less the groups that are shown, tells of these groups what is small, or what of the whole is
    hidden."""
    sums = {name: sum(known[name] for known in small) for name in small[0]}
    return any(not sums[name] if name in of_whole else 0 < sums[name] < LEAST for name in sums)
