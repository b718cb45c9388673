"""Seeing a whole telephone number: with a right, for a reason, told to the audit log before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from callback.access import visible
from ivr.records.case_tables import Case
from ivr.records.message_tables import Message
from ivr.records.models import Call, Leg
from reports.web import deed
from reports.web.naming import Names
from reports.web.page import page
from reports.web.visit import Visit, allowed

SHORTEST = 5
LONGEST = 200
"""Characters of a reason."""

router = APIRouter()

Allowed = Annotated[Visit, allowed("calls.number")]
Reason = Annotated[str, Form()]


@router.post("/calls/{id}/number")
def of_call(visit: Allowed, id: str, reason: Reason = "") -> Response:
    """The caller's number of a call."""
    return _shown(visit, f"/calls/{id}", f"call:{id}", reason, lambda session: _of_call(visit, session, id))


@router.post("/case/{receipt}/number")
def of_case(visit: Allowed, receipt: str, reason: Reason = "") -> Response:
    """The registered number of a case."""
    return _shown(
        visit, f"/case/{receipt}", f"case:{receipt}", reason, lambda session: _of_case(visit, session, receipt)
    )


@router.post("/messages/{id}/number")
def of_message(visit: Allowed, id: str, reason: Reason = "") -> Response:
    """The number that a message goes to."""
    return _shown(visit, f"/messages/{id}", f"message:{id}", reason, lambda session: _of_message(visit, session, id))


def _shown(visit: Visit, back: str, whose: str, reason: str, find: Callable[[Session], str | None]) -> Response:
    """The number in the answer itself, nowhere else: it can't be had by its address, and no cache keeps it."""
    reason = " ".join(reason.split())
    wrong = not SHORTEST <= len(reason) <= LONGEST
    with visit.store.transaction() as session:
        sealed = find(session)
        if sealed is None:
            raise HTTPException(404)
        number = None if wrong else visit.keys.open(sealed)
        if number is not None:
            deed.note(visit, session, "number.shown", whose, reason)
    told = Names(visit.office, visit.lang).subject(whose)
    values = {"whose": told, "number": number, "masked": visit.keys.shown(sealed), "reason": reason}
    values["back"] = visit.to(back, done=None)
    return page(visit, "number.html", 422 if wrong else 200, **values)


def _of_call(visit: Visit, session: Session, id: str) -> str | None:
    call = session.get(Call, id)
    if call is None:
        return None
    theirs = select(Leg.n).where(Leg.call == id, Leg.desk.in_(visit.desks or ())).limit(1)
    return call.caller if visit.desks is None or session.scalar(theirs) is not None else None


def _of_case(visit: Visit, session: Session, receipt: str) -> str | None:
    case = session.get(Case, receipt)
    return case.number if case is not None and visible(case, visit.desks) else None


def _of_message(visit: Visit, session: Session, id: str) -> str | None:
    message = session.get(Message, id)
    if message is None:
        return None
    case = session.get(Case, message.case) if message.case else None
    if case is None:
        return message.number if visit.desks is None else None
    return message.number if visible(case, visit.desks) else None
