"""The pages of the audit log: who did what, whether the log is whole, what was deleted and what is held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query
from sqlalchemy import select
from starlette.responses import Response, StreamingResponse

from ivr.config import Retention
from ivr.records import audit, holds
from ivr.records.audit import Search
from ivr.records.audit_tables import AuditRow
from ivr.records.retention_tables import Deletion
from reports.export import csv_file
from reports.export.document import Column, Value
from reports.web import deed
from reports.web.act import seen
from reports.web.naming import Names
from reports.web.page import page
from reports.web.visit import Visit, allowed

router = APIRouter()

PAGE = 50
"""Deeds on one page."""
PROTOCOL = 100
"""Lines of the deletions' protocol that are shown; `ivr retention protocol` tells all."""
SHORTEST, LONGEST = 5, 200
"""Characters of a reason."""

_COLUMNS = ("n", "at", "who", "via", "where", "what", "whose", "why")

Reader = Annotated[Visit, allowed("audit")]
Taker = Annotated[Visit, allowed("export")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, as it was typed. wrong: a day is none."""

    who: str
    what: str
    whose: str
    first: str
    last: str
    wrong: bool
    search: Search


@router.get("/audit")
def show(visit: Reader, below: Annotated[int | None, Query(ge=1, lt=2**53)] = None) -> Response:
    """The deeds that are looked for, newest first; that they were looked at is one, too."""
    wanted = _wanted(visit, visit.query)
    seen(visit, "audit.shown", "")
    with visit.store.reading() as session:
        found = [] if wanted.wrong else list(audit.listed(session, wanted.search, PAGE + 1, below))
        older = visit.link(below=str(found[PAGE - 1].n)) if len(found) > PAGE else ""
        newer = visit.link(below=None) if below is not None else ""
        return _found(visit, wanted, found[:PAGE], older, newer)


@router.get("/audit/verify")
def whole(visit: Reader) -> Response:
    """What is looked at, and the button for it: a log of years takes a while."""
    return page(visit, "audit_verify.html", verdict=None)


@router.post("/audit/verify")
def verify(visit: Reader) -> Response:
    """Whether the log is whole."""
    with visit.store.reading() as session:
        verdict = audit.verify(session, visit.keys)
    return page(visit, "audit_verify.html", verdict=verdict)


@router.get("/audit/retention")
def retention(visit: Reader) -> Response:
    """How long what is kept, what was deleted, what is held back."""
    newest = select(Deletion).order_by(Deletion.day.desc(), Deletion.kind, Deletion.days).limit(PROTOCOL)
    days = [(kind, getattr(visit.config.retention, kind)) for kind in Retention.model_fields]
    with visit.store.reading() as session:
        gone = session.scalars(newest).all()
        values = {"days": days, "gone": gone, "held": holds.listed(session)}
        return page(visit, "audit_retention.html", names=Names(visit.office, visit.lang), **values)


@router.post("/audit/export")
def export(
    visit: Taker,
    reason: Annotated[str, Form()] = "",
    who: Annotated[str, Form()] = "",
    what: Annotated[str, Form()] = "",
    whose: Annotated[str, Form()] = "",
    first: Annotated[str, Form()] = "",
    last: Annotated[str, Form()] = "",
) -> Response:
    """All that is looked for, as CSV; for a reason, and for those alone who may see the log."""
    if not visit.may("audit"):
        raise HTTPException(403)
    wanted = _wanted(visit, {"who": who, "what": what, "whose": whose, "from": first, "to": last})
    reason = " ".join(reason.split())
    if wanted.wrong or not SHORTEST <= len(reason) <= LONGEST:
        return _found(visit, wanted, [], refused=True)
    with visit.store.transaction() as session:
        deed.note(visit, session, "audit.exported", why=reason)
    columns = [Column(visit.t(f"audit.{name}"), "time" if name == "at" else "text") for name in _COLUMNS]
    name = f"audit-{visit.now.astimezone(visit.zone):%Y%m%d-%H%M}.csv"
    return StreamingResponse(
        csv_file.pieces(columns, _rows(visit, wanted.search), visit.zone),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _found(
    visit: Visit, wanted: Wanted, found: list[AuditRow], older: str = "", newer: str = "", *, refused: bool = False
) -> Response:
    names = Names(visit.office, visit.lang)
    values = {"found": found, "wanted": wanted, "older": older, "newer": newer, "refused": refused}
    return page(visit, "audit.html", 422 if refused else 200, names=names, **values)


def _rows(visit: Visit, search: Search) -> Iterator[list[Value]]:
    return ([_value(row, name) for name in _COLUMNS] for row in audit.each(visit.store, search))


def _value(row: AuditRow, name: str) -> Value:
    value: Value = getattr(row, name)
    return str(value) if name == "n" else value


def _wanted(visit: Visit, query: Mapping[str, str]) -> Wanted:
    names = ("who", "what", "whose", "from", "to")
    who, what, whose, first, last = (query.get(name, "").strip()[:100] for name in names)
    since, until = _midnight(visit, first, 0), _midnight(visit, last, 1)
    wrong = (bool(first) and since is None) or (bool(last) and until is None)
    return Wanted(who, what, whose, first, last, wrong, Search(who, what, whose, since, until))


def _midnight(visit: Visit, text: str, days: int) -> datetime | None:
    """When a day begins at the office, or the one so many days on; None for what is no day of this age."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time.min, visit.zone) if 2000 <= day.year < 2100 else None
