"""Coming in, going out, and one's own password."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from reports import login, people, sessions
from reports.people import NOBODY, Refused
from reports.web import cookies, deed
from reports.web.nav import home
from reports.web.page import away, logged_in, page
from reports.web.visit import Anybody, Known

router = APIRouter()

_OWN = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
"""A path of ours: `//host` and `/\\host` are addresses elsewhere to a browser."""


@router.get("/")
def start(visit: Known) -> Response:
    """The first page of whoever comes."""
    return away(home(visit.person))


@router.get("/login")
def form(visit: Anybody, next: str = "/") -> Response:
    """The form to log in with."""
    if visit.person is not NOBODY:
        return away(_within(next))
    return page(visit, "login.html", next=_within(next), name="", failed=False)


@router.post("/login")
def come_in(
    visit: Anybody,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Log in. Whatever session there was ends: a token that somebody else could know is never taken up."""
    token = login.login(visit.store, visit.keys, name.strip().lower(), password, visit.address, visit.now)
    if token is None:
        return page(visit, "login.html", 403, next=_within(next), name=name[:40], failed=True)
    if visit.session:
        with visit.store.transaction() as session:
            sessions.end(session, visit.session)
    return logged_in(away(_within(next)), visit, token)


@router.post("/logout")
def go_out(visit: Known) -> Response:
    """End this session."""
    with visit.store.transaction() as session:
        sessions.end(session, visit.session)
        deed.note(visit, session, "logout", f"person:{visit.person.name}")
    response = away("/login")
    response.delete_cookie(cookies.session(visit.config), secure=visit.secure, httponly=True, samesite="lax")
    return response


@router.get("/password")
def own_password(visit: Known) -> Response:
    """The form to change one's password with."""
    return page(visit, "password.html", refused=None)


@router.post("/password")
def change_own_password(
    visit: Known,
    present: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Change it. All sessions end, and a new one begins here."""
    name = visit.person.name
    if wanted != again:
        return page(visit, "password.html", 422, refused="again")
    with (
        visit.store.transaction() as session
    ):  # whoever sits at somebody else's open page may guess no more than at /login
        if not sessions.take_try(session, sessions.name_subject(name), sessions.NAME_TRIES, visit.now):
            return page(visit, "password.html", 422, refused="tries")
    try:
        with visit.store.transaction() as session:
            people.change_password(session, name, present, wanted, visit.now)
            sessions.forgive(session, sessions.name_subject(name))
            token = sessions.open_session(session, name, visit.address, visit.now)
            deed.note(visit, session, "people.password", f"person:{name}", "own")
    except Refused as refusal:
        if refusal.code != "wrong":
            with visit.store.transaction() as session:
                sessions.give_back(session, sessions.name_subject(name))
        return page(visit, "password.html", 422, refused=refusal.code)
    return logged_in(away("/"), visit, token)


def _within(wanted: str) -> str:
    """Where to go after: a page of ours, whatever was asked for."""
    return wanted if _OWN.fullmatch(wanted) else "/"
