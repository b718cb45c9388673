"""The API under requests made from its own description: no fault of ours, no word of another desk's case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from callback import api, tokens
from callback.tokens import SCOPES
from ivr.cli.web import serving
from ivr.config import Config
from reports.web import api_figures
from tests import registry
from tests.exchange import free_port
from tests.registry import GRIEVANCE, SECRET, Registry

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OURS, THEIRS, HIDDEN = "20260001", "20260002", "20260003"
EXAMPLES = 60
"""Requests for each operation and mode: about forty seconds in all."""
MARK = "물망초초등학교"
"""Stands in the cases of another desk, and nowhere else."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """Cases of ours (tuition's), and two that are none of our business."""
    office = registry.make(tmp_path_factory.mktemp("fuzz"))
    theirs = {**GRIEVANCE, "receipt": THEIRS, "school": MARK}
    office.add({**GRIEVANCE, "receipt": OURS, "desk": "tuition"}, theirs, {**SECRET, "receipt": HIDDEN, "school": MARK})
    for receipt in (THEIRS, HIDDEN):
        office.change("처리중", receipt=receipt, desks=frozenset(["school_life"]), note=MARK)
    return office


@pytest.fixture(scope="module")
def described(office: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What schemathesis makes of the description of a server that runs."""
    listen = f"127.0.0.1:{free_port()}"
    config = Config.model_validate({"lines": {}, "base": tmp_path_factory.mktemp("base")})
    with serving(api.build(config, lambda: office.office, office.keys, office.store, [api_figures.router]), listen):
        yield schemathesis.openapi.from_url(f"http://{listen}/openapi.json")


@pytest.fixture(scope="module")
def token(office: Registry) -> str:
    with office.store.transaction() as session:
        return tokens.issue(session, "fuzz", SCOPES, ["tuition"], datetime.now(UTC))


OPERATIONS = [
    "GET /v1/figures",
    "POST /cases",
    "POST /cases/bulk",
    "GET /cases/{receipt}",
    "POST /cases/{receipt}/status",
]


def test_every_operation_is_tried(described: Any) -> None:
    assert sorted(operation.ok().label for operation in described.get_all_operations()) == sorted(OPERATIONS)


@pytest.mark.slow
@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_fault_and_no_leak(described: Any, office: Registry, token: str, label: str, mode: GenerationMode) -> None:
    """Good values and bad ones; receipt numbers are often those there are, kinds and desks as well."""
    operation = next(op.ok() for op in described.get_all_operations() if op.ok().label == label)
    before = _untouched(office)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(
        case=operation.as_strategy(generation_mode=mode),
        receipt=st.sampled_from([None, OURS, THEIRS, HIDDEN]),
        sane=st.booleans(),
    )
    def attack(case: Any, receipt: str | None, sane: bool) -> None:
        if receipt and "receipt" in case.path_parameters:
            case.path_parameters["receipt"] = receipt
        for row in _rows(case.body) if sane else ():
            row.update({"receipt": receipt or row.get("receipt"), "type": "grievance", "desk": "tuition"})
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(response, checks=CHECKS)
        assert MARK not in response.text
        assert _untouched(office) == before

    attack()


def _untouched(office: Registry) -> list[tuple[str, int]]:
    """What must not change: the others' cases."""
    return [(case.status, case.version) for case in map(office.case, (THEIRS, HIDDEN))]


def _rows(body: Any) -> list[dict[str, Any]]:
    """The rows that a body has, as far as it is one of cases."""
    if not isinstance(body, dict):
        return []
    rows = body["cases"] if isinstance(body.get("cases"), list) else [body] if "type" in body else []
    return [row for row in rows if isinstance(row, dict)]
