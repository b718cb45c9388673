"""New cases: rows as somebody wrote them become cases that can be taken in, or a list of everything wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callback import forms
from callback.form_fields import At
from callback.forms import CaseForm
from callback.refusal import Detail, Refusal
from ivr.language.cases import CaseType
from ivr.records.keys import Keys


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to be taken in, complete. key: idempotency key of its receipt; the same content has the same key."""

    form: CaseForm
    type: CaseType
    received_at: datetime
    language: str
    sensitive: bool
    key: str


def read(rows: Iterable[Mapping[str, Any]], at: At, keys: Keys) -> list[NewCase]:
    """The rows as new cases. Raises Refusal ("invalid") with every problem of every row."""
    new: list[NewCase] = []
    problems: list[Detail] = []
    seen: set[str] = set()
    for index, row in enumerate(rows):
        form = forms.read(CaseForm, row, at, index)
        if isinstance(form, list):
            problems += form
        elif form.receipt in seen:
            problems.append(Detail("a row before has it, too", "receipt", index))
        else:
            seen.add(form.receipt)
            new.append(_complete(form, at, keys))
    if problems:
        raise Refusal("invalid", "nothing was taken", problems)
    return new


def _complete(form: CaseForm, at: At, keys: Keys) -> NewCase:
    type = at.office.cases.types[form.type]
    return NewCase(
        form=form,
        type=type,
        received_at=form.received_at or at.now,
        language=form.language or at.office.languages[0],
        sensitive=type.sensitive if form.sensitive is None else form.sensitive,
        key=f"receipt/{form.receipt}/{_digest(form, keys)}",
    )


def _digest(form: CaseForm, keys: Keys) -> str:
    """Of what was written, defaults aside. The number goes in as its keyed hash: a plain one could be guessed."""
    written = form.model_dump_json(exclude_unset=True, exclude={"number"})
    who = keys.who(form.number) if form.number else ""
    return hashlib.sha256(f"{written}\0{who}".encode()).hexdigest()
