"""Whatever goes wrong in the API, in its one shape: refusals, malformed requests, what isn't there, our own faults."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError
from starlette.exceptions import HTTPException

from callback.api_models import ErrorAnswer, error, refused
from callback.refusal import Code, Detail, Refusal
from ivr.errors import OnestopError

HTTP: Mapping[Code, int] = {
    "invalid": 422,
    "receipt_taken": 409,
    "no_case": 404,
    "desk_closed": 403,
    "wrong_transition": 409,
    "conflict": 409,
    "key_reused": 409,
    "no_token": 401,
    "no_scope": 403,
}
"""The HTTP status of each refusal."""

_NAMES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_TEXTS = {
    400: "The body can't be read.",
    401: "The token is missing, unknown or revoked.",
    403: "The token may not do this.",
    404: "There is no such case, or none that the token may see.",
    409: "It contradicts what is there; `code` says how.",
    413: "The body is too large.",
    422: "Something in the request isn't right; `details` names everything.",
    503: "The database can't be used just now; try again with the same Idempotency-Key.",
}

_log = logging.getLogger(__name__)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These errors for OpenAPI."""
    return {status: {"model": ErrorAnswer, "description": _TEXTS[status]} for status in statuses}


def install(app: FastAPI) -> None:
    """Give every error of an app the one shape."""
    app.add_exception_handler(Refusal, _refusal)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(IntegrityError, _raced)
    app.add_exception_handler(OnestopError, _unavailable)
    app.add_exception_handler(Exception, _fault)


def _answer(status: int, body: ErrorAnswer, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(body.model_dump(exclude_none=True), status, headers=headers)


def _refusal(request: Request, exc: Exception) -> JSONResponse:
    if not isinstance(exc, Refusal):
        raise exc
    status = HTTP[exc.code]
    return _answer(status, refused(exc), {"WWW-Authenticate": "Bearer"} if status == 401 else None)


def _malformed(request: Request, exc: Exception) -> JSONResponse:
    if not isinstance(exc, RequestValidationError):
        raise exc
    details = []
    for wrong in exc.errors():
        _, *names = wrong["loc"]
        index = next((n for n in names if isinstance(n, int)), None)
        field = ".".join(str(n)[:60] for n in names if not isinstance(n, int)) or None
        details.append(Detail(wrong["msg"], field, index if wrong["type"] != "json_invalid" else None))
    return _answer(422, error("invalid", "the request isn't right", details))


def _http(request: Request, exc: Exception) -> JSONResponse:
    if not isinstance(exc, HTTPException):
        raise exc
    return _answer(exc.status_code, error(_NAMES.get(exc.status_code, "http"), exc.detail), exc.headers)


def _raced(request: Request, exc: Exception) -> JSONResponse:
    """Two requests wrote the same row at once (PostgreSQL lets them get that far); the other one won."""
    return _answer(409, error("conflict", "somebody else was quicker: look at the case, then try again"))


def _unavailable(request: Request, exc: Exception) -> JSONResponse:
    _log.warning("not answered: %s", exc)
    return _answer(503, error("unavailable", "this can't be done just now: try again"), {"Retry-After": "5"})


def _fault(request: Request, exc: Exception) -> JSONResponse:
    return _answer(500, error("internal", "a fault of ours; the log tells more"))
