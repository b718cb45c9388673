"""What notices do: who hears them, what is taken of them, who leaves informed, who waits all the same. Figures as all
others: each says how it is made and of what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.records.models import Call, Leg
from ivr.records.notice_tables import Hearing, SwitchChange
from reports.figures import Figure
from reports.period import Period
from reports.report import Report

AROUND = timedelta(minutes=30)
"""How long before and after a notice went on waits are looked at."""

_JOURNAL = "the engine's journal"
_LEGS = "the exchange's lines for each call"


@dataclass(frozen=True, slots=True)
class Met:
    """A call that met a notice (or, of all, any). took: offers, as notices.yaml names them. waited: it came to a queue
    afterwards."""

    finished: bool = False
    took: frozenset[str] = frozenset()
    left_informed: bool = False
    waited: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What one notice's figures are made of: the calls that met it, and the waits (s) before and after it went on."""

    met: list[Met] = field(default_factory=list)
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)


def figures() -> list[Figure[Effect]]:
    """All figures, in the order in which they are printed."""
    around = f"{AROUND.seconds // 60} min"
    return [
        _count("played", "Played", "it began in the call", lambda met: True),
        _count("finished", "To the end", "it was heard to its end", lambda met: met.finished),
        Figure(
            "finished_share",
            "Share",
            "share",
            "heard to the end ÷ played",
            "played",
            _JOURNAL,
            lambda effect: sum(met.finished for met in effect.met) / len(effect.met) if effect.met else None,
        ),
        _count("details", "Details", "its details were taken", lambda met: "details" in met.took),
        _count("message", "SMS", "its SMS was promised", lambda met: "message" in met.took),
        _count(
            "desk", "Desk", "a desk was taken: one it offers, or 0", lambda met: any("/" in offer for offer in met.took)
        ),
        _count("next", "Went on", "a key was pressed to go on", lambda met: "next" in met.took),
        _count("leave", "Left", "its key for ending the call was pressed", lambda met: "leave" in met.took),
        _count(
            "left_informed", "Informed", "the call's outcome is left_informed", lambda met: met.left_informed, _LEGS
        ),
        _count("waited", "Waited", "the call came to a queue afterwards", lambda met: met.waited, _LEGS),
        _mean("wait_before_s", "Wait before", f"the {around} before it went on", lambda effect: effect.before),
        _mean("wait_after_s", "Wait after", f"the {around} after it went on", lambda effect: effect.after),
    ]


def report(session: Session, period: Period) -> Report:
    """What each notice did that was met, or went on, in a period."""
    wanted, found, together = figures(), effects(session, period), Effect(_met(session, period, whole=True)[""])
    groups = {name: [figure.value(effect) for figure in wanted] for name, effect in found.items()}
    return Report(period, "notice", wanted, groups, [figure.value(together) for figure in wanted])


def effects(session: Session, period: Period) -> dict[str, Effect]:
    """What the figures of each notice are made of."""
    met = _met(session, period, whole=False)
    went_on = _went_on(session, period)
    return {
        name: Effect(
            met.get(name, []),
            _waits(session, [(at - AROUND, at) for at in went_on.get(name, [])]),
            _waits(session, [(at, at + AROUND) for at in went_on.get(name, [])]),
        )
        for name in sorted({*met, *went_on})
    }


def _met(session: Session, period: Period, *, whole: bool) -> dict[str, list[Met]]:
    """The calls that met each notice; `whole`: any of them, under ""."""
    began: dict[tuple[str, str], datetime] = {}
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    calls = select(Hearing.call).where(Hearing.at >= period.start, Hearing.at < period.end, Hearing.what == "played")
    for hearing in session.scalars(select(Hearing).where(Hearing.call.in_(calls)).order_by(Hearing.at)):
        key = ("" if whole else hearing.notice), hearing.call
        told[key].add(hearing.what)
        if hearing.what == "played" and period.start <= hearing.at < period.end:
            began.setdefault(key, hearing.at)
    informed = set(session.scalars(select(Call.id).where(Call.id.in_(calls), Call.outcome == "left_informed")))
    last: dict[str, datetime] = {}
    for call, queued_at in session.execute(select(Leg.call, Leg.queued_at).where(Leg.call.in_(calls))):
        last[call] = max(queued_at, last.get(call, queued_at))
    found: dict[str, list[Met]] = {"": []} if whole else {}
    for (notice, call), at in began.items():
        took = frozenset(told[notice, call] - {"played", "finished", "skipped"})
        waited = call in last and last[call] >= at
        one = Met("finished" in told[notice, call], took, call in informed, waited)
        found.setdefault(notice, []).append(one)
    return found


def _went_on(session: Session, period: Period) -> dict[str, list[datetime]]:
    """When each notice was switched on, said, or turned on by load."""
    within = (SwitchChange.at >= period.start, SwitchChange.at < period.end, SwitchChange.change.in_(("on", "said")))
    found: dict[str, list[datetime]] = defaultdict(list)
    for change in session.scalars(select(SwitchChange).where(*within).order_by(SwitchChange.at)):
        found[change.notice].append(change.at)
    return found


def _waits(session: Session, spans: Iterable[tuple[datetime, datetime]]) -> list[float]:
    """The waits of the entries at desks within some spans, as far as they are over."""
    waits: dict[tuple[str, int], float] = {}
    for start, end in spans:
        for leg in session.scalars(select(Leg).where(Leg.queued_at >= start, Leg.queued_at < end)):
            over = leg.connected_at or leg.left_at
            if over:
                waits[leg.call, leg.n] = (over - leg.queued_at).total_seconds()
    return list(waits.values())


def _count(key: str, title: str, formula: str, counts: Callable[[Met], bool], source: str = _JOURNAL) -> Figure[Effect]:
    return Figure(
        key, title, "count", f"calls: {formula}", "", source, lambda effect: float(sum(map(counts, effect.met)))
    )


def _mean(key: str, title: str, span: str, waits: Callable[[Effect], list[float]]) -> Figure[Effect]:
    def value(effect: Effect) -> float | None:
        known = waits(effect)
        return sum(known) / len(known) if known else None

    formula = f"waiting time of the entries at desks in {span}, until pick-up or leaving ÷ these entries"
    return Figure(key, title, "seconds", formula, "entries at desks whose wait is over", _LEGS, value)
