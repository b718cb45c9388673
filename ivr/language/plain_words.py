"""What pydantic finds, in words an admin uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
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


def plain_words(error: ErrorDetails) -> str:
    """An error's message, to be read after the key's name."""
    given = error.get("ctx", {})
    match error["type"]:
        case "string_pattern_mismatch":
            return _PATTERNS.get(given["pattern"], f"must fit the pattern {given['pattern']}")
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
    for name in loc:
        field = next((f for n, f in model.model_fields.items() if name in (n, f.alias)), None)
        model = (None if field is None else _model_in(field.annotation)) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for argument in getattr(annotation, "__args__", ()) if (found := _model_in(argument))), None)
