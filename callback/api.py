"""The HTTP API that other systems of the office use. `build` makes the app; `ivr web` serves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from callback import api_cases, api_errors, outbox, webhooks
from callback.api_limits import BodyLimit
from callback.api_service import Services
from callback.forms import CaseForm, StatusForm
from callback.sender import Delivery
from callback.webhooks import OnDelivery
from ivr.config import Config
from ivr.language.office import Office
from ivr.records.keys import Keys
from ivr.records.store import Store

DESCRIPTION = """Cases (민원) and their status. Every change is kept with its history, and the message about it goes out
once. Requests that change something carry an `Idempotency-Key`; send them again whenever an answer didn't come."""


def build(
    config: Config, office: Callable[[], Office], keys: Keys, store: Store, more: Sequence[APIRouter] = ()
) -> FastAPI:
    """The API of an office, and the address where a provider reports deliveries.

    office: its version in place, asked at every request. store: migrated already. more: endpoints of other packages.

    Raises BadInput when the provider's secret is nowhere.
    """
    app = FastAPI(title=f"{office().name}: Onestop", version="1", docs_url=None, redoc_url=None)  # no page from a CDN
    app.state.services = Services(office, keys, store)
    for router in (api_cases.router, *more):
        app.include_router(router)
    app.include_router(webhooks.router(config, config.keys_dir, _deliveries(store)))
    app.add_middleware(BodyLimit)
    api_errors.install(app)
    description = _described(app)
    app.openapi = lambda: description  # type: ignore[method-assign]  # FastAPI's own way to extend it
    return app


def _deliveries(store: Store) -> OnDelivery:
    def note(reference: str, delivery: Delivery, code: str) -> None:
        with store.transaction() as session:
            outbox.delivered(session, reference, delivery, code)

    return note


def _described(app: FastAPI) -> dict[str, Any]:
    """OpenAPI, with the forms that the endpoints read by themselves."""
    description = get_openapi(
        title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes, servers=[{"url": "/"}]
    )
    _, forms = models_json_schema(
        [(CaseForm, "validation"), (StatusForm, "validation")], ref_template="#/components/schemas/{model}"
    )
    description["components"]["schemas"] |= forms["$defs"]
    return description
