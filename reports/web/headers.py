"""Headers that every answer carries, the API's and a fault's as well: around the whole app."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNLESS_SET: Mapping[str, str] = {"Cache-Control": "no-store"}
"""Nobody finds in a cache what somebody else was shown; what is no secret says so itself."""

TLS: Mapping[str, str] = {"Strict-Transport-Security": "max-age=31536000"}
"""Where it was asked by https."""


class Headers:
    """Adds the headers to whatever an app answers. ASGI offers no other place where all answers pass."""

    def __init__(self, app: ASGIApp) -> None:
        """`app`: what is protected."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(ALWAYS)
                for name, value in UNLESS_SET.items():
                    headers.setdefault(name, value)
                if scope.get("scheme") == "https":
                    headers.update(TLS)
            await send(message)

        await self._app(scope, receive, with_headers)
