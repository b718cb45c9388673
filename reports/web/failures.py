"""What goes wrong on a page, as a page."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ivr.errors import OnestopError
from reports.web.page import away, page
from reports.web.visit import Away, visit_of

_KNOWN = (400, 403, 404, 405, 413, 422, 503)
"""Statuses with words of their own."""

_log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Give every error of an app's pages the shape of a page."""
    app.add_exception_handler(Away, _away)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(OnestopError, _unavailable)
    app.add_exception_handler(Exception, _fault)


def _away(request: Request, exc: Exception) -> Response:
    if not isinstance(exc, Away):
        raise exc
    return away(exc.to)


def _http(request: Request, exc: Exception) -> Response:
    if not isinstance(exc, HTTPException):
        raise exc
    kind = exc.detail if exc.detail in ("csrf", "tls") else str(exc.status_code if exc.status_code in _KNOWN else 400)
    response = _told(request, exc.status_code, kind)
    response.headers.update(exc.headers or {})
    return response


def _malformed(request: Request, exc: Exception) -> Response:
    return _told(request, 422, "422")


def _unavailable(request: Request, exc: Exception) -> Response:
    _log.warning("a page wasn't answered: %s", exc)
    response = _told(request, 503, "503", lost=True)
    response.headers["Retry-After"] = "5"
    return response


def _fault(request: Request, exc: Exception) -> Response:
    return _told(request, 500, "500", lost=True)


def _told(request: Request, status: int, kind: str, lost: bool = False) -> Response:
    """lost: the database may be the reason, so nobody is looked up in it."""
    try:
        visit = visit_of(request, lost)
    except OnestopError:
        visit = visit_of(request, lost=True)
    return page(visit, "failure.html", status, status=status, kind=kind)
