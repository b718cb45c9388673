"""calendar.yaml: the office's zone and its named clocks."""

from __future__ import annotations

import datetime
import re
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from ivr.language.fields import Form, Name, Span, Text, WrongKey

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"“{value}” is no time zone, e.g. Asia/Seoul")
    return value


def _date(value: object) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"“{value}” is no date: write e.g. 2026-12-31") from None


def _year(value: object) -> int | None:
    if value is None or isinstance(value, int):
        return value
    if not re.fullmatch(r"20[0-9]{2}", str(value)):
        raise ValueError(f"“{value}” is no year: write e.g. 2027")
    return int(str(value))


Day = Annotated[datetime.date, BeforeValidator(_date)]


def weekdays(text: str) -> list[int]:
    """Weekday numbers (Monday 0) of "mon", "mon-fri", or "tue, thu". Raises ValueError."""
    days: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if first not in WEEKDAYS or (last and last not in WEEKDAYS):
            raise ValueError(f"“{text}” is no weekday: write mon, mon-fri or tue,thu")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        if end < start:
            raise ValueError(f"“{text}” runs backwards: write e.g. mon-fri")
        days += range(start, end + 1)
    return days


def _week(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError("must be a mapping of weekdays to spans, e.g. {mon-fri: 08:00-18:00}")
    for key in value:
        try:
            weekdays(str(key))
        except ValueError as error:
            raise WrongKey(str(key), str(error)) from None
    return value


class Clock(Form):
    """When something is open. Later weekday entries override earlier ones: `{mon-fri: …, tue: …}`."""

    hours: Annotated[dict[str, Span], BeforeValidator(_week)] = Field(
        description="Weekdays to opening span; days not named are closed."
    )
    lunch: Span | None = Field(None, description="Midday break, within the opening span.")
    holidays: bool = Field(True, description="Closed on public holidays and on the office's own days off.")
    days_off: dict[Day, Text] = Field(
        default_factory=dict, description="Further days off of this clock alone, with the reason."
    )


class Calendar(Form):
    """calendar.yaml as a whole."""

    zone: Annotated[str, AfterValidator(_zone)] = Field(description="Time zone of the office.")
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = Field(
        "KR", description="Country whose public holidays, substitute days included, are kept."
    )
    days_off: dict[Day, Text] = Field(
        default_factory=dict, description="The office's own days off (임시공휴일, 개청기념일), with the reason."
    )
    complete_until: Annotated[int | None, BeforeValidator(_year)] = Field(
        None,
        description="Last year whose own days off are all entered, e.g. 2027, also when it has none: the check then "
        "doesn't ask for them.",
    )
    clocks: dict[Name, Clock] = Field(description="Named clocks.")

    @property
    def tz(self) -> ZoneInfo:
        """The zone as Python takes it."""
        return ZoneInfo(self.zone)
