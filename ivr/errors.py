"""What can go wrong, in one tree. Foreign errors are mapped to these at the rim, never passed on.

OnestopError
├── BadInput             somebody's file or argument is wrong: every problem at once, each with its place
├── ExchangeError        Asterisk can't be had, doesn't start, or doesn't answer as it should
│   └── CallerGone       the caller hung up, or the channel is gone: an ordinary end of a visit
├── JournalUnavailable   the journal can't be written: calls go on, promises are refused
├── StoreUnavailable     the database can't be reached or stays locked
├── ForeignError         a provider (SMS) can't be asked: its fault or the network's
├── KeyMissing           a key that a stored value needs is not in the key folder
├── SpeechError          a text can't be made into sound
└── NotYet               what has to be there first isn't: later it may be
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

WIDTH = 160
"""Most characters of a source line that are shown."""

Severity = Literal["error", "warning", "advice"]


class OnestopError(Exception):
    """Base of every error this product raises on purpose; its text is fit for a person to read."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in an input file, and where.

    `line` and `column` count from 1; 0 means the file as a whole. `source` is the line as it stands in the
    file, `hint` the way out ("did you mean …").
    """

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    source: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        text = f"{place}: {self.severity}: {self.message}"
        if self.source:
            start = max(0, self.column - WIDTH // 2) if len(self.source) > WIDTH else 0
            shown = self.source[start : start + WIDTH].rstrip()
            text += f"\n    {shown}\n    {_caret(shown, self.column - start)}"
        if self.hint:
            text += f"\n    → {self.hint}"
        return text


def _caret(source: str, column: int) -> str:
    """Spaces and a caret under `column`; a Hangul syllable takes two cells on a terminal."""
    before = source[: column - 1]
    return "".join("\t" if c == "\t" else "  " if ord(c) > 0x1100 else " " for c in before) + "^"


class BadInput(OnestopError):
    """An input is wrong. Carries every problem found, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda p: (p.file, p.line, p.column))
        super().__init__("\n".join(map(str, self.problems)))


class ExchangeError(OnestopError):
    """Asterisk can't be had, didn't start, or answered something it should not."""


class CallerGone(ExchangeError):
    """The caller hung up or the channel was taken away; nothing more can be asked of it."""


class JournalUnavailable(OnestopError):
    """The journal can't be written (disk full, no permission)."""


class StoreUnavailable(OnestopError):
    """The database can't be reached, or stayed locked past its limit."""


class ForeignError(OnestopError):
    """A provider outside can't be asked just now; trying later makes sense."""


class KeyMissing(OnestopError):
    """A stored value names a key that isn't in the key folder."""


class SpeechError(OnestopError):
    """A text could not be made into sound."""


class NotYet(OnestopError):
    """What has to be there first isn't there yet; trying later makes sense."""
