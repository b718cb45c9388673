"""Who may use the pages, and as what; what other systems may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from sqlalchemy.orm import Session
from starlette.responses import Response

from callback import tokens
from ivr.records.people_tables import Person, WebSession
from reports import people, sessions
from reports.people import ROLES, Refused
from reports.web import deed
from reports.web.page import away, page
from reports.web.visit import Visit, allowed

router = APIRouter()

Reader = Annotated[Visit, allowed("people")]
Editor = Annotated[Visit, allowed("people.edit")]
Field = Annotated[str, Form()]
Fields = Annotated[list[str], Form(default_factory=list)]

DONE = ("role", "locked", "unlocked", "removed", "restored", "logged_out")
"""What the page can say was done."""


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody as the page shows him. kept_out: he mistyped too often of late."""

    person: Person
    desks: tuple[str, ...]
    sessions: tuple[WebSession, ...]
    kept_out: bool


@router.get("/people")
def show(visit: Reader, done: str = "", name: str = "") -> Response:
    """Everybody, and the systems with a token."""
    return _list(visit, done=done if done in DONE else "", name=name)


@router.post("/people")
def add(visit: Editor, desks: Fields, name: Field = "", role: Field = "") -> Response:
    """Somebody new, with his one-time password in the answer."""
    name, chosen = name.strip(), desks if role == "desk" else []
    try:
        with visit.store.transaction() as session:
            password = people.add(session, name, role, chosen, visit.office.desks.desks, visit.now)
            deed.note(visit, session, "people.added", f"person:{name}", " ".join([role, *chosen]))
    except Refused as refusal:
        return _list(visit, 422, refused=refusal.code, name=name, role=role, chosen=desks)
    return page(visit, "people_once.html", name=name, password=password)


@router.get("/people/{name}")
def one(visit: Reader, name: str, done: str = "") -> Response:
    """Somebody, and what can be done about him."""
    return _one(visit, name, done=done if done in DONE else "")


@router.post("/people/{name}/role")
def give_role(visit: Editor, name: str, desks: Fields, role: Field = "") -> Response:
    """Another role, or other desks."""
    chosen = desks if role == "desk" else []

    def do(session: Session) -> None:
        people.give_role(session, name, role, chosen, visit.office.desks.desks, visit.now)

    return _done(visit, name, "role", do, " ".join([role, *chosen]))


@router.post("/people/{name}/password")
def reset_password(visit: Editor, name: str) -> Response:
    """A new one-time password, in the answer."""
    try:
        with visit.store.transaction() as session:
            password = people.reset_password(session, name, visit.now)
            deed.note(visit, session, "people.password", f"person:{name}", "one-time")
    except Refused as refusal:
        return _one(visit, name, 422, refused=refusal.code)
    return page(visit, "people_once.html", name=name, password=password)


@router.post("/people/{name}/lock")
def lock(visit: Editor, name: str) -> Response:
    """Keep him out."""
    return _done(visit, name, "locked", lambda session: people.lock(session, name, visit.now))


@router.post("/people/{name}/unlock")
def unlock(visit: Editor, name: str) -> Response:
    """Let him in again."""
    return _done(visit, name, "unlocked", lambda session: people.unlock(session, name))


@router.post("/people/{name}/logout")
def log_out(visit: Editor, name: str) -> Response:
    """End his sessions."""
    return _done(visit, name, "logged_out", lambda session: people.log_out(session, name))


@router.post("/people/{name}/remove")
def remove(visit: Editor, name: str) -> Response:
    """Take his way in."""
    return _done(visit, name, "removed", lambda session: people.remove(session, name, visit.now))


@router.post("/people/{name}/restore")
def restore(visit: Editor, name: str) -> Response:
    """Undo that."""
    return _done(visit, name, "restored", lambda session: people.restore(session, name))


def _done(visit: Visit, name: str, what: str, do: Callable[[Session], None], why: str = "") -> Response:
    """Do it, put it into the audit log, show what became of him."""
    try:
        with visit.store.transaction() as session:
            do(session)
            deed.note(visit, session, f"people.{what}", f"person:{name}", why)
    except Refused as refusal:
        return _one(visit, name, 422, refused=refusal.code)
    return away(f"/people/{name}?done={what}")


def _list(visit: Visit, status: int = 200, **values: object) -> Response:
    with visit.store.reading() as session:
        rows, systems = _rows(visit, session), tokens.listed(session)
        shown = {"done": "", "refused": "", "name": "", "role": "supervisor", "chosen": []}
        return page(visit, "people.html", status, rows=rows, systems=systems, **_choices(visit), **(shown | values))


def _one(visit: Visit, name: str, status: int = 200, done: str = "", refused: str = "") -> Response:
    with visit.store.reading() as session:
        row = next((row for row in _rows(visit, session) if row.person.name == name), None)
        if row is None:
            raise HTTPException(404)
        return page(visit, "person.html", status, row=row, done=done, refused=refused, **_choices(visit))


def _choices(visit: Visit) -> dict[str, object]:
    names = {name: desk.name for name, desk in visit.office.desks.desks.items()}
    return {"roles": ROLES, "desk_names": names}


def _rows(visit: Visit, session: Session) -> list[Row]:
    opened, kept_out = sessions.listed(session, visit.now), sessions.kept_out(session, visit.now)
    return [
        Row(
            person,
            tuple(person.desks.split()),
            tuple(one for one in opened if one.person == person.name),
            sessions.name_subject(person.name) in kept_out,
        )
        for person in people.listed(session)
    ]
