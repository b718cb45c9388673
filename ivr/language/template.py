"""A text with `{variables}`: parsed once when the office is loaded, filled in when it is spoken."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from ivr.language.fields import VARIABLE
from ivr.language.prompt import Prompt, Value

LONGEST = 500
"""Most characters of a value made from a text: values made from one another must not grow without end."""


@dataclass(frozen=True, slots=True)
class Template:
    """Words and variables in order. A variable is held as a one-element tuple with its name."""

    id: str
    parts: tuple[str | tuple[str], ...]
    key: str | None = None

    @property
    def variables(self) -> list[str]:
        """Names of the variables, in order of use."""
        return [part[0] for part in self.parts if isinstance(part, tuple)]

    @property
    def copied(self) -> str | None:
        """The variable that it is a copy of, when it is nothing else."""
        (part, *rest) = self.parts or ("",)
        return part[0] if isinstance(part, tuple) and not rest else None

    def fill(self, values: Mapping[str, Value]) -> Prompt:
        """The prompt with every variable's value; a variable never set is silent."""
        parts = tuple(part if isinstance(part, str) else values.get(part[0], Value("text", "")) for part in self.parts)
        return Prompt(self.id, parts, self.key)

    def value(self, values: Mapping[str, Value]) -> Value:
        """The text as a value for a variable: a lone variable keeps its type, anything else is text."""
        parts = self.fill(values).parts
        if len(parts) == 1 and isinstance(parts[0], Value):
            return parts[0]
        return Value("text", "".join(p if isinstance(p, str) else p.content for p in parts)[:LONGEST])


def parse(id: str, text: str, key: str | None = None) -> Template:
    """Parse a text. Raises ValueError, in words for an admin, when its braces are wrong."""
    parts: list[str | tuple[str]] = []
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError:
        raise ValueError("a “{” or “}” is alone: write {name} for a variable, {{ for the sign itself") from None
    for words, name, spec, conversion in pieces:
        if words:
            parts.append(words)
        if name is None:
            continue
        if not re.fullmatch(VARIABLE, name) or spec or conversion:
            raise ValueError(f"“{{{name}}}” is no variable: a name in small letters, e.g. {{receipt}}")
        parts.append((name,))
    return Template(id, tuple(parts), key)


def _assigned(value: object) -> Template:
    if isinstance(value, Template):
        return value
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError(f"must be a text of at most {LONGEST} characters")
    return parse("", value)


Assigned = Annotated[Template, BeforeValidator(_assigned), WithJsonSchema({"type": "string", "maxLength": LONGEST})]
"""A text that becomes a variable's value; `{name}` stands for a variable."""
