"""The pages where an office's files are edited: one at a time, tried out before it is written, and taken back."""

from __future__ import annotations

import difflib
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Query
from starlette.responses import Response

from ivr.errors import OnestopError, Problem
from ivr.office.workshop import Conflict, Look, Workshop
from ivr.records import audit
from reports.web.act import deed
from reports.web.flows import problems
from reports.web.page import away, page
from reports.web.visit import Visit, allowed

router = APIRouter()

Reader = Annotated[Visit, allowed("flows")]
Editor = Annotated[Visit, allowed("flows.edit")]
Name = Annotated[str, Query(max_length=60)]
Posted = Annotated[str, Form(max_length=60)]


@router.get("/flows/files")
def files(visit: Reader) -> Response:
    """The files of the office."""
    return page(visit, "flows_files.html", names=_workshop(visit).names())


@router.get("/flows/file")
def show(name: Name, visit: Reader, line: Annotated[int, Query(ge=0)] = 0, done: str = "", back: str = "") -> Response:
    """One file with its lines numbered, and the form to change it."""
    text, hash = _read(visit, name)
    saved = done if done in ("saved", "restored") else ""
    return _shown(visit, name, text, hash, line=line, done=saved, back=back if _is_hash(back) else "")


@router.post("/flows/file")
def save(
    name: Posted,
    visit: Editor,
    stage: Annotated[Literal["check", "save"], Form()],
    text: Annotated[str, Form()] = "",
    hash: Annotated[str, Form(max_length=16)] = "",
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Try an edit out, or write it: an office with an error in it is never written, and what was typed stays here."""
    text = "\n".join(text.splitlines()) + "\n" if text.strip() else ""
    workshop = _workshop(visit)
    before, there = _read(visit, name)
    try:
        if stage == "check":
            return _shown(visit, name, text, hash, tried=True, found=workshop.trial(name, text, _looker(visit)))
        found = workshop.save(name, text, hash, _looker(visit))
    except Conflict:
        if text == before:  # a double click: it was saved by the first
            return away(f"/flows/file?name={name}&done=saved")
        return _shown(visit, name, text, there, wrong="conflict")
    if any(problem.severity == "error" for problem in found):
        return _shown(visit, name, text, hash, tried=True, found=found)
    _note(visit, name, before, text, reason)
    return away(f"/flows/file?name={name}&done=saved&back={hash}")


@router.post("/flows/restore")
def restore(
    name: Posted, visit: Editor, hash: Annotated[str, Form(max_length=16)], back: Annotated[str, Form(max_length=16)]
) -> Response:
    """Put an earlier content of a file back, as an edit like any other."""
    workshop = _workshop(visit)
    before, there = _read(visit, name)
    try:
        text = workshop.before(name, back)
    except OnestopError:
        return _shown(visit, name, before, there, wrong="gone")
    try:
        found = workshop.save(name, text, hash, _looker(visit))
    except Conflict:
        return _shown(visit, name, before, there, wrong="conflict")
    if any(problem.severity == "error" for problem in found):
        return _shown(visit, name, text, there, tried=True, found=found)
    _note(visit, name, before, text, visit.t("flows.restored"))
    return away(f"/flows/file?name={name}&done=restored&back={hash}")


def _workshop(visit: Visit) -> Workshop:
    return Workshop(visit.config.office_dir, visit.config.data_dir / "edits")


def _read(visit: Visit, name: str) -> tuple[str, str]:
    try:
        sheet = _workshop(visit).read(name)
    except OnestopError:
        raise HTTPException(404) from None
    return sheet.text, sheet.hash


def _looker(visit: Visit) -> Look:
    return lambda folder: problems(visit, folder)


def _note(visit: Visit, name: str, before: str, after: str, reason: str) -> None:
    """Which file, how many lines came and went, and why."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines())) if len(before) + len(after) < 200_000 else []
    added, gone = (sum(line.startswith(mark) for line in lines) for mark in ("+ ", "- "))
    with visit.store.transaction() as session:
        told = deed(visit, "office.edited", why=f"{name} +{added} -{gone}: {reason.strip()}")
        audit.note(session, visit.keys, told, visit.now)


def _is_hash(text: str) -> bool:
    return len(text) == 16 and all(char in "0123456789abcdef" for char in text)


def _shown(
    visit: Visit,
    name: str,
    text: str,
    hash: str,
    *,
    line: int = 0,
    tried: bool = False,
    found: list[Problem] | None = None,
    wrong: str = "",
    done: str = "",
    back: str = "",
) -> Response:
    found = found or []
    bad = wrong or any(problem.severity == "error" for problem in found)
    marked = {problem.line: problem.severity for problem in reversed(found) if problem.file == name}
    return page(
        visit,
        "flows_file.html",
        409 if bad else 200,
        name=name,
        text=text,
        hash=hash,
        lines=list(enumerate(text.splitlines(), 1)),
        marked=marked,
        line=line,
        tried=tried,
        found=found,
        wrong=wrong,
        done=done,
        back=back,
        earlier=_workshop(visit).earlier(name),
    )
