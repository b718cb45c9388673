"""Values as texts: in a CSV file, and on paper."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from reports.export.document import Kind, Small, Value
from reports.report import minutes


def plain(value: Value, kind: Kind, zone: ZoneInfo) -> str:
    """For machines: numbers in full, shares as fractions, times on the office's clock without an offset."""
    match value:
        case None:
            return ""
        case Small():
            return value.value
        case str():
            return value
        case datetime():
            return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        case int():
            return str(value)
    return f"{value:.4f}" if kind == "share" else f"{value:.0f}" if kind == "count" else f"{value:.1f}"


def printed(value: Value, kind: Kind, zone: ZoneInfo) -> str:
    """For people: 1,234 · 87.1 % · 1:05."""
    if isinstance(value, int | float):
        if kind == "share":
            return f"{value:.1%}"
        if kind == "points":
            return f"{value:.1f}"
        return minutes(value) if kind == "seconds" else f"{value:,.0f}"
    return "–" if value is None else plain(value, kind, zone)
