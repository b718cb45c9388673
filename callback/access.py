"""Who may see which case: the desk in charge alone when it is sensitive, whatever else somebody may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_

from ivr.records.case_tables import Case

Desks = frozenset[str] | None
"""The desks that somebody acts for, by name; None: for all of them, which opens no sensitive case."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who told of something ("api:SYSTEM", "cli:USER"), for which desks, and when (aware)."""

    by: str
    desks: Desks
    at: datetime


def visible(case: Case, desks: Desks) -> bool:
    """Whether a case is open to somebody. While it is passed on (이송), also to the desk that is to take it."""
    if desks is None:
        return not case.sensitive
    return case.desk in desks or case.moving_to in desks


def open_to(desks: Desks) -> ColumnElement[bool]:
    """The same as a condition of a query."""
    if desks is None:
        return Case.sensitive.is_(False)
    return or_(Case.desk.in_(desks), Case.moving_to.in_(desks))
