"""What a message amounts to, and its words with the values filled in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callback.text import international, korean, render
from ivr.errors import BadInput, Problem
from ivr.language.messages import Message, Wording
from ivr.language.template import parse

KOREAN = {
    "45 Hangul syllables": ("가" * 45, "SMS", 90),
    "one byte more": ("가" * 45 + "a", "LMS", 91),
    "syllables that EUC-KR has no form for": ("뷁똠방각하", "SMS", 10),
    "a line break is a byte": ("가\n나", "SMS", 5),
    "the longest LMS": ("가" * 1000, "LMS", 2000),
    "nothing": ("", "SMS", 0),
}


@pytest.mark.parametrize(("text", "kind", "length"), KOREAN.values(), ids=KOREAN)
def test_korean_senders_count_bytes_of_cp949(text: str, kind: str, length: int) -> None:
    size = korean(text)
    assert (size.kind, size.length, size.unit, size.problems) == (kind, length, "bytes", ())
    assert size.limit == (90 if kind == "SMS" else 2000)


def test_what_korean_carriers_dont_take_is_named() -> None:
    assert korean("축하 😀 Ünder 😀").problems == (
        "U+00DC LATIN CAPITAL LETTER U WITH DIAERESIS can't be sent: Korean carriers take cp949 only",
        "U+1F600 GRINNING FACE can't be sent: Korean carriers take cp949 only",
    )
    assert korean("가" * 1001).problems == ("is 2002 bytes long, 2000 are the most an LMS takes",)
    assert korean("a\tb").problems == ("U+0009 without a name can't be sent: it is a control character",)


SEGMENTS = {
    "160 septets": ("a" * 160, 1, 160),
    "161 septets": ("a" * 161, 2, 161),
    "two full parts": ("a" * 306, 2, 306),
    "one more": ("a" * 307, 3, 307),
    "the euro counts two": ("€" * 80, 1, 160),
    "an escape isn't cut from its character": ("a" * 152 + "€" + "a" * 152, 3, 306),
    "accents of the alphabet": ("é" * 160, 1, 160),
    "one Hangul makes all of it UCS-2": ("a" * 70 + "가", 2, 71),
    "70 units": ("가" * 70, 1, 70),
    "71 units": ("가" * 71, 2, 71),
    "two full UCS-2 parts": ("가" * 134, 2, 134),
    "an emoji counts two": ("😀" * 35, 1, 70),
    "a pair isn't cut in two": ("가" * 66 + "😀" + "가" * 66, 3, 134),
    "nothing": ("", 1, 0),
}


@pytest.mark.parametrize(("text", "parts", "length"), SEGMENTS.values(), ids=SEGMENTS)
def test_international_messages_are_counted_in_segments(text: str, parts: int, length: int) -> None:
    size = international(text)
    assert (size.parts, size.length, size.problems) == (parts, length, ())


def test_the_longest_international_message() -> None:
    assert international("a" * 1600).problems == ()
    assert international("a" * 1601).problems == ("is 1601 units long, 1600 are the most a message takes",)


@given(st.text(alphabet=st.characters(codec="cp949", exclude_categories=["Cc"]), max_size=900))
def test_korean_length_is_what_the_codec_makes(text: str) -> None:
    size = korean(text)
    assert size.length == len(text.encode("cp949"))
    assert size.problems == ()
    assert (size.kind == "SMS") == (size.length <= 90)


@given(st.text(max_size=400))
def test_measuring_takes_any_text(text: str) -> None:
    for size in (korean(text), international(text)):
        assert size.length >= 0
        assert size.parts >= 1
        assert bool(size.problems) or size.length <= size.limit


def message(**texts: str) -> Message:
    place = Problem("messages.yaml", 3, 11, "")
    return Message(
        "case_status", False, "", {lang: Wording(parse("case_status", t), place) for lang, t in texts.items()}
    )


def test_a_message_is_rendered_in_its_language() -> None:
    both = message(ko="접수번호 {receipt}: {status}", en="Case {receipt}: {status} ")
    values = {"receipt": "20261234", "status": "완료", "more": "unused"}
    assert render(both, values, "ko") == "접수번호 20261234: 완료"
    assert render(both, values, "en") == "Case 20261234: 완료"
    assert render(both, values, "vi") == "접수번호 20261234: 완료"


def test_every_value_that_is_missing_is_named() -> None:
    with pytest.raises(BadInput) as caught:
        render(message(ko="{receipt} {status} {receipt}"), {}, "ko")
    assert [(p.file, p.line, p.message) for p in caught.value.problems] == [
        ("messages.yaml", 3, f"the variable “{name}” of “case_status” has no value") for name in ("receipt", "status")
    ]


def test_a_value_is_no_template() -> None:
    assert render(message(ko="{status}"), {"status": "{receipt} %s\r\n끝"}, "ko") == "{receipt} %s\n끝"
