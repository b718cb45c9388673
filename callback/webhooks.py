"""Reports of delivery that a provider posts to us. Nobody else may: each is believed by its signature alone.

Twilio signs the address it calls, as it was told it, with every field of the form (twilio.com/docs/usage/security).
Solapi sends the SHA-1 of a secret shared with it in X-Solapi-Secret; that covers no body, so the address must be https.
A repeated report is harmless: what it says is noted once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.datastructures import QueryParams
from twilio.request_validator import RequestValidator

from callback.sender import Delivery
from callback.senders import SOLAPI_PATH, TWILIO_PATH, solapi_codes, twilio_codes
from callback.senders.secret import SOLAPI_WEBHOOK, TWILIO, secret
from ivr.config import Config
from ivr.errors import StoreUnavailable

BODY_LIMIT = 256 * 1024
"""Bytes of the largest report read; Solapi sends many messages in one."""

OnDelivery = Callable[[str, Delivery, str], object]
"""Notes a report: the provider's reference, how far the message has come, its error code ("" for none)."""


async def _body(request: Request) -> bytes:
    """The raw body, which a signature is about; FastAPI gives it to coroutines only. 413 beyond the limit."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_LIMIT:
            raise HTTPException(413, "the report is too large")
    return bytes(body)


Body = Annotated[bytes, Depends(_body)]


def router(config: Config, keys: Path, on_delivery: OnDelivery) -> APIRouter:
    """The address for the reports of the sender that the settings name; none when it sends none here.

    Raises BadInput when the secret it signs with is nowhere.
    """
    routes = APIRouter()
    settings = config.messages
    if settings.callback is None:
        return routes
    if settings.sender == "twilio":
        _twilio(routes, settings.callback, secret(keys, *TWILIO), on_delivery)
    elif settings.sender == "solapi":
        _solapi(routes, secret(keys, *SOLAPI_WEBHOOK), on_delivery)
    return routes


def _twilio(routes: APIRouter, base: str, token: str, on_delivery: OnDelivery) -> None:
    validator = RequestValidator(token)

    @routes.post(TWILIO_PATH, status_code=204, include_in_schema=False)
    def twilio_report(request: Request, body: Body) -> None:
        url = base + TWILIO_PATH + (f"?{request.url.query}" if request.url.query else "")
        form = QueryParams(body) if _is_form(request) else QueryParams()
        if not _signed(validator, url, form, request.headers.get("X-Twilio-Signature", "")):
            raise HTTPException(403, "the signature is wrong")
        if "MessageSid" not in form or "MessageStatus" not in form:
            raise HTTPException(400, "this is no report about a message")
        _note(
            on_delivery, form["MessageSid"], twilio_codes.delivery_of(form["MessageStatus"]), form.get("ErrorCode", "")
        )


def _is_form(request: Request) -> bool:
    return request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")


def _signed(validator: RequestValidator, url: str, form: QueryParams, signature: str) -> bool:
    """Whether Twilio signed this: its address with or without the port, which differs among its products.

    Not by the package's `validate`: that takes an IPv6 address apart at the wrong colon.
    """
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = parts.port or (443 if parts.scheme == "https" else 80)
    spellings = {url, parts._replace(netloc=f"{host}").geturl(), parts._replace(netloc=f"{host}:{port}").geturl()}
    computed = [validator.compute_signature(spelling, form) for spelling in spellings]
    return any(hmac.compare_digest(c.encode(), signature.encode()) for c in computed)


def _solapi(routes: APIRouter, shared: str, on_delivery: OnDelivery) -> None:
    expected = hashlib.sha1(shared.encode(), usedforsecurity=False).hexdigest()

    def known(request: Request) -> None:
        told = request.headers.get("X-Solapi-Secret", "")
        if not hmac.compare_digest(told.encode(), expected.encode()):
            raise HTTPException(403, "the secret is wrong")

    @routes.post(SOLAPI_PATH, status_code=204, include_in_schema=False, dependencies=[Depends(known)])
    def solapi_report(body: Body) -> None:
        try:
            reports = list(_reports(json.loads(body)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise HTTPException(400, "these are no reports about messages") from error
        for reference, kind, code in reports:
            delivery = solapi_codes.delivery_of(kind, code)
            _note(on_delivery, reference, delivery, code if delivery == "undelivered" else "")


def _reports(content: Any) -> Iterator[tuple[str, str, str]]:
    """Group, kind and status code of each message in a SINGLE-REPORT, whose data is wrapped or not; a GROUP-REPORT
    names no message and tells nothing new."""
    for item in content:
        data = item.get("data", item)
        if "messageId" in data:
            yield data["groupId"], data.get("type") or "", str(data["statusCode"])


def _note(on_delivery: OnDelivery, reference: str, delivery: Delivery, code: str) -> None:
    """503 when it can't be noted, so that the provider tells again."""
    try:
        on_delivery(reference, delivery, code)
    except StoreUnavailable as error:
        raise HTTPException(503, "can't be noted now") from error
