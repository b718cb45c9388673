"""Conditions in CEL, the way out for the rare hard one: typed when the office is loaded, bounded when a call asks.

    queue.exams.waiting > 5 && clock.phone == 'open'

The only module that knows the library (Google's CEL, in C++). An expression has at most LONGEST characters and no
macros, so that it does no more than its length says; its patterns (`matches`) take linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cel_expr_python import cel

from ivr.language.condition import Condition, Look
from ivr.language.expression import mentioned
from ivr.language.names import Known, way_out
from ivr.language.source import did_you_mean

LONGEST = 500
"""Most characters of an expression."""

Complain = Callable[[int, str, str], None]
"""Takes a problem: index of the character in the expression, message, hint."""

_EQUALS = re.compile(r"(?<![\w.])([a-z][a-z0-9_.]*)\s*[!=]=\s*((['\"])([^'\"\\\n]*)\3)")
_LITERAL = re.compile(r"""[rR]?(?:'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")""", re.DOTALL)
_PATTERN_NEXT = re.compile(r"\bmatches\s*\(\s*(?:[^()]*,\s*)?$")
_SETTINGS = "stdlib:\n  disable_macros: true\n"
_TYPES = {bool: cel.Type.BOOL, int: cel.Type.INT, str: cel.Type.STRING}
_WORDS = {"string": "a text", "int": "a number", "bool": "true or false", "double": "a number with a point"}
_ERROR = re.compile(r"^(?:[A-Z_]+: )?ERROR: <input>:(\d+):(-?\d+): (.*?)(?: \[[A-Z_]+\])?$", re.MULTILINE)
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD = re.compile(r"found no matching overload for '@?_?([^']*?)_?' applied to '\((.*)\)'")
_SYNTAX = re.compile(r"Syntax error: ([a-z ]+?):? '(.*?)'(?: expecting .*)?$", re.DOTALL)
_HINTS = {"=": "write == for equal", "and": "write && for and", "or": "write || for or", "not": "write ! for not"}


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression and the names that it may ask for."""

    program: Any
    names: tuple[str, ...]

    def holds(self, look: Look) -> bool | None:
        """Its value; None when it fails (a name that isn't known, a division by 0)."""
        try:
            data = {name: value for name in self.names if (value := look(name)) is not None}
            result = self.program.eval(data=data)
            value = result.value() if result.type() == cel.Type.BOOL else None
        except (RuntimeError, TypeError, ValueError, OverflowError):  # errors that the library doesn't return as values
            return None
        return value if isinstance(value, bool) else None


class Compiler:
    """Compiles the expressions of one office."""

    def __init__(self, names: Mapping[str, Known]) -> None:
        """names: all that expressions may use."""
        self._names = names

    @cached_property
    def _environment(self) -> Any:
        variables = {name: _TYPES[known.plain] for name, known in self._names.items()}
        return cel.NewEnv(config=cel.NewEnvConfigFromYaml(_SETTINGS), variables=variables)

    def compile(self, text: str, complain: Complain) -> Condition | None:
        """The condition; None when something is wrong with it, which `complain` is told, each with its place."""
        if len(text) > LONGEST:
            complain(LONGEST, f"is longer than {LONGEST} characters", "make two conditions of it")
            return None
        try:
            program = self._environment.compile(text)
        except (RuntimeError, TypeError) as error:
            self._explain(text, str(error), complain)
            return None
        if program.return_type() != cel.Type.BOOL:
            complain(
                0, f"is no condition: it gives {_type(program.return_type().name())}", "compare it, e.g. … == '완료'"
            )
            return None
        if not self._possible(text, complain) or not self._patterns(text, complain):
            return None
        return Expression(program, tuple(name for name in mentioned(text) if name in self._names))

    def _possible(self, text: str, complain: Complain) -> bool:
        """Whether every name that is compared with a word in quotes can be that word; the library doesn't know."""
        possible = True
        for match in _EQUALS.finditer(text):
            known = self._names.get(match[1])
            if known and known.values and match[4] not in known.values:
                complain(match.start(2), f"“{match[1]}” is never “{match[4]}”", did_you_mean(match[4], known.values))
                possible = False
        return possible

    def _patterns(self, text: str, complain: Complain) -> bool:
        """Whether every pattern written out is a regular expression; the library finds out when a call asks."""
        good, end = True, 0
        for literal in _LITERAL.finditer(text):
            before, end, first = text[end : literal.start()], literal.end(), literal.start()
            if not _PATTERN_NEXT.search(before) or not text[end:].lstrip().startswith(")"):
                continue
            result = self._environment.compile(f"''.matches({literal[0]})").eval(data={})
            if result.type() != cel.Type.BOOL:
                reason = str(result).partition("regular expression: ")[2]
                complain(first, f"is no regular expression: {reason}", "")
                good = False
        return good

    def _explain(self, text: str, error: str, complain: Complain) -> None:
        """The library's errors in words for an admin."""
        starts = [0]
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        found = _ERROR.findall(error)
        for line, column, message in found:
            at = starts[min(int(line), len(starts) - 1) - 1] + max(int(column) - 1, 0)
            if match := _UNDECLARED.match(message):
                name = match[1]
                start = at - (name.rindex(".") if "." in name and text[at : at + 1] == "." else 0)
                if text[at : at + 1] == "(":
                    start = max(text.rfind(name, 0, at), 0)
                    complain(start, f"CEL has no function “{name}” here", "")
                else:
                    complain(max(start, 0), f"there is no name “{name}”", way_out(name, self._names))
            elif match := _OVERLOAD.match(message):
                types = " and ".join(_type(type) for type in match[2].split(", "))
                complain(at, f"“{match[1]}” doesn't take {types}", "")
            elif match := _SYNTAX.match(message):
                complain(at, f"isn't CEL: {_syntax(match[2])}", _HINTS.get(match[2].strip(), ""))
                break  # what follows is a consequence
            else:
                complain(at, f"isn't CEL: {message}", "")
        if not found:
            complain(0, f"isn't CEL: {error.splitlines()[0] if error else 'nobody knows why'}", "")


def _syntax(word: str) -> str:
    return "it ends too early" if word == "<EOF>" else f"“{word.strip()}” doesn't belong here"


def _type(name: str) -> str:
    return _WORDS.get(name.lower(), name)
