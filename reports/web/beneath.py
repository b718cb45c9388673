"""The pages beneath the API, which has the first word on every path."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


class Beneath:
    """The pages as the last route of an API. What they don't have, and the API has under another method only, the API
    refuses in its own shape: a program that asks wrongly gets no page to read."""

    def __init__(self, api: FastAPI, pages: FastAPI) -> None:
        """`api`: with all its own routes."""
        self._api, self._pages = list(api.routes), pages

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Those of the pages."""
        return self._pages.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        app = self._refusing(scope) if scope["type"] == "http" else None
        await (app.handle if app else self._pages)(scope, receive, send)

    def _refusing(self, scope: Scope) -> BaseRoute | None:
        """The API's route that knows the path, where no page does."""
        if any(route.matches(scope)[0] is not Match.NONE for route in self._pages.routes):
            return None
        return next((route for route in self._api if route.matches(scope)[0] is Match.PARTIAL), None)
