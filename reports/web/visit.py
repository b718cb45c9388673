"""A visit: one request of a page, with who asks, what he may, and what he is served from.

A page names the right it needs: `visit: Annotated[Visit, allowed("calls")]`. Every form of a page carries
`{{ csrf() }}`; what comes by POST without the token of its session goes no further, whatever the page is.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, cast, get_args
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import FormData

from ivr.config import Config
from ivr.errors import StoreUnavailable
from ivr.language.office import Office
from ivr.records.keys import Keys
from ivr.records.store import Store
from reports import sessions
from reports.people import NOBODY, Person, Right, person_of
from reports.web import cookies
from reports.web.words import LANGS, Lang, told

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)

BY_ITSELF = "/today/now"
"""What an open page asks for again and again, whether anybody is there or not: no sign of life, unless it is a monitor
on the wall (`big=1`)."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages are served from. `office`: the version in place, asked at every request."""

    config: Config
    office: Callable[[], Office]
    keys: Keys
    store: Store


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a page.

    csrf: what its forms carry. posted: a form was sent, so its address alone shows nothing. now: aware, UTC. session:
    hash of the session, "" for nobody's. address: where it comes from. chosen: cookies to be set, for what the query
    chose (language, theme) and a first form.
    """

    person: Person
    lang: Lang
    theme: Theme
    now: datetime
    config: Config
    office: Office
    keys: Keys
    store: Store
    csrf: str
    path: str
    query: Mapping[str, str]
    session: str
    address: str
    secure: bool
    posted: bool
    chosen: Mapping[str, str] = field(default_factory=dict)

    def may(self, right: Right) -> bool:
        """Whether who asks has a right."""
        return self.person.may(right)

    @property
    def desks(self) -> frozenset[str] | None:
        """The desks whose calls and cases he sees; None: all, but no sensitive case."""
        return self.person.desks

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return self.office.calendar.tz

    @property
    def who(self) -> str:
        """Who asks, as the audit log and histories name him."""
        return f"page:{self.person.name or '?'}"

    def t(self, key: str, **values: object) -> str:
        """A word of the page in the visitor's language."""
        return told(self.lang, key, **values)

    def link(self, **changed: str | None) -> str:
        """This page with another query: names to their new values, None to leave one out."""
        return self.to(self.path, **changed)

    def to(self, path: str, **changed: str | None) -> str:
        """Another page with this one's query, changed alike: from a list to what is in it, and back to that list."""
        query = {**self.query, **changed}
        pairs = urlencode({name: value for name, value in query.items() if value is not None})
        return f"{path}?{pairs}" if pairs else path


class Away(Exception):
    """The visitor is sent to another page first."""

    def __init__(self, to: str) -> None:
        self.to = to
        super().__init__(to)


async def _form(request: Request) -> FormData | None:
    """The form that was posted. FastAPI reads bodies in coroutines only; the page gets it from there as well."""
    return await request.form() if request.method == "POST" else None


def guard(request: Request, form: Annotated[FormData | None, Depends(_form)]) -> None:
    """Before every page: find out who asks; turn away what can't be a page's own form. 400 and 403 as HTTPException."""
    fields = [*(form.multi_items() if form else []), *request.query_params.multi_items(), ("path", request.url.path)]
    if any("\0" in part for pair in fields for part in pair if isinstance(part, str)):
        raise HTTPException(400)  # PostgreSQL keeps none, and nobody types one
    request.state.form = form
    request.state.visit = visit = visit_of(request)
    if form is not None:
        given = form.get("csrf")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), visit.csrf.encode()):
            unkept = visit.secure and request.url.scheme != "https" and not request.cookies
            raise HTTPException(403, "tls" if unkept else "csrf")
        if not _own(request):
            raise HTTPException(403, "csrf")


def allowed(right: Right) -> Any:
    """A dependency: the visit of somebody with this right. Nobody is sent to log in; 403 for who lacks it."""

    def dependency(request: Request) -> Visit:
        visit = _known(request)
        if not visit.may(right):
            raise HTTPException(403)
        return visit

    return Depends(dependency)


def _known(request: Request) -> Visit:
    visit: Visit = request.state.visit
    if visit.person is NOBODY:
        wanted = visit.link() if request.method == "GET" else "/"
        raise Away(f"/login?{urlencode({'next': wanted})}")
    if visit.person.once and request.url.path not in ("/password", "/logout"):
        raise Away("/password")
    return visit


def _anybody(request: Request) -> Visit:
    visit: Visit = request.state.visit
    return visit


Known = Annotated[Visit, Depends(_known)]
"""The visit of somebody, whatever his role."""

Anybody = Annotated[Visit, Depends(_anybody)]
"""The visit of anybody, logged in or not."""


def visit_of(request: Request, lost: bool = False) -> Visit:
    """The visit of a request. lost: the database isn't asked, so it is nobody's. Raises StoreUnavailable."""
    site: Site = request.app.state.site
    now = datetime.now(UTC)
    token = request.cookies.get(cookies.session(site.config), "")
    alive = request.url.path != BY_ITSELF or request.query_params.get("big") == "1"
    found = None if lost or not _TOKEN.fullmatch(token) else _found(site.store, token, now, alive)
    chosen: dict[str, str] = {}
    if found:
        csrf = hmac.digest(token.encode(), b"csrf", hashlib.sha256).hex()
    else:
        csrf = request.cookies.get(cookies.VISITOR, "")
        if not _TOKEN.fullmatch(csrf):
            csrf = chosen[cookies.VISITOR] = secrets.token_urlsafe(32)
    return Visit(
        person=found[1] if found else NOBODY,
        lang=cast(Lang, _choice(request, "lang", LANGS, _preferred(request), chosen)),
        theme=cast(Theme, _choice(request, "theme", THEMES, "auto", chosen)),
        now=now,
        config=site.config,
        office=site.office(),
        keys=site.keys,
        store=site.store,
        csrf=csrf,
        path=request.url.path,
        query={name: value for name, value in request.query_params.items() if name not in ("lang", "theme")},
        session=found[0] if found else "",
        address=request.client.host if request.client else "?",
        secure=cookies.secure(request, site.config),
        posted=request.method == "POST",
        chosen=chosen,
    )


def _found(store: Store, token: str, now: datetime, alive: bool) -> tuple[str, Person] | None:
    with store.reading() as session:
        found = sessions.find(session, token, now)
        if found is None:
            return None
        hash, person, stale = found.session.hash, person_of(found.person), now - found.session.seen_at > sessions.STEP
    if stale and alive:
        with suppress(StoreUnavailable), store.transaction() as session:  # what he reads matters more than that he did
            sessions.seen(session, hash, now)
    return hash, person


def _choice(request: Request, name: str, among: tuple[str, ...], otherwise: str, chosen: dict[str, str]) -> str:
    """What the query chooses, to be kept in a cookie; else what was chosen before."""
    cookie, asked = f"onestop_{name}", request.query_params.get(name)
    if asked in among and asked is not None:
        chosen[cookie] = asked
        return asked
    kept = request.cookies.get(cookie, "")
    return kept if kept in among else otherwise


def _preferred(request: Request) -> Lang:
    """Korean unless the browser asks for English first."""
    return "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "ko"


def _own(request: Request) -> bool:
    """Whether a form comes from a page of ours, as far as the browser tells."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("Host")
