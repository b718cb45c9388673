"""cases.yaml: the kinds of petition and certificate that the office takes, and their statutory periods."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field

from ivr.language.fields import Form, Name, Text

Status = Literal["접수", "이송", "처리중", "보완요구", "기간연장", "완료", "거부", "반려", "취하", "종결"]
"""Statuses of a case, by the statute's own words (민원처리법)."""

STATUSES: tuple[Status, ...] = get_args(Status)

_PERIOD = re.compile(r"([1-9][0-9]{0,2})([dh])")


@dataclass(frozen=True, slots=True)
class Period:
    """A statutory period as it is written: so many days or working hours."""

    amount: int
    unit: Literal["d", "h"]

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


def parse_period(value: object) -> Period:
    """ "7d" or "3h" as a period. Raises ValueError, in words for an admin."""
    if isinstance(value, Period):
        return value
    match = _PERIOD.fullmatch(str(value))
    if match is None:
        raise ValueError(f"“{value}” is no period: write days or working hours, e.g. 7d or 3h (즉시)")
    return Period(int(match[1]), "d" if match[2] == "d" else "h")


PeriodText = Annotated[Period, BeforeValidator(parse_period)]
"""A statutory period as an admin writes it."""


class CaseType(Form):
    """A kind of case."""

    name: Text = Field(description="How callers hear it and messages print it.")
    period: PeriodText = Field(
        description="Statutory period: 7d; up to 5d are counted in hours of work, eight to the day; 즉시 is 3h."
    )
    sensitive: bool = Field(False, description="Its cases are seen by the desk in charge alone, unless told otherwise.")
    certificate: bool = Field(False, description="A certificate: received, in progress, then issued or turned down.")


class CasesForm(Form):
    """cases.yaml as a whole."""

    clock: Name = Field("petition", description="Clock of calendar.yaml that periods are counted by.")
    remedy: Text = Field(description="What somebody who is refused is told about objecting (이의신청).")
    types: dict[Name, CaseType] = Field(min_length=1, description="The kinds of case.")


class CaseTexts(Form):
    """What a translation says of cases (texts/<language>.yaml, under `cases`)."""

    types: dict[Name, Text] = Field(default_factory=dict, description="Kind of case to its name.")
    statuses: dict[str, Text] = Field(default_factory=dict, description="Status to how it is said.")
    remedy: Text | None = Field(None, description="What somebody who is refused is told about objecting.")


@dataclass(frozen=True, slots=True)
class CaseWords:
    """The words for cases in one language: types by name, statuses, the remedy after a refusal."""

    types: Mapping[str, str]
    statuses: Mapping[str, str]
    remedy: str


@dataclass(frozen=True, slots=True)
class CaseBook:
    """The office's cases.yaml, and its words in every language of the office. Without that file there are no types."""

    clock: str = "petition"
    types: Mapping[str, CaseType] = field(default_factory=dict)
    words: Mapping[str, CaseWords] = field(default_factory=dict)
