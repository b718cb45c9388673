"""The endpoints for cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from sqlalchemy.orm import Session

from callback import api_models, forms, intake, requests
from callback.access import Told, visible
from callback.api_errors import documented
from callback.api_models import BulkAnswer, CaseAnswer, CaseWithHistory
from callback.api_service import Client, Once, Reader, Served, Service, Writer
from callback.form_fields import At
from callback.forms import StatusForm
from callback.refusal import Detail, Refusal
from callback.tokens import System
from ivr.records import audit
from ivr.records.audit import Deed
from ivr.records.case_tables import Case

MOST_ROWS = 1000
"""Cases in one bulk."""

router = APIRouter(tags=["cases"])

# Bodies come in as plain mappings and are read with the office at hand (callback.forms): every fault is told at once.
Receipt = Annotated[str, Path(pattern=r"^[0-9]{6,20}$", description="Receipt number.", examples=["20261234"])]
NewCase = Annotated[dict[str, Any], WithJsonSchema({"$ref": "#/components/schemas/CaseForm"})]
Change = Annotated[dict[str, Any], WithJsonSchema({"$ref": "#/components/schemas/StatusForm"})]


class Bulk(BaseModel):
    """Cases that are taken in together or not at all."""

    model_config = ConfigDict(extra="forbid")

    cases: list[NewCase] = Field(min_length=1, max_length=MOST_ROWS)


def _already(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model, "description": "It was there already, with the same content."}}


@router.post(
    "/cases",
    status_code=201,
    summary="Take a case in",
    response_model=CaseAnswer,
    responses=_already(CaseAnswer) | documented(400, 401, 403, 409, 413, 422, 503),
)
def add(case: NewCase, key: Once, system: Writer, service: Served, client: Client) -> Response:
    """A case with status 접수. With consent, the citizen gets a message; so at every later change."""

    def do(session: Session, told: Told) -> tuple[int, BaseModel]:
        try:
            ((taken, new),) = _take(service, session, [case], told)
        except Refusal as refusal:
            raise refusal.of_one() from None
        if new:
            _note(service, session, told, client, "case.added", f"case:{taken.receipt}")
        return 201 if new else 200, api_models.answer(taken, service.office, service.keys)

    return _once(service, system, key, ["add", case], do)


@router.post(
    "/cases/bulk",
    status_code=201,
    summary="Take many cases in, all or none",
    response_model=BulkAnswer,
    responses=_already(BulkAnswer) | documented(400, 401, 403, 409, 413, 422, 503),
)
def add_bulk(bulk: Bulk, key: Once, system: Writer, service: Served, client: Client) -> Response:
    """As one by one; when any is wrong, none is taken, and every wrong row is named by its index."""

    def do(session: Session, told: Told) -> tuple[int, BaseModel]:
        taken = _take(service, session, bulk.cases, told)
        answers = [api_models.answer(case, service.office, service.keys) for case, _ in taken]
        fresh = [case.receipt for case, new in taken if new]
        if fresh:
            _note(service, session, told, client, "cases.added", why=f"{len(fresh)} from {fresh[0]} to {fresh[-1]}")
        return 201 if any(new for _, new in taken) else 200, BulkAnswer(cases=answers)

    return _once(service, system, key, ["bulk", bulk.cases], do)


@router.get("/cases/{receipt}", summary="A case with its history", responses=documented(401, 403, 404, 422, 503))
def show(receipt: Receipt, system: Reader, service: Served, client: Client) -> CaseWithHistory:
    """The case, if the token may see it. A sensitive one is open to tokens that name its desk, and to no others."""
    told = Told(f"api:{system.name}", system.desks, datetime.now(UTC))
    with service.store.transaction() as session:
        case = service.cases.show(session, receipt, system.desks)
        history = service.cases.history(session, case)
        answer = api_models.with_history(case, history, service.office, service.keys)
        _note(service, session, told, client, "case.shown", f"case:{receipt}")
    return answer


@router.post(
    "/cases/{receipt}/status",
    summary="Change a case's status",
    response_model=CaseAnswer,
    responses=documented(400, 401, 403, 404, 409, 413, 422, 503),
)
def change(receipt: Receipt, change: Change, key: Once, system: Writer, service: Served, client: Client) -> Response:
    """The status after this change. One that can't follow is refused with those that can."""
    at = At(service.office, datetime.now(UTC))
    form = forms.read(StatusForm, change, at)
    if isinstance(form, list):
        raise Refusal("invalid", "nothing was changed", form)

    def do(session: Session, told: Told) -> tuple[int, BaseModel]:
        case = service.cases.change(session, receipt, form, f"{told.by}/{key}", told)
        _note(service, session, told, client, "case.changed", f"case:{receipt}", form.status)
        return 200, api_models.answer(case, service.office, service.keys)

    return _once(service, system, key, ["status", receipt, change], do)


def _note(
    service: Service, session: Session, told: Told, client: str, what: str, whose: str = "", why: str = ""
) -> None:
    """Into the audit log; last in a transaction, and with a request that is answered again not again."""
    audit.note(session, service.keys, Deed(told.by, "api", client, what, whose, why), told.at)


def _take(service: Service, session: Session, rows: Sequence[dict[str, Any]], told: Told) -> list[tuple[Case, bool]]:
    new = intake.read(rows, At(service.office, told.at), service.keys)
    taken = service.cases.add(session, new, told)
    hidden = [i for i, (case, fresh) in enumerate(taken) if not fresh and not visible(case, told.desks)]
    if hidden:  # it was theirs once; what has become of it since is not for them
        raise Refusal("receipt_taken", "nothing was taken", [Detail("is in other hands", "receipt", i) for i in hidden])
    return taken


def _once(
    service: Service, system: System, key: str, asked: object, do: Callable[[Session, Told], tuple[int, BaseModel]]
) -> Response:
    """Do what was asked, in one transaction with its answer; or give the answer that was given before."""
    told = Told(f"api:{system.name}", system.desks, datetime.now(UTC))
    with service.store.transaction() as session:

        def answer() -> str:
            status, body = do(session, told)
            return f"{status} {body.model_dump_json()}"

        said = requests.once(session, service.keys, system.name, key, json.dumps(asked), told.at, answer)
    status, _, body = said.partition(" ")
    return Response(body, int(status), media_type="application/json")
