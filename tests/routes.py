"""Every route of the app that `ivr web` serves, the API's and the pages', however it was put in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route


@dataclass(frozen=True, slots=True)
class Found:
    """A route. query, form: names of what it takes besides its path."""

    method: str
    path: str
    query: tuple[str, ...] = ()
    form: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def routes(app: FastAPI) -> list[Found]:
    """All of them, each method for itself."""
    return sorted(set(_within(app.routes, "")), key=lambda found: (found.path, found.method))


def _within(some: Any, prefix: str) -> Iterator[Found]:
    for route in some:
        if isinstance(route, APIRoute):
            query = tuple(p.alias for dependant in _dependants(route.dependant) for p in dependant.query_params)
            form = tuple(p.alias for dependant in _dependants(route.dependant) for p in dependant.body_params)
            for method in route.methods or ():
                yield Found(method, prefix + route.path, query, form)
        elif isinstance(route, Route):
            for method in route.methods or ():
                yield Found(method, prefix + route.path)
        elif isinstance(route, Mount):
            inner = getattr(route.app, "routes", None)
            if inner is None:
                yield Found("GET", f"{prefix}{route.path}/{{file}}")
            else:
                yield from _within(inner, prefix + route.path)
        else:
            yield from _within(route.original_router.routes, prefix)


def _dependants(dependant: Any) -> Iterator[Any]:
    yield dependant
    for deeper in dependant.dependencies:
        yield from _dependants(deeper)
