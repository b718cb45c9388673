"""From a prompt to the words that are said: values read by their type, menu options phrased with their key."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from itertools import pairwise
from typing import Protocol

import phonenumbers

from ivr.errors import SpeechError
from ivr.language.prompt import Prompt, Value
from ivr.speech import english, korean

_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,6})?")
_DIGITS = re.compile(r"\d{1,40}")
_WRITTEN_PHONE = re.compile(r"(?<![\d-])(?:0\d{1,2}-\d{3,4}|1[568]\d\d)-\d{4}(?![\d-])")


class Language(Protocol):
    """What a language's module can say. Groups of digits are separated by a breath."""

    def finish(self, text: str) -> str:
        """The sentence, its values filled in, with what only the whole decides (particles, counters)."""

    def option(self, label: str, key: str) -> str:
        """The offer of a menu: press this for that; one half of it where the other is empty."""

    def digits(self, groups: list[str]) -> str:
        """Digits one by one."""

    def phone(self, groups: list[str]) -> str:
        """A telephone number."""

    def number(self, value: Decimal, following: str) -> str:
        """A number; `following` is the text after it, which may be what it counts."""

    def amount(self, won: Decimal) -> str:
        """A sum of money in won."""

    def date(self, day: datetime.date, with_year: bool) -> str:
        """A date."""

    def time(self, at: datetime.time) -> str:
        """A time of day, to the minute."""


_LANGUAGES: dict[str, Language] = {"ko": korean, "en": english}


def spoken(prompt: Prompt, language: str, year: int | None = None) -> str:
    """The words for `prompt` in its own language, else in `language` ("ko", "en").

    year: the current year; dates of another one are read with their year. Without it no date is.
    Raises SpeechError for an unknown language and for a value that isn't of its type; the value itself, which may
    be personal, is not in the error.
    """
    language = prompt.language or language
    tongue = _LANGUAGES.get(language)
    if tongue is None:
        raise SpeechError(f"“{language}” can't be spoken; languages are {', '.join(_LANGUAGES)}")
    said = ""
    for index, part in enumerate(prompt.parts):
        if isinstance(part, str):
            said += _WRITTEN_PHONE.sub(lambda match: tongue.phone(match[0].split("-")), part)
            continue
        following = prompt.parts[index + 1] if index + 1 < len(prompt.parts) else ""
        try:
            said += _value(part, tongue, following if isinstance(following, str) else "", year)
        except ValueError:
            raise SpeechError(f"{prompt.id}: a value is not of the form of a {part.type}") from None
    text = tongue.finish(said)
    return text if prompt.key is None else tongue.option(text.rstrip(" .,"), prompt.key)


def _value(value: Value, tongue: Language, following: str, year: int | None) -> str:
    """A value in words. Raises ValueError."""
    content = value.content
    match value.type:
        case "text":
            return content
        case "digits":
            return tongue.digits(_breaths(_checked(_DIGITS, content)))
        case "number":
            return tongue.number(Decimal(_checked(_NUMBER, content)), following)
        case "amount":
            return tongue.amount(Decimal(_checked(_NUMBER, content)))
        case "date":
            day = datetime.date.fromisoformat(content)
            return tongue.date(day, with_year=year is not None and day.year != year)
        case "time":
            return tongue.time(datetime.time.fromisoformat(content))
        case "phone":
            return tongue.phone(_phone_groups(content))


def _checked(pattern: re.Pattern[str], content: str) -> str:
    if not (content.isascii() and pattern.fullmatch(content)):
        raise ValueError
    return content


def _breaths(digits: str) -> list[str]:
    """Digits in groups of at most four, as even as can be, so that they can be written down: 4-4, 3-3, 4-3."""
    count = -(-len(digits) // 4)
    size, longer = divmod(len(digits), count)
    cuts = [index * size + min(index, longer) for index in range(count + 1)]
    return [digits[left:right] for left, right in pairwise(cuts)]


def _phone_groups(content: str) -> list[str]:
    """A Korean number grouped as it is written, 042-123-4567; unknown forms (extensions) as plain digits."""
    digits = _checked(_DIGITS, content.removeprefix("+").replace("-", ""))
    try:
        parsed = phonenumbers.parse(content, "KR")
    except phonenumbers.NumberParseException:
        return _breaths(digits)
    form = phonenumbers.PhoneNumberFormat
    home = parsed.country_code == 82
    written = phonenumbers.format_number(parsed, form.NATIONAL if home else form.INTERNATIONAL)
    groups = re.findall(r"\d+", written)
    # the library drops the leading zero of what it can't place, e.g. 0422
    kept = content.startswith("+") or "".join(groups) == digits
    return groups if kept and len(groups) > 1 else _breaths(digits)
