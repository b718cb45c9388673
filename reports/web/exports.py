"""The page /exports: figures and calls as files, made in the background and fetched when they are ready.

What is taken away is in the audit log before its first byte is made. A list of calls wants a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, get_args

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import FileResponse, Response

from reports.export import figures as documents
from reports.export import written
from reports.export.calls import Listing
from reports.export.document import Format
from reports.export.jobs import Full, Job, Jobs
from reports.web import deed
from reports.web.asked import Text, choices, sought
from reports.web.calls import asked, listed
from reports.web.naming import Names, naming
from reports.web.page import away, page
from reports.web.visit import Visit, allowed

router = APIRouter()

Exporter = Annotated[Visit, allowed("export")]
FORMATS: tuple[Format, ...] = get_args(Format)
LISTS: tuple[Format, ...] = ("xlsx", "csv")
"""What a list of calls can become."""
Make = Callable[[Job], None]
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/exports")
def show(visit: Exporter, request: Request) -> Response:
    """The forms, and the exports of who asks."""
    return _shown(visit, request)


@router.post("/exports/figures")
def figures(
    visit: Exporter,
    request: Request,
    first: Annotated[str, Form(alias="from", max_length=40)] = "",
    last: Annotated[str, Form(alias="to", max_length=40)] = "",
    by: Text = "",
    line: Text = "",
    desk: Text = "",
    form: Annotated[str, Form(alias="format")] = "xlsx",
) -> Response:
    """Begin an export of figures."""
    try:
        wanted = sought(visit, first, last, by, line, desk)
    except ValueError:
        return _shown(visit, request, 422, refused="days")
    kind, names = _format(form, FORMATS), naming(visit.office, visit.lang)

    def make(job: Job) -> None:
        with visit.store.reading() as session:
            whole = documents.document(session, wanted.period, wanted.by, wanted.where, names, visit.lang)
        written.document(kind, whole, job.path)

    by = f"by-{wanted.by}" if wanted.by else ""
    name = _name(kind, "figures", by, wanted.where.line, wanted.where.desk, wanted.period.dates)
    return _begin(visit, request, "figures", name, f"({kind}, {wanted.period})", make)


@router.post("/exports/calls")
def calls(
    visit: Exporter,
    request: Request,
    form: Annotated[str, Form(alias="format")] = "xlsx",
    reason: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """Begin a list of calls: those that the page of calls shows for the same query."""
    kind = _format(form, LISTS)
    if not reason.strip():
        return listed(visit, unreasoned=True)
    wanted, _ = asked(visit)
    names = naming(visit.office, visit.lang)
    listing = Listing(wanted, visit.lang, visit.keys.shown, names, Names(visit.office, visit.lang).result)
    with visit.store.reading() as session:
        count = listing.count(session)

    def make(job: Job) -> None:
        written.calls(kind, listing, job.counted(listing.rows(visit.store)), job.path)

    where = wanted.where
    name = _name(kind, "calls", wanted.result, where.line, where.desk, where.agent, wanted.period.dates)
    why = f"{reason.strip()} ({kind}, {count} calls, {wanted.period})"
    return _begin(visit, request, "calls", name, why, make, count)


@router.get("/exports/{id}")
def fetch(visit: Exporter, request: Request, id: str) -> Response:
    """A file that is ready, for who asked for it."""
    job = _jobs(request).get(id, visit.who)
    if job is None or job.state != "ready":
        return _shown(visit, request, 404, refused="gone")
    kind = job.name.rpartition(".")[2]
    return FileResponse(job.path, media_type=_TYPES[kind], filename=job.name, headers={"Cache-Control": "no-store"})


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.exports
    return jobs


def _format(form: str, among: tuple[Format, ...]) -> Format:
    found = next((one for one in among if one == form), None)
    if found is None:
        raise HTTPException(422)
    return found


def _begin(visit: Visit, request: Request, what: str, name: str, why: str, make: Make, total: int = 0) -> Response:
    """Note it, then begin it: what is taken away but isn't in the log must not be."""
    with visit.store.transaction() as session:
        deed.note(visit, session, f"export.{what}", why=why)
    try:
        _jobs(request).start(visit.who, name, total, make)
    except Full:
        return _shown(visit, request, 503, refused="full")
    return away("/exports")


def _name(kind: Format, *told: str | None) -> str:
    """What a file is called: what it is of, by what, of which line and desk, from when to when."""
    return f"{'-'.join(_NOT_IN_NAMES.sub('_', part) for part in told if part)}.{kind}"


def _shown(visit: Visit, request: Request, status: int = 200, refused: str = "") -> Response:
    jobs = _jobs(request).of(visit.who)
    return page(
        visit,
        "exports.html",
        status,
        jobs=jobs,
        busy=any(job.state in ("waiting", "making") for job in jobs),
        refused=refused,
        today=visit.now.astimezone(visit.zone).date().isoformat(),
        **choices(visit),
        formats=[(form, form.upper()) for form in FORMATS],
    )
