"""The pages and the API of a sample office for tests, as `ivr web` serves them, on a database of a test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ivr.cli import web
from ivr.config import Config
from ivr.language.office import Office
from ivr.records import people_tables
from ivr.records.keys import Keys
from ivr.records.store import Store
from reports import sessions
from reports.people import ROLES, Role
from reports.web import cookies
from reports.web.headers import Headers
from tests import registry
from tests.exchange import free_port
from tests.registry import Registry

DESK = "school_life"
"""The desk of whoever has the role `desk`, unless a test says another."""

PASSWORD = "correct horse battery staple"
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""Cheap: a hash says itself how dear it is, and tests ask for many."""


@dataclass
class Visitor:
    """A browser: it keeps cookies, and sends a form's token along."""

    client: TestClient

    def get(self, path: str, **query: Any) -> httpx.Response:
        """A page; redirects aren't followed."""
        answer: httpx.Response = self.client.get(path, params=query or None)
        return answer

    def post(self, path: str, data: Mapping[str, Any] | None = None) -> httpx.Response:
        """A form, with its token."""
        answer: httpx.Response = self.client.post(path, data={"csrf": self.csrf, **(data or {})})
        return answer

    @property
    def csrf(self) -> str:
        """The token of this browser's forms."""
        text: str = self.client.get("/password", follow_redirects=True).text
        return text.split('name="csrf" value="')[1].split('"', maxsplit=1)[0]


class Site:
    """A sample office with its database (`office`: tests.registry), somebody of every role, and the app."""

    def __init__(self, folder: Path, url: str = "", **settings: Any) -> None:
        self.office: Registry = registry.make(folder, url)
        self.store: Store = self.office.store
        self.config = Config.model_validate({"lines": {"1000": {"flow": "main"}}, "base": folder, **settings})
        self.app: FastAPI = web.site(self.config, lambda: self.office.office, self.office.keys, self.store)
        for role in ROLES:
            self.person(role, role)

    @classmethod
    def of(cls, config: Config, office: Callable[[], Office], keys: Keys, store: Store) -> Site:
        """The same for an installation that is there already; it has no `office` of its own."""
        site = cls.__new__(cls)
        site.store, site.config, site.app = store, config, web.site(config, office, keys, store)
        for role in ROLES:
            site.person(role, role)
        return site

    def person(self, name: str, role: Role, desks: Sequence[str] = (DESK,)) -> None:
        """Somebody more, whose password is PASSWORD."""
        row = people_tables.Person(
            name=name,
            role=role,
            desks=" ".join(desks) if role == "desk" else "",
            hash=_HASH,
            created_at=registry.NOW,
            changed_at=registry.NOW,
        )
        with self.store.transaction() as session:
            session.add(row)

    def as_(self, role: Role | None, name: str = "") -> Visitor:
        """A browser where somebody of this role (or of this name) is logged in; None: nobody."""
        client = TestClient(Headers(self.app), follow_redirects=False)
        if role is not None:
            client.cookies.set(self.cookie, self.token(name or role))
        return Visitor(client)

    @property
    def cookie(self) -> str:
        """What the cookie of a session is called here."""
        return cookies.session(self.config)

    def token(self, name: str) -> str:
        """A new session of somebody."""
        with self.store.transaction() as session:
            return sessions.open_session(session, name, "192.0.2.1", datetime.now(UTC))


@pytest.fixture(scope="module")
def origin(site: Site) -> Iterator[str]:
    """Where a test's own `site` is served."""
    with serving(site) as address:
        yield address


@contextmanager
def serving(site: Site) -> Iterator[str]:
    """The site on a port of its own, for a real browser; its address."""
    listen = f"127.0.0.1:{free_port()}"
    with web.serving(Headers(site.app), listen):
        yield f"http://{listen}"
