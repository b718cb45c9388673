"""The pages of messages: the outbox, one message and what a person decides about it, what is yet to be promised."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Path, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from callback import mending
from callback.refusal import Refusal
from ivr.errors import OnestopError, StoreUnavailable
from ivr.records.message_tables import STATES
from reports import message_list
from reports.message_list import PERSON, Wanted
from reports.period import day
from reports.web.act import act, deed, once, seen
from reports.web.page import page
from reports.web.visit import Visit, allowed

router = APIRouter()

PAGE = 50
"""Messages on one page."""

Reader = Annotated[Visit, allowed("messages")]
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Mend = Literal["sent", "unsent", "resend", "cancel"]

MENDS: dict[str, tuple[Mend, ...]] = {
    "unknown": ("sent", "unsent"),
    "dead": ("resend", "cancel"),
    "undelivered": ("resend", "cancel"),
    "waiting": ("cancel",),
}
"""What a person can do about a message, by its state."""

LEFT = "left"
"""The filter for all that is left to a person."""


@router.get("/messages")
def listed(
    visit: Reader,
    state: Annotated[str, Query(max_length=20)] = "",
    template: Annotated[str, Query(max_length=40)] = "",
    desk: Annotated[str, Query(max_length=40)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    n: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The outbox, what changed last in front."""
    states = PERSON if state == LEFT else tuple(one for one in STATES if one == state)
    first, last = _day(visit, since), _day(visit, until)
    wanted = Wanted(states, template, desk, first, last + timedelta(days=1) if last else None)
    seen(visit, "messages.listed", "")
    with visit.store.reading() as session:
        found = message_list.listed(session, visit.desks, wanted, PAGE + 1, (n - 1) * PAGE)
        return page(
            visit,
            "messages.html",
            found=[(message, visit.keys.shown(message.number)) for message in found[:PAGE]],
            receipts=message_list.receipts(session, found, visit.desks),
            left=message_list.left(session, visit.desks),
            states=STATES,
            templates=sorted(visit.office.messages),
            desks=desks(visit),
            asked={"state": state, "template": template, "desk": desk, "since": since, "until": until},
            newer=visit.link(n=str(n - 1)) if n > 1 else "",
            older=visit.link(n=str(n + 1)) if len(found) > PAGE else "",
        )


@router.get("/messages/owed")
def owed(visit: Reader) -> Response:
    """What callers were promised and the worker has not taken up yet."""
    with visit.store.reading() as session:
        found = message_list.owed(session, visit.desks, PAGE)
    return page(visit, "messages_owed.html", found=found, desks=dict(desks(visit)))


@router.get("/messages/{id}")
def show(id: Id, visit: Reader, done: str = "") -> Response:
    """One message: its way, its errors in words, what can be done; that it was looked at is noted."""
    with visit.store.reading() as session:
        answer = _shown(visit, session, id, done=done if done in (*MENDS["unknown"], *MENDS["dead"]) else "")
    seen(visit, "message.shown", f"message:{id}")
    return answer


@router.post("/messages/{id}/{mend}")
def decide(
    id: Id, mend: Mend, visit: Reader, once: Annotated[str, Form()], reason: Annotated[str, Form(max_length=400)] = ""
) -> Response:
    """What somebody decided about a message that was left to a person, with the reason."""
    reason = " ".join(reason.split())

    def do(session: Session) -> str:
        message = message_list.find(session, id, visit.desks)
        if message is None:
            raise HTTPException(404)
        match mend:
            case "sent" | "unsent":
                now = mending.resolve(session, id, sent=mend == "sent")
            case "resend":
                now = mending.resend(session, id)
            case "cancel":
                mending.cancel(session, id)
                now = id
        return f"/messages/{now}?done={mend}"

    if not reason:
        with visit.store.reading() as session:
            return _shown(visit, session, id, refused="reason")
    try:
        return act(visit, once, deed(visit, f"message.{mend}", f"message:{id}", reason), {"reason": reason}, do)
    except StoreUnavailable:
        raise
    except Refusal:
        why = "used"
    except OnestopError:  # it is in another state by now
        why = "moved"
    with visit.store.reading() as session:
        return _shown(visit, session, id, refused=why)


def desks(visit: Visit) -> list[tuple[str, str]]:
    """The desks that the visitor can choose among, with what they are called."""
    names = visit.office.desk_names.get(visit.lang) or visit.office.desk_names[visit.office.languages[0]]
    return [(name, title) for name, title in names.items() if visit.desks is None or name in visit.desks]


def _shown(visit: Visit, session: Session, id: str, *, done: str = "", refused: str = "") -> Response:
    message = message_list.find(session, id, visit.desks)
    if message is None:
        raise HTTPException(404)
    named = message_list.receipts(session, [message], visit.desks)
    steps = [("made", message.created_at), ("submitted", message.submitted_at), ("changed", message.changed_at)]
    return page(
        visit,
        "message.html",
        {"": 200, "reason": 422}.get(refused, 409),
        message=message,
        number=visit.keys.shown(message.number),
        receipt=message.case if message.case in named else "",
        steps=sorted(((name, at) for name, at in steps if at), key=lambda step: step[1]),
        mends=MENDS.get(message.state, ()),
        done=done,
        refused=refused,
        once=once,
    )


def _day(visit: Visit, written: str) -> datetime | None:
    """The beginning of a day as a browser writes it; None for what is none."""
    try:
        return datetime.combine(day(written), time(), visit.zone)
    except ValueError:
        return None
