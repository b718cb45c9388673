"""What every endpoint is given: the office and its database, and the system that asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from callback import tokens
from callback.cases import Cases
from callback.refusal import Refusal
from callback.tokens import Scope, System
from ivr.language.office import Office
from ivr.records.keys import Keys
from ivr.records.store import Store


@dataclass(frozen=True, slots=True)
class Service:
    """What the API works with."""

    office: Office
    keys: Keys
    store: Store
    cases: Cases


class Services:
    """The service by the version of the office in place, made anew when that has changed. Safe between threads."""

    def __init__(self, office: Callable[[], Office], keys: Keys, store: Store) -> None:
        self._office, self._keys, self._store = office, keys, store
        self._service: Service | None = None

    def newest(self) -> Service:
        """What a request that comes now works with."""
        office, service = self._office(), self._service
        if service is None or service.office is not office:
            service = self._service = Service(office, self._keys, self._store, Cases(office, self._keys))
        return service


def _service(request: Request) -> Service:
    services: Services = request.app.state.services
    return services.newest()


_BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="A system's token: `ivr token add`.")


def _system(scope: Scope) -> Callable[..., System]:
    """A dependency: the system that asks, which must have `scope`."""

    def system(
        service: Served, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> System:
        with service.store.reading() as session:
            found = tokens.known(session, credentials.credentials) if credentials else None
        if found is None:
            raise Refusal("no_token", "a token is needed: Authorization: Bearer TOKEN")
        if scope not in found.scopes:
            raise Refusal("no_scope", f"this token lacks the scope {scope}")
        return found

    return system


def _client(request: Request) -> str:
    return request.client.host if request.client else "?"


Served = Annotated[Service, Depends(_service)]
Reader = Annotated[System, Depends(_system("cases:read"))]
Writer = Annotated[System, Depends(_system("cases:write"))]
Meter = Annotated[System, Depends(_system("metrics:read"))]
FigureReader = Annotated[System, Depends(_system("reports:read"))]
Client = Annotated[str, Depends(_client)]
"""Address that a request comes from."""
Once = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,100}$",
        description="Yours, a new one for each thing to be done. The same request with the same key is done once and "
        "answered the same: send it again whenever an answer didn't come.",
        examples=["3f0c8a52-2f6e-4d7e-9d0e-7a1a3a3b9f10"],
    ),
]
