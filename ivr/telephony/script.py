"""A file of calls as text, edited in its lines: comments, order and what nobody touches stay as they are."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml

from ivr.errors import BadInput
from ivr.language.source import Path_, Source

INDENT = "    "

Gap = tuple[int, int, Sequence[str]]
"""Items from the first number up to the second, not included, and the texts that take their place."""


class Script:
    """One file's `edits` (first line, line after the last, new lines), gathered first, then written at once. Paths
    lead to an entry of a conversation."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.edits: list[tuple[int, int, list[str]]] = []

    def replace(self, path: Path_, kind: str, values: Sequence[str]) -> None:
        """Write an entry anew; a comment behind it stays."""
        node = self._entry(path)
        first, (last, column) = node.start_mark.line, _end(node)
        text = entry(kind, values, self._margin(path))
        tail = self._source.lines[last][column:]
        if tail.strip().startswith("#"):
            text[0] += tail
        self.edits.append((first, last + 1, text))

    def delete(self, path: Path_) -> None:
        """Take an entry out."""
        node = self._entry(path)
        self.edits.append((node.start_mark.line, _end(node)[0] + 1, []))

    def insert(self, path: Path_, kind: str, values: Sequence[str]) -> None:
        """A new entry before that of `path`."""
        line = self._entry(path).start_mark.line
        self.edits.append((line, line, entry(kind, values, self._margin(path))))

    def items(self, path: Path_, gaps: Sequence[Gap]) -> None:
        """Put the texts of each gap in the place of its items of what is heard in an entry."""
        heard = self._source.node((*path, "heard"))
        block = isinstance(heard, yaml.SequenceNode) and not heard.flow_style
        items = heard.value if isinstance(heard, yaml.SequenceNode) else [heard]
        if not block or any(_end(item)[0] != item.start_mark.line for item in items):
            values = [item.value for item in items]
            for start, end, texts in reversed(gaps):
                values[start:end] = texts
            if gaps:
                self.replace(path, "heard", values)
            return
        margin = " " * (items[0].start_mark.column - 2)
        for start, end, texts in gaps:
            at = items[start].start_mark.line if start < len(items) else items[-1].start_mark.line + 1
            for item in items[start:end]:
                line = item.start_mark.line
                self.edits.append((line, line + 1, []))
            self.edits.append((at, at, [f"{margin}- {scalar(text)}" for text in texts]))

    def write(self) -> bool:
        """Carry the edits out, whole or not at all; whether there were any.

        Raises BadInput when the file has changed since it was read, or can't be written.
        """
        if not self.edits:
            return False
        path = self._source.path
        if Source(path, self._source.name).lines != self._source.lines:
            raise BadInput([self._source.problem((), "has changed while the conversations were held", "try again")])
        lines = list(self._source.lines)
        # From the end, so that line numbers hold; at one line what is inserted comes before what is replaced.
        for first, last, _, text in sorted(((a, b, n, t) for n, (a, b, t) in enumerate(self.edits)), reverse=True):
            lines[first:last] = text
        try:
            newline = "\r\n" if b"\r\n" in path.read_bytes() else "\n"
            put(path, newline.join([*lines, ""]))
        except OSError as error:
            raise BadInput([self._source.problem((), f"can't be written: {error.strerror}")]) from error
        return True

    def _entry(self, path: Path_) -> yaml.Node:
        """The node of an entry, which must have its lines for itself."""
        talk = self._source.node(path[:-1])
        if isinstance(talk, yaml.SequenceNode) and talk.flow_style:
            hint = "write one entry a line, each with its “-”"
            raise BadInput([self._source.problem(path[:-1], "can't be rewritten in [ ]", hint)])
        return self._source.node(path)

    def _margin(self, path: Path_) -> str:
        """What stands before the dashes of the conversation."""
        return " " * self._source.node(path[:-1]).start_mark.column


def entry(kind: str, values: Sequence[str], margin: str) -> list[str]:
    """An entry as lines: a single value beside its kind, several below."""
    if len(values) == 1:
        return [f"{margin}- {kind}: {scalar(values[0])}"]
    return [f"{margin}- {kind}:", *(f"{margin}{INDENT}- {scalar(value)}" for value in values)]


def scalar(text: str) -> str:
    """A text as it may stand in YAML, in quotes when it must."""
    with contextlib.suppress(yaml.YAMLError):
        node = yaml.compose(f"- {text}", Loader=yaml.CSafeLoader)
        if isinstance(node, yaml.SequenceNode) and len(node.value) == 1:
            only = node.value[0]
            plain = isinstance(only, yaml.ScalarNode) and not only.style and only.value == text
            if plain and only.tag != "tag:yaml.org,2002:null":
                return text
    return json.dumps(text, ensure_ascii=False)


def put(path: Path, text: str) -> None:
    """Write a file so that it is either the old one or the new one, also after a crash. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _end(node: yaml.Node) -> tuple[int, int]:
    """Where a node's own text ends: line and column, from 0."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return _end(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return _end(node.value[-1])
    mark = node.end_mark
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">") and mark.column == 0:
        return mark.line - 1, 10**6  # a block ends where the next text begins
    return mark.line, mark.column
