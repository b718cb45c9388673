"""What a caller types at `collect`, by its kind: how many keys it has, what is good, and the value it is."""

from __future__ import annotations

import datetime
import re
from typing import Literal

import phonenumbers

from ivr.language.prompt import Value

InputKind = Literal["digits", "phone", "date", "amount"]

LENGTHS: dict[InputKind, tuple[int, int]] = {"phone": (8, 12), "date": (4, 8), "amount": (1, 10)}
"""Fewest and most digits of each kind that has a length of its own: 15881588 to 0504-1234-5678; MMDD or YYYYMMDD; up
to ten thousand million won."""

SAMPLES: dict[InputKind, str] = {"phone": "0212345678", "date": "19991231", "amount": "12000"}
"""A good input of each of them."""

_REGION = "KR"
_YEARS = range(1900, 2100)


def read(kind: InputKind, digits: str, year: int) -> Value | None:
    """The value of what was typed (digits only); None when it is none of its kind. `year`: the current one."""
    match kind:
        case "digits":
            return Value("digits", digits)
        case "amount":
            return Value("amount", digits) if re.fullmatch(r"[1-9]\d*", digits) else None
        case "phone":
            return Value("phone", digits) if _is_phone(digits) else None
        case "date":
            return _date(digits, year)


def _is_phone(digits: str) -> bool:
    """Whether these digits are a number as it is dialled within the country, area code included."""
    try:
        number = phonenumbers.parse(digits, _REGION)
    except phonenumbers.NumberParseException:
        return False
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    # the library also takes numbers with the country's code in front, or with another carrier's
    return phonenumbers.is_valid_number_for_region(number, _REGION) and re.sub(r"\D", "", national) == digits


def _date(digits: str, year: int) -> Value | None:
    """MMDD of this year, or YYYYMMDD."""
    whole = f"{year:04}{digits}" if len(digits) == 4 else digits
    if len(whole) != 8 or int(whole[:4]) not in _YEARS:
        return None
    try:
        day = datetime.date(int(whole[:4]), int(whole[4:6]), int(whole[6:]))
    except ValueError:
        return None
    return Value("date", day.isoformat())
