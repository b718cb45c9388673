"""A message's words with its variables filled in, and what they amount to: bytes of a Korean SMS or LMS, segments of
an international SMS. Pure.

Korean carriers count bytes of cp949, Microsoft's superset of EUC-KR: "뷁똠방각하" is 10 bytes there and has no EUC-KR
form. Elsewhere GSM 03.38 counts: 160 septets, or 153 in each part of a longer message, which must not cut a character
in two; a single character outside its alphabet turns the whole text into UCS-2 with 70 and 67 units.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping

from callback.sender import Size
from ivr.errors import BadInput
from ivr.language.messages import Message

SMS_BYTES = 90
LMS_BYTES = 2000
GSM_UNITS = (160, 153)
UCS_UNITS = (70, 67)
BODY_LIMIT = 1600
"""Longest body that Twilio takes (its error 21617)."""

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
"""These are sent as an escape and a second septet."""


def render(message: Message, values: Mapping[str, str], language: str) -> str:
    """The message's text in a language (or, where that has none, in the office's first) with its values filled in.

    Values nobody asked for are left out. Raises BadInput naming every variable that has no value.
    """
    wording = message.wordings.get(language) or next(iter(message.wordings.values()))
    missing = [name for name in dict.fromkeys(wording.template.variables) if name not in values]
    if missing:
        raise BadInput(wording.problem(f"the variable “{name}” of “{message.name}” has no value") for name in missing)
    parts = wording.template.parts
    return "".join(part if isinstance(part, str) else values[part[0]] for part in parts).replace("\r\n", "\n").strip()


def korean(text: str) -> Size:
    """The size of a text with a Korean sender: SMS up to 90 bytes of cp949, else LMS up to 2,000."""
    foreign = sorted({char for char in text if not _in_cp949(char)})
    length = len(text.encode("cp949", "replace"))
    problems = [
        *_unprintable(text),
        *(f"{_name(char)} can't be sent: Korean carriers take cp949 only" for char in foreign),
    ]
    if length > LMS_BYTES:
        problems.append(f"is {length} bytes long, {LMS_BYTES} are the most an LMS takes")
    short = length <= SMS_BYTES
    return Size("SMS" if short else "LMS", 1, length, SMS_BYTES if short else LMS_BYTES, "bytes", tuple(problems))


def international(text: str) -> Size:
    """The size of a text as GSM-7 or UCS-2 segments; the limit is Twilio's 1,600 for the whole."""
    if all(char in GSM_BASIC or char in GSM_EXTENSION for char in text):
        units, (single, part) = [2 if char in GSM_EXTENSION else 1 for char in text], GSM_UNITS
    else:
        units, (single, part) = [2 if ord(char) > 0xFFFF else 1 for char in text], UCS_UNITS
    length = sum(units)
    problems = list(_unprintable(text))
    if length > BODY_LIMIT:
        problems.append(f"is {length} units long, {BODY_LIMIT} are the most a message takes")
    return Size("SMS", 1 if length <= single else _parts(units, part), length, BODY_LIMIT, "units", tuple(problems))


def _parts(units: Iterable[int], room: int) -> int:
    """How many parts it takes when no character may be cut in two."""
    parts, used = 1, 0
    for size in units:
        if used + size > room:
            parts, used = parts + 1, 0
        used += size
    return parts


def _in_cp949(char: str) -> bool:
    try:
        char.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True


def _unprintable(text: str) -> Iterable[str]:
    """Carriers refuse control characters (Solapi's 1028); a line break is none to them."""
    for char in sorted(set(text)):
        if unicodedata.category(char) == "Cc" and char != "\n":
            yield f"{_name(char)} can't be sent: it is a control character"


def _name(char: str) -> str:
    return f"U+{ord(char):04X} {unicodedata.name(char, 'without a name')}"


RULES: Mapping[str, Callable[[str], Size]] = {"console": korean, "solapi": korean, "twilio": international}
"""How each sender measures, for a check that opens none."""
