"""The API over HTTP: who may do what, each thing once, every error in one shape, nothing of another desk's."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from callback import api, tokens
from callback.api_limits import MOST_BYTES
from callback.tokens import SCOPES, Scope
from ivr.cli.web import serving
from ivr.config import Config
from ivr.errors import OnestopError
from ivr.records import audit
from ivr.records.audit import Search
from ivr.records.case_tables import ApiRequest
from tests import registry
from tests.exchange import free_port
from tests.postgres import EITHER, database
from tests.registry import GRIEVANCE, NOW, SECRET, Registry


@dataclass
class Api:
    """The API as another system meets it."""

    office: Registry
    url: str

    def token(self, *desks: str, scopes: Sequence[Scope] = SCOPES, system: str = "saeol") -> httpx.Client:
        """A system of its own, with a token for these desks."""
        with self.office.store.transaction() as session:
            token = tokens.issue(session, system, scopes, desks, NOW)
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=30)


@pytest.fixture(scope="module", params=EITHER)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The API on either database."""
    folder = tmp_path_factory.mktemp("api")
    with database(request.param, folder) as url, serving_api(registry.make(folder, url), folder) as served:
        yield served


@contextmanager
def serving_api(office: Registry, folder: Path) -> Iterator[Api]:
    listen = f"127.0.0.1:{free_port()}"
    config = Config.model_validate({"lines": {}, "base": folder})
    with serving(api.build(config, lambda: office.office, office.keys, office.store), listen):
        yield Api(office, f"http://{listen}")


_receipts = iter(range(30000000, 40000000))


def post(client: httpx.Client, path: str, body: Any, key: str | None = None) -> httpx.Response:
    key = key or f"key-{next(_receipts)}"
    return client.post(path, json=body, headers={"Idempotency-Key": key})


def fresh(**more: Any) -> dict[str, Any]:
    return {**GRIEVANCE, "receipt": str(next(_receipts)), **more}


def code(response: httpx.Response) -> tuple[int, str]:
    body = response.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message", "details"}
    assert response.headers["content-type"] == "application/json"
    return response.status_code, body["error"]["code"]


def test_a_case_from_receipt_to_completion(served: Api) -> None:
    system, case = served.token(), fresh(received_at="2025-11-21T10:00:00+09:00")
    path = f"/cases/{case['receipt']}"
    made = post(system, "/cases", case)
    assert made.status_code == 201
    assert made.json()["deadline"] == "2025-12-01T18:00:00+09:00"
    assert made.json()["number"] == "010-****-5678"
    assert post(system, f"{path}/status", {"status": "처리중", "officer": "116"}).json()["version"] == 2
    assert post(system, f"{path}/status", {"status": "거부", "note": "요건 미비"}).status_code == 200
    told = system.get(path).json()
    assert (told["status"], told["allowed"], told["officer"]) == ("거부", [], "116")
    assert "60일" in told["remedy"]
    assert [(e["status"], e["by"], e["note"]) for e in told["history"]] == [
        ("접수", "api:saeol", None),
        ("처리중", "api:saeol", None),
        ("거부", "api:saeol", "요건 미비"),
    ]


def test_the_same_request_is_done_once_and_answered_the_same(served: Api) -> None:
    system, case = served.token(), fresh()
    path = f"/cases/{case['receipt']}/status"
    first = post(system, "/cases", case, "one")
    post(system, path, {"status": "처리중"})
    again = post(system, "/cases", case, "one")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert code(post(system, "/cases", fresh(), "one")) == (409, "key_reused")
    assert code(post(system, path, {"status": "처리중"}, "one")) == (409, "key_reused")
    assert post(served.token(system="another"), "/cases", fresh(), "one").status_code == 201
    assert post(system, "/cases", case, "two").json()["status"] == "처리중"  # content says the same by another key


def test_what_was_refused_leaves_its_key_unused(served: Api) -> None:
    system, case = served.token(), fresh()
    path = f"/cases/{case['receipt']}/status"
    assert code(post(system, path, {"status": "처리중"}, "later")) == (404, "no_case")
    post(system, "/cases", case)
    assert post(system, path, {"status": "처리중"}, "later").status_code == 200


def test_at_once_the_same_request_is_done_once(served: Api) -> None:
    system, case = served.token(), fresh()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(system, "/cases", case, f"at-once-{case['receipt']}"), range(8)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert served.office.history(case["receipt"]) == ["접수"]


def test_at_once_a_receipt_number_is_given_once(served: Api) -> None:
    system, case = served.token(), fresh()
    start = threading.Barrier(8)

    def take(n: int) -> httpx.Response:
        start.wait()
        return post(system, "/cases", {**case, "school": f"{n}번학교"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(take, range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    codes = {answer.json()["error"]["code"] for answer in answers if answer.is_error}
    assert codes <= {"receipt_taken", "conflict"}  # conflict: PostgreSQL let both get as far as writing
    assert served.office.history(case["receipt"]) == ["접수"]


def test_of_two_changes_at_once_one_wins_and_the_other_is_told(served: Api) -> None:
    system, case = served.token(), fresh()
    post(system, "/cases", case)
    path = f"/cases/{case['receipt']}/status"
    start = threading.Barrier(8)

    def change(n: int) -> httpx.Response:
        start.wait()
        return post(system, path, {"status": "반려" if n % 2 else "취하"} | ({"version": 1} if n > 3 else {}))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(change, range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    told = {answer.json()["error"]["code"] for answer in answers[:4] if answer.is_error}
    assert told == {"wrong_transition"}  # on PostgreSQL, too: who came second has waited and sees what it became
    assert {answer.json()["error"]["code"] for answer in answers[4:] if answer.is_error} == {"conflict"}
    assert len(served.office.history(case["receipt"])) == 2


def test_a_bulk_is_taken_whole_or_not_at_all(served: Api) -> None:
    system, good, there = served.token(), fresh(), fresh()
    post(system, "/cases", there)
    bad = post(system, "/cases/bulk", {"cases": [good, fresh(type="x"), {"receipt": "1"}, fresh(desk="x", number="1")]})
    assert code(bad) == (422, "invalid")
    named = {(detail["index"], detail["field"]) for detail in bad.json()["error"]["details"]}
    assert named == {(1, "type"), (2, "receipt"), (2, "type"), (2, "desk"), (3, "desk"), (3, "number")}
    taken = post(system, "/cases/bulk", {"cases": [good, {**there, "school": "다른학교"}]})
    assert code(taken) == (409, "receipt_taken")
    assert [detail["index"] for detail in taken.json()["error"]["details"]] == [1]
    assert system.get(f"/cases/{good['receipt']}").status_code == 404
    done = post(system, "/cases/bulk", {"cases": [good, there]})
    assert done.status_code == 201
    assert [case["receipt"] for case in done.json()["cases"]] == [good["receipt"], there["receipt"]]
    assert post(system, "/cases/bulk", {"cases": [good, there]}).status_code == 200


def test_a_bulk_is_bounded(served: Api) -> None:
    system = served.token()
    assert code(post(system, "/cases/bulk", {"cases": []})) == (422, "invalid")
    assert code(post(system, "/cases/bulk", {"cases": [fresh() for _ in range(1001)]})) == (422, "invalid")


def test_every_fault_of_one_case_is_told_without_an_index(served: Api) -> None:
    answer = post(served.token(), "/cases", {"receipt": "x", "type": "grievence", "consent": True, "number": "123"})
    details = answer.json()["error"]["details"]
    assert [detail["field"] for detail in details] == ["receipt", "type", "desk", "number"]
    assert details[1]["hint"] == "did you mean “grievance”?"
    assert not any("index" in detail for detail in details)


def test_a_wrong_transition_names_the_allowed_ones(served: Api) -> None:
    system, case = served.token(), fresh()
    post(system, "/cases", case)
    answer = post(system, f"/cases/{case['receipt']}/status", {"status": "완료"})
    assert code(answer) == (409, "wrong_transition")
    assert answer.json()["error"]["details"][0]["allowed"] == ["이송", "처리중", "반려", "취하"]
    assert code(post(system, f"/cases/{case['receipt']}/status", {"status": "끝"})) == (422, "invalid")


def test_without_a_good_token_nothing_is_told(served: Api) -> None:
    with served.office.store.transaction() as session:
        token = tokens.issue(session, "gone", SCOPES, [], NOW)
        assert tokens.revoke(session, token.split("_")[1], NOW)
        good = tokens.issue(session, "saeol", SCOPES, [], NOW)
    forged = good[:-1] + ("A" if good[-1] != "A" else "B")
    for header in (
        {},
        *(
            {"Authorization": text}
            for text in (f"Bearer {token}", f"Bearer {forged}", "Bearer x", "Basic eDp4", "Bearer")
        ),
    ):
        answer = httpx.get(f"{served.url}/cases/20261234", headers=header)
        assert code(answer) == (401, "no_token")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_does_what_its_scopes_say(served: Api) -> None:
    case = fresh()
    reader, writer = served.token(scopes=["cases:read"]), served.token(scopes=["cases:write"])
    assert code(post(reader, "/cases", case)) == (403, "no_scope")
    assert post(writer, "/cases", case).status_code == 201
    assert code(writer.get(f"/cases/{case['receipt']}")) == (403, "no_scope")
    assert reader.get(f"/cases/{case['receipt']}").status_code == 200


def test_another_desk_s_case_is_as_if_there_were_none(served: Api) -> None:
    ours, theirs, everybody = served.token("school_life"), served.token("tuition"), served.token()
    case, secret = fresh(), {**SECRET, "receipt": str(next(_receipts))}
    assert post(ours, "/cases/bulk", {"cases": [case, secret]}).status_code == 201
    assert code(post(theirs, "/cases", fresh())) == (403, "desk_closed")
    missing = theirs.get(f"/cases/{next(_receipts)}")
    for system, receipt in ((theirs, case["receipt"]), (theirs, secret["receipt"]), (everybody, secret["receipt"])):
        assert system.get(f"/cases/{receipt}").content == missing.content
        change = post(system, f"/cases/{receipt}/status", {"status": "처리중"})
        assert (change.status_code, change.content) == (404, missing.content)
    assert everybody.get(f"/cases/{case['receipt']}").status_code == 200
    assert ours.get(f"/cases/{secret['receipt']}").json()["school"] == SECRET["school"]


def test_what_became_of_a_case_that_went_elsewhere_is_not_told_on_taking_it_in_again(served: Api) -> None:
    ours, everybody, case = served.token("school_life"), served.token(), fresh()
    post(ours, "/cases", case)
    path = f"/cases/{case['receipt']}/status"
    post(everybody, path, {"status": "이송", "desk": "tuition"})
    post(everybody, path, {"status": "접수"})
    answer = post(ours, "/cases", case)
    assert code(answer) == (409, "receipt_taken")
    assert "tuition" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "content", "expected"),
    [
        ("GET", "/nothing", b"", (404, "not_found")),
        ("DELETE", "/cases", b"", (405, "method_not_allowed")),
        ("POST", "/cases", b"{", (422, "invalid")),
        ("POST", "/cases", b"[]", (422, "invalid")),
        ("POST", "/cases", b"", (422, "invalid")),
        ("POST", "/cases", b"\xff\xfe", (422, "invalid")),
        ("POST", "/cases", b'{"receipt": "\\ud800", "school": "\\u0000"}', (422, "invalid")),
        ("POST", "/cases", b'{"a":' * 100_000, (400, "bad_request")),
        ("POST", "/cases", b"[" * (MOST_BYTES + 1), (413, "too_large")),
        ("GET", "/cases/abc", b"", (422, "invalid")),
    ],
)
def test_every_error_has_one_shape(
    served: Api, method: str, path: str, content: bytes, expected: tuple[int, str]
) -> None:
    headers = {"Idempotency-Key": f"key-{next(_receipts)}", "Content-Type": "application/json"}
    assert code(served.token().request(method, path, content=content, headers=headers)) == expected


def test_a_body_without_announced_length_is_cut_off_too(served: Api) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 65536

    headers = {"Idempotency-Key": "endless", "Content-Type": "application/json"}
    assert code(served.token().post("/cases", content=endless(), headers=headers)) == (413, "too_large")


def test_no_answer_waits_for_the_network(served: Api) -> None:
    """Nagle's algorithm against delayed acknowledgement costs each answer 40 ms."""
    with served.token() as system:
        assert system.get("/cases/20260000").status_code == 404
        ours = list(_served_connections(httpx.URL(served.url).port))
    assert ours
    assert all(ours)


def _served_connections(port: int | None) -> Iterator[int]:
    """Of each connection that this process has taken at a port, whether it sends at once."""
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError), socket.socket(fileno=os.dup(int(name))) as one:
            if one.getsockname()[1:2] == (port,) and not one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                yield one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_request_needs_its_key(served: Api) -> None:
    answer = served.token().post("/cases", json=fresh())
    assert code(answer) == (422, "invalid")
    assert answer.json()["error"]["details"][0]["field"] == "Idempotency-Key"


def test_a_database_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    with serving_api(registry.make(tmp_path), tmp_path) as served:
        system = served.token()
        (tmp_path / "onestop.db").rename(tmp_path / "away")
        answer = system.get("/cases/20261234")
        assert code(answer) == (503, "unavailable")
        assert answer.headers["retry-after"] == "5"


def test_an_address_that_is_taken_is_named(served: Api) -> None:
    with (
        pytest.raises(OnestopError, match=r"web\.listen"),
        serving(FastAPI(), served.url.removeprefix("http://")),
    ):
        pass


def test_neither_token_nor_number_stands_in_the_database(tmp_path: Path) -> None:
    with serving_api(registry.make(tmp_path), tmp_path) as served:
        system = served.token()
        post(system, "/cases", fresh())
    secret = system.headers["Authorization"].split("_", 2)[2]  # the secret may hold a "_" of its own
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("onestop.db*"))
    for hidden in (secret, "12345678", "010-1234"):
        assert hidden.encode() not in raw
    with served.office.store.reading() as session:
        (answer,) = [served.office.keys.open(row.answer) for row in session.scalars(select(ApiRequest))]
    assert "010-****-5678" in answer
    assert "12345678" not in answer


def test_the_description_is_whole(served: Api) -> None:
    description = httpx.get(f"{served.url}/openapi.json").json()
    operations = [op for path in description["paths"].values() for op in path.values()]
    assert set(description["paths"]) == {"/cases", "/cases/bulk", "/cases/{receipt}", "/cases/{receipt}/status"}
    schemas = description["components"]["schemas"]
    assert "HTTPValidationError" not in json.dumps(description)
    for operation in operations:
        assert operation["summary"]
        assert operation["security"] == [{"token": []}]
        assert {"401", "403", "422", "503"} <= operation["responses"].keys()
        for status, response in operation["responses"].items():
            ref = response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert ref in schemas
            assert (ref == "ErrorAnswer") == (int(status) >= 400)
    for form in ("CaseForm", "StatusForm", "CaseAnswer"):
        assert schemas[form]["examples"]


def test_each_thing_that_a_system_does_is_in_the_audit_log_once(served: Api) -> None:
    client = served.token(system="auditee")
    case, key = fresh(), "noted-once"
    post(client, "/cases", case, key)
    post(client, "/cases", case, key)
    post(client, "/cases", case)
    post(client, f"/cases/{case['receipt']}/status", {"status": "완료"})
    post(client, f"/cases/{case['receipt']}/status", {"status": "처리중"})
    client.get(f"/cases/{case['receipt']}")
    post(client, "/cases/bulk", {"cases": [fresh(), fresh(), case]})
    with served.office.store.reading() as session:
        rows = list(audit.listed(session, Search(who="api:auditee"), None))
        told = [(row.what, row.via, row.where, row.whose[5:]) for row in reversed(rows)]
        why = rows[0].why
    with served.office.store.reading() as session:
        whole = audit.verify(session, served.office.keys)
    here, whose = ("api", "127.0.0.1"), case["receipt"]
    assert told == [
        ("case.added", *here, whose),
        ("case.changed", *here, whose),
        ("case.shown", *here, whose),
        ("cases.added", *here, ""),
    ]
    assert why.startswith("2 from ")
    assert whole.broken is None
