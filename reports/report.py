"""The report of a period: its figures in groups, beside how each is made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy.orm import Session

from reports import table
from reports.figure import Figure, Of
from reports.figures import figures
from reports.period import Period
from reports.queries import tallies
from reports.sought import ALL, By, Filter, of_entries
from reports.tally import Tally

Format = Literal["table", "json", "csv"]

CALLS = "calls, by the time they began"
ENTRIES = "entries at desks, by the time they joined the queue"


@dataclass(frozen=True, slots=True)
class Report:
    """Figures by group; by: what the groups are of; counted: what is counted, in words; `whole` is of all groups
    together, `imported` how many of those counted another system noted down."""

    period: Period
    by: str | None
    counted: str
    figures: Sequence[Figure[Any]]
    groups: dict[str, list[float | None]]
    whole: list[float | None]
    imported: int = 0

    def text(self, form: Format) -> str:
        """The report as it is printed."""
        return {"table": self._table, "json": self._json, "csv": self._csv}[form]()

    def definitions(self) -> str:
        """How each figure is made, in lines."""
        imported = f" {self.imported:,} of them are imported (ivr import list)." if self.imported else ""
        lines = [f"Period: {self.period}. Counted: {self.counted}.{imported}"]
        for figure in self.figures:
            of = f"; denominator: {figure.denominator}" if figure.denominator else ""
            lines.append(f"{figure.title} = {figure.formula}{of}. Source: {figure.source}.")
        return "\n".join(lines)

    def _table(self) -> str:
        told = [n for n, figure in enumerate(self.figures) if figure.unit != "count" or self.whole[n]]
        titles = [self.by or "", *(self.figures[n].title for n in told)]
        rows = [
            [name, *(_shown(self.figures[n], values[n]) for n in told)]
            for name, values in [*self.groups.items(), ("all", self.whole)]
        ]
        return f"{table.aligned(titles, rows, numbers=True)}\n\n{self.definitions()}\n"

    def _json(self) -> str:
        keys = [figure.key for figure in self.figures]
        whole = {
            "from": self.period.start.astimezone(self.period.zone).isoformat(),
            "to": self.period.end.astimezone(self.period.zone).isoformat(),
            "zone": self.period.zone.key,
            "counted": self.counted,
            "imported": self.imported,
            "by": self.by,
            "groups": {name: dict(zip(keys, values, strict=True)) for name, values in self.groups.items()},
            "all": dict(zip(keys, self.whole, strict=True)),
            "figures": {
                figure.key: {
                    "title": figure.title,
                    "title_ko": figure.ko.title,
                    "unit": figure.unit,
                    "formula": figure.formula,
                    "denominator": figure.denominator,
                    "source": figure.source,
                }
                for figure in self.figures
            },
        }
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"

    def _csv(self) -> str:
        rows = [*self.groups.items(), ("all", self.whole)]
        cells = [[name, *map(_plain, self.figures, values)] for name, values in rows]
        return table.spreadsheet([self.by or "group", *(figure.key for figure in self.figures)], cells)


def report(session: Session, period: Period, by: By | None, names: Mapping[str, str], where: Filter = ALL) -> Report:
    """The report of a period. names: what groups are called (`group_names`); one that is gone has its id only."""
    found = tallies(session, period, by, where)
    whole = sum(found.values(), Tally())
    counted = ENTRIES if of_entries(by, where) else CALLS
    counted += "; hour of the day" if by == "hour" else ""
    groups = {named(group, names): tally for group, tally in found.items()} if by else {}
    return replace(made(period, by, counted, figures(), groups, whole), imported=whole.imported)


def made(
    period: Period, by: str | None, counted: str, wanted: Sequence[Figure[Of]], groups: Mapping[str, Of], whole: Of
) -> Report:
    """The report of figures of whatever they are made of, by group and of all together."""
    values = {name: [figure.value(of) for figure in wanted] for name, of in groups.items()}
    return Report(period, by, counted, wanted, values, [figure.value(whole) for figure in wanted])


def group_names(by: By | None, desks: Mapping[str, str], officers: Mapping[str, str]) -> Mapping[str, str]:
    """What the groups are called, by id: desks, topics that are desks, officers by their extension."""
    if by == "agent":
        return officers
    return {f"desk/{desk}": name for desk, name in desks.items()} if by == "topic" else desks if by == "desk" else {}


def named(group: str, names: Mapping[str, str]) -> str:
    """A group as it is shown."""
    return f"{names[group]} ({group})" if group in names else group


def _plain(figure: Figure[Any], value: float | None) -> str:
    """For programs: a count in full, however large."""
    return "" if value is None else f"{value:.0f}" if figure.unit == "count" else f"{value:g}"


def _shown(figure: Figure[Any], value: float | None) -> str:
    if value is None:
        return "–"
    if figure.unit == "share":
        return f"{value:.1%}"
    if figure.unit == "points":
        return f"{value:.1f}"
    return minutes(value) if figure.unit == "seconds" else f"{value:.0f}"


def minutes(seconds: float) -> str:
    """A duration as it is read: 1:05, or 1:02:05 from an hour on."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
