"""MAP.yaml: what the columns of another system's sheet hold, and what it calls desks, lines and outcomes."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from ivr.errors import BadInput, Problem
from ivr.history.moments import Twice
from ivr.language.desks import Desks
from ivr.language.fields import Extension, Form, Name
from ivr.language.source import Source, did_you_mean
from ivr.records.retold import WORDS

SKIP = "skip"
"""Stands for a desk whose rows are left out."""

_DIRECTIVES = "YmdHMSfpIyjbB%"


def _format(text: str) -> str:
    unknown = [d for d in re.findall(r"%(.?)", text) if not d or d not in _DIRECTIVES]
    if unknown or "%" not in text:
        raise ValueError(f"“{text}” is no format: write e.g. %Y-%m-%d %H:%M:%S, with %p and %I for 오전/오후")
    afternoon = datetime(2026, 3, 2, 14, 5, 9)  # noqa: DTZ001
    try:
        read = datetime.strptime(afternoon.strftime(text), text)  # noqa: DTZ007
    except (ValueError, re.error) as error:  # re.error: the same directive twice
        raise ValueError(f"“{text}” is no format: {error}") from error
    if (read.date(), read.hour) != (afternoon.date(), afternoon.hour):
        raise ValueError(f"“{text}” doesn't tell the day and the hour: %I needs %p, a day alone a column of its time")
    return text


def _zone(text: object) -> ZoneInfo:
    if not isinstance(text, str) or text not in available_timezones():
        raise ValueError(f"“{text}” is no time zone: write e.g. Asia/Seoul or UTC")
    return ZoneInfo(text)


Title = Annotated[str, Field(min_length=1, max_length=200)]


def _titles(value: object) -> object:
    """One column is a list of one."""
    return [value] if isinstance(value, str) else value


def _alone(value: object) -> object:
    """A title alone stands for the column without options."""
    return value if isinstance(value, dict) else {"column": value}


class Time(Form):
    """Where the time stands at which the call came."""

    column: Annotated[list[Title], BeforeValidator(_titles, json_schema_input_type=Title | list[Title])] = Field(
        min_length=1, max_length=3, description="Title of the column, or several (day and time), read together."
    )
    format: Annotated[str, AfterValidator(_format)] | None = Field(
        None, description="As for strptime, e.g. `%Y/%m/%d %H:%M:%S`. Default: 2026-03-02 14:05:09, or Excel's own."
    )


class Length(Form):
    """Where a length of time stands."""

    column: Title = Field(description="Title of the column.")
    unit: Literal["ms", "s", "m"] = Field("s", description="What a plain number counts; 1:23 and 0:01:23 need none.")


class Columns(Form):
    """The sheet's columns, by what they hold."""

    time: Annotated[Time, BeforeValidator(_alone)] = Field(description="When the call came to the desk, or the line.")
    outcome: Title = Field(description="How it came out.")
    desk: Title | None = Field(None, description="Desk or queue. Empty: the call came to none.")
    line: Title | None = Field(None, description="Number called.")
    caller: Title | None = Field(None, description="Caller's number; it is encrypted at once.")
    waited: Annotated[Length, BeforeValidator(_alone)] | None = Field(None, description="Wait for an officer.")
    talked: Annotated[Length, BeforeValidator(_alone)] | None = Field(None, description="Length of the conversation.")

    def titles(self) -> list[str]:
        """All of them, as the head must have them."""
        lengths = [length.column for length in (self.waited, self.talked) if length]
        return [*self.time.column, self.outcome, *filter(None, [self.desk, self.line, self.caller]), *lengths]


class Map(Form):
    """MAP.yaml as a whole."""

    source: Name | None = Field(None, description="Name of the other system; reports and call ids show it.")
    sheet: Title | None = Field(None, description="Sheet of a workbook. Default: the first.")
    zone: Annotated[ZoneInfo, BeforeValidator(_zone, json_schema_input_type=str)] | None = Field(
        None, description="Time zone of its clock. Default: the office's own."
    )
    twice: Twice | None = Field(None, description="Which is meant of the hour that the end of summer time repeats.")
    columns: Columns | None = Field(None, description="For a sheet: what its columns hold.")
    desks: dict[Title, Name] = Field(
        default_factory=dict, description="Their queue or desk: ours, or `skip` to leave its rows out."
    )
    lines: dict[Title, Extension] = Field(default_factory=dict, description="Number called: our line.")
    outcomes: dict[Title, str] = Field(
        default_factory=dict, description=f"Their word: ours, one of {', '.join(sorted(WORDS))}."
    )


def read(path: Path, desks: Desks) -> Map:
    """Read a map for an office with these desks. Raises BadInput with all that is wrong, each with its place."""
    source = Source(path)
    found = source.validate(Map)
    problems: list[Problem] = list(source.problems)
    if found is not None:
        for theirs, ours in found.desks.items():
            if ours != SKIP and ours not in desks.desks:
                hint = did_you_mean(ours, [*desks.desks, SKIP])
                problems.append(source.problem(["desks", theirs], f"there is no desk “{ours}”", hint))
        for theirs, word in found.outcomes.items():
            if word not in WORDS:
                message = f"“{word}” is no outcome"
                problems.append(source.problem(["outcomes", theirs], message, did_you_mean(word, WORDS)))
    if found is None or problems:
        raise BadInput(problems)
    return found
