"""What notices do: who hears them, what is taken of them, who leaves informed, who waits all the same. Figures as all
others: each says how it is made and of what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session

from ivr.records.models import Call, Leg, UtcTime
from ivr.records.notice_tables import Hearing, SwitchChange
from ivr.records.outcome import CallOutcome
from reports.figure import Figure, figure, ratio, share
from reports.period import Period
from reports.report import Report, made
from reports.wording import ENGINE, LEGS, Text

COUNTED = "calls that met a notice, by the time it began in them; a call that met several is one of all"
AROUND = timedelta(minutes=30)
"""How long before and after a notice went on waits are looked at."""
_PLAYED: Text = ("played", "들은 통화")


@dataclass(frozen=True, slots=True)
class Met:
    """A call that met a notice (or, of all, any). took: offers, as notices.yaml names them. outcome: of the call, ""
    while that isn't recorded. waited: it came to a queue afterwards."""

    finished: bool = False
    took: frozenset[str] = frozenset()
    outcome: CallOutcome | Literal[""] = ""
    waited: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What one notice's figures are made of: how many calls met it in which way, and the waits (s) before and after it
    went on."""

    met: Counter[Met] = field(default_factory=Counter)
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)


def figures() -> list[Figure[Effect]]:
    """All figures, in the order in which they are printed."""
    around = AROUND.seconds // 60
    return [
        _count("played", ("Played", "들은 통화"), ("it began in the call", "통화에서 재생이 시작됨"), lambda met: True),
        _count(
            "finished",
            ("To the end", "끝까지 들음"),
            ("it was heard to its end", "끝까지 들음"),
            lambda met: met.finished,
        ),
        figure(
            "finished_share",
            "share",
            ("Share to the end", "끝까지 들은 비율"),
            ("heard to the end ÷ played", "끝까지 들음 ÷ 들은 통화"),
            _PLAYED,
            ENGINE,
            lambda effect: ratio(_calls(effect, lambda met: met.finished), effect.met.total()),
        ),
        _count(
            "details",
            ("Details", "자세한 안내 들음"),
            ("its details were taken", "자세한 안내를 들음"),
            lambda met: "details" in met.took,
        ),
        _count(
            "message",
            ("SMS", "문자로 받음"),
            ("its SMS was promised", "문자를 받기로 함"),
            lambda met: "message" in met.took,
        ),
        _count(
            "desk",
            ("Took a desk", "권한 부서 고름"),
            ("a desk was taken: one it offers, or 0", "안내가 권하는 부서나 0번을 고름"),
            lambda met: any("/" in offer for offer in met.took),
        ),
        _count(
            "next",
            ("Pressed on", "계속 버튼 누름"),
            ("a key was pressed to go on", "버튼을 눌러 다음으로 감"),
            lambda met: "next" in met.took,
        ),
        _count(
            "leave",
            ("Pressed to end", "종료 버튼 누름"),
            ("its key for ending the call was pressed", "통화를 끝내는 버튼을 누름"),
            lambda met: "leave" in met.took,
        ),
        _count(
            "left_informed",
            ("Left informed", "안내 듣고 종료"),
            ("the call's outcome is left_informed", "통화 결과가 안내 듣고 종료임"),
            lambda met: met.outcome == "left_informed",
            LEGS,
        ),
        share(
            "left_informed_share",
            ("Share left informed", "안내 듣고 종료 비율"),
            (
                "left informed ÷ played; it may have helped, or they gave up",
                "안내 듣고 종료 ÷ 들은 통화 (도움이 되었거나 포기함)",
            ),
            _PLAYED,
            LEGS,
            lambda effect: (_calls(effect, lambda met: met.outcome == "left_informed"), effect.met.total()),
        ),
        _count(
            "left_menu",
            ("Left in the menu", "메뉴에서 종료"),
            ("the call's outcome is left_menu", "통화 결과가 메뉴에서 종료임"),
            lambda met: met.outcome == "left_menu",
            LEGS,
        ),
        _count(
            "waited",
            ("Went on to a desk", "부서 대기열로 감"),
            ("the call came to a queue afterwards", "그 뒤 대기열에 들어감"),
            lambda met: met.waited,
            LEGS,
        ),
        _count(
            "otherwise",
            ("Otherwise", "그 밖"),
            ("none of the three before: self-service, going on …", "앞의 셋이 아님: 셀프서비스, 진행 중 등"),
            lambda met: met.outcome not in ("left_informed", "left_menu") and not met.waited,
            LEGS,
        ),
        _mean(
            "wait_before_s",
            ("Wait before", "켜기 전 평균 대기"),
            (f"the {around} min before it went on", f"켜기 전 {around}분"),
            lambda effect: effect.before,
        ),
        _mean(
            "wait_after_s",
            ("Wait after", "켠 뒤 평균 대기"),
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
            met.get(name, Counter()),
            _waits(session, [(at - AROUND, at) for at in went_on.get(name, [])]),
            _waits(session, [(at, at + AROUND) for at in went_on.get(name, [])]),
        )
        for name in sorted({*met, *went_on})
        if only in (None, name)
    }


def _met(session: Session, period: Period, *, whole: bool, only: str | None = None) -> dict[str, Counter[Met]]:
    """The calls that met each notice; `whole`: any of them, under "". Calls that did the same are counted by the
    database: a year has many, and few kinds of them."""
    began = case(((Hearing.what == "played") & (Hearing.at >= period.start) & (Hearing.at < period.end), Hearing.at))
    notice: ColumnElement[str] = literal("") if whole else Hearing.notice.expression
    played = select(Hearing.call).where(Hearing.at >= period.start, Hearing.at < period.end, Hearing.what == "played")
    of = [] if only is None else [Hearing.notice == only]
    met = (
        select(
            Hearing.call,
            notice.label("notice"),
            func.min(began).label("at"),
            func.aggregate_strings(Hearing.what, " ").label("told"),
        )
        .where(Hearing.call.in_(played.where(*of)), *of)
        .group_by(Hearing.call, *([] if whole else [Hearing.notice]))
        .subquery()
    )
    waited = select(Leg.n).where(Leg.call == met.c.call, Leg.queued_at >= met.c.at).exists().label("waited")
    outcome = func.coalesce(Call.outcome, "").label("outcome")
    each = (
        select(met.c.notice, met.c.told, outcome, waited)
        .outerjoin(Call, Call.id == met.c.call)
        .where(met.c.at.is_not(None))
        .subquery()
    )
    found: dict[str, Counter[Met]] = {"": Counter()} if whole else {}
    key = each.c.notice, each.c.told, each.c.outcome, each.c.waited
    for name, told, came_to, queued, calls in session.execute(select(*key, func.count()).group_by(*key)):
        what = frozenset(told.split())
        one = Met("finished" in what, what - {"played", "finished", "skipped"}, came_to, bool(queued))
        found.setdefault(name, Counter())[one] += calls
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
        over = func.coalesce(Leg.connected_at, Leg.left_at, type_=UtcTime)
        legs = select(Leg.call, Leg.n, Leg.queued_at, over)
        wanted = (Leg.queued_at >= start, Leg.queued_at < end, over.is_not(None))
        for call, n, queued_at, over_at in session.execute(legs.where(*wanted)):
            waits[call, n] = (over_at - queued_at).total_seconds()
    return list(waits.values())


def _count(
    key: str, title: Text, formula: Text, counts: Callable[[Met], bool], source: Text = ENGINE
) -> Figure[Effect]:
    told = f"calls: {formula[0]}", f"통화: {formula[1]}"
    return figure(key, "count", title, told, ("", ""), source, lambda effect: float(_calls(effect, counts)))


def _calls(effect: Effect, wanted: Callable[[Met], bool]) -> int:
    return sum(calls for met, calls in effect.met.items() if wanted(met))


def _mean(key: str, title: Text, span: Text, waits: Callable[[Effect], list[float]]) -> Figure[Effect]:
    formula = (
        f"waiting time of the entries at desks in {span[0]}, until pick-up or leaving ÷ these entries",
        f"{span[1]} 동안 부서에 들어온 대기의 시간 (받거나 나갈 때까지) ÷ 이 대기들",
    )
    of = "entries at desks whose wait is over", "대기가 끝난 것"
    return figure(
        key, "seconds", title, formula, of, LEGS, lambda effect: ratio(sum(waits(effect)), len(waits(effect)))
    )
