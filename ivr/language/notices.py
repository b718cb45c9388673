"""notices.yaml: what is announced for a time: by whom, where and when it is heard, and what it offers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ivr.language.calendar import weekdays
from ivr.language.fields import Duration, Form, Name, Span, Text
from ivr.language.load import Load
from ivr.language.moment import Moment, begin, end
from ivr.language.steps.menu import RESERVED
from ivr.language.steps.when import If

FOLDER = "notices"
"""First part of the prompt ids of what notices say."""
KEYS = {**RESERVED, "8": "an extension", "9": "slow speech"}
"""Keys that mean something else wherever a notice is heard."""
ALL_DAY = (0, 24 * 60)


def _windows(value: object) -> object:
    """Weekdays as a clock has them, and dates."""
    if not isinstance(value, dict) or not value:
        raise ValueError("must be a mapping of days to spans, e.g. {mon-fri: 09:00-18:00, 2027-01-22: 14:00-20:00}")
    for key in value:
        if isinstance(key, str) and re.match(r"\d", key):
            try:
                as_looked_up = datetime.date.fromisoformat(key).isoformat()
            except ValueError:
                as_looked_up = ""
            if key != as_looked_up:  # 20270122 is a date as well, and would never be found
                raise ValueError(f"“{key}” is no date: write e.g. 2027-01-22")
        else:
            weekdays(str(key))
    return value


def _spans(value: object) -> object:
    """One span is a list of one."""
    return value if isinstance(value, list) else [value]


Spans = Annotated[list[Span], BeforeValidator(_spans, json_schema_input_type=Span | list[Span])]
Windows = Annotated[dict[str, Spans], BeforeValidator(_windows)]


def _offer(value: str) -> str:
    if not re.fullmatch(r"details|message|next|leave|desk/[a-z][a-z0-9_]{0,39}", value):
        raise ValueError(f"“{value}” is no offer: details, message, desk/NAME, next or leave")
    return value


Offer = Annotated[str, AfterValidator(_offer)]
"""`details`: the second text; `message`: the same by SMS; `desk/NAME`; `next`: going on; `leave`: ending the call."""


def _offer_keys(value: object) -> object:
    for key in value if isinstance(value, dict) else ():
        if key in KEYS:
            raise ValueError(f"the key {key} always means {KEYS[key]}: take 1 to 7")
        if len(str(key)) != 1 or str(key) not in "1234567":
            raise ValueError(f"“{key}” is no key of a telephone: take 1 to 7")
    return value


class Notice(Form):
    """Something that is announced from one moment until another."""

    say: Text = Field(description="What is announced.")
    details: Text | None = Field(None, description="More of it, for who asks; offered by a key.")
    message: Name | None = Field(
        None, description="Message of messages.yaml that tells the same by SMS; offered to mobile telephones, by a key."
    )
    owner: Text = Field(description="Who answers for it: a person or a department.")
    from_: Moment | None = Field(None, alias="from", description="First day, or first minute; default: at once.")
    until: Moment = Field(description="Last day (as a whole), or the minute at which it ends. It always ends.")
    windows: Windows = Field(
        default_factory=dict,
        description="Days to the spans in which it is heard: weekdays, or dates, which win over their weekday. "
        "Default: all day.",
    )
    state: Literal["on", "off"] | None = Field(
        None,
        description="on (default): heard whenever it is its time; off: only once somebody has switched it on "
        "(default of an emergency).",
    )
    load: Load | None = Field(None, description="Heard only under load.")
    if_: If = Field(None, alias="if", description="Condition, as in a step `when`.")
    lines: list[Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]] | None = Field(
        None, min_length=1, description="Numbers at whose step `announce` it is heard. Default: all of them."
    )
    menus: list[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}/[a-z][a-z0-9_]{0,39}$")]] = Field(
        default_factory=list, description="Menus before which it is heard, as FLOW/STEP; then at lines only if named."
    )
    desks: list[Name] = Field(
        default_factory=list, description="Desks before whose queue it is heard; then at lines only if named."
    )
    order: int = Field(100, ge=0, le=9999, description="Lower ones are heard first; emergencies before all.")
    at_most: int | None = Field(None, ge=1, le=99, description="Times a day that the same caller hears it at most.")
    barge_in: bool = Field(True, description="false: is heard to its end, whatever is pressed (mandatory).")
    emergency: bool = Field(False, description="Switched on by hand in an emergency, with a reason and an end.")
    offers: Annotated[dict[str, Offer], BeforeValidator(_offer_keys)] = Field(
        default_factory=dict,
        description="Key, 1 to 7, to what it is for: details, message, desk/NAME, next (go on), leave (end the call). "
        "Default: details and message, where there are any.",
    )
    timeout: Duration = Field(3_000, description="How long a key is waited for after the offers.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.load and self.state:
            raise ValueError("`load` decides whether it is on: leave `state` out")
        if self.emergency and (self.load or self.state == "on"):
            raise ValueError("an emergency is switched on by hand: leave `load` and `state` out")
        return self

    @property
    def by_hand(self) -> bool:
        """Whether it is off until somebody switches it on."""
        return self.state == "off" or self.emergency

    @property
    def keys(self) -> dict[str, Offer]:
        """What it offers, by key."""
        if self.offers:
            return self.offers
        there = [offer for offer, given in (("details", self.details), ("message", self.message)) if given]
        return {str(key): offer for key, offer in enumerate(there, 1)}

    @property
    def at_any_line(self) -> bool:
        """Whether it is heard at some `announce`."""
        return self.lines is not None or (not self.menus and not self.desks)

    def at_line(self, line: str) -> bool:
        """Whether it is heard at the `announce` of a line."""
        return self.at_any_line and (self.lines is None or line in self.lines)

    def validity(self, zone: ZoneInfo) -> tuple[float, float]:
        """When it begins and ends, in seconds since the epoch; a beginning that isn't written is 0."""
        return (begin(self.from_, zone) if self.from_ else 0.0), end(self.until, zone)

    def spans(self, day: datetime.date) -> list[Span]:
        """The spans in which it is heard that begin on a day. A date wins over its weekday."""
        if not self.windows:
            return [ALL_DAY]
        if (dated := self.windows.get(day.isoformat())) is not None:
            return dated
        named = [key for key in self.windows if not key[0].isdigit() and day.weekday() in weekdays(key)]
        return self.windows[named[-1]] if named else []

    def texts(self) -> Iterator[tuple[str, str, None]]:
        """What it says, as of a step: slot ("" for its only text), words, and no key."""
        yield ("say" if self.details else ""), self.say, None
        if self.details:
            yield "details", self.details, None


class NamedNotices(Form):
    """notices.yaml with its notices still raw, so that one that is wrong hides nothing of the others."""

    notices: dict[Name, dict[str, object]] = Field(min_length=1)


class NoticesForm(Form):
    """notices.yaml as a whole."""

    notices: dict[Name, Notice] = Field(min_length=1, description="The notices, by name.")
