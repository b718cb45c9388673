"""The app of the pages. `ivr web` serves it beneath the API, which has the first word on every path.

A page is a module with a `router`, named in PAGES; its words stand in words/PAGE.yaml, its templates in templates/.
The API has `GET /cases/{receipt}` and `POST /cases…`: the page of a case is /case/RECEIPT.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI
from starlette.staticfiles import StaticFiles

from ivr.config import Config
from ivr.language.office import Office
from ivr.records.keys import Keys
from ivr.records.store import Store
from reports.export.jobs import Jobs
from reports.web import (
    audit_page,
    calls,
    cases,
    edit_page,
    exports,
    failures,
    figures_page,
    flows,
    inbox_page,
    login_page,
    messages,
    notices,
    number,
    people_page,
    print_page,
    say_page,
    today,
    try_page,
)
from reports.web.visit import Site, guard

PAGES: tuple[APIRouter, ...] = (
    login_page.router,
    number.router,  # before messages: /messages/ID/WHAT would take its path
    today.router,
    figures_page.router,
    print_page.router,
    calls.router,
    inbox_page.router,
    messages.router,
    cases.router,
    say_page.router,
    notices.router,
    flows.router,
    edit_page.router,
    try_page.router,
    exports.router,
    people_page.router,
    audit_page.router,
)


def build(config: Config, office: Callable[[], Office], keys: Keys, store: Store) -> FastAPI:
    """The pages of an office. office: its version in place, asked at every request. store: migrated already."""
    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, dependencies=[Depends(guard)]
    )
    app.state.site = Site(config, office, keys, store)
    app.state.exports = Jobs(config.data_dir / "exports")
    for router in PAGES:
        app.include_router(router)
    app.mount("/static", _Static(directory=Path(__file__).parent / "static"))
    failures.install(app)
    return app


class _Static(StaticFiles):
    """Files that are no secret: kept by browsers, but asked after, so that an upgrade is seen."""

    def file_response(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
