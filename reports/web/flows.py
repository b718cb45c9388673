"""The pages of flows: the menu tree, what is wrong and where, the versions, and putting one in place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from ivr.errors import BadInput, OnestopError, Problem
from ivr.language import loader
from ivr.language.office import Office
from ivr.language.source import decoded
from ivr.language.steps import KINDS
from ivr.office.versions import Versions
from ivr.records import audit
from ivr.telephony import renewal
from ivr.telephony.renewal import Renewed
from reports import flow_tree, office_check
from reports.web.act import deed
from reports.web.page import page
from reports.web.visit import Visit, allowed

router = APIRouter()

EXITS = frozenset({"next", "else"}.union(*(step.exits for step in KINDS.values())))
"""The exits that have words of their own."""

AROUND = 2
"""Lines shown before and after the one that a problem is in."""

Reader = Annotated[Visit, allowed("flows")]
Editor = Annotated[Visit, allowed("flows.edit")]


@router.get("/flows")
def tree(visit: Reader, line: Annotated[str, Query(max_length=20)] = "") -> Response:
    """What callers of a line meet, as an outline."""
    office, lines = visit.office, visit.config.lines
    line = line if line in lines else next(iter(lines))
    flow = lines[line].flow
    language = visit.lang if visit.lang in office.languages else office.languages[0]
    root = flow_tree.tree(office, flow, language) if flow in office.flows else None
    edited = loader.version(visit.config.office_dir) != office.version
    return page(
        visit, "flows.html", line=line, lines=list(lines), root=root, language=language, edited=edited, exits=EXITS
    )


@router.get("/flows/check")
def check(visit: Reader) -> Response:
    """Everything that is wrong with the office's files, each with the lines around it."""
    found = problems(visit)
    return page(visit, "flows_check.html", found=[(one, around(visit, one)) for one in found], office=visit.office)


@router.get("/flows/versions")
def versions(visit: Reader) -> Response:
    """The versions that are kept, and which of them the next call takes."""
    return _versions(visit)


@router.post("/flows/reload")
def reload(visit: Editor) -> Response:
    """Check the office; when it is good, the next call takes it, as `ivr reload` does."""

    def place(kept: Versions, speak: Callable[[Office], None]) -> Renewed:
        office, found = office_check.examine(visit.config, settings(visit), visit.config.office_dir)
        errors = [problem for problem in found if problem.severity == "error"]
        if office is None or errors:
            raise BadInput(errors)
        return renewal.put_in_place(visit.config, kept, office, speak)

    return _renew(visit, "office.reloaded", place)


@router.post("/flows/back")
def back(visit: Editor, version: Annotated[str, Form(max_length=40)]) -> Response:
    """Let the next call take a version that is kept."""

    def place(kept: Versions, speak: Callable[[Office], None]) -> Renewed:
        return renewal.go_back(visit.config, kept, version, settings(visit), speak)

    return _renew(visit, "office.back", place)


def settings(visit: Visit) -> Path:
    """Where the settings stand, for whoever is told of a problem in them."""
    return visit.config.base / "config.yaml"


def problems(visit: Visit, folder: Path | None = None) -> list[Problem]:
    """What is wrong with the office as it stands (or as it stands in `folder`), errors first."""
    office, found = office_check.examine(visit.config, settings(visit), folder or visit.config.office_dir)
    if office is not None:
        found += office_check.conversations(visit.config, office)
    return office_check.placed(found, folder or visit.config.office_dir)


def around(visit: Visit, problem: Problem) -> list[tuple[int, str]]:
    """The lines around a problem, each with its number; none where it has no line."""
    if not problem.line:
        return []
    path = visit.config.office_dir / problem.file
    try:
        lines = decoded(path.read_bytes(), problem.file).splitlines()
    except (OSError, BadInput):
        return []
    first = max(1, problem.line - AROUND)
    return list(enumerate(lines[first - 1 : problem.line + AROUND], first))


def _renew(visit: Visit, what: str, place: Callable[[Versions, Callable[[Office], None]], Renewed]) -> Response:
    """Put a version in place and see who follows; twice at once is one after the other, and harmless."""
    kept = Versions(visit.config.data_dir / "offices")
    try:
        with kept.switching():
            renewed = place(kept, partial(renewal.speak, visit.config))
            with visit.store.transaction() as session:
                audit.note(session, visit.keys, deed(visit, what, why=renewed.version), visit.now)
            runs = renewal.follow(visit.config, renewed.version)
    except BadInput as error:
        return _versions(visit, wrong=office_check.placed(error.problems, visit.config.office_dir))
    except OnestopError as error:
        return _versions(visit, failed=str(error))
    return _versions(visit, renewed=renewed, runs=runs)


def _versions(
    visit: Visit,
    *,
    renewed: Renewed | None = None,
    runs: bool = False,
    wrong: list[Problem] | None = None,
    failed: str = "",
) -> Response:
    kept = Versions(visit.config.data_dir / "offices")
    return page(
        visit,
        "flows_versions.html",
        409 if wrong or failed else 200,
        kept=kept.kept(),
        marked=kept.marked(),
        edited=loader.version(visit.config.office_dir) != kept.marked(),
        renewed=renewed,
        runs=runs,
        wrong=wrong or [],
        failed=failed,
    )
