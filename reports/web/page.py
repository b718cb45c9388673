"""A page: a template filled in for a visit."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from reports.web import cookies
from reports.web.naming import Names
from reports.web.nav import entries
from reports.web.visit import Visit
from reports.web.words import LANGS

YEAR_S = 365 * 24 * 3600

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(visit: Visit, template: str, status: int = 200, /, **values: object) -> HTMLResponse:
    """A template as an answer. It knows `visit`, `t(KEY, …)`, `csrf()` for its forms, `doer(WHO)` for
    who did something, and `values`."""
    token = Markup('<input type="hidden" name="csrf" value="{}">').format(visit.csrf)
    doer = Names(visit.office, visit.lang).doer
    text = _TEMPLATES.get_template(template).render(
        values, visit=visit, t=visit.t, csrf=lambda: token, doer=doer, nav=entries(visit), langs=LANGS
    )
    response = HTMLResponse(text, status)
    for name, value in visit.chosen.items():
        response.set_cookie(name, value, YEAR_S, secure=visit.secure, httponly=True, samesite="lax")
    return response


def away(to: str) -> RedirectResponse:
    """After a form, or where something else comes first: the browser gets another page."""
    return RedirectResponse(to, 303)


def logged_in(response: Response, visit: Visit, token: str) -> Response:
    """The answer, with the session's cookie. It goes when the browser ends; the session may before."""
    response.set_cookie(cookies.session(visit.config), token, secure=visit.secure, httponly=True, samesite="lax")
    return response
