"""What a load balancer and Prometheus ask: does the web process live, can it serve, how is the line.

/health/live   200 as long as the process answers
/health/ready  200 when the database answers and an office is in place, else 503; /health is the same
/metrics       for a token with the scope metrics:read alone: the figures tell nothing of anybody, but how many callers
               wait and which program this is are nobody's business either; and a look at the address would let in
               whoever comes through the proxy on this machine
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from callback.api_service import Meter, Served
from ivr.config import Config
from ivr.errors import BadInput, StoreUnavailable
from ivr.language.office import Office
from ivr.operation import metrics
from ivr.records import rows
from ivr.records.store import Store


def router(config: Config, office: Callable[[], Office], store: Store) -> APIRouter:
    """The addresses. office: its version in place, asked at every request."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/health/live")
    def live() -> JSONResponse:
        """The process answers."""
        return JSONResponse({"status": "live"})

    @routes.get("/health")
    @routes.get("/health/ready")
    def ready() -> JSONResponse:
        """Whether requests can be served now."""
        parts = {"database": _answers(store), "office": _is_there(office)}
        good = all(parts.values())
        told = {"status": "ready" if good else "not ready", **{n: "ok" if v else "failed" for n, v in parts.items()}}
        return JSONResponse(told, 200 if good else 503)

    @routes.get("/metrics")
    def measure(service: Served, _: Meter) -> Response:
        """The figures, in Prometheus' text format."""
        text = metrics.exposition(config, service.office, store, datetime.now(UTC))
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return routes


def _answers(store: Store) -> bool:
    try:
        with store.reading() as session:
            return bool(rows.revision(session.connection()))
    except StoreUnavailable:
        return False


def _is_there(office: Callable[[], Office]) -> bool:
    try:
        return bool(office().flows)
    except BadInput:
        return False
