"""The fields of the forms about cases: how each is written, and what of the office it is held against."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import phonenumbers
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema

from ivr.language.cases import PeriodText
from ivr.language.fields import NAME
from ivr.language.office import Office
from ivr.language.source import did_you_mean
from ivr.records.keys import REGION

OLDEST = timedelta(days=10 * 366)
"""How long ago a case may have been received: what lies further back is a slip of the pen."""
AHEAD = timedelta(minutes=5)
"""How far another system's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class At:
    """What a form is held against: the office, and the time (aware)."""

    office: Office
    now: datetime


def _written_time(value: object) -> datetime:
    try:
        return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError("is no time") from None


def _at(info: ValidationInfo[At]) -> At:
    if info.context is None:
        raise TypeError("a form is read by callback.forms.read, which knows the office")
    return info.context


def _time(value: datetime, info: ValidationInfo[At]) -> datetime:
    """Aware: without an offset, in the office's zone."""
    at = _at(info)
    aware = value if value.tzinfo else value.replace(tzinfo=at.office.calendar.tz)
    if aware.year < at.now.year - OLDEST.days // 365 or not at.now - OLDEST < aware < at.now + AHEAD:
        raise ValueError("lies in the future, or more than ten years back")
    return aware


def _phone(text: str) -> str:
    """The number in E.164, however it was written."""
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValueError("is no telephone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def number_for_consent(value: str | None, info: ValidationInfo[At]) -> str | None:
    if value is None and info.data.get("consent"):
        raise ValueError("is missing: the citizen consents to messages, but where do they go?")
    return value


class UnknownName(ValueError):
    """A name that the office doesn't have; its text is the way out. The name isn't repeated: it may be a number."""


def _one_of(names: Collection[str], value: str) -> str:
    if value not in names:
        raise UnknownName(did_you_mean(value, names))
    return value


def _type(value: str, info: ValidationInfo[At]) -> str:
    return _one_of(_at(info).office.cases.types, value)


def _desk(value: str, info: ValidationInfo[At]) -> str:
    return _one_of(_at(info).office.desks.desks, value)


def _officer(value: str, info: ValidationInfo[At]) -> str:
    return _one_of(_at(info).office.desks.agents, value)


def _language(value: str, info: ValidationInfo[At]) -> str:
    return _one_of(_at(info).office.languages, value)


Receipt = Annotated[str, Field(pattern=r"^[0-9]{6,20}$")]
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")]
Words = Annotated[str, Field(pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]{1,2000}$")]
TypeName = Annotated[str, Field(pattern=NAME), AfterValidator(_type)]
DeskName = Annotated[str, Field(pattern=NAME), AfterValidator(_desk)]
Officer = Annotated[str, Field(pattern=r"^[0-9]{2,20}$"), AfterValidator(_officer)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$"), AfterValidator(_language)]
Time = Annotated[datetime, BeforeValidator(_written_time), AfterValidator(_time)]
Phone = Annotated[str, Field(max_length=30), AfterValidator(_phone)]
Extension = Annotated[PeriodText, WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,2}[dh]$"})]
