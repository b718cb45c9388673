"""What a form does: once, however often it is sent; together with its line in the audit log; then another page."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping

from fastapi import HTTPException
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.responses import Response

from callback import requests
from ivr.records import audit
from ivr.records.audit import Deed
from reports.web.page import away
from reports.web.visit import Visit

_ONCE = re.compile(r"[A-Za-z0-9_-]{22}")


def once() -> Markup:
    """A hidden field by which a form that is sent twice is known as one, for every form anew."""
    return Markup('<input type="hidden" name="once" value="{}">').format(secrets.token_urlsafe(16))


def act(visit: Visit, once: str, deed: Deed, asked: Mapping[str, str], do: Callable[[Session], str]) -> Response:
    """Do what a form asked for, in one transaction with the deed; then show the page that `do` names.

    The same form again, a double click say, leads to the same page and does nothing. asked: what it was filled in
    with. Raises Refusal ("key_reused") when it comes with something else, and what `do` raises; nothing has changed.
    """
    if not _ONCE.fullmatch(once):
        raise HTTPException(422)
    with visit.store.transaction() as session:

        def done() -> str:
            to = do(session)
            session.flush()
            audit.note(session, visit.keys, deed, visit.now)
            return to

        told = json.dumps([deed.what, deed.whose, dict(asked)], ensure_ascii=False)
        return away(requests.once(session, visit.keys, visit.who, once, told, visit.now, done))


def deed(visit: Visit, what: str, whose: str = "", why: str = "") -> Deed:
    """Something that the visitor does."""
    return Deed(visit.who, "page", visit.address, what, whose, why)


def seen(visit: Visit, what: str, whose: str) -> None:
    """Note that somebody's data was shown to the visitor."""
    with visit.store.transaction() as session:
        audit.note(session, visit.keys, deed(visit, what, whose), visit.now)
