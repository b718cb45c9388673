"""What somebody asks figures or calls for: a period, groups and a filter, as forms and addresses carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast, get_args

from fastapi import Form, HTTPException, Query

from reports.period import Period, between
from reports.sought import By, Filter
from reports.web.visit import Visit

Text = Annotated[str, Form(max_length=80)]
Asked = Annotated[str, Query(max_length=80)]


@dataclass(frozen=True, slots=True)
class Sought:
    """A period, what its figures are grouped by, and what of it is wanted."""

    period: Period
    by: By | None
    where: Filter


def sought(visit: Visit, first: str, last: str, by: str, line: str, desk: str) -> Sought:
    """What was asked for; empty texts ask for nothing.

    Raises ValueError for a period that is none, 422 as HTTPException for groups that no form offers.
    """
    if by and by not in get_args(By):
        raise HTTPException(422)
    period = between(first or None, last or None, visit.zone, visit.now)
    return Sought(period, cast(By, by) if by else None, Filter(line=line or None, desk=desk or None))


def choices(visit: Visit) -> dict[str, list[tuple[str, str]]]:
    """What a form can choose among, with its words."""
    return {
        "bys": [(by, visit.t(f"exports.by.{by}")) for by in get_args(By)],
        "lines": [(line, line) for line in visit.config.lines],
        "desks": [(name, desk.name) for name, desk in visit.office.desks.desks.items()],
    }
