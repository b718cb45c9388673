"""A text with `{variables}`: parsed once when the office is loaded, filled in when it is spoken."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass

from ivr.language.fields import VARIABLE
from ivr.language.prompt import Prompt, Value


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

    def fill(self, values: Mapping[str, Value]) -> Prompt:
        """The prompt with every variable's value; a variable never set is silent."""
        parts = tuple(part if isinstance(part, str) else values.get(part[0], Value("text", "")) for part in self.parts)
        return Prompt(self.id, parts, self.key)


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
