"""The pages of cases: what is due, one case with its history, and the change of its status."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Path, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from callback import case_change, forms
from callback.access import Told
from callback.cases import Cases
from callback.form_fields import At
from callback.forms import StatusForm
from callback.refusal import Refusal
from ivr.errors import KeyMissing
from ivr.language.cases import STATUSES, CaseWords
from ivr.records.case_tables import Case
from reports import case_list
from reports.case_list import Wanted
from reports.web.act import act, deed, once, seen
from reports.web.page import page
from reports.web.visit import Visit, allowed

router = APIRouter()

PAGE = 50
"""Cases on one page."""

Reader = Annotated[Visit, allowed("cases")]
Receipt = Annotated[str, Path(pattern=r"^[0-9]{6,20}$")]


@router.get("/cases")
def listed(
    visit: Reader,
    desk: Annotated[str, Query(max_length=40)] = "",
    status: Annotated[str, Query(max_length=40)] = "",
    type: Annotated[str, Query(max_length=40)] = "",
    receipt: Annotated[str, Query(max_length=40)] = "",
    due: Annotated[str, Query(max_length=20)] = "",
    n: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The cases that are due first."""
    today = case_list.midnight(visit.now, visit.zone)
    since, until = {"overdue": (None, visit.now), "today": (visit.now, today)}.get(due, (None, None))
    wanted = Wanted(desk, next((one for one in STATUSES if one == status), ""), type, receipt.strip(), since, until)
    seen(visit, "cases.listed", "")
    with visit.store.reading() as session:
        found = case_list.listed(session, visit.desks, wanted, PAGE + 1, (n - 1) * PAGE)
        return page(
            visit,
            "cases.html",
            found=[(case, *_due(visit, case)) for case in found[:PAGE]],
            counts=case_list.counts(session, visit.desks, visit.now, visit.zone),
            wanted=wanted,
            due=due if until else "",
            desks=_desks(visit),
            words=words(visit),
            statuses=STATUSES,
            newer=visit.link(n=str(n - 1)) if n > 1 else "",
            older=visit.link(n=str(n + 1)) if len(found) > PAGE else "",
        )


@router.get("/case/{receipt}")
def show(receipt: Receipt, visit: Reader, done: str = "") -> Response:
    """One case with its history; that it was looked at is noted."""
    with visit.store.reading() as session:
        answer = _shown(visit, session, receipt, done=done == "changed")
    seen(visit, "case.shown", f"case:{receipt}")
    return answer


@router.post("/case/{receipt}/status")
def change(
    receipt: Receipt,
    visit: Reader,
    once: Annotated[str, Form()],
    version: Annotated[str, Form(max_length=20)],
    status: Annotated[str, Form(max_length=20)] = "",
    note: Annotated[str, Form()] = "",
    desk: Annotated[str, Form(max_length=60)] = "",
    officer: Annotated[str, Form(max_length=60)] = "",
    extension: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Change a case's status, once; what can't be done is said beside the form, which keeps what was written."""
    written = {"status": status, "version": version, "note": "\n".join(note.splitlines()).strip()}
    written |= {"desk": desk, "officer": officer, "extension": extension.strip()}
    given = {name: value for name, value in written.items() if value}
    told = Told(visit.who, visit.desks, visit.now)

    def do(session: Session) -> str:
        form = forms.read(StatusForm, given, At(visit.office, visit.now))
        if isinstance(form, list):
            raise Refusal("invalid", "nothing was changed", form)
        Cases(visit.office, visit.keys).change(session, receipt, form, f"{visit.who}/{once}", told)
        return visit.to(f"/case/{receipt}", done="changed")

    try:
        return act(visit, once, deed(visit, "case.changed", f"case:{receipt}", status), given, do)
    except Refusal as refusal:
        with visit.store.reading() as session:
            return _shown(visit, session, receipt, refused=refusal, written=written)


def words(visit: Visit) -> CaseWords:
    """The words for cases in the visitor's language, as far as the office has it."""
    book = visit.office.cases.words
    return book.get(visit.lang) or book.get(visit.office.languages[0]) or CaseWords({}, {}, "")


def _shown(
    visit: Visit,
    session: Session,
    receipt: str,
    *,
    done: bool = False,
    refused: Refusal | None = None,
    written: dict[str, str] | None = None,
) -> Response:
    cases = Cases(visit.office, visit.keys)
    try:
        case = cases.show(session, receipt, visit.desks)
    except Refusal:
        raise HTTPException(404) from None
    history = [(event, _note(visit, event.note)) for event in cases.history(session, case)]
    return page(
        visit,
        "case.html",
        409 if refused else 200,
        case=case,
        due=_due(visit, case),
        history=list(reversed(history)),
        number=visit.keys.shown(case.number) if case.number else "",
        messages=case_list.messages(session, receipt),
        allowed=case_change.allowed(case),
        desks=[(name, title) for name, title in _names(visit) if name != case.desk],
        titles=dict(_names(visit)),
        officers=_officers(visit, case),
        words=words(visit),
        done=done,
        refused=refused,
        fields=[detail.field or "" for detail in refused.details] if refused else [],
        written=written or {},
        once=once,
    )


def _due(visit: Visit, case: Case) -> tuple[case_list.Due, str]:
    """How the deadline of a case lies, as a mark and in words."""
    due, days = case_list.due(case, visit.now, visit.zone), case_list.late(case, visit.now, visit.zone)
    return due, visit.t("cases.days_late", n=days) if due == "overdue" and days else visit.t(f"cases.due.{due}")


def _note(visit: Visit, sealed: str | None) -> str:
    try:
        return visit.keys.open(sealed) if sealed else ""
    except KeyMissing:
        return visit.t("cases.note_gone")


def _names(visit: Visit) -> list[tuple[str, str]]:
    names = visit.office.desk_names.get(visit.lang) or visit.office.desk_names[visit.office.languages[0]]
    return list(names.items())


def _desks(visit: Visit) -> list[tuple[str, str]]:
    """The desks that somebody can choose among."""
    return [(name, title) for name, title in _names(visit) if visit.desks is None or name in visit.desks]


def _officers(visit: Visit, case: Case) -> list[tuple[str, str]]:
    """The officers of the desk in charge, and of the one that it is passed on to."""
    desks = visit.office.desks.desks
    named = [agent for desk in (case.desk, case.moving_to or "") if desk in desks for agent in desks[desk].agents]
    names = visit.office.officer_names.get(visit.lang) or visit.office.officer_names[visit.office.languages[0]]
    return [(agent, f"{names.get(agent, agent)} ({agent})") for agent in dict.fromkeys(named)]
