"""Who may do what: every route, as nobody and as every role, against a table. A new route needs a line in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from callback import tokens
from callback.senders import SOLAPI_PATH, TWILIO_PATH
from ivr.records.models import Call, Leg
from reports.people import ROLES, Role
from reports.web.headers import ALWAYS, Headers
from tests import registry, routes
from tests.registry import GRIEVANCE, MOBILE
from tests.site import Site, Visitor

TABLE = """
GET  /                                admin supervisor desk auditor  303
GET  /audit                           admin auditor                  200
POST /audit/export                    admin                          422
GET  /audit/retention                 admin auditor                  200
GET  /audit/verify                    admin auditor                  200
POST /audit/verify                    admin auditor                  200
GET  /calls                           admin supervisor desk auditor  200
POST /calls                           admin supervisor desk auditor  200
GET  /calls/{id}                      admin supervisor desk auditor  200
POST /calls/{id}/number               admin supervisor               422
GET  /case/{receipt}                  admin supervisor desk          200
POST /case/{receipt}/number           admin supervisor               422
POST /case/{receipt}/status           admin supervisor desk          422
GET  /cases                           admin supervisor desk          200
GET  /exports                         admin supervisor               200
POST /exports/calls                   admin supervisor               422
POST /exports/figures                 admin supervisor               303
GET  /exports/{id}                    admin supervisor               404
GET  /flows                           admin                          200
POST /flows/back                      admin                          422
GET  /flows/check                     admin                          200
GET  /flows/file                      admin                          422
POST /flows/file                      admin                          422
GET  /flows/files                     admin                          200
POST /flows/reload                    admin                          409
POST /flows/restore                   admin                          422
GET  /flows/try                       admin                          200
POST /flows/try                       admin                          422
GET  /flows/versions                  admin                          200
POST /logout                          admin supervisor desk auditor  303
GET  /messages                        admin supervisor desk          200
GET  /messages/inbox                  admin supervisor desk          200
GET  /messages/inbox/{file}/sound     admin supervisor desk          422
POST /messages/inbox/{file}/{what}    admin supervisor desk          422
GET  /messages/owed                   admin supervisor desk          200
GET  /messages/{id}                   admin supervisor desk          422
POST /messages/{id}/number            admin supervisor               404
POST /messages/{id}/{mend}            admin supervisor desk          422
GET  /notice/{name}                   admin supervisor               404
GET  /notice/{name}/effect            admin supervisor               200
GET  /notice/{name}/sound             admin supervisor               404
POST /notice/{name}/switch            admin supervisor               422
GET  /notices                         admin supervisor               200
GET  /notices/changes                 admin supervisor               200
GET  /notices/say                     admin supervisor               200
POST /notices/say                     admin supervisor               422
GET  /notices/say/sound               admin supervisor               422
GET  /password                        admin supervisor desk auditor  200
POST /password                        admin supervisor desk auditor  422
GET  /people                          admin auditor                  200
POST /people                          admin                          422
GET  /people/{name}                   admin auditor                  404
POST /people/{name}/lock              admin                          404
POST /people/{name}/logout            admin                          404
POST /people/{name}/password          admin                          404
POST /people/{name}/remove            admin                          404
POST /people/{name}/restore           admin                          404
POST /people/{name}/role              admin                          404
POST /people/{name}/unlock            admin                          404
GET  /reports                         admin supervisor auditor       200
GET  /reports/cases                   admin supervisor auditor       200
GET  /reports/notices                 admin supervisor auditor       200
GET  /reports/people                  admin supervisor auditor       200
GET  /reports/staffing                admin supervisor auditor       200
GET  /reports/steps                   admin supervisor auditor       200
GET  /reports/waits                   admin supervisor auditor       200
GET  /reports/print                   admin supervisor auditor       200
GET  /today                           admin supervisor desk          200
GET  /today/now                       admin supervisor desk          200
"""
"""Method, path, the roles that may, and what they are answered when they send a form without a word in it."""

OPEN = {"GET /login": 200, "POST /login": 403, "GET /static/{file}": 200}
"""Pages for anybody, and what nobody is answered."""

API = """
POST /cases                     cases:write   422
POST /cases/bulk                cases:write   422
POST /cases/{receipt}/status    cases:write   422
GET  /cases/{receipt}           cases:read    200
GET  /v1/figures                reports:read  200
GET  /metrics                   metrics:read  200
GET  /health                    -             200
GET  /health/live               -             200
GET  /health/ready              -             200
GET  /openapi.json              -             200
HEAD /openapi.json              -             200
"""
"""Method, path, scope, and what a token with it is answered."""

VALUES = {
    "receipt": "20261234",
    "id": "n1-1.1",
    "name": "nobody-there",
    "file": "style.css",
    "what": "done",
    "mend": "cancel",
}


@dataclass(frozen=True)
class Row:
    """A line of a table."""

    method: str
    path: str
    who: frozenset[str]
    status: int

    @property
    def address(self) -> str:
        """The path with values in it."""
        return re.sub(r"{(\w+)}", lambda match: VALUES[match[1]], self.path)


def rows(table: str) -> dict[str, Row]:
    lines = [line.split() for line in table.strip().splitlines()]
    return {f"{method} {path}": Row(method, path, frozenset(who), int(status)) for method, path, *who, status in lines}


PAGES, SYSTEMS = rows(TABLE), rows(API)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """With a case and a call."""
    site = Site(tmp_path_factory.mktemp("matrix"))
    site.office.add({**GRIEVANCE, "desk": "school_life"})
    keys = site.office.keys
    with site.store.transaction() as session:
        session.add(
            Call(id="n1-1.1", node="n1", started_at=registry.NOW, outcome="abandoned", caller=keys.seal(MOBILE))
        )
        session.flush()
        session.add(Leg(call="n1-1.1", n=0, desk="school_life", queued_at=registry.NOW, outcome="abandoned"))
    return site


@pytest.fixture
def visitors(site: Site) -> dict[Role, Visitor]:
    return {role: site.as_(role) for role in ROLES}


def ask(visitor: Visitor, row: Row, csrf: str | None = None) -> httpx.Response:
    data = {} if csrf is None else {"csrf": csrf}
    answer: httpx.Response = visitor.client.request(
        row.method, row.address, data=data if row.method == "POST" else None
    )
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value
    assert "no-store" in answer.headers["cache-control"] or row.path.startswith("/static")
    assert answer.headers.get("location", "/").startswith("/")
    return answer


def test_every_route_has_its_line_and_every_line_its_route(site: Site) -> None:
    assert sorted(PAGES | SYSTEMS | OPEN) == sorted(found.name for found in routes.routes(site.app))


@pytest.mark.parametrize("row", PAGES.values(), ids=PAGES)
def test_a_page_is_for_those_it_is_for(site: Site, visitors: dict[Role, Visitor], row: Row) -> None:
    nobody = site.as_(None)
    refused = ask(nobody, row, nobody.csrf)
    assert (refused.status_code, refused.headers["location"].split("?")[0]) == (303, "/login")
    told = {role: ask(visitor, row, visitor.csrf).status_code for role, visitor in visitors.items()}
    assert told == {role: row.status if role in row.who else 403 for role in ROLES}


@pytest.mark.parametrize("row", [row for row in PAGES.values() if row.method == "POST"], ids=lambda row: row.path)
def test_a_form_needs_the_token_of_its_own_session(site: Site, visitors: dict[Role, Visitor], row: Row) -> None:
    others = site.as_("admin").csrf
    for visitor in visitors.values():
        for csrf in (None, "", "0" * 64, others):
            assert ask(visitor, row, csrf).status_code == 403
        crossed = visitor.client.post(
            row.address, data={"csrf": visitor.csrf}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert crossed.status_code == 403


@pytest.mark.parametrize(("name", "status"), OPEN.items())
def test_a_page_for_anybody(site: Site, name: str, status: int) -> None:
    (row,) = rows(f"{name} - {status}").values()
    nobody = site.as_(None)
    assert ask(nobody, row, nobody.csrf).status_code == status


@pytest.mark.parametrize("row", SYSTEMS.values(), ids=SYSTEMS)
def test_the_api_is_for_tokens_alone(site: Site, visitors: dict[Role, Visitor], row: Row) -> None:
    def told(token: str) -> int:
        client = TestClient(Headers(site.app), headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"})
        status: int = client.request(row.method, row.address, json={} if row.method == "POST" else None).status_code
        return status

    for visitor in (site.as_(None), *visitors.values()):
        assert ask(visitor, row).status_code == (200 if "-" in row.who else 401)
    for scope in tokens.SCOPES:
        with site.store.transaction() as session:
            token = tokens.issue(session, "matrix", [scope], [], registry.NOW)
        assert told(token) == (row.status if row.who & {scope, "-"} else 403)
        assert site.as_(None).client.get("/people", headers={"Authorization": f"Bearer {token}"}).status_code == 303


@pytest.mark.parametrize(
    ("sender", "variable", "path"),
    [("twilio", "TWILIO_AUTH_TOKEN", TWILIO_PATH), ("solapi", "SOLAPI_WEBHOOK_SECRET", SOLAPI_PATH)],
)
def test_a_providers_address_believes_signatures_alone(
    tmp_path: Path, sender: str, variable: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "x" * 32)
    settings = {"sender": sender, "account": "a", "number": "0421234567", "callback": "https://office.example"}
    site = Site(tmp_path, messages=settings)
    more = {found.name for found in routes.routes(site.app)} - (PAGES | SYSTEMS | OPEN).keys()
    assert more == {f"POST {path}"}
    for visitor in (site.as_(None), *(site.as_(role) for role in ROLES)):
        assert visitor.post(path).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"])
def test_no_other_method_does_anything(site: Site, method: str) -> None:
    admin = site.as_("admin")
    for found in routes.routes(site.app):
        address = rows(f"{found.name} - 0")[found.name].address
        answer = admin.client.request(method, address)
        assert answer.status_code in (404, 405), found.path
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path", "shape"),
    [
        ("DELETE", "/cases/20261234", "application/json"),
        ("POST", "/health", "application/json"),
        ("PUT", "/metrics", "application/json"),
        ("GET", "/cases", "text/html; charset=utf-8"),
        ("DELETE", "/calls", "text/html; charset=utf-8"),
        ("GET", "/nothing", "text/html; charset=utf-8"),
    ],
)
def test_who_asks_the_api_in_a_wrong_way_gets_no_page(site: Site, method: str, path: str, shape: str) -> None:
    answer = site.as_("admin").client.request(method, path)
    assert answer.headers["content-type"] == shape
    if shape == "application/json":
        assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
        assert answer.headers["allow"]


def test_a_token_of_a_session_is_shown_nowhere(site: Site) -> None:
    visitor = site.as_("admin")
    token = visitor.client.cookies[site.cookie]
    for row in PAGES.values():
        if row.method == "GET":
            assert token not in ask(visitor, row).text


@pytest.mark.parametrize("path", ["/people", "/cases/20261234"])
def test_a_fault_of_ours_has_the_headers_and_tells_nothing(
    site: Site, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("a secret")

    for name in ("reports.people.listed", "callback.cases.Cases.show"):
        monkeypatch.setattr(name, fails)
    with site.store.transaction() as session:
        token = tokens.issue(session, "faulty", ["cases:read"], [], registry.NOW)
    headers = {"Authorization": f"Bearer {token}"}
    client = TestClient(Headers(site.app), headers=headers, raise_server_exceptions=False)
    client.cookies.set(site.cookie, site.token("admin"))
    answer = client.get(path)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
