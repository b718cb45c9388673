"""The pages of notices: what is on the air and why, one notice to be heard and switched, its effect, the changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Path, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from callback.refusal import Refusal
from ivr.errors import OnestopError, StoreUnavailable
from ivr.language.office import Office
from ivr.office import announcing
from ivr.office.emergencies import added
from ivr.records import switches
from ivr.records.switches import Hand
from ivr.speech.words import spoken
from ivr.telephony.notice_board import read
from reports import effect, notice_list, switching
from reports.period import between
from reports.switching import Refused
from reports.web import sounds
from reports.web.act import act, deed, once
from reports.web.page import page
from reports.web.shown import figure
from reports.web.visit import Visit, allowed

router = APIRouter()

CHANGES = 100
"""Changes on their page."""
DAYS = (1, 7, 30, 90)
"""How many days back the effect of a notice can be looked at."""

Reader = Annotated[Visit, allowed("notices")]
Switcher = Annotated[Visit, allowed("notices.switch")]
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
Change = Literal["on", "off", "auto"]


@router.get("/notices")
def listed(visit: Reader) -> Response:
    """What callers hear now, what comes next, and all others; with the load that switches some of them."""
    with visit.store.reading() as session:
        found = notice_list.standing(session, visit.office, visit.now)
        loads = {name: (trigger.on, trigger.since) for name, trigger in switches.triggers(session).items()}
    coming = [one for one in found if one.why in ("early", "window") and one.until]
    return page(
        visit,
        "notices.html",
        on=[one for one in found if one.on],
        coming=sorted(coming, key=lambda one: one.until or visit.now),
        others=[one for one in found if not one.on and one not in coming],
        loaded=[(one, *loads.get(one.name, (False, None))) for one in found if one.notice and one.notice.load],
        once=once,
    )


@router.get("/notices/changes")
def changes(visit: Reader, name: Annotated[str, Query(max_length=60)] = "") -> Response:
    """Who switched what, when and why."""
    with visit.store.reading() as session:
        found = [(one, switches.words(one)) for one in switches.changes(session, name or None, CHANGES)]
        return page(visit, "notices_changes.html", found=found)


@router.get("/notice/{name}")
def show(name: Name, visit: Reader, done: str = "") -> Response:
    """One notice."""
    with visit.store.reading() as session:
        return _shown(visit, session, name, done=done if done in ("on", "off", "auto", "said") else "")


@router.get("/notice/{name}/effect")
def effects(name: Name, visit: Reader, days: int = 7) -> Response:
    """What a notice did in the last days: who heard it, what was taken of it, who waited all the same."""
    days = days if days in DAYS else 7
    first = (visit.now.astimezone(visit.zone) - timedelta(days=days - 1)).date()
    period = between(first.isoformat(), None, visit.zone, visit.now)
    with visit.store.reading() as session:
        found = effect.effects(session, period, name).get(name)
    figures = effect.figures()
    shown = [figure(one, visit.lang, found) for one in figures] if found else []
    return page(
        visit,
        "notice_effect.html",
        name=name,
        shown=shown,
        figures=figures,
        period=period.dates,
        days=days,
        choices=DAYS,
    )


@router.get("/notice/{name}/sound")
def sound(name: Name, visit: Reader, language: Annotated[str, Query(max_length=2)] = "") -> Response:
    """What callers hear of it."""
    with visit.store.reading() as session:
        office = added(visit.office, read(session, visit.now)[1])
    if name not in office.notices or language not in office.languages:
        raise HTTPException(404)
    return sounds.sound(visit, office, announcing.prompts(office, name, language), language)


@router.post("/notice/{name}/switch")
def switch(
    name: Name,
    visit: Switcher,
    once: Annotated[str, Form()],
    change: Annotated[Change, Form()],
    until: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """Switch a notice, as `ivr notice` does: the next call hears it, or doesn't."""
    reason = reason.strip()

    def do(session: Session) -> str:
        said = read(session, visit.now)[1]
        end, hand = moment(visit, until), Hand(visit.who, "page", visit.now, reason)
        match change:
            case "on":
                switching.on(session, visit.office, said, name, end, hand)
            case "off":
                switching.off(session, visit.office, said, name, end, hand)
            case "auto":
                switching.auto(session, visit.office, said, name, hand)
        return f"/notice/{name}?done={change}"

    asked = {"change": change, "until": until, "reason": reason}
    try:
        return act(visit, once, deed(visit, "notice.switched", why=f"{name} {change}: {reason}"), asked, do)
    except StoreUnavailable:
        raise
    except OnestopError as error:
        if isinstance(error, Refused) and error.why == "no_notice":
            raise HTTPException(404) from None
        with visit.store.reading() as session:
            return _shown(visit, session, name, refused=why(error), written=asked)


def moment(visit: Visit, written: str) -> datetime | None:
    """A time as a browser writes it, by the office's clock; None when it is empty. Raises Refused."""
    if not written:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        at = None
    if at is None or at.tzinfo is not None:
        raise Refused("no_end", "no time")
    return at.replace(tzinfo=visit.zone)


def why(error: OnestopError) -> str:
    """The word for what was refused."""
    if isinstance(error, Refused | announcing.Unspeakable):
        return error.why
    return "used" if isinstance(error, Refusal) else "unheard"


def _shown(
    visit: Visit,
    session: Session,
    name: str,
    *,
    done: str = "",
    refused: str = "",
    written: dict[str, str] | None = None,
) -> Response:
    stands = {one.name: one for one in notice_list.standing(session, visit.office, visit.now)}
    if name not in stands:
        raise HTTPException(404)
    office = added(visit.office, read(session, visit.now)[1])
    return page(
        visit,
        "notice.html",
        409 if refused else 200,
        one=stands[name],
        said=[(language, _words(office, name, language)) for language in office.languages],
        keys=office.notices[name].keys,
        changes=switches.changes(session, name, 10),
        undo=switching.undo(session, name, visit.now) if visit.may("notices.switch") else None,
        done=done,
        refused=refused,
        written=written or {},
        longest=switching.LONGEST_REASON,
        once=once,
    )


def _words(office: Office, name: str, language: str) -> list[str]:
    """What a notice says in a language, as it is spoken."""
    return [spoken(prompt, prompt.language or language) for prompt in announcing.prompts(office, name, language)]
