"""How long a text takes to be heard, estimated from its syllables: good to a fifth, for menus that grow too long."""

from __future__ import annotations

import re

_KOREAN = re.compile(r"[가-힣0-9]")
_VOWELS = re.compile(r"[aeiouy]+|[0-9]", re.IGNORECASE)
_STOPS = re.compile(r"[.,?!:;]+")

_RATE = {"ko": 5.2, "en": 4.4}
"""Syllables a second within a phrase, measured at the product's own voice."""
_STOP_S = 0.55
"""A breath at a stop, and at the end."""
_CHARACTER_S = 0.08
"""A character of any other language."""


def seconds(text: str, language: str) -> float:
    """How long a text takes in a language, in seconds, its last breath included. A variable counts as its name."""
    stops = max(1, len(_STOPS.findall(text)))
    if language not in _RATE:
        return len(text) * _CHARACTER_S + stops * _STOP_S
    syllables = len((_KOREAN if language == "ko" else _VOWELS).findall(text))
    return syllables / _RATE[language] + stops * _STOP_S
