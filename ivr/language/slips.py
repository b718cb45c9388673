"""Slips of the pen that are YAML all the same, but mean something else: what was most likely meant, as a hint."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml
from pydantic_core import ErrorDetails

MARK = re.compile(r"(?<=\S )#(?=\w)")
"""The # that begins a comment and was hardly meant to: one blank before it, as between words, and none behind."""

_GLUED = re.compile(r"([\w*#]+):(\S.*)", re.DOTALL)


def glued(text: str) -> tuple[str, str] | None:
    """Key and value of `next:bye`, which without a space after the colon is but one text."""
    match = _GLUED.fullmatch(text)
    return (match[1], match[2]) if match else None


def with_space(text: str) -> str:
    """The hint for `next:bye`; "" when the text isn't like that."""
    found = glued(text)
    return f"write “{found[0]}: {found[1]}”, with a space after the colon" if found else ""


def is_consequence(error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """Whether a key is missing only since it is glued to its value, which is among the errors by itself."""
    *above, name = error["loc"] or ("",)
    others = (e["loc"] for e in errors if e["type"] == "extra_forbidden" and [*e["loc"][:-1]] == above)
    return error["type"] == "missing" and any((glued(str(loc[-1])) or ("",))[0] == name for loc in others)


def with_quotes(mapping: yaml.Node, key: str) -> str:
    """The hint for `{label: 접수, 발급, next: x}`, where a comma cuts a text in two and makes a key of the second part;
    "" when `key` isn't such a part of a text."""
    if not isinstance(mapping, yaml.MappingNode) or not mapping.flow_style:
        return ""
    owner, parts = "", [""]
    for name, value in mapping.value:
        if _is_part(name, value):
            parts.append(name.value)
        elif key in parts[1:]:
            break
        else:
            owner, parts = name.value, [value.value]
    cut = owner and isinstance(parts[0], str) and key in parts[1:]
    return f'a text with a comma needs quotes: {owner}: "{", ".join(parts)}"' if cut else ""


def cut_texts(root: yaml.Node | None, lines: Sequence[str]) -> list[tuple[int, int]]:
    """Where a # cuts off the rest of a text without quotes, as in `say: 안내 #1 창구`: lines and columns from 0."""
    marks = {(n, found.start()) for n, line in enumerate(lines) for found in MARK.finditer(line)}
    found: list[tuple[int, int]] = []
    waiting = [root] if root and marks else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            end = (node.end_mark.line, node.end_mark.column + 1)
            if end in marks and not node.style and (" " in node.value or not node.value.isascii()):
                found.append(end)
        elif isinstance(node, yaml.MappingNode):
            waiting += [part for entry in node.value for part in entry]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return sorted(found)


def _is_part(name: yaml.Node, value: yaml.Node) -> bool:
    return isinstance(name, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode) and not (value.value or value.style)
