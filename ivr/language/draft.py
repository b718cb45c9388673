"""An office while it is being read: what could be made of its files so far, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.errors import Problem, Severity
from ivr.language.calendar import Calendar
from ivr.language.cases import CasesForm
from ivr.language.desks import Desks
from ivr.language.office import Flow, Slow
from ivr.language.source import Source, did_you_mean, shown
from ivr.language.steps import CallStep
from ivr.language.table import Table

if TYPE_CHECKING:
    from ivr.language.messages import MessagesForm
    from ivr.language.notices import Notice
    from ivr.language.texts import Texts


@dataclass
class Draft:
    """Parts of an office. `sources` are keyed by path below the folder; `declared` has each flow's step names,
    (and under "notices" the notices)
    those that didn't validate included, so that a broken step isn't reported as missing, too; `files` the names of
    all flows that have a file, `broken_variables` what steps that didn't validate seem to set, for the same reason.
    `unreached`: flow and name of the steps that no call comes to, once somebody has asked for them."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    language: str = "ko"
    slow: Slow = field(default_factory=Slow)
    desks: Desks | None = None
    calendar: Calendar | None = None
    cases: CasesForm | None = None
    messages: MessagesForm | None = None
    notices: dict[str, Notice] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    declared: dict[str, set[str]] = field(default_factory=dict)
    unreached: set[tuple[str, str]] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    broken_variables: set[str] = field(default_factory=set)
    tables: dict[str, Table] = field(default_factory=dict)
    broken_tables: set[str] = field(default_factory=set)
    texts: dict[str, Texts] = field(default_factory=dict)

    def shown(self, path: Path) -> str:
        """How a problem calls a file of this office: as the admin would open it from here."""
        return shown(path)

    def complain(
        self,
        file: str,
        at: Sequence[str | int],
        message: str,
        hint: str = "",
        *,
        key: bool = False,
        severity: Severity = "error",
    ) -> None:
        """Add a problem at the value that path `at` leads to in a file (`key=True`: at its key)."""
        self.problems.append(self.sources[file].problem(at, message, hint, key=key, severity=severity))

    def unknown(self, file: str, at: Sequence[str | int], what: str, name: str, known: Iterable[str]) -> None:
        """Add that there is no such thing, with the names most like it."""
        self.complain(file, at, f"there is no {what} “{name}”", did_you_mean(name, known))

    def variables(self) -> set[str]:
        """Names of all variables: what steps set, and what flows are called with."""
        steps = [step for flow in self.flows.values() for step in flow.steps.values()]
        arguments = {name for step in steps if isinstance(step, CallStep) for name in step.with_}
        return self.broken_variables | arguments | {name for step in steps for name in step.variables()}
