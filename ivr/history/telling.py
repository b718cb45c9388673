"""What a file tells of one call, and the list of what is wrong in a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ivr.errors import BadInput, Problem
from ivr.records.keys import EXTENSION_DIGITS
from ivr.records.retold import Told

MOST_REASONS = 100
"""Most different reasons that are listed."""

_LINES = 5
"""Most lines named for one reason."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One call as a file tells it. caller: the number as it stands there, "" when there is none."""

    call: str
    caller: str
    told: Told


@dataclass(slots=True)
class Complaints:
    """Wrong rows by what is wrong with them: every reason once, with the lines it holds for. Bounded."""

    file: str
    rows: int = 0
    _reasons: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)
    _unlisted: int = 0

    def add(self, line: int, reason: str, hint: str = "") -> None:
        """A row is wrong. The reason shows nothing of it but what `shown` lets through."""
        self.rows += 1
        key = reason, hint
        if key not in self._reasons and len(self._reasons) >= MOST_REASONS:
            self._unlisted += 1
            return
        lines = self._reasons.setdefault(key, [])
        if len(lines) < _LINES:
            lines.append(line)
        self._counts[key] = self._counts.get(key, 0) + 1

    def problems(self) -> Iterator[Problem]:
        """All of them, for a person."""
        for (reason, hint), (first, *others) in self._reasons.items():
            more = self._counts[reason, hint] - 1 - len(others)
            also = ", ".join([*map(str, others), *([f"{more:,} more"] if more else [])])
            yield Problem(self.file, first, 1, reason + (f" (also lines {also})" if also else ""), hint)
        if self._unlisted:
            yield Problem(self.file, 0, 0, f"{self._unlisted:,} more wrong rows, for other reasons")

    def refuse(self) -> None:
        """Raise BadInput if anything is wrong."""
        if self.rows:
            raise BadInput(self.problems())


def shown(text: str) -> str:
    """A cell as an error may show it: short, and where it could be a telephone number each digit as 9."""
    text = "".join(c if c.isprintable() else "?" for c in text)
    digits = sum(c.isdigit() for c in text)
    kept = re.sub(r"\d", "9", text) if digits > EXTENSION_DIGITS else text
    return kept[:40] + ("…" if len(kept) > 40 else "")


@dataclass(slots=True)
class Notes:
    """What is noted down while a file is read. left_out: rows that are no calls to the office, by the reason. clock:
    the one its times are of, as text."""

    complaints: Complaints
    rows: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    clock: object = "UTC"
