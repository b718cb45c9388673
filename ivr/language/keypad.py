"""Names on a telephone's keys.

Hangul: one key a syllable, that of its first sound on the keypad “천지인”, which most Korean telephones print:
4 ㄱㅋㄲ, 5 ㄴㄹ, 6 ㄷㅌㄸ, 7 ㅂㅍㅃ, 8 ㅅㅎㅆ, 9 ㅈㅊㅉ, 0 ㅇㅁ. So 김하늘 is 485. Latin: one key a
letter, 2 ABC to 9 WXYZ.
"""

from __future__ import annotations

import unicodedata

SHORTEST = 2
"""Keys of a name that have to be pressed at least."""

_INITIALS = "4456650778809994678"
"""Key of each initial consonant, in Unicode's order: ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ."""
_LATIN = dict(zip("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999", strict=True))
_FIRST, _LAST, _PER_INITIAL = "가", "힣", 588


def spell(name: str) -> str:
    """The keys of a name, in order; what is neither Hangul, a Latin letter nor a digit has none."""
    return "".join(_key(sign) for sign in unicodedata.normalize("NFC", name))


def fits(keys: str, name: str) -> bool:
    """Whether `keys` begin the name, or one of its words: both “Kim Haneul” and “Haneul” find her."""
    words = name.split()
    return len(keys) >= SHORTEST and any(spell(" ".join(words[n:])).startswith(keys) for n in range(len(words)))


def _key(sign: str) -> str:
    if _FIRST <= sign <= _LAST:
        return _INITIALS[(ord(sign) - ord(_FIRST)) // _PER_INITIAL]
    plain = unicodedata.normalize("NFD", sign)[0].lower()  # é is on the key of e
    return sign if sign.isascii() and sign.isdigit() else _LATIN.get(plain, "")
