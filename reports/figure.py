"""One figure: a value, and all that is to be said about it, in Korean and in English. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from reports.wording import Text, Wording

Unit = Literal["count", "share", "seconds", "points"]
"""A count, a share of 1, seconds, points out of 100."""
Language = Literal["ko", "en"]

Of = TypeVar("Of")
"""What a figure is made of."""


@dataclass(frozen=True, slots=True)
class Figure(Generic[Of]):
    """One figure: what it is called, how it is made, and the making itself (None: its denominator is 0)."""

    key: str
    unit: Unit
    en: Wording
    ko: Wording
    value: Callable[[Of], float | None]
    parts: Callable[[Of], tuple[float, float]] | None = None
    """Of a share that is told with its two numbers (14/24): these."""

    @property
    def title(self) -> str:
        """What it is called in English."""
        return self.en.title

    @property
    def formula(self) -> str:
        """How it is made, in English."""
        return self.en.formula

    @property
    def denominator(self) -> str:
        """What it is a share or a mean of, in English; empty for a count."""
        return self.en.denominator

    @property
    def source(self) -> str:
        """Where it is known from, in English."""
        return self.en.source

    def words(self, language: Language) -> Wording:
        """Title, formula, denominator and source in a language."""
        return self.ko if language == "ko" else self.en


def figure(
    key: str, unit: Unit, title: Text, formula: Text, of: Text, source: Text, value: Callable[[Of], float | None]
) -> Figure[Of]:
    """A figure whose texts are pairs: English, Korean. of: its denominator; two empty texts for a count."""
    en, ko = (Wording(*texts) for texts in zip(title, formula, of, source, strict=True))
    return Figure(key, unit, en, ko, value)


def share(
    key: str, title: Text, formula: Text, of: Text, source: Text, parts: Callable[[Of], tuple[float, float]]
) -> Figure[Of]:
    """A share whose part and whole are told beside it."""
    return replace(figure(key, "share", title, formula, of, source, lambda one: ratio(*parts(one))), parts=parts)


def ratio(part: float, whole: float) -> float | None:
    """Their quotient; None when the whole is 0."""
    return part / whole if whole else None
