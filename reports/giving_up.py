"""Giving up over waiting time: in which seconds of waiting callers leave. From a tally's bands."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy.orm import Session

from reports.figure import Figure, figure, ratio
from reports.period import Period
from reports.queries import tallies
from reports.report import CALLS, ENTRIES, Report, made
from reports.sought import ALL, Filter, of_entries
from reports.tally import EDGES_S, Tally
from reports.wording import ABANDONED_AT_ALL, LEGS, Text


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of waiting time. waiting: contacts that still waited as it began; in it some gave up, some were
    answered. all_given_up: of all stretches, and none the less of this."""

    waiting: int
    gave_up: int
    answered: int
    all_given_up: int


def figures() -> list[Figure[Stretch]]:
    """The figures of a stretch."""
    return [
        _count("waiting", ("Waiting", "대기"), ("still waited as it began", "시작할 때 아직 기다림"), "waiting"),
        _count("answered", ("Answered", "응대"), ("were answered in it", "그 사이에 응대됨"), "answered"),
        _count("gave_up", ABANDONED_AT_ALL, ("left the queue in it", "그 사이에 대기를 그만둠"), "gave_up"),
        figure(
            "given_up_share",
            "share",
            ("When abandoned", "포기 분포"),
            ("gave up in it ÷ gave up at all", "그 사이의 포기 ÷ 포기 모두"),
            ABANDONED_AT_ALL,
            LEGS,
            lambda stretch: ratio(stretch.gave_up, stretch.all_given_up),
        ),
        figure(
            "hazard",
            "share",
            ("Of those still waiting", "남은 대기 중 포기 (단시간 포함)"),
            ("gave up in it ÷ still waited as it began", "그 사이의 포기 ÷ 시작할 때 기다리던 것"),
            ("still waited as it began", "시작할 때 아직 기다린 것"),
            LEGS,
            lambda stretch: ratio(stretch.gave_up, stretch.waiting),
        ),
    ]


def report(session: Session, period: Period, where: Filter = ALL) -> Report:
    """After how long a wait callers gave up in a period."""
    tally = tallies(session, period, None, where)[""]
    counted = ENTRIES if of_entries(None, where) else CALLS
    return made(period, "wait", counted, figures(), stretches(tally), together(tally))


def stretches(tally: Tally) -> dict[str, Stretch]:
    """The stretches of waiting time, by their name: "≤ 5 s", "5–10 s" … "> 600 s"."""
    edges = [0, *EDGES_S]
    names = [f"≤ {EDGES_S[0]} s", *(f"{low}–{high} s" for low, high in pairwise(EDGES_S)), f"> {edges[-1]} s"]
    bands = list(zip(tally.answered_after, tally.gave_up_after, tally.unanswered_after, strict=True))
    whole = sum(tally.gave_up_after)
    return {name: Stretch(sum(map(sum, bands[n:])), bands[n][1], bands[n][0], whole) for n, name in enumerate(names)}


def together(tally: Tally) -> Stretch:
    """All of it as one stretch."""
    answered, gave_up = sum(tally.answered_after), sum(tally.gave_up_after)
    return Stretch(answered + gave_up + sum(tally.unanswered_after), gave_up, answered, gave_up)


def _count(key: str, title: Text, formula: Text, name: str) -> Figure[Stretch]:
    told = f"contacts whose wait is known that {formula[0]}", f"대기시간을 아는 것 가운데 {formula[1]}"
    return figure(key, "count", title, told, ("", ""), LEGS, lambda stretch: float(getattr(stretch, name)))
