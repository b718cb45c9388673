"""Which contacts are wanted, and how they are grouped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement

from ivr.records.models import Call, Leg
from reports import topics

Conditions = tuple[ColumnElement[bool], ...]

By = Literal["line", "desk", "topic", "agent", "hour", "day", "week", "month", "weekday_hour", "language"]


@dataclass(frozen=True, slots=True)
class Filter:
    """What contacts are wanted; None: whatever it is. Desk or agent: entries at desks; else calls."""

    line: str | None = None
    desk: str | None = None
    topic: str | None = None
    agent: str | None = None

    def about_calls(self) -> Conditions:
        """What `Call` has to be."""
        line = [Call.line == self.line] if self.line is not None else []
        return (*line, *([topics.topic() == self.topic] if self.topic is not None else []))

    def about_legs(self) -> Conditions:
        """What `Leg` has to be, besides."""
        desk = [Leg.desk == self.desk] if self.desk is not None else []
        return (*desk, *([Leg.agent == self.agent] if self.agent is not None else []))

    def all(self) -> Conditions:
        """What both have to be."""
        return (*self.about_calls(), *self.about_legs())


ALL = Filter()


def of_entries(by: By | None, where: Filter = ALL) -> bool:
    """Whether entries at desks are counted, by the time they joined the queue; else calls, by their start."""
    return by in ("desk", "agent") or where.desk is not None or where.agent is not None
