"""What the pages of reports have in common: their period, what they are of, and the links that carry both on."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from reports.sought import Filter
from reports.web import span
from reports.web.naming import Names
from reports.web.span import Span
from reports.web.visit import Visit

PAGES = ("", "steps", "waits", "notices", "people", "cases", "staffing")
"""The pages of reports, by the last part of their path; the first is /reports itself."""

FILTERS = ("line", "desk", "topic", "agent")


@dataclass(frozen=True, slots=True)
class Scope:
    """The period and the filter of a page. filters: which of FILTERS its figures can be narrowed by."""

    visit: Visit
    of: Span
    where: Filter
    filters: tuple[str, ...]
    names: Names

    def calls(self, **more: str) -> str:
        """The calls behind a figure: the list of calls with the same period and filter, and what is given besides."""
        return f"/calls?{urlencode({**self._query, **more})}"

    def link(self, **more: str) -> str:
        """This page with the same period and filter, but for what is given."""
        return f"{self.visit.path}?{urlencode({**self._query, **more})}"

    @property
    def paper(self) -> str:
        """The page for paper with the same period and filter."""
        return f"/reports/print?{urlencode(self._query)}"

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """The pages of reports: address, title, whether it is this one."""
        own = self.visit.path.removeprefix("/reports").strip("/")
        return [
            (
                f"/reports{'/' if name else ''}{name}{self._carried(name)}",
                self.visit.t(f"reports.tabs.{name or 'all'}"),
                name == own,
            )
            for name in PAGES
        ]

    @property
    def told(self) -> str:
        """What the page is of, as paper has to say it: days, their clock, and every condition chosen."""
        named = {"desk": self.names.desk, "topic": self.names.topic, "agent": self.names.officer}
        chosen = {name: getattr(self.where, name) for name in self.filters}
        conditions = [
            f"{self.visit.t(f'reports.filters.{name}')}: {named.get(name, str)(value)}"
            for name, value in chosen.items()
            if value
        ]
        return " · ".join([f"{self.of} ({self.visit.zone.key})", *conditions])

    @property
    def values(self) -> dict[str, object]:
        """What the common parts of a template need."""
        office = self.visit.office
        choices = {
            "line": [(line, line) for line in self.visit.config.lines],
            "desk": [(name, self.names.desk(name)) for name in office.desks.desks],
            "topic": [
                *((f"desk/{name}", self.names.desk(name)) for name in office.desks.desks),
                *((f"flow/{name}", self.names.flow(name)) for name in office.flows),
            ],
            "agent": [(agent, self.names.officer(agent)) for agent in office.desks.agents],
        }
        return {
            "scope": self,
            "of": self.of,
            "names": self.names,
            "choices": [(name, choices[name]) for name in self.filters],
            "hours": [(f"{n:02}", f"{n:02}:00–{n + 1:02}:00") for n in range(24)],
        }

    def _carried(self, name: str) -> str:
        """What a tab carries on: a period that was asked for, by its word if it has one, not a page's own; filters,
        also those that this page has no figures by. No hour goes to deadlines, which fall at the end of a day.
        """
        further = {filter: given for filter in FILTERS if (given := self.visit.query.get(filter))}
        query, kind = {**self._query, **further}, self.of.kind
        if kind != "own":
            del query["from"], query["to"]
            if self.visit.query.get("period"):
                query["period"] = kind
        if name == "cases":
            query.pop("hour", None)
        return f"?{urlencode(query)}" if query else ""

    @property
    def _query(self) -> dict[str, str]:
        chosen = {name: getattr(self.where, name) for name in FILTERS}
        return {**self.of.query, **{name: value for name, value in chosen.items() if value}}


def asked(visit: Visit, filters: tuple[str, ...] = FILTERS, otherwise: span.Kind = "today") -> Scope:
    """What a query asks for. A filter that the page has no figures by is left aside."""
    of = span.chosen(visit.query, visit.zone, visit.now, otherwise)
    where = Filter(**{name: visit.query.get(name) or None for name in filters})
    return Scope(visit, of, where, filters, Names(visit.office, visit.lang))
