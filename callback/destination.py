"""Where messages may go: mobile telephones. What costs the office or the citizen dearly, and what takes no SMS, is
excluded before a provider is asked: premium and shared-cost lines, short numbers, foreign numbers (toll fraud pumps
messages there) unless the office allows them, and landlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumberType

REGION = "KR"
SHORTEST = 9
"""Digits of the shortest Korean mobile or landline number with its area code (02-XXX-XXXX): less is short."""

Kind = Literal["invalid", "short", "premium", "foreign", "landline", "service"]


@dataclass(frozen=True, slots=True)
class Excluded:
    """Why no message goes to a number; `reason` doesn't hold it."""

    kind: Kind
    reason: str


_KINDS: dict[int, Excluded] = {
    PhoneNumberType.FIXED_LINE: Excluded("landline", "a landline takes no SMS"),
    PhoneNumberType.VOIP: Excluded("landline", "an internet telephone (070) takes no SMS"),
    PhoneNumberType.PREMIUM_RATE: Excluded("premium", "a premium-rate number"),
    PhoneNumberType.SHARED_COST: Excluded("premium", "a number that its callers pay extra for"),
    PhoneNumberType.PERSONAL_NUMBER: Excluded("service", "a number (050) that forwards to one nobody knows"),
    PhoneNumberType.TOLL_FREE: Excluded("service", "a free service number (080)"),
    PhoneNumberType.UAN: Excluded("service", "a service number (15XX, 16XX, 18XX)"),
}


def excluded(number: str, *, foreign: bool = False) -> Excluded | None:
    """Why no message may go to `number`, however it is written; None when it may. `foreign`: the office allows
    numbers of other countries."""
    digits = "".join(filter(str.isdigit, number))
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return Excluded("short", "a short number") if 0 < len(digits) < SHORTEST else _invalid()
    home = parsed.country_code == phonenumbers.country_code_for_region(REGION)
    national = str(parsed.national_number)
    if home and national.startswith("60"):  # phonenumbers has no plan for Korea's 060 information lines
        return _KINDS[PhoneNumberType.PREMIUM_RATE]
    if not phonenumbers.is_valid_number(parsed):
        return Excluded("short", "a short number") if home and len(national) < SHORTEST - 1 else _invalid()
    if not home and (not foreign or phonenumbers.region_code_for_number(parsed) == "001"):
        return Excluded("foreign", "a foreign number")  # 001: satellites and the like, never allowed
    kind = phonenumbers.number_type(parsed)
    if kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
        return None
    return _KINDS.get(kind, Excluded("service", "no mobile telephone"))


def e164(number: str) -> str:
    """The number as providers take it, +82…; Korean when it names no country. Raises ValueError when it is none."""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException as error:
        raise ValueError("no telephone number") from error
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _invalid() -> Excluded:
    return Excluded("invalid", "no valid telephone number")
