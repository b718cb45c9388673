"""What keeps a text from being YAML, in words for an admin: where it is wrong, what is wrong there, and how to mend it.

libyaml tells where it could go no further, in words of its grammar. What was mistyped mostly stands before that place:
the quote that opens a text without an end, the tab, the key without its colon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import yaml

from ivr.language.slips import MARK

QUOTES = 'put the text in "quotes"'
_KEY = r"[\w*#\"'./-]+"
_NO_SPACE = re.compile(rf"^\s*(?:- +)?({_KEY}?):(?=\S)")
_ENTRY = re.compile(rf"^\s*(?:- +)?({_KEY}) *:(?: +(?P<value>[^\s#].*))?(?:\s|$)")
_DASH = re.compile(r"^\s*-(?=[^\s-])")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, the way out, and the place: line and column from 0."""

    line: int
    column: int
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Halt:
    """Where libyaml stopped (`line`, `column`), what it wanted, and where what it was reading then had begun."""

    text: str
    lines: Sequence[str]
    line: int
    column: int
    problem: str
    context: str
    begun: tuple[int, int]

    @property
    def rest(self) -> str:
        """What stands in the line from the halt on."""
        return self.lines[self.line][self.column :] if self.line < len(self.lines) else ""

    @property
    def first(self) -> bool:
        """Whether the halt is at a line's first word, or at the colon after it."""
        before = self.lines[self.line][: self.column] if self.line < len(self.lines) else ""
        return not before.strip() or re.fullmatch(rf"\s*(?:- +)?{_KEY} *", before) is not None


def explain(error: yaml.YAMLError, text: str, lines: Sequence[str]) -> Fault:
    """What is wrong with a text that can't be read; `lines` are the text's."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return _control_character(text) or Fault(0, 0, f"isn't YAML: {error}")
    mark, begun = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
    if mark is None or begun is None:
        return Fault(0, 0, f"isn't YAML: {error.problem or error.context}")
    problem, context = error.problem or "", error.context or ""
    halt = _Halt(text, lines, mark.line, mark.column, problem, context, (begun.line, begun.column))
    found = next((fault for look in _LOOKS if (fault := look(halt))), None)
    return found or Fault(mark.line, mark.column, f"isn't YAML: {problem or context}")


def _control_character(text: str) -> Fault | None:
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found is None:
        return None
    *before, last = f"{text[: found.start()]}.".splitlines()
    return Fault(len(before), len(last) - 1, f"a control character (U+{ord(found[0]):04X})", "delete it")


def _tab(halt: _Halt) -> Fault | None:
    line = halt.lines[halt.line] if halt.line < len(halt.lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" not in indent:
        return None
    return Fault(halt.line, indent.index("\t"), "a tab in the indentation", "indent with spaces alone")


def _quote(halt: _Halt) -> Fault | None:
    """A quote that is never closed, or by the next text's quote only; or words after the closing one."""
    line, column = halt.begun
    if "quoted scalar" in halt.context:
        if "escape" in halt.problem:
            return Fault(
                halt.line, halt.column, "a \\ in a text in double quotes", "write \\\\, or use 'single quotes'"
            )
        mark = halt.lines[line][column]
        return Fault(
            line, column, "the quote that opens here is never closed", f"close it: write {mark} after the text"
        )
    last = _last_token(halt)
    if not isinstance(last, yaml.ScalarToken) or last.plain or "did not find expected" not in halt.problem:
        return None
    start, end = last.start_mark, last.end_mark
    mark = halt.lines[start.line][start.column]
    if start.line != end.line:
        message = f"the quote that opens here is closed in line {end.line + 1} only"
        return Fault(start.line, start.column, message, f"close it: write {mark} after the text")
    if end.line != halt.line or halt.first or halt.rest[:1] in tuple("}]"):
        return None
    if re.match(rf"{_KEY} *:", halt.rest) and "flow mapping" in halt.context:
        return Fault(halt.line, halt.column, "a comma is missing before this key", "put a comma between two entries")
    return Fault(halt.line, halt.column, "words after the closing quote", "put the whole text in quotes, or none of it")


def _last_token(halt: _Halt) -> yaml.Token | None:
    """The last thing that ends before the halt."""
    last = None
    try:
        for token in yaml.scan(halt.text, Loader=yaml.CSafeLoader):
            if (token.end_mark.line, token.end_mark.column) > (halt.line, halt.column):
                break
            if token.end_mark.column != token.start_mark.column or token.end_mark.line != token.start_mark.line:
                last = token
    except yaml.YAMLError:
        pass
    return last


def _brackets(halt: _Halt) -> Fault | None:
    """`{` or `[` that isn't closed, or a comma missing inside; one closing too many; a text that begins with one."""
    if "flow mapping" in halt.context or "flow sequence" in halt.context:
        line, column = halt.begun
        opens, closes = ("{", "}") if "mapping" in halt.context else ("[", "]")
        if halt.line != line and (mark := MARK.search(halt.lines[line], column)):
            return Fault(line, mark.start(), "from here on it is a comment", f"{QUOTES} when it holds a #")
        if halt.line != line or halt.rest[:1] in tuple("}]"):
            hint = f"write {closes} at the entry's end; inside, a comma stands between two entries"
            return Fault(line, column, f"the {opens} that opens here isn't closed", hint)
        if halt.rest[:1] == ":":
            hint = f"a comma between two entries; {QUOTES} when it holds a colon"
            return Fault(halt.line, halt.column, f"a second colon in one entry inside {opens}{closes}", hint)
        if halt.rest[:1] == "{":
            return Fault(halt.line, halt.column, "a { inside a text without quotes", f"{QUOTES} when it holds {{}}")
        message = f"a comma or {closes} is missing before this"
        return Fault(halt.line, halt.column, message, f"a comma between two entries, {closes} at the end")
    if "did not find expected" in halt.problem and halt.rest[:1] in tuple("}]"):
        return Fault(halt.line, halt.column, f"a {halt.rest[0]} too many", "delete it")
    before = halt.lines[halt.line][: halt.column].rstrip() if halt.rest else ""
    if "did not find expected key" in halt.problem and before[-1:] in tuple("}]"):
        hint = f"{QUOTES} when it holds {{}} or []"
        return Fault(halt.line, halt.column, f"words after the closing {before[-1]}", hint)
    return None


def _colon(halt: _Halt) -> Fault | None:
    """A key without its colon, or without the space after it; a text that holds a colon."""
    if halt.problem == "could not find expected ':'":
        line = halt.begun[0]
        return _keyless(halt, line) or Fault(line, halt.begun[1], "a colon is missing after this", "write KEY: VALUE")
    if halt.problem == "mapping values are not allowed in this context" and not halt.first:
        return Fault(halt.line, halt.column, "a second colon in this line", f"{QUOTES} when it holds a colon")
    if halt.problem == "mapping values are not allowed in this context":
        before = next(_above(halt), None)
        return _keyless(halt, before) if before is not None and not _goes_on(halt, before) else None
    return None


def _keyless(halt: _Halt, number: int) -> Fault | None:
    """A line that should be a key's: where its colon or the space after that is missing."""
    line = halt.lines[number]
    indent = len(line) - len(line.lstrip())
    if _ENTRY.match(line):
        return None
    if match := _NO_SPACE.match(line):
        key, value = match[1], line[match.end() :].strip()
        return Fault(number, match.end(), "a space is missing after the colon", f"write {key}: {value}")
    if "\uff1a" in line:  # the colon of a Korean keyboard's full-width letters
        return Fault(number, line.index("\uff1a"), "this is a full-width colon", "write : and a space")
    return Fault(number, indent, "a colon is missing after the key", "write KEY: VALUE")


def _goes_on(halt: _Halt, number: int) -> bool:
    """Whether a line is the second of a text, which has begun behind a key."""
    indent = _indent(halt.lines[number])
    over = next((n for n in _above(halt, number) if _indent(halt.lines[n]) < indent), None)
    match = None if over is None else _ENTRY.match(halt.lines[over])
    return match is not None and match["value"] is not None


def _indentation(halt: _Halt) -> Fault | None:
    """A line that begins at no column where one may."""
    if not halt.first or not halt.rest:
        return None
    before = next(_above(halt), 0)
    if match := _DASH.match(halt.lines[before]):
        rest = halt.lines[before][match.end() :].strip()
        return Fault(before, match.end(), "a space is missing after the dash", f"write - {rest}")
    if "block collection" in halt.context:
        hint = "begin it with a dash, or in a column further left when it is a key"
        return Fault(halt.line, halt.column, "a dash is missing before this entry of a list", hint)
    if "did not find expected" not in halt.problem and "mapping values" not in halt.problem:
        return None
    indent = _indent(halt.lines[halt.line])
    places: dict[int, str] = {}
    for number in _above(halt):
        column, match = _indent(halt.lines[number]), _ENTRY.match(halt.lines[number])
        if match and column < min(places, default=column + 1) and column != indent:
            places[column] = match[1]
    near = sorted(sorted(places, key=lambda column: abs(column - indent))[:2], reverse=True)
    hint = " or ".join(f"as “{places[column]}”" for column in near)
    message = "this line's indentation fits nothing above it"
    return Fault(halt.line, indent, message, f"begin it in the same column {hint}" if hint else "")


def _above(halt: _Halt, number: int | None = None) -> Iterator[int]:
    """The lines above one (default: above the halt) that hold something, upwards."""
    start = halt.line if number is None else number
    return (n for n in range(min(start, len(halt.lines)) - 1, -1, -1) if halt.lines[n].split("#")[0].strip())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _sign(halt: _Halt) -> Fault | None:
    """A text that begins with a sign that means something to YAML."""
    line, column = halt.begun if halt.context.startswith("while scanning a") else (halt.line, halt.column)
    sign = halt.lines[line][column : column + 1] if line < len(halt.lines) else ""
    if sign in ("@", "`", "%", "*", "&", "!", "?", "|", ">", ","):
        return Fault(line, column, f"a text can't begin with {sign}", f"{QUOTES} when it begins with {sign}")
    return None


def _second_document(halt: _Halt) -> Fault | None:
    if "document" not in halt.problem or not any(line[:3] in ("---", "...") for line in halt.lines):
        return None
    return Fault(halt.line, halt.column, "a second document begins here", "delete the line of --- or ...")


_LOOKS: tuple[Callable[[_Halt], Fault | None], ...] = (
    _tab,
    _second_document,
    _quote,
    _sign,
    _brackets,
    _colon,
    _indentation,
)
"""Tried in their order."""
