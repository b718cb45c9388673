"""The page for what has to be said at once: typed, heard as callers would hear it, then put on the air."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Query, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from ivr.errors import OnestopError, SpeechError, StoreUnavailable
from ivr.language.seconds import seconds
from ivr.office import announcing
from ivr.records.switches import Hand
from reports import switching
from reports.web import sounds
from reports.web.act import act, deed, once
from reports.web.notices import moment, why
from reports.web.page import page
from reports.web.visit import Visit, allowed

router = APIRouter()

Switcher = Annotated[Visit, allowed("notices.switch")]


@router.get("/notices/say")
def form(visit: Switcher) -> Response:
    """The form, empty."""
    return _form(visit, {}, {})


@router.get("/notices/say/sound")
def sound(
    visit: Switcher,
    text: Annotated[str, Query(max_length=announcing.LONGEST_TEXT)],
    language: Annotated[str, Query(max_length=2)],
) -> Response:
    """Words as callers would hear them."""
    if language not in visit.office.languages:
        raise HTTPException(404)
    first = visit.office.languages[0]
    try:
        words = announcing.checked(visit.office, {first: text, language: text})[language]
    except OnestopError:
        raise HTTPException(422) from None
    return sounds.sound(visit, visit.office, (announcing.prompt(words, language),), language)


@router.post("/notices/say")
def say(
    visit: Switcher,
    request: Request,
    once: Annotated[str, Form()],
    stage: Annotated[Literal["preview", "edit", "air"], Form()],
    until: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """First shown and heard, then said: nothing goes on the air that nobody has looked at."""
    texts, rest = _texts(visit, request), {"until": until, "reason": reason.strip()}
    hand = Hand(visit.who, "page", visit.now, rest["reason"])
    if stage == "edit":
        return _form(visit, texts, rest)
    try:
        words = announcing.checked(visit.office, texts)
        end = switching.ready(visit.office, moment(visit, until), hand)
        prompts = [announcing.prompt(text, language) for language, text in words.items()]
        sounds.spoken_before(visit, visit.office, prompts, list(words))
        if stage == "preview":
            lasts = {language: round(seconds(text, language)) for language, text in words.items()}
            return page(visit, "say_preview.html", words=words, lasts=lasts, end=end, written=rest, once=_once)

        def do(session: Session) -> str:
            name = switching.say(session, visit.office, words, end, hand)
            return f"/notice/{name}?done=said"

        return act(visit, once, deed(visit, "notice.said", why=hand.reason), {**words, **rest}, do)
    except StoreUnavailable:
        raise
    except OnestopError as error:
        what = error.what if isinstance(error, announcing.Unspeakable) else ""
        refused = "voice" if isinstance(error, SpeechError) else why(error)
        return _form(visit, texts, rest, refused, what)


_once = once


def _texts(visit: Visit, request: Request) -> dict[str, str]:
    """The words that were typed, by language of the office; a line break is a blank."""
    form: FormData | None = request.state.form
    given = {language: form.get(f"text_{language}") if form else None for language in visit.office.languages}
    return {language: " ".join(text.split()) for language, text in given.items() if isinstance(text, str)}


def _form(visit: Visit, texts: dict[str, str], written: dict[str, str], refused: str = "", what: str = "") -> Response:
    status = 409 if refused else 200
    values = {"texts": texts, "written": written, "refused": refused, "what": what}
    return page(visit, "say.html", status, **values, longest=announcing.LONGEST_TEXT, once=_once)
