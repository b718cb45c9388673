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
from reports.web.asked import Sought, Text, choices, sought
from reports.web.naming import naming
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
        asked = sought(visit, first, last, by, line, desk)
    except ValueError:
        return _shown(visit, request, 422, refused="days")
    kind, names = _format(form, FORMATS), naming(visit.office, visit.lang)

    def make(job: Job) -> None:
        with visit.store.reading() as session:
            whole = documents.document(session, asked.period, asked.by, asked.where, names, visit.lang)
        written.document(kind, whole, job.path)

    return _begin(visit, request, "figures", kind, asked, make)


@router.post("/exports/calls")
def calls(
    visit: Exporter,
    request: Request,
    first: Annotated[str, Form(alias="from", max_length=40)] = "",
    last: Annotated[str, Form(alias="to", max_length=40)] = "",
    line: Text = "",
    desk: Text = "",
    form: Annotated[str, Form(alias="format")] = "xlsx",
    reason: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """Begin a list of calls."""
    try:
        asked = sought(visit, first, last, "", line, desk)
    except ValueError:
        return _shown(visit, request, 422, refused="days")
    kind = _format(form, LISTS)
    if not reason.strip():
        return _shown(visit, request, 422, refused="reason")
    listing = Listing(asked.period, asked.where, visit.lang, visit.keys.shown, naming(visit.office, visit.lang).desk)
    with visit.store.reading() as session:
        count = listing.count(session)

    def make(job: Job) -> None:
        written.calls(kind, listing, job.counted(listing.rows(visit.store)), job.path)

    return _begin(visit, request, "calls", kind, asked, make, count, reason.strip())


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


def _begin(
    visit: Visit,
    request: Request,
    what: str,
    kind: Format,
    asked: Sought,
    make: Make,
    total: int = 0,
    reason: str = "",
) -> Response:
    """Note it, then begin it: what is taken away but isn't in the log must not be."""
    told = f"{total} calls, {asked.period}" if what == "calls" else str(asked.period)
    with visit.store.transaction() as session:
        deed.note(visit, session, f"export.{what}", why=f"{reason} ({kind}, {told})".strip())
    try:
        _jobs(request).start(visit.who, _name(what, asked, kind), total, make)
    except Full:
        return _shown(visit, request, 503, refused="full")
    return away("/exports")


def _name(what: str, asked: Sought, kind: Format) -> str:
    """What a file is called: what it is of, by what, of which line and desk, from when to when."""
    by = f"by-{asked.by}" if asked.by else ""
    told = [what, by, asked.where.line, asked.where.desk, asked.period.dates]
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
        lists=[(form, form.upper()) for form in LISTS],
    )
