"""The page of the desks' inboxes: voicemails that callers left, to be heard and marked as done."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Path, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from callback import inbox
from callback.refusal import Refusal
from ivr.errors import KeyMissing, OnestopError, StoreUnavailable
from ivr.records import mailbox
from ivr.records.mailbox import Mailbox
from ivr.records.voicemail_tables import Voicemail
from reports.web.act import act, deed, once, seen
from reports.web.messages import desks
from reports.web.page import away, page
from reports.web.visit import Visit, allowed

router = APIRouter()

PAGE = 20
"""Voicemails on one page."""

Reader = Annotated[Visit, allowed("messages")]
File = Annotated[str, Path(pattern=r"^[a-p]{32}$")]


@router.get("/messages/inbox")
def listed(
    visit: Reader,
    desk: Annotated[str, Query(max_length=40)] = "",
    done: Annotated[str, Query(max_length=1)] = "",
    n: Annotated[int, Query(ge=1, le=10_000)] = 1,
    told: str = "",
) -> Response:
    """The newest voicemails; those that are done only when they are asked for."""
    chosen = [name for name, _ in desks(visit) if name == desk] if desk else visit.desks
    seen(visit, "voicemails.listed", "")
    with visit.store.reading() as session:
        found = inbox.listed(session, chosen, bool(done), PAGE + 1, (n - 1) * PAGE)
        return page(
            visit,
            "inbox.html",
            found=[(one, visit.keys.shown(caller) if caller else "") for one, caller in found[:PAGE]],
            desks=desks(visit),
            asked={"desk": desk, "done": done},
            told=told if told in ("done", "undone", "used", "gone") else "",
            newer=visit.link(n=str(n - 1)) if n > 1 else "",
            older=visit.link(n=str(n + 1)) if len(found) > PAGE else "",
            once=once,
        )


@router.get("/messages/inbox/{file}/sound")
def sound(file: File, visit: Reader) -> Response:
    """What the caller said. Who heard it is noted before it is given."""
    with visit.store.reading() as session:
        call = _own(visit, session, file).call
    try:
        samples = Mailbox(visit.config.data_dir / mailbox.FOLDER, visit.keys).get(file)
    except (OSError, KeyMissing):
        raise HTTPException(404) from None
    seen(visit, "voicemail.heard", f"call:{call}")
    return Response(samples, media_type="audio/wav")


@router.post("/messages/inbox/{file}/{what}")
def mark(
    file: File,
    what: Literal["done", "undone"],
    visit: Reader,
    once: Annotated[str, Form()],
    desk: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Mark a voicemail as done, or take that back; then the list again, of the desk that it was of."""
    back = f"/messages/inbox?{urlencode({'desk': desk})}"
    with visit.store.reading() as session:
        call = _own(visit, session, file).call

    def do(session: Session) -> str:
        one = _own(visit, session, file)
        if what == "done":
            inbox.finish(session, one, visit.who)
            return f"{back}&told=done"
        inbox.reopen(one)
        return f"{back}&told=undone&done=1"

    try:
        return act(visit, once, deed(visit, f"voicemail.{what}", f"call:{call}"), {}, do)
    except StoreUnavailable:
        raise
    except Refusal:
        return away(f"{back}&told=used")
    except OnestopError:
        return away(f"{back}&told=gone&done=1")


def _own(visit: Visit, session: Session, file: str) -> Voicemail:
    """The voicemail, if it is one that the visitor may hear."""
    one = session.get(Voicemail, file)
    if one is None or (visit.desks is not None and one.desk not in visit.desks):
        raise HTTPException(404)
    return one
