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
from reports.figure import Figure, figure, ratio
from reports.period import Period
from reports.report import Report, made
from reports.wording import ENGINE, LEGS, Text

COUNTED = "calls that met a notice, by the time it began in them; a call that met several is one of all"
AROUND = timedelta(minutes=30)
"""How long before and after a notice went on waits are looked at."""


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
    around = AROUND.seconds // 60
    return [
        _count("played", ("Played", "재생"), ("it began in the call", "통화에서 재생이 시작됨"), lambda met: True),
        _count(
            "finished", ("To the end", "끝까지"), ("it was heard to its end", "끝까지 들음"), lambda met: met.finished
        ),
        figure(
            "finished_share",
            "share",
            ("Share", "청취율"),
            ("heard to the end ÷ played", "끝까지 들음 ÷ 재생"),
            ("played", "재생"),
            ENGINE,
            lambda effect: ratio(sum(met.finished for met in effect.met), len(effect.met)),
        ),
        _count(
            "details",
            ("Details", "자세히"),
            ("its details were taken", "자세한 안내를 들음"),
            lambda met: "details" in met.took,
        ),
        _count(
            "message", ("SMS", "문자"), ("its SMS was promised", "문자를 받기로 함"), lambda met: "message" in met.took
        ),
        _count(
            "desk",
            ("Desk", "부서"),
            ("a desk was taken: one it offers, or 0", "안내가 권하는 부서나 0번을 고름"),
            lambda met: any("/" in offer for offer in met.took),
        ),
        _count(
            "next",
            ("Went on", "계속"),
            ("a key was pressed to go on", "버튼을 눌러 다음으로 감"),
            lambda met: "next" in met.took,
        ),
        _count(
            "leave",
            ("Left", "종료"),
            ("its key for ending the call was pressed", "통화를 끝내는 버튼을 누름"),
            lambda met: "leave" in met.took,
        ),
        _count(
            "left_informed",
            ("Informed", "안내 듣고 종료"),
            ("the call's outcome is left_informed", "통화 결과가 안내 듣고 종료임"),
            lambda met: met.left_informed,
            LEGS,
        ),
        _count(
            "waited",
            ("Waited", "대기"),
            ("the call came to a queue afterwards", "그 뒤 대기열에 들어감"),
            lambda met: met.waited,
            LEGS,
        ),
        _mean(
            "wait_before_s",
            ("Wait before", "전 대기"),
            (f"the {around} min before it went on", f"켜기 전 {around}분"),
            lambda effect: effect.before,
        ),
        _mean(
            "wait_after_s",
            ("Wait after", "후 대기"),
            (f"the {around} min after it went on", f"켠 뒤 {around}분"),
            lambda effect: effect.after,
        ),
    ]


def report(session: Session, period: Period) -> Report:
    """What each notice did that was met, or went on, in a period."""
    together = Effect(_met(session, period, whole=True)[""])
    return made(period, "notice", COUNTED, figures(), effects(session, period), together)


def effects(session: Session, period: Period, only: str | None = None) -> dict[str, Effect]:
    """What the figures of each notice (or of `only` one) are made of."""
    met = _met(session, period, whole=False, only=only)
    went_on = _went_on(session, period)
    return {
        name: Effect(
            met.get(name, []),
            _waits(session, [(at - AROUND, at) for at in went_on.get(name, [])]),
            _waits(session, [(at, at + AROUND) for at in went_on.get(name, [])]),
        )
        for name in sorted({*met, *went_on})
        if only in (None, name)
    }


def _met(session: Session, period: Period, *, whole: bool, only: str | None = None) -> dict[str, list[Met]]:
    """The calls that met each notice; `whole`: any of them, under ""."""
    began: dict[tuple[str, str], datetime] = {}
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    calls = select(Hearing.call).where(Hearing.at >= period.start, Hearing.at < period.end, Hearing.what == "played")
    hearings = select(Hearing).where(Hearing.call.in_(calls)).order_by(Hearing.at)
    if only is not None:
        calls = calls.where(Hearing.notice == only)
        hearings = select(Hearing).where(Hearing.call.in_(calls), Hearing.notice == only).order_by(Hearing.at)
    for hearing in session.scalars(hearings):
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


def _count(
    key: str, title: Text, formula: Text, counts: Callable[[Met], bool], source: Text = ENGINE
) -> Figure[Effect]:
    told = f"calls: {formula[0]}", f"통화: {formula[1]}"
    return figure(key, "count", title, told, ("", ""), source, lambda effect: float(sum(map(counts, effect.met))))


def _mean(key: str, title: Text, span: Text, waits: Callable[[Effect], list[float]]) -> Figure[Effect]:
    formula = (
        f"waiting time of the entries at desks in {span[0]}, until pick-up or leaving ÷ these entries",
        f"{span[1]} 동안 부서에 들어온 대기의 시간 (받거나 나갈 때까지) ÷ 이 대기들",
    )
    of = "entries at desks whose wait is over", "대기가 끝난 것"
    return figure(
        key, "seconds", title, formula, of, LEGS, lambda effect: ratio(sum(waits(effect)), len(waits(effect)))
    )
