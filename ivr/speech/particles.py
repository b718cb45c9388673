"""Korean particles that depend on the sound before them: 은/는, 이/가, 을/를, 과/와, 으로/로.

A template writes both forms, "{name}은(는)", as official letters do; once the values are filled in, `resolve` keeps
the form that fits what is heard last before it.
"""

from __future__ import annotations

import re

_PAIRS = {"은": "는", "이": "가", "을": "를", "과": "와", "으로": "로"}  # after a consonant: after a vowel
_WRITTEN = re.compile("|".join([*(f"{a}\\({b}\\)|{b}\\({a}\\)" for a, b in _PAIRS.items()), r"\(으\)로"]))
_FORMS = {
    **{f"{a}({b})": (a, b) for a, b in _PAIRS.items()},
    **{f"{b}({a})": (a, b) for a, b in _PAIRS.items()},
    "(으)로": ("으로", "로"),
}

# the final consonant of a digit's name, e.g. 3 삼 → ㅁ; 영/공 and 십, 백, 천, 만 end in one alike
_DIGITS = {"0": "ㅇ", "1": "ㄹ", "3": "ㅁ", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ"}
_LETTERS = {"L": "ㄹ", "M": "ㅁ", "N": "ㄴ", "R": "ㄹ"}  # 엘, 엠, 엔, 알; the other letters' names end in a vowel
# borrowed words, as they are usually spelt in Hangul: email 이메일, phone 폰, app 앱, net 넷, zoom 줌
_LATIN_FINAL = re.compile(r"(l|le|m|me|n|ne|ng|ck|pp|[aeiou][kpt])$")
_RIEUL = 8  # number of ㄹ among the final consonants of a Hangul syllable
_UNHEARD = re.compile(r"[^\w%]+$")


def resolve(text: str) -> str:
    """Put the one right form wherever `text` has both, "은(는)", "는(은)", "(으)로" and so on."""
    done = ""
    position = 0
    for match in _WRITTEN.finditer(text):
        done += text[position : match.start()]
        done += _fitting(done, *_FORMS[match[0]])
        position = match.end()
    return done + text[position:]


def with_particle(word: str, particle: str) -> str:
    """`word` with the fitting form of `particle`, which is named by its form after a consonant: "은", "으로"."""
    return word + _fitting(word, particle, _PAIRS[particle])


def _fitting(before: str, after_consonant: str, after_vowel: str) -> str:
    final = _final(before)
    if final == "ㄹ" and after_consonant == "으로":
        return after_vowel
    return after_consonant if final else after_vowel


def _final(text: str) -> str:
    """The consonant that the reading of `text` ends in: "ㄹ" for itself, another mark for others, "" for a vowel."""
    word = re.split(r"\s", _UNHEARD.sub("", text))[-1]
    last = word[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return "ㄹ" if final == _RIEUL else "ㅇ" * bool(final)
    if last.isdigit():
        return _DIGITS.get(last, "")
    latin = re.search(r"[A-Za-z]+$", word)
    if latin is None:
        return ""
    if latin[0].isupper():
        return _LETTERS.get(last, "")
    ending = _LATIN_FINAL.search(latin[0].lower())
    return "" if ending is None else "ㄹ" if ending[0].startswith("l") else "ㅇ"
