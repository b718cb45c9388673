"""calendar.yaml: the office's zone, its named clocks, school terms and known peaks."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ivr.language.fields import Form, Name, Span, Text, WrongKey
from ivr.language.moment import Day, Moment, begin, end

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NONE = "none"
"""Name of the term, or of the peak, while there is none."""


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"“{value}” is no time zone, e.g. Asia/Seoul")
    return value


def _year(value: object) -> int | None:
    if value is None or isinstance(value, int):
        return value
    if not re.fullmatch(r"20[0-9]{2}", str(value)):
        raise ValueError(f"“{value}” is no year: write e.g. 2027")
    return int(str(value))


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


class Extended(Form):
    """The hours of one day, longer or shorter than its weekday's."""

    hours: Span = Field(description="From when until when it is open on that day.")
    reason: Text | None = Field(None, description="Why, for whoever reads `ivr calendar`.")


def _extended(value: object) -> object:
    """Hours alone are the whole of it."""
    return value if isinstance(value, dict | Extended) else {"hours": value}


Dated = Annotated[Extended, BeforeValidator(_extended, json_schema_input_type=Span | Extended)]


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
    extended: dict[Day, Dated] = Field(
        default_factory=dict,
        description="Days with hours of their own, longer or shorter, e.g. `2027-01-22: 08:00-20:00`; they win over "
        "the weekday, public holidays and the office's days off. Lunch stays.",
    )


class Term(Form):
    """A school term or vacation."""

    name: Text = Field(description="What it is called, the same every year.")
    from_: Day = Field(alias="from", description="First day.")
    until: Day = Field(description="Last day.")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.until < self.from_:
            raise ValueError(f"ends on {self.until}, before it begins")
        return self


class KnownPeak(Form):
    """A moment at which many will call: an announcement, a deadline."""

    name: Text = Field(description="What it is about.")
    from_: Moment = Field(alias="from", description="Day, or day and time of the release: 2027-01-22T15:00.")
    until: Moment | None = Field(
        None, description="Last day (as a whole), or the minute at which it ends. Default: the day on which it begins."
    )

    @model_validator(mode="after")
    def _forward(self) -> Self:
        first, last = self.span(ZoneInfo("UTC"))
        if last <= first:
            raise ValueError(f"ends on {self.until}, before it begins")
        return self

    @property
    def days(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day that it touches."""
        return _day(self.from_), _day(self.until or self.from_)

    def told(self, day: datetime.date) -> str:
        """Its name, on the day of its release with the time."""
        released = isinstance(self.from_, datetime.datetime) and self.from_.date() == day
        return f"{self.from_:%H:%M} {self.name}" if released else self.name

    def span(self, zone: ZoneInfo) -> tuple[float, float]:
        """From when until when, in seconds since the epoch."""
        return begin(self.from_, zone), end(self.until or _day(self.from_), zone)


def _day(moment: datetime.date) -> datetime.date:
    return moment.date() if isinstance(moment, datetime.datetime) else moment


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
        description="Last year whose own days off, terms and peaks are all entered, e.g. 2027, also when it has none: "
        "the check then doesn't ask for them.",
    )
    terms: list[Term] = Field(
        default_factory=list, description="School terms and vacations, one after the other; `calendar.term` knows them."
    )
    peaks: list[KnownPeak] = Field(
        default_factory=list, description="Known peaks: `calendar.peak` and `ivr calendar` know them."
    )
    clocks: dict[Name, Clock] = Field(description="Named clocks.")

    @property
    def tz(self) -> ZoneInfo:
        """The zone as Python takes it."""
        return ZoneInfo(self.zone)

    def known_peaks(self, day: datetime.date) -> list[str]:
        """What the calendar says of the peaks of a day: "15:00 배정 발표" where one is released, later its name."""
        return [peak.told(day) for peak in self.peaks if peak.days[0] <= day <= peak.days[1]]
