"""A bulk's file: a sheet with a column `number`, perhaps `language`, and one for each variable of the message.

All of it is checked, rendered and measured before anything is handed in: every wrong row is named at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from callback import sheet
from callback.destination import excluded
from callback.outbox import Note
from callback.sender import Size
from callback.text import render
from ivr.errors import BadInput, Problem
from ivr.language.messages import EVENTS, Message
from ivr.language.office import Office
from ivr.language.source import did_you_mean

NUMBER, LANGUAGE = "number", "language"


@dataclass(frozen=True, slots=True)
class Draft:
    """A bulk ready to be handed in. id: hash of what goes to whom, so that the same file is the same bulk for ever."""

    id: str
    name: str
    template: str
    notes: list[Note]
    sizes: list[Size]


def read(
    path: Path, template: str, office: Office, measure: Callable[[str], Size], *, foreign: bool, progress: Progress
) -> Draft:
    """Read and check a file for the message `template`. Raises BadInput with everything that is wrong in it."""
    message = office.messages.get(template)
    if message is None or template in EVENTS:
        own = set(office.messages) - set(EVENTS)
        hint = did_you_mean(template, own) or "write one into messages.yaml"
        raise BadInput([Problem("messages.yaml", 0, 0, f"there is no message “{template}” for bulks", hint)])
    rows, problems = sheet.read(path)
    problems += _wrong_head(rows, message)
    if not rows.rows and not problems:
        problems.append(Problem(rows.name, 0, 0, "has no rows"))
    if problems:
        raise BadInput(problems)
    id = hashlib.sha256(json.dumps([template, rows.rows], sort_keys=True).encode()).hexdigest()[:12]
    draft = Draft(id, path.name, template, [], [])
    seen: dict[str, int] = {}
    for n, (line, row) in enumerate(zip(rows.lines, progress(rows.rows), strict=True)):
        language = row.get(LANGUAGE, office.languages[0])
        values = {name: row.get(name, "") for name in rows.head if name not in (NUMBER, LANGUAGE)}
        wrong = list(_wrong_row(row, values, language, office, foreign=foreign))
        if not wrong:
            size = measure(render(message, values, language))
            wrong += size.problems
            draft.sizes.append(size)
        first = seen.setdefault(json.dumps(row, sort_keys=True), line)
        if first != line:
            wrong.append(f"is the same as line {first}")
        problems += [Problem(rows.name, line, 1, text) for text in wrong]  # without the line: it holds a number
        key = f"bulk/{id}/{n}"
        draft.notes.append(Note(key, row.get(NUMBER, ""), template, language, values, bulk=id, urgent=message.urgent))
    if problems:
        raise BadInput(problems)
    return draft


Progress = Callable[[list[dict[str, str]]], "Iterator[dict[str, str]]"]
"""Passes rows on, and shows how far it has come."""


def _wrong_head(rows: sheet.Sheet, message: Message) -> list[Problem]:
    wording = next(iter(message.wordings.values()))
    needed = [NUMBER, *dict.fromkeys(wording.template.variables)]
    wrong = [(f"the column “{name}” is missing", "") for name in needed if name not in rows.head]
    known = [*needed, LANGUAGE]
    wrong += [(f"unknown column “{n[:40]}”", did_you_mean(n, known)) for n in rows.head if n not in known]
    return [Problem(rows.name, rows.head_line, 1, text, hint) for text, hint in wrong]


def _wrong_row(
    row: Mapping[str, str], values: Mapping[str, str], language: str, office: Office, *, foreign: bool
) -> Iterator[str]:
    if language not in office.languages:
        yield f"language: the office has no “{language[:10]}”, but {', '.join(office.languages)}"
    if NUMBER not in row:
        yield "number: is missing"
    elif why := excluded(row[NUMBER], foreign=foreign):
        yield f"number: {why.reason}"
    yield from (f"{name}: is empty" for name, value in values.items() if not value)
