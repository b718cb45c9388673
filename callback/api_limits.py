"""How much another system may send us at once."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1024 * 1024
"""Longest body of a request: a bulk of a thousand cases takes a third of it."""


class BodyLimit:
    """Cuts a request off as soon as its body is too long, announced or not.

    ASGI offers no other place to count; this is the one coroutine of ours.
    """

    def __init__(self, app: ASGIApp) -> None:
        """`app`: what is protected."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its body counted as it is read."""
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > MOST_BYTES:
                raise HTTPException(413, f"a body may have {MOST_BYTES} bytes")
            return message

        await self._app(scope, counted, send)
