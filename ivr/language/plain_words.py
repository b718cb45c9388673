"""What pydantic finds, in words an admin uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ivr.language.fields import EXTENSION, LANGUAGE, NAME, VARIABLE

_WORDS = {
    "string_type": "must be a text",
    "dict_type": "must be a mapping (key: value)",
    "list_type": "must be a list",
    "model_type": "must be a mapping (key: value)",
    "int_parsing": "must be a whole number",
    "bool_parsing": "must be true or false",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}


_PATTERNS = {
    NAME: "must be a name: small letters, digits and _",
    VARIABLE: "must be a variable: small letters, digits and _",
    LANGUAGE: "must be a language's code of two small letters, e.g. ko",
    EXTENSION: "must be digits alone",
}


_GOAL = re.compile(r"(?:(?:flow|desk)/)?[a-z][a-z0-9_]*")
_PREFIX = re.compile(r"\^(flow|desk)/")


def way_out(error: ErrorDetails) -> str:
    """The hint for a value that lacks only what stands around it; "" when it isn't like that."""
    given, pattern = error["input"], error.get("ctx", {}).get("pattern", "")
    if not isinstance(given, str):
        return ""
    prefix = _PREFIX.match(pattern)
    if prefix and re.fullmatch(NAME, given):
        return f"write {prefix[1]}/{given}"
    if error["loc"][-1:] == ("[key]",) and pattern == NAME:
        return "e.g. on_holiday: no caller hears it"
    if error["type"] == "model_type" and error["loc"][-2:-1] == ("options",):
        return f"write {{label: …, next: {given}}}" if _GOAL.fullmatch(given) else f"write {{label: {given}, next: …}}"
    return ""


def plain_words(error: ErrorDetails) -> str:
    """An error's message, to be read after the key's name."""
    given = error.get("ctx", {})
    match error["type"]:
        case "string_pattern_mismatch":
            prefix = _PREFIX.match(given["pattern"])
            words = f"must be {prefix[1]}/NAME" if prefix else f"must fit the pattern {given['pattern']}"
            return _PATTERNS.get(given["pattern"], words)
        case "greater_than_equal":
            return f"must be at least {given['ge']}"
        case "greater_than":
            return f"must be greater than {given['gt']:g}"
        case "less_than_equal":
            return f"must be at most {given['le']}"
        case "literal_error":
            return f"must be {given['expected']}"
        case "string_too_long":
            return f"must be at most {given['max_length']} characters"
    return _WORDS.get(error["type"], error["msg"][:1].lower() + error["msg"][1:])


def known_keys(model: type[BaseModel], loc: Iterable[str | int]) -> list[str]:
    """The keys that the mapping may have to which `loc` leads in a model, as far as its annotations tell."""
    return list(_fields(model, loc))


def to_be_written(model: type[BaseModel], loc: Sequence[str | int]) -> str:
    """The hint for the key at the end of `loc` that is missing: what it is for, as far as the model tells."""
    if loc[-1] == "next":
        return "write next: …   (a step's name, flow/NAME, desk/NAME, back or hangup)"
    field = _fields(model, loc[:-1]).get(str(loc[-1]))
    about = (field.description or "") if field else ""
    return f"write {loc[-1]}: …   ({about[:1].lower()}{about[1:].rstrip('.')})" if about else ""


def _fields(model: type[BaseModel], loc: Iterable[str | int]) -> dict[str, FieldInfo]:
    for name in loc:
        field = next((f for n, f in model.model_fields.items() if name in (n, f.alias)), None)
        model = (None if field is None else _model_in(field.annotation)) or model
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for argument in getattr(annotation, "__args__", ()) if (found := _model_in(argument))), None)
