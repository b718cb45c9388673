"""What another system answers, as variables: which values of its JSON are taken, and of what type each has to be."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ivr.language.fields import Form, Name
from ivr.language.prompt import Value, ValueType

LONGEST = 500
"""Most characters of a text that is taken over."""

_FORMS = {
    "digits": re.compile(r"\d{1,40}", re.ASCII),
    "number": re.compile(r"-?\d{1,20}(\.\d{1,6})?", re.ASCII),
    "amount": re.compile(r"-?\d{1,20}(\.\d{1,6})?", re.ASCII),
    "phone": re.compile(r"\+?\d{2,20}", re.ASCII),
}


class Wanted(Form):
    """One value of the answer."""

    type: ValueType = Field(description="text, digits, number, date, time, phone or amount: how it is read aloud.")
    at: Annotated[str, Field(pattern=r"^[^.\s]{1,80}(\.[^.\s]{1,80}){0,7}$")] | None = Field(
        None, description="Where it stands: keys and list positions, loan.books.0.title; default: the variable's name."
    )


def _wanted(value: object) -> object:
    """A bare type is that of a value which stands under the variable's own name."""
    return {"type": value} if isinstance(value, str) else value


Answer = dict[Name, Annotated[Wanted, BeforeValidator(_wanted, json_schema_input_type=ValueType | Wanted)]]
"""Variable to what is taken for it."""


def values(answer: Mapping[str, Wanted], document: object) -> dict[str, Value]:
    """The variables that a JSON document gives. Raises ValueError with the variable's name, never with its value."""
    found = {}
    for name, wanted in answer.items():
        try:
            found[name] = Value(wanted.type, _content(wanted.type, _at(document, wanted.at or name)))
        except (LookupError, TypeError, ValueError):
            raise ValueError(f"“{name}” isn't in the answer, or is no {wanted.type}") from None
    return found


def _at(document: Any, path: str) -> Any:
    for key in path.split("."):
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


def _content(type: ValueType, raw: Any) -> str:
    """A value in its type's fixed form. Raises ValueError."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise ValueError
    text = str(raw).strip()
    match type:
        case "text":
            return "".join(c if c.isprintable() else " " for c in text)[:LONGEST]
        case "date":
            return datetime.date.fromisoformat(text).isoformat()
        case "time":
            return datetime.time.fromisoformat(text).strftime("%H:%M")
        case "phone":
            text = text.replace("-", "")
    if not _FORMS[type].fullmatch(text):
        raise ValueError
    return text


SAMPLES: dict[ValueType, str] = {
    "text": "…",
    "digits": "0",
    "number": "1",
    "date": "2026-01-02",
    "time": "09:00",
    "phone": "0421234567",
    "amount": "1000",
}
"""A value of each type, for trying out."""


def sample(answer: Mapping[str, Wanted]) -> dict[str, Value]:
    """Some answer as it could come."""
    return {name: Value(wanted.type, SAMPLES[wanted.type]) for name, wanted in answer.items()}
