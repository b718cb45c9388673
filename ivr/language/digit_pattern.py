r"""A pattern that typed digits have to fit: a regular expression of which only so much is taken that it can't run away.

Alternatives between `|`; in each, digits, `\d` and classes such as `[1-4]`, each of them followed by `{n}` where it
stands n times; and once in an alternative `?`, `*`, `+` or `{n,m}`. So a match takes one try for each length, whatever
a caller types: no groups, no repetition within another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 100
"""Characters of a pattern at most."""

_ATOM = re.compile(r"(\d|\\d|\[\^?(?:\d-\d|\d)+\])([?*+]|\{(\d{1,2})\}|\{(\d{1,2}),(\d{1,2})\})?")
_MANY = 99


@dataclass(frozen=True, slots=True)
class _Part:
    """Digits of one sort in a row: between `fewest` and `most` of them, `digit` the smallest that fits."""

    digit: str
    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class DigitPattern:
    """A checked pattern; `text` as it was written."""

    text: str

    def __post_init__(self) -> None:
        """Raises ValueError, in words for an admin."""
        if len(self.text) > LONGEST:
            raise ValueError(f"a pattern is at most {LONGEST} characters long")
        for alternative in self.text.split("|"):
            parts = _parts(alternative)
            if sum(part.fewest != part.most for part in parts) > 1:
                raise ValueError(f"“{alternative}” repeats in two places: only one of ? * + {{n,m}} can stand in it")

    def fits(self, digits: str) -> bool:
        """Whether all of `digits` is what the pattern says."""
        return re.fullmatch(self.text, digits, re.ASCII) is not None

    def sample(self, fewest: int, most: int) -> str | None:
        """Digits that fit, `fewest` to `most` of them; None when none of that length do."""
        for alternative in self.text.split("|"):
            parts = _parts(alternative)
            short, long = sum(part.fewest for part in parts), sum(part.most for part in parts)
            if short <= most and long >= fewest:
                more = max(0, fewest - short)
                return "".join(part.digit * (part.fewest + (more if part.most > part.fewest else 0)) for part in parts)
        return None


def _parts(alternative: str) -> list[_Part]:
    parts, at = [], 0
    while at < len(alternative) or not alternative:
        match = _ATOM.match(alternative, at)
        if match is None:
            raise ValueError(
                f"“{alternative[at:]}” is no pattern of digits: take 0-9, \\d, [1-4], {{n}}, "
                "one of ? * + {n,m}, and |"
            )
        parts.append(_part(match))
        at = match.end()
    return parts


def _part(match: re.Match[str]) -> _Part:
    atom, times, exactly, low, high = match.groups()
    try:
        digit = next((digit for digit in "0123456789" if re.fullmatch(atom, digit)), None)
    except re.error:
        digit = None
    fewest, most = {"?": (0, 1), "*": (0, _MANY), "+": (1, _MANY), None: (1, 1)}.get(times, (0, 0))
    if exactly or low:
        fewest, most = int(exactly or low), int(exactly or high)
    if digit is None or fewest > most:
        raise ValueError(f"“{match[0]}” fits no digit")
    return _Part(digit, fewest, most)
