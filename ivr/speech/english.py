"""English as the office's line says it: numbers, dates, times, telephone numbers and menu options."""

from __future__ import annotations

import datetime
from decimal import Decimal

_SMALL = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
""".split()  # noqa: SIM905 - a word list is read more easily than twenty quoted words
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")
_MONTHS = """
    January February March April May June July August September October November December
""".split()  # noqa: SIM905
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_KEYS = {"*": "star", "#": "pound"}


def finish(text: str) -> str:
    """A filled-in sentence as it is read; the voice reads figures in English text well by itself."""
    return text


def option(label: str, key: str) -> str:
    """A menu option: "For certificates, press 1."; either half of it where the other is empty."""
    pressed = f"press {_KEYS.get(key, key)}." if key else ""
    return " ".join(filter(None, [f"For {label}," if label else "", pressed]))


def digits(groups: list[str]) -> str:
    """Digits one by one; a comma is a breath."""
    return ", ".join(" ".join(_SMALL[int(d)] for d in group) for group in groups)


def phone(groups: list[str]) -> str:
    """A telephone number in its groups."""
    return digits(groups)


def number(value: Decimal, following: str = "") -> str:
    """12000 as "twelve thousand"; what follows makes no difference in English."""
    sign = "minus " if value < 0 else ""
    whole, _, fraction = f"{abs(value):f}".partition(".")
    point = f" point {' '.join(_SMALL[int(d)] for d in fraction)}" if fraction else ""
    return sign + _cardinal(int(whole)) + point


def amount(won: Decimal) -> str:
    """12000 as "twelve thousand won"."""
    return f"{number(won)} won"


def date(day: datetime.date, with_year: bool) -> str:
    """ "November twenty-first", or with its year "November twenty-first, two thousand twenty-six"."""
    year = f", {_cardinal(day.year)}" if with_year else ""
    return f"{_MONTHS[day.month - 1]} {_ordinal(day.day)}{year}"


def time(at: datetime.time) -> str:
    """14:30 as "two thirty p.m."; midnight and noon by name."""
    if (at.hour, at.minute) == (0, 0):
        return "midnight"
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    zero = "oh " if 0 < at.minute < 10 else ""
    minutes = f" {zero}{_cardinal(at.minute)}" if at.minute else ""
    return f"{_cardinal(at.hour % 12 or 12)}{minutes} {'a.m.' if at.hour < 12 else 'p.m.'}"


def _cardinal(n: int) -> str:
    """A whole number below 10^21 in words."""
    if n == 0:
        return _SMALL[0]
    words: list[str] = []
    for scale in _SCALES:
        n, group = divmod(n, 1000)
        if group:
            words.insert(0, f"{_below_thousand(group)} {scale}".strip())
    return " ".join(words)


def _below_thousand(n: int) -> str:
    hundreds, rest = divmod(n, 100)
    words = [f"{_SMALL[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        words.append(_TENS[rest // 10] + (f"-{_SMALL[rest % 10]}" if rest % 10 else ""))
    elif rest:
        words.append(_SMALL[rest])
    return " ".join(words)


def _ordinal(n: int) -> str:
    """1 to 31: first, twentieth, twenty-first."""
    head, hyphen, last = _cardinal(n).rpartition("-")
    return head + hyphen + (_ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"))
