"""The page where a call is tried out: keys are pressed, what is heard stands there; and it can be kept as a test."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from ivr.errors import BadInput, OnestopError
from ivr.language import loader
from ivr.language.office import Office
from ivr.records import audit
from ivr.telephony.saving import needed
from ivr.telephony.saving import save as kept
from ivr.telephony.simulator import Simulator, presses
from reports import practice_call
from reports.practice_call import Call
from reports.web.act import deed
from reports.web.page import away, page
from reports.web.visit import Visit, allowed

router = APIRouter()

CALLERS: Mapping[str, str] = {"": "", "mobile": "01012345678", "landline": "0421234567"}
"""Whose call is tried out: numbers that are nobody's."""
CONDUCTS = ("answered", "no_answer", "empty", "full", "failed")
"""How desks take it."""

_FILE = re.compile(r"[a-z][a-z0-9_]{0,39}")

Reader = Annotated[Visit, allowed("flows")]
Editor = Annotated[Visit, allowed("flows.edit")]
Word = Annotated[str, Query(max_length=40)]


@router.get("/flows/try")
def show(
    visit: Reader,
    line: Word = "",
    at: Word = "",
    caller: Word = "",
    conduct: Word = "answered",
    desk: Word = "",
    waiting: Word = "",
    down: Word = "",
    keys: Annotated[str, Query(max_length=1000)] = "",
    press: Word = "",
    begun: Word = "",
    done: Word = "",
) -> Response:
    """The call as far as it has come."""
    asked = _asked(visit, line, at, caller, conduct, desk, waiting, down)
    pressed = ",".join(filter(None, [keys, press.strip()]))
    call, wrong = None, ""
    if begun:
        try:
            office = _office(visit)
            it = practice_call.circumstances(_given(visit, office, asked))
            call = practice_call.call(office, it, practice_call.split(pressed))
        except OnestopError as error:
            wrong, pressed = str(error), keys
    return _shown(visit, asked, pressed, call, wrong, done=done == "saved")


@router.post("/flows/try")
def save(
    visit: Editor,
    name: Annotated[str, Form(max_length=40)],
    line: Annotated[str, Form(max_length=40)] = "",
    at: Annotated[str, Form(max_length=40)] = "",
    caller: Annotated[str, Form(max_length=40)] = "",
    conduct: Annotated[str, Form(max_length=40)] = "answered",
    desk: Annotated[str, Form(max_length=40)] = "",
    waiting: Annotated[str, Form(max_length=40)] = "",
    down: Annotated[str, Form(max_length=40)] = "",
    keys: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Keep the call as a conversation of calls/ that must go on working."""
    asked = _asked(visit, line, at, caller, conduct, desk, waiting, down)
    try:
        if not _FILE.fullmatch(name):
            raise OnestopError("a name is a small letter, then small letters, digits and _")
        office = _office(visit)
        it = practice_call.circumstances(_given(visit, office, asked))
        practice_call.split(keys)
        simulator = Simulator(office, lambda _: None, presses(keys))
        simulator.call(it)
        file = visit.config.office_dir / "calls" / f"{name}.yaml"
        kept(office, file, needed(office, it, simulator.talk), simulator.talk)
    except OnestopError as error:
        return _shown(visit, asked, keys, None, str(error), done=False)
    with visit.store.transaction() as session:
        audit.note(session, visit.keys, deed(visit, "office.edited", why=f"calls/{name}.yaml"), visit.now)
    return away("/flows/try?done=saved")


def _office(visit: Visit) -> Office:
    """The office's files as they stand; while they have errors, the version in place."""
    try:
        return loader.load(visit.config.office_dir)
    except BadInput:
        return visit.office


def _asked(
    visit: Visit, line: str, at: str, caller: str, conduct: str, desk: str, waiting: str, down: str
) -> dict[str, str]:
    """What was chosen, as far as there is such a thing."""
    lines = visit.config.lines
    now = f"{visit.now.astimezone(visit.zone):%Y-%m-%dT%H:%M}"
    return {
        "line": line if line in lines else next(iter(lines)),
        "at": at or now,
        "caller": caller if caller in CALLERS else "",
        "conduct": conduct if conduct in CONDUCTS else "answered",
        "desk": desk if desk in visit.office.desks.desks else "",
        "waiting": waiting,
        "down": down if down in ("lookup", "disk") else "",
    }


def _given(visit: Visit, office: Office, asked: Mapping[str, str]) -> dict[str, Any]:
    """The circumstances as a file of calls has them."""
    line = visit.config.lines[asked["line"]]
    try:
        at = datetime.datetime.fromisoformat(asked["at"]).replace(tzinfo=None).isoformat()
    except ValueError:
        raise OnestopError("at: no time") from None
    return {
        "line": asked["line"],
        "flow": line.flow,
        "language": line.language,
        "at": at,
        "caller": CALLERS[asked["caller"]] or None,
        "desks": dict.fromkeys(office.desks.desks, asked["conduct"]),
        "queues": {asked["desk"]: {"waiting": asked["waiting"] or "0"}} if asked["desk"] else {},
        "down": [asked["down"]] if asked["down"] else [],
    }


def _shown(visit: Visit, asked: dict[str, str], keys: str, call: Call | None, wrong: str, *, done: bool) -> Response:
    names = visit.office.desk_names.get(visit.lang) or visit.office.desk_names[visit.office.languages[0]]
    return page(
        visit,
        "flows_try.html",
        422 if wrong else 200,
        asked=asked,
        keys=keys,
        call=call,
        wrong=wrong,
        done=done,
        lines=[(one, one) for one in visit.config.lines],
        desks=list(names.items()),
        callers=list(CALLERS),
        conducts=CONDUCTS,
    )
