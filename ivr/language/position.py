"""Where in a file a character of a YAML text stands, whichever way the text is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import yaml

_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|.", re.DOTALL)


def position(node: yaml.ScalarNode, lines: Sequence[str], index: int) -> tuple[int, int]:
    """Line and column (from 0) of the character `index` of the text that `node` is; `lines` are the file's.

    A text in quotes that goes on in a second line is only known by its beginning.
    """
    line, column = node.start_mark.line, node.start_mark.column
    if node.style in ("|", ">"):
        return _in_block(node, lines, index)
    if node.end_mark.line != line or index > len(node.value):
        return line, column
    raw = lines[line][column : node.end_mark.column]
    widths = list(_widths(raw, node.style))
    return line, column + (1 if node.style else 0) + sum(widths[:index])


def _widths(raw: str, style: str | None) -> Iterator[int]:
    """How many characters of the file each character of the text takes."""
    if style == "'":
        yield from (len(piece) for piece in re.findall(r"''|.", raw[1:-1]))
    elif style == '"':
        yield from (len(piece) for piece in _ESCAPE.findall(raw[1:-1]))
    else:
        yield from (1 for _ in raw)


def _in_block(node: yaml.ScalarNode, lines: Sequence[str], index: int) -> tuple[int, int]:
    """In a text below `|`, which keeps its lines but for the indent they have in common, or below `>`, which joins
    those that have no more than that by a blank each."""
    before, left = 0, index
    if node.style == "|":
        before = node.value.count("\n", 0, index)
        left = index - (node.value.rfind("\n", 0, index) + 1)
    first = node.start_mark.line + 1
    indent = next((len(line) - len(line.lstrip()) for line in lines[first:] if line.strip()), 0)
    for number in range(first + before, min(node.end_mark.line + 1, len(lines))):
        if node.style == "|" or left <= len(lines[number]) - indent:
            return number, indent + left
        left -= max(len(lines[number]) - indent, 0) + 1
    return node.start_mark.line, node.start_mark.column
