"""Korean as a public office's line says it: numbers, dates, times, telephone numbers and menu options."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from ivr.speech.particles import resolve, with_particle

_SINO = "영일이삼사오육칠팔구"
_PLACES = ("", "십", "백", "천")
_MYRIADS = ("", "만", "억", "조", "경")
_UNITS = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_MONTHS = {6: "유월", 10: "시월"}
_KEYS = {"0": "영번", "*": "별표", "#": "우물정 자"}
# counted with native numbers (두 명, not 이 명); hours up to twelve only: 두 시, but 이십사 시간
_COUNTED = re.compile(r"(?<![\d.,:])(\d{1,2}) ?(?=(명|건|개(?![월년])|번째|가지|곳|시간?))")
_MONTH = re.compile(r"(?<![\d.,:])(6|10) ?월")


def finish(text: str) -> str:
    """A filled-in sentence as it is read: the right particles, native numbers before counters, 유월 and 시월."""
    text = _COUNTED.sub(lambda match: _counted(int(match[1]), match[2]) or match[0], text)
    text = _MONTH.sub(lambda match: _MONTHS[int(match[1])], text)
    return resolve(text)


def option(label: str, key: str) -> str:
    """A menu option: "제증명 발급은 1번,"; either half of it where the other is empty."""
    pressed = f"{_KEYS.get(key, f'{key}번')}," if key else ""
    return " ".join(filter(None, [with_particle(label, "은") if label else "", pressed]))


def digits(groups: list[str]) -> str:
    """Digits one by one, 0 as 공; a comma is a breath."""
    return ", ".join(" ".join("공" if d == "0" else _SINO[int(d)] for d in group) for group in groups)


def phone(groups: list[str]) -> str:
    """A telephone number in its groups, each said in one go: "공일공, 일이삼사, 오육칠팔"."""
    return digits(groups).replace(" ", "").replace(",", ", ")


def number(value: Decimal, following: str = "") -> str:
    """12000 as "일만 이천"; a number of things (`following` begins with 명, 건, …) in native words: "세"."""
    if value == value.to_integral_value() and (match := _COUNTED.match(f"{value:f}{following}")):
        return _counted(int(value), match[2]) or _sino(int(value))
    sign = "마이너스 " if value < 0 else ""
    whole, _, fraction = f"{abs(value):f}".partition(".")
    point = f" 점 {' '.join(_SINO[int(d)] for d in fraction)}" if fraction else ""
    return sign + _sino(int(whole)) + point


def amount(won: Decimal) -> str:
    """12000 as "일만 이천 원"."""
    return f"{number(won)} 원"


def date(day: datetime.date, with_year: bool) -> str:
    """ "십일월 이십일일", or with its year "이천이십육년 십일월 이십일일"."""
    month = _MONTHS.get(day.month) or f"{_sino(day.month)}월"
    year = f"{_sino(day.year)}년 " if with_year else ""
    return f"{year}{month} {_sino(day.day)}일"


def time(at: datetime.time) -> str:
    """14:30 as "오후 두 시 삼십 분"; midnight and noon by name, since 열두 시 alone could be either."""
    if (at.hour, at.minute) == (0, 0):
        return "자정"
    if (at.hour, at.minute) == (12, 0):
        return "정오"
    half = {0: "밤", 12: "낮"}.get(at.hour, "오전" if at.hour < 12 else "오후")
    minutes = f" {_sino(at.minute)} 분" if at.minute else ""
    return f"{half} {_native(at.hour % 12 or 12)} 시{minutes}"


def _counted(n: int, counter: str) -> str | None:
    """The native number before a counter, with its space; None where Korean counts in Sino-Korean after all."""
    if n == 0 or (counter.startswith("시") and n > 12):
        return None
    if n == 1 and counter == "번째":
        return "첫 "
    return f"{_native(n)} "


def _native(n: int) -> str:
    """1 to 99 as they stand before a counter: 한, 두, 스무, 스물한."""
    return "스무" if n == 20 else _TENS[n // 10] + _UNITS[n % 10]


def _sino(n: int) -> str:
    """A whole number up to 10^20 in Sino-Korean, a space after each myriad: 일만 이천삼백."""
    if n == 0:
        return _SINO[0]
    words = []
    for myriad in _MYRIADS:
        n, group = divmod(n, 10_000)
        if group:
            words.append(_below_myriad(group) + myriad)
    return " ".join(reversed(words))


def _below_myriad(n: int) -> str:
    """1 to 9999; 십, 백 and 천 go without 일."""
    figures = [(int(figure), place) for figure, place in zip(f"{n:04}", reversed(_PLACES), strict=True)]
    return "".join(("" if f == 1 and place else _SINO[f]) + place for f, place in figures if f)
