"""The endpoint for figures: what other systems read of them, small numbers hidden, with how each is made.

It is part of the API (`callback.api`), which may not know of reports: `ivr web` puts the two together.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from callback.api_errors import documented
from callback.api_service import FigureReader, Served
from callback.refusal import Detail, Refusal
from reports.export.counts import ALL, shown
from reports.export.document import Small, Value
from reports.figure import Unit
from reports.figures import figures
from reports.period import Period, between
from reports.queries import tallies
from reports.sought import By, Filter, of_entries

router = APIRouter(tags=["figures"])

When = Annotated[str | None, Query(max_length=40, examples=["2026-11-21"])]
Id = Annotated[str | None, Query(pattern=r"^[0-9A-Za-z_/-]{1,80}$")]


class Definition(BaseModel):
    """How a figure is made."""

    key: str
    unit: Unit = Field(description="count; share: 0 to 1; seconds.")
    title: str
    title_ko: str
    formula: str
    formula_ko: str
    denominator: str = Field(description="Empty for a count.")
    source: str


class Group(BaseModel):
    """The figures of a group, by key."""

    values: dict[str, float | None] = Field(description="null: its denominator is 0, or it is hidden.")
    hidden: list[str] = Field(description="Keys of figures that are too small to be told, or would give one away.")


class FiguresAnswer(BaseModel):
    """The figures of a period."""

    start: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to", description="Not included.")
    zone: str
    counted: str = Field(description="calls, by the time they began; entries: at desks, by the time they joined.")
    by: By | None
    groups: dict[str, Group]
    all: Group
    figures: list[Definition]


@router.get(
    "/v1/figures",
    summary="Read the figures of a period",
    response_model=FiguresAnswer,
    responses=documented(401, 403, 422, 503),
)
def read(
    system: FigureReader,
    service: Served,
    first: Annotated[When, Query(alias="from", description="First day, or beginning [today].")] = None,
    last: Annotated[When, Query(alias="to", description="Last day, or end, not included [today].")] = None,
    by: By | None = None,
    line: Id = None,
    desk: Id = None,
    topic: Id = None,
    agent: Id = None,
) -> FiguresAnswer:
    """In the office's time zone. Counts from 1 to 4 are hidden, and so is what gives them away. A token that
    is limited to desks reads the figures of one of them."""
    if system.desks is not None and desk not in system.desks:
        raise Refusal("desk_closed", "this token reads the figures of its own desks: name one with desk=")
    period = _period(first, last, service)
    where = Filter(line, desk, topic, agent)
    with service.store.reading() as session:
        found = tallies(session, period, by, where)
    wanted = figures()
    keys = [figure.key for figure in wanted]
    values = {group: _group(keys, of) for group, of in shown(wanted, found).items()}
    whole = values.pop(ALL)
    return FiguresAnswer(
        start=period.start.astimezone(period.zone),
        end=period.end.astimezone(period.zone),
        zone=period.zone.key,
        counted="entries" if of_entries(by, where) else "calls",
        by=by,
        groups=values if by else {},
        all=whole,
        figures=[
            Definition(
                key=figure.key,
                unit=figure.unit,
                title=figure.en.title,
                title_ko=figure.ko.title,
                formula=figure.en.formula,
                formula_ko=figure.ko.formula,
                denominator=figure.en.denominator,
                source=figure.en.source,
            )
            for figure in wanted
        ],
    )


def _group(keys: list[str], values: list[Value]) -> Group:
    pairs = dict(zip(keys, values, strict=True))
    return Group(
        values={key: value if isinstance(value, int | float) else None for key, value in pairs.items()},
        hidden=[key for key, value in pairs.items() if isinstance(value, Small)],
    )


def _period(first: str | None, last: str | None, service: Served) -> Period:
    try:
        return between(first, last, service.office.calendar.tz, datetime.now(UTC))
    except ValueError as error:
        raise Refusal("invalid", "the period isn't right", [Detail(str(error), "from")]) from error
