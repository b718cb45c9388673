"""How values are written on pages: figures by their unit, what has changed, times on the office's wall clock. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from reports.figure import Figure, Unit
from reports.report import minutes

NONE = "–"
"""What isn't there, or has no denominator."""

_BETTER_HIGH = frozenset({"answer_rate", "service_level", "direct_handling", "one_stop", "kept", "satisfaction"})
_BETTER_LOW = frozenset({"abandonment", "transfer_rate", "asa_s"})
"""Figures of which more, or less, is better. Of a count neither is: fewer calls are answered on a quiet day. Nor of the
longest wait: it is shorter, too, when callers leave sooner."""

Of = TypeVar("Of")


def value(unit: Unit, number: float | None) -> str:
    """A figure's value: 1,234 · 78.3 % · 1:05 (minutes and seconds)."""
    if number is None:
        return NONE
    if unit == "share":
        return f"{number:.1%}".replace("%", " %")
    if unit == "points":
        return f"{number:.1f}"
    return minutes(number) if unit == "seconds" else f"{number:,.0f}"


@dataclass(frozen=True, slots=True)
class Change:
    """What a figure was before, and how that differs. trend: up, down, same; "" when nothing can be said. verdict:
    better, worse, or "" where more is neither."""

    before: str
    text: str
    trend: Literal["up", "down", "same", ""]
    verdict: Literal["better", "worse", ""]


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure on a page. key, title: the figure's; value: as it is read; number: itself; changes: against others;
    parts: the two numbers of a share ("14/24"), "" of others."""

    key: str
    title: str
    value: str
    number: float | None
    changes: Sequence[Change] = ()
    parts: str = ""


def figure(one: Figure[Of], lang: Literal["ko", "en"], of: Of, *others: Of | None) -> Shown:
    """A figure of one thing, compared with that of others; None: there is nothing to compare it with."""
    now = one.value(of)
    before = [None if other is None else one.value(other) for other in others]
    parts = "/".join(value("count", number) for number in one.parts(of)) if one.parts and now is not None else ""
    changes = [change(one.key, one.unit, now, number) for number in before]
    return Shown(one.key, one.words(lang).title, value(one.unit, now), now, changes, parts)


def change(key: str, unit: Unit, now: float | None, before: float | None) -> Change:
    """How a value differs from what it was."""
    if now is None or before is None:
        return Change(value(unit, before), "", "", "")
    more = now - before
    text = _more(unit, more)
    if text == _more(unit, 0.0):
        return Change(value(unit, before), "0", "same", "")
    better = (key in _BETTER_HIGH and more > 0) or (key in _BETTER_LOW and more < 0)
    judged = key in _BETTER_HIGH or key in _BETTER_LOW
    verdict: Literal["better", "worse", ""] = ("better" if better else "worse") if judged else ""
    return Change(value(unit, before), text, "up" if more > 0 else "down", verdict)


def clock(at: datetime | None, zone: ZoneInfo, form: str = "%m-%d %H:%M") -> str:
    """A time on the office's wall clock."""
    return f"{at.astimezone(zone):{form}}" if at else NONE


def lasted(start: datetime | None, end: datetime | None) -> str:
    """A duration between two times, either of which may not have come."""
    return NONE if start is None or end is None else minutes((end - start).total_seconds())


def _more(unit: Unit, more: float) -> str:
    """A difference without its sign: the arrow beside it says it."""
    if unit == "share":
        return f"{abs(more) * 100:.1f} %p"
    if unit == "points":
        return f"{abs(more):.1f}"
    return minutes(abs(more)) if unit == "seconds" else f"{abs(more):,.0f}"
