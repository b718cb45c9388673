"""YAML with positions: a file becomes plain data beside a tree of nodes, so that any problem can name its place.

Keys and plain scalars stay the text they are in the file: `on`, `NO`, `08` and `8` mean just that, and the schema
alone decides what a text stands for. Duplicate keys, aliases and tags are refused: they hide what a caller hears.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ivr.errors import BadInput, Problem, Severity
from ivr.language.fields import WrongKey
from ivr.language.plain_words import known_keys, plain_words, to_be_written, way_out
from ivr.language.position import position
from ivr.language.slips import cut_texts, is_consequence, with_quotes, with_space
from ivr.language.unreadable import explain

LIMIT = 4 * 1024 * 1024
"""Largest file read, in bytes: far above any office, far below what would hurt."""

_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str")}


class _Loader(yaml.CSafeLoader):
    """Takes every plain scalar for a text: what else YAML would make of it isn't wanted, and takes a third longer."""

    yaml_implicit_resolvers: dict[str, Any] = {}


Model = TypeVar("Model", bound=BaseModel)
Path_ = Sequence[str | int]


class Source:
    """One YAML file: `data` (dicts, lists, texts, None) and a way from a path in it to a line and column."""

    def __init__(self, path: Path, name: str | None = None) -> None:
        """Read and parse `path`. `name` is how problems call the file (default: the path itself).

        Raises BadInput when the file can't be read, isn't UTF-8 or isn't YAML as this product takes it.
        """
        self.path = path
        self.name = name or str(path)
        self.problems: list[Problem] = []
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise BadInput([Problem(self.name, 0, 0, f"can't be read: {error.strerror}")]) from error
        text = decoded(raw, self.name)
        self.lines = text.splitlines()
        self.root: yaml.Node | None = None
        try:
            self.root = yaml.compose(text, Loader=_Loader)
        except yaml.YAMLError as error:
            fault = explain(error, text, self.lines)
            raise BadInput([self._at(fault.line, fault.column, fault.message, fault.hint)]) from error
        self._seen: set[int] = set()
        self._entries: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]] = {}
        self.data: Any = self._plain(self.root) if self.root is not None else None

    def _plain(self, node: yaml.Node) -> Any:
        if id(node) in self._seen:  # one node in two places: an alias; a few of them can stand for a world of copies
            self._complain(node, "stands for more than one place (&, *)", "write it out in each")
            return node.value if isinstance(node, yaml.ScalarNode) else None
        self._seen.add(id(node))
        if node.tag not in _TAGS:
            self._complain(node, f"the tag {node.tag} means nothing here", "write the text alone")
        if isinstance(node, yaml.MappingNode):
            result: dict[str, Any] = {}
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    self._complain(key, "a key must be a plain text")
                    continue
                if key.value in result:
                    self._complain(key, f"the key “{key.value}” stands here twice", "keep one of them")
                    continue
                result[key.value] = self._plain(value)
            return result
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item) for item in node.value]
        if isinstance(node, yaml.ScalarNode) and node.value == "" and not node.style:
            return None  # nothing at all, not even ""
        return node.value

    def _complain(self, node: yaml.Node, message: str, hint: str = "") -> None:
        self.problems.append(self._at(node.start_mark.line, node.start_mark.column, message, hint))

    def _at(self, line: int, column: int, message: str, hint: str = "", severity: Severity = "error") -> Problem:
        source = self.lines[line] if line < len(self.lines) else ""
        return Problem(self.name, line + 1, column + 1, message, hint, source, severity)

    def problem(
        self,
        path: Path_,
        message: str,
        hint: str = "",
        *,
        key: bool = False,
        severity: Severity = "error",
    ) -> Problem:
        """A problem at the value that `path` leads to (`key=True`: at its key), or at the nearest one above it."""
        at = self._walk(path, key)
        if at is None:
            return Problem(self.name, 0, 0, message, hint, severity=severity)
        return self._at(at.start_mark.line, at.start_mark.column, message, hint, severity)

    def _walk(self, path: Path_, key: bool = False) -> yaml.Node | None:
        """The node at the end of `path` (its key instead), or the nearest one above."""
        node, at = self.root, self.root
        for name in path:
            if isinstance(node, yaml.MappingNode):
                found = self._entry(node, str(name))
            elif isinstance(node, yaml.SequenceNode) and isinstance(name, int) and name < len(node.value):
                found = (node.value[name], node.value[name])
            else:
                found = None
            if found is None:
                break
            node = found[1]
            at = found[0] if key else node
        return at

    def node(self, path: Path_) -> yaml.Node:
        """The node that `path` leads to, for editing in its place; it must be there. Lines and columns count from 0."""
        found = self._walk(path)
        assert found is not None  # noqa: S101 - the data was read from it
        return found

    def inside(self, path: Path_, index: int, message: str, hint: str = "") -> Problem:
        """A problem at the character `index` of the text that `path` leads to."""
        node = self._walk(path)
        if not isinstance(node, yaml.ScalarNode):
            return self.problem(path, message, hint)
        return self._at(*position(node, self.lines, index), message, hint)

    def _entry(self, node: yaml.MappingNode, key: str) -> tuple[yaml.Node, yaml.Node] | None:
        """A mapping's key and value. The first of two alike is the one that counts."""
        entries = self._entries.get(id(node))
        if entries is None:
            entries = self._entries[id(node)] = {k.value: (k, v) for k, v in reversed(node.value) if k.id == "scalar"}
        return entries.get(key)

    def moved(self, problem: Problem, words: str, severity: Severity = "error") -> Problem:
        """The problem moved on to where these words first stand in its text."""
        problem = replace(problem, severity=severity)
        for number, line in enumerate(self.lines[problem.line - 1 :], problem.line):
            column = line.find(words, problem.column - 1 if number == problem.line else 0)
            if column >= 0:
                return replace(problem, line=number, column=column + 1, source=line)
        return problem

    def cut(self) -> Iterator[Problem]:
        """Warnings of texts that end where a # makes a comment of what was most likely meant to be spoken."""
        for line, column in cut_texts(self.root, self.lines):
            message = "from here on it is a comment, and isn't spoken"
            yield self._at(line, column, message, 'put the text in "quotes" when it holds a #', "warning")

    def validate(self, model: type[Model], at: Path_ = (), data: Any = None) -> Model | None:
        """The data below path `at` as `model`; None when it doesn't fit, with the reasons added to `problems`."""
        value = self.data if data is None and not at else data
        try:
            return model.model_validate({} if value is None else value)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            if value is None and not at:
                needed = ", ".join(str(e["loc"][-1]) for e in errors if e["loc"])
                self.problems.append(Problem(self.name, 0, 0, "the file is empty", f"it needs at least: {needed}"))
            else:
                self.problems += [self._misfit(e, at, model) for e in errors if not is_consequence(e, errors)]
            return None

    def _misfit(self, error: ErrorDetails, at: Path_, model: type[BaseModel]) -> Problem:
        where = [*at, *error["loc"]]
        kind = error["type"]
        at_key = where[-1:] == ["[key]"]  # what is wrong is the key itself
        where = where[:-1] if at_key else where
        name = str(where[-1]) if where else ""
        if kind == "extra_forbidden":
            hint = self.slip(where) or did_you_mean(name, known_keys(model, error["loc"][:-1]))
            return self.problem(where, f"unknown key “{name}”", hint, key=True)
        if kind == "missing":
            hint = to_be_written(model, error["loc"])
            return self.problem(where[:-1], f"the key “{name}” is missing", hint, key=True)
        if kind == "value_error":
            wrong = error.get("ctx", {}).get("error", error["msg"])
            at_key = isinstance(wrong, WrongKey)
            hint = wrong.hint if isinstance(wrong, WrongKey) else ""
            return self.problem([*where, wrong.key] if at_key else where, str(wrong), hint, key=at_key)
        words, given = plain_words(error), error["input"]
        glued = isinstance(given, str) and kind in ("dict_type", "model_type")
        hint = with_space(given) if glued else self.slip(where) if given is None else ""
        return self.problem(where, f"{name}: {words}" if name else words, hint or way_out(error), key=at_key)

    def slip(self, path: Path_) -> str:
        """A hint, when the key that `path` leads to looks like no key: a part of a text, or a key with its value."""
        mapping = self._walk(path[:-1])
        return with_space(str(path[-1])) or (with_quotes(mapping, str(path[-1])) if mapping else "")


def decoded(raw: bytes, name: str) -> str:
    """The text of a file that problems call `name`. Raises BadInput when it is too large, or not UTF-8."""
    if len(raw) > LIMIT:
        raise BadInput([Problem(name, 0, 0, f"is larger than {LIMIT // 2**20} MiB")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        hint = "save the file as UTF-8; in Excel as “CSV UTF-8”" if name.endswith(".csv") else "save the file as UTF-8"
        raise BadInput([Problem(name, line, 1, "isn't UTF-8", hint)]) from error


def shown(path: Path) -> str:
    """How a problem calls a file: as the admin would open it from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint: the known names most like `name`, or all of them when there are few and none is alike."""
    known = sorted(set(known))
    letters = {unicodedata.normalize("NFD", n): n for n in known}  # in Hangul a slip is in a letter of the syllable
    near = difflib.get_close_matches(unicodedata.normalize("NFD", name), letters, n=2, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"“{letters[n]}”" for n in near) + "?"
    return "known: " + ", ".join(known) if 0 < len(known) <= 12 else ""
