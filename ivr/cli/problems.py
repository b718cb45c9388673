"""Problems as text for a person, as JSON for a program, as annotations for a GitHub workflow."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

from ivr.errors import Problem, Severity

_PLURAL: dict[Severity, str] = {"error": "errors", "warning": "warnings", "advice": "advice"}
_GITHUB: dict[Severity, str] = {"error": "error", "warning": "warning", "advice": "notice"}


def counted(problems: Sequence[Problem]) -> str:
    """How many of each severity, e.g. "1 error, 2 warnings"."""
    counts = {severity: sum(p.severity == severity for p in problems) for severity in _PLURAL}
    return ", ".join(f"{n} {severity if n == 1 else _PLURAL[severity]}" for severity, n in counts.items() if n)


def _text(problems: Sequence[Problem]) -> str:
    return "".join(f"{problem}\n" for problem in problems)


def _json(problems: Sequence[Problem]) -> str:
    """A list of objects: file, line, column, message, hint, source, severity."""
    return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2) + "\n"


def _github(problems: Sequence[Problem]) -> str:
    """Workflow commands: `::error file=…,line=…,col=…::message`."""
    return "".join(f"{_command(problem)}\n" for problem in problems)


def _command(problem: Problem) -> str:
    place = {"file": problem.file}
    if problem.line:
        place |= {"line": str(problem.line), "col": str(problem.column)}
    properties = ",".join(f"{name}={_property(value)}" for name, value in place.items())
    text = problem.message + (f" → {problem.hint}" if problem.hint else "")
    return f"::{_GITHUB[problem.severity]} {properties}::{_data(text)}"


def _data(text: str) -> str:
    """Text after `::`, which ends at the line's end."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property's value, which ends at a comma or a colon."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Sequence[Problem]], str]] = {"text": _text, "json": _json, "github": _github}
"""The formats of `ivr check`."""
