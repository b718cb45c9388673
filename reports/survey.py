"""What callers answered to surveys: how often each answer was given, by question, desk and officer."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ivr.records.answer_tables import Answer
from reports import table
from reports.period import Period

FORMULA = (
    "Satisfaction = (very satisfied + rather satisfied) ÷ answers; denominator: answers, one a call, desk and question"
)
SOURCE = "the engine's journal; officers: the exchange's lines for each call"
SCALE = ("very", "rather", "neutral", "rather not", "not at all")
"""What the keys 1 to 5 stand for."""
TITLES = ("question", "desk", "officer", *SCALE, "answers", "satisfaction")

Group = tuple[str, str, str]
"""Question, desk, officer's extension; "" stands for all of them, "–" for none."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Counts of the answers 1 to 5 by group: each question as a whole, then its desks' officers."""

    period: Period
    groups: dict[Group, list[int]]

    def text(self, form: Literal["table", "json", "csv"]) -> str:
        """The answers as they are printed."""
        if form == "json":
            return self._json()
        rows = [
            [*group, *map(str, counts), str(sum(counts)), _shown(satisfaction(counts), form)]
            for group, counts in self.groups.items()
        ]
        if form == "csv":
            return table.spreadsheet(TITLES, rows)
        return f"{table.aligned(TITLES, rows)}\n\n{self.definitions()}\n"

    def definitions(self) -> str:
        """How the figures are made, in lines."""
        return f"Period: {self.period}. Counted: answers, by the time they were given.\n{FORMULA}. Source: {SOURCE}."

    def _json(self) -> str:
        whole = {
            "from": self.period.start.astimezone(self.period.zone).isoformat(),
            "to": self.period.end.astimezone(self.period.zone).isoformat(),
            "zone": self.period.zone.key,
            "groups": [
                dict(zip(TITLES, [*group, *counts, sum(counts), satisfaction(counts)], strict=True))
                for group, counts in self.groups.items()
            ],
            "formula": FORMULA,
            "source": SOURCE,
        }
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def survey(session: Session, period: Period, desks: dict[str, str], officers: dict[str, str]) -> Survey:
    """The answers of a period. desks, officers: what they are called, by id; those that are gone have their id only."""
    key = (Answer.question, Answer.desk, Answer.agent, Answer.answer)
    within = (Answer.at >= period.start, Answer.at < period.end)
    groups: dict[Group, list[int]] = defaultdict(lambda: [0] * len(SCALE))
    for question, desk, agent, answer, count in session.execute(
        select(*key, func.count()).where(*within).group_by(*key)
    ):
        one = (question, _named(desk, desks), _named(agent or "", officers))
        for group in ((question, "", ""), one):
            groups[group][answer - 1] += count
    return Survey(period, dict(sorted(groups.items())))


def satisfaction(counts: list[int]) -> float | None:
    """Share of the very and rather satisfied; None without answers."""
    return sum(counts[:2]) / sum(counts) if sum(counts) else None


def _named(id: str, names: dict[str, str]) -> str:
    if not id:
        return "–"
    return f"{names[id]} ({id})" if id in names else id


def _shown(share: float | None, form: str) -> str:
    if share is None:
        return "" if form == "csv" else "–"
    return f"{share:.4g}" if form == "csv" else f"{share:.1%}"
