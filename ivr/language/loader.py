"""From a folder to an `Office`, or to every problem in it at once."""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel

from ivr.errors import BadInput, Problem
from ivr.language import branching, case_words, checks, flow_file, message_texts, notice_file, table_file
from ivr.language.calendar import Calendar
from ivr.language.cases import CasesForm
from ivr.language.desks import Desks
from ivr.language.draft import Draft
from ivr.language.fields import LANGUAGE, NAME
from ivr.language.messages import MessagesForm
from ivr.language.notices import FOLDER, NamedNotices, NoticesForm
from ivr.language.office import Office, OfficeForm
from ivr.language.source import Model, Source
from ivr.language.texts import Texts, compose, desk_names, officer_names

FORMS: dict[str, type[BaseModel]] = {
    "office": OfficeForm,
    "desks": Desks,
    "calendar": Calendar,
    "cases": CasesForm,
    "messages": MessagesForm,
    FOLDER: NoticesForm,
}
"""The files that aren't flows, by their name without .yaml."""

READ = ("*.yaml", "tables/*.csv", "tables/*.yaml", "texts/*.yaml", "prompts/**/*.wav")
"""What belongs to an office and makes its version."""

UNREAD = ("*.yml", "tables/*.yml", "texts/*.yml", "calls/*.yml")
"""What looks like a part of an office, and isn't."""


def load(folder: Path) -> Office:
    """Read and check an office. Raises BadInput with every error found, in all files."""
    office, problems = examine(folder)
    errors = [p for p in problems if p.severity == "error"]
    if office is None or errors:
        raise BadInput(errors)
    return office


def examine(folder: Path, review: checks.Review | None = None) -> tuple[Office | None, list[Problem]]:
    """The office (None when errors leave none) and all problems, warnings included; with what a review of it finds,
    when one is asked for and there is an office to look at.
    """
    with _uncollected():
        return _examine(Draft(folder), folder, review)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collection of cycles: reading makes many objects and no garbage, and would take thrice as long."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _examine(draft: Draft, folder: Path, review: checks.Review | None) -> tuple[Office | None, list[Problem]]:
    if not folder.is_dir():
        draft.problems.append(Problem(str(folder), 0, 0, "there is no such folder", "make one: ivr init DIR"))
        return None, draft.problems
    form = _read(draft, "office", OfficeForm)
    if form:
        draft.language, draft.slow = form.language, form.slow
    draft.desks = _read(draft, "desks", Desks)
    draft.calendar = _read(draft, "calendar", Calendar)
    draft.cases = _read(draft, "cases", CasesForm, needed=False)
    draft.messages = _read(draft, "messages", MessagesForm, needed=False)
    notice_file.take(draft, _read(draft, FOLDER, NamedNotices, needed=False))
    flows = [path for path in sorted(folder.glob("*.yaml")) if path.stem not in FORMS]
    if not flows:
        draft.problems.append(Problem(draft.shown(folder), 0, 0, "has no flow", "add one, e.g. main.yaml"))
    draft.files = {_name(path) or path.stem for path in flows}
    for path in flows:
        _read_flow(draft, path)
    _read_tables(draft)
    for path in sorted(folder.glob("texts/*.yaml")):
        _read_texts(draft, path)
    for path in sorted(path for pattern in UNREAD for path in folder.glob(pattern)):
        hint = f"call it {_name(path) or path.stem}.yaml"
        draft.problems.append(Problem(draft.shown(path), 0, 0, "isn't read", hint, severity="warning"))
    graph = checks.check(draft)
    for source in draft.sources.values():
        draft.problems += source.problems
    language = draft.language
    if review is not None and not _broken(draft):  # before the texts: what no call comes to needs no translation first
        checks.reached(draft, graph, review)
    if draft.desks and draft.calendar:  # else every step would seem to lack its desk
        composed = compose(draft, language)
        conditions = branching.compose(draft)
        cases = case_words.compose(draft, language)
        written = message_texts.compose(draft, language)
        if form and not _broken(draft):
            office = Office(
                folder=folder,
                version=version(folder),
                name=form.name,
                slow=form.slow,
                languages=(language, *sorted(set(draft.texts) - {language})),
                flows=draft.flows,
                desks=draft.desks,
                desk_names=desk_names(draft, language),
                officer_names=officer_names(draft, language),
                calendar=draft.calendar,
                tables=draft.tables,
                cases=cases,
                messages=written,
                notices=draft.notices,
                texts=composed,
                conditions=conditions,
            )
            if review is not None:
                checks.review(draft, office, graph, review)
            return office, draft.problems
    return None, draft.problems


def _broken(draft: Draft) -> bool:
    return any(problem.severity == "error" for problem in draft.problems)


def version(folder: Path) -> str:
    """Content hash of an office's files: 12 hexadecimal digits, the same on every machine."""
    digest = hashlib.sha256()
    for path in sorted(p for pattern in READ for p in folder.glob(pattern)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def _open(draft: Draft, path: Path) -> Source | None:
    name = draft.shown(path)
    try:
        source = Source(path, name)
    except BadInput as error:
        draft.problems += error.problems
        return None
    draft.sources[path.relative_to(draft.folder).as_posix()] = source
    source.problems += source.cut()
    return source


def _read(draft: Draft, name: str, model: type[Model], *, needed: bool = True) -> Model | None:
    path = draft.folder / f"{name}.yaml"
    if not path.exists():
        if not needed:
            return None
        draft.problems.append(
            Problem(draft.shown(path), 0, 0, "the file is missing", "ivr init DIR shows a whole office")
        )
        return None
    source = _open(draft, path)
    return source.validate(model) if source else None


def _read_flow(draft: Draft, path: Path) -> None:
    if not re.fullmatch(NAME, path.stem):
        hint = f"a flow's name is small letters, digits and _: {_name(path) or 'e.g. transfers'}.yaml"
        draft.problems.append(Problem(draft.shown(path), 0, 0, "is no name of a flow", hint))
    elif source := _open(draft, path):
        if isinstance(source.data, dict) and "lines" in source.data and "steps" not in source.data:
            message, hint = (
                "is no flow, but settings of an installation",
                "settings belong beside the folder, not in it",
            )
            draft.problems.append(
                Problem(draft.shown(path), 0, 0, message, "settings belong beside the folder, not in it")
            )
            return
        flow_file.read(draft, path.stem, source)


def _name(path: Path) -> str:
    """The name that a flow's file was most likely meant to have; "" when there is none like it."""
    name = re.sub(r"[\W_]+", "_", path.stem.lower())
    return name if re.fullmatch(NAME, name) else ""


def _read_texts(draft: Draft, path: Path) -> None:
    if not re.fullmatch(LANGUAGE, path.stem):
        hint = "the name is the language's code of two small letters, e.g. texts/en.yaml"
        draft.problems.append(Problem(draft.shown(path), 0, 0, "is of no language", hint))
    elif (source := _open(draft, path)) and (texts := source.validate(Texts)):
        draft.texts[path.stem] = texts


def _read_tables(draft: Draft) -> None:
    for path in sorted(path for suffix in ("csv", "yaml") for path in draft.folder.glob(f"tables/*.{suffix}")):
        if path.stem in draft.tables:
            message = f"there is a {draft.tables[path.stem].path} as well"
            draft.problems.append(Problem(draft.shown(path), 0, 0, message, "keep one of them"))
            continue
        try:
            draft.tables[path.stem] = table_file.read(path, draft.shown(path))
        except BadInput as error:
            draft.problems += error.problems
            draft.broken_tables.add(path.stem)
