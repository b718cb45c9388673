"""What is said, value by value, in both languages."""

from __future__ import annotations

import pytest

from ivr.errors import SpeechError
from ivr.language.prompt import Prompt, Value, ValueType
from ivr.speech.words import spoken


def said(language: str, *parts: str | Value, key: str | None = None) -> str:
    return spoken(Prompt("main/step", parts, key), language, year=2026)


@pytest.mark.parametrize(
    ("type_", "content", "korean", "english"),
    [
        ("text", "홍길동", "홍길동", "홍길동"),
        ("digits", "0123", "공 일 이 삼", "zero one two three"),
        ("digits", "20261234", "이 공 이 육, 일 이 삼 사", "two zero two six, one two three four"),
        ("digits", "12345", "일 이 삼, 사 오", "one two three, four five"),
        ("number", "0", "영", "zero"),
        ("number", "10", "십", "ten"),
        ("number", "16", "십육", "sixteen"),
        ("number", "21", "이십일", "twenty-one"),
        ("number", "110", "백십", "one hundred ten"),
        ("number", "12000", "일만 이천", "twelve thousand"),
        ("number", "100000000", "일억", "one hundred million"),
        ("number", "20261105", "이천이십육만 천백오", "twenty million two hundred sixty-one thousand one hundred five"),
        ("number", "-3.05", "마이너스 삼 점 영 오", "minus three point zero five"),
        ("amount", "12000", "일만 이천 원", "twelve thousand won"),
        ("amount", "1000", "천 원", "one thousand won"),
        ("date", "2026-11-21", "십일월 이십일일", "November twenty-first"),
        ("date", "2026-06-10", "유월 십일", "June tenth"),
        ("date", "2026-10-03", "시월 삼일", "October third"),
        ("date", "2026-02-20", "이월 이십일", "February twentieth"),
        ("date", "2027-01-12", "이천이십칠년 일월 십이일", "January twelfth, two thousand twenty-seven"),
        ("time", "14:30", "오후 두 시 삼십 분", "two thirty p.m."),
        ("time", "09:05", "오전 아홉 시 오 분", "nine oh five a.m."),
        ("time", "11:00", "오전 열한 시", "eleven a.m."),
        ("time", "00:00", "자정", "midnight"),
        ("time", "00:10", "밤 열두 시 십 분", "twelve ten a.m."),
        ("time", "12:00", "정오", "noon"),
        ("time", "12:15", "낮 열두 시 십오 분", "twelve fifteen p.m."),
        ("time", "20:00", "오후 여덟 시", "eight p.m."),
        (
            "phone",
            "01012345678",
            "공일공, 일이삼사, 오육칠팔",
            "zero one zero, one two three four, five six seven eight",
        ),
        ("phone", "021234567", "공이, 일이삼, 사오육칠", "zero two, one two three, four five six seven"),
        ("phone", "0421234567", "공사이, 일이삼, 사오육칠", "zero four two, one two three, four five six seven"),
        ("phone", "15881234", "일오팔팔, 일이삼사", "one five eight eight, one two three four"),
        (
            "phone",
            "07000001234",
            "공칠공, 공공공공, 일이삼사",
            "zero seven zero, zero zero zero zero, one two three four",
        ),
        ("phone", "+8221234567", "공이, 일이삼, 사오육칠", "zero two, one two three, four five six seven"),
        ("phone", "0422", "공사이이", "zero four two two"),  # an extension keeps its zero
        ("phone", "12345", "일이삼, 사오", "one two three, four five"),
        ("phone", "112", "일일이", "one one two"),
    ],
)
def test_values(type_: ValueType, content: str, korean: str, english: str) -> None:
    assert said("ko", Value(type_, content)) == korean
    assert said("en", Value(type_, content)) == english


@pytest.mark.parametrize(
    ("label", "key", "korean", "english"),
    [
        ("제증명 발급", "1", "제증명 발급은 1번,", "For 제증명 발급, press 1."),
        ("학원과 교습소", "3", "학원과 교습소는 3번,", "For 학원과 교습소, press 3."),
        ("전입학(초·중)", "2", "전입학(초·중)은 2번,", "For 전입학(초·중), press 2."),
        ("상담원 연결.", "0", "상담원 연결은 영번,", "For 상담원 연결, press 0."),
        ("다시 듣기", "*", "다시 듣기는 별표,", "For 다시 듣기, press star."),
        ("이전 단계", "#", "이전 단계는 우물정 자,", "For 이전 단계, press pound."),
    ],
)
def test_menu_options(label: str, key: str, korean: str, english: str) -> None:
    assert said("ko", label, key=key) == korean
    assert said("en", label, key=key) == english


@pytest.mark.parametrize(
    ("count", "following", "korean"),
    [
        ("1", "명이(가) 기다립니다", "한 명이 기다립니다"),
        ("3", "건", "세 건"),
        ("20", "명", "스무 명"),
        ("21", "명", "스물한 명"),
        ("1", "번째", "첫 번째"),
        ("2", "번째", "두 번째"),
        ("120", "명", "백이십명"),
        ("0", "건", "영건"),
        ("2", "시간", "두 시간"),
        ("24", "시간", "이십사시간"),
        ("5", "분", "오분"),
        ("3", "개월", "삼개월"),
    ],
)
def test_things_are_counted_in_native_numbers(count: str, following: str, korean: str) -> None:
    assert said("ko", Value("number", count), following) == korean


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("오전 9시부터 오후 6시까지", "오전 아홉 시부터 오후 여섯 시까지"),
        ("12시 30분", "열두 시 30분"),
        ("18시", "18시"),
        ("6월 10일과 10월 6일, 11월 6일", "유월 10일과 시월 6일, 11월 6일"),
        ("6개월", "6개월"),
        ("서류 3가지", "서류 세 가지"),
        ("1,200명", "1,200명"),
        ("042-123-4567로", "공사이, 일이삼, 사오육칠로"),
        ("1588-1234", "일오팔팔, 일이삼사"),
        ("2026-1234-567", "2026-1234-567"),
    ],
)
def test_figures_in_korean_sentences(written: str, read: str) -> None:
    assert said("ko", written) == read


def test_particles_follow_what_is_read() -> None:
    assert said("ko", Value("digits", "2023"), "은(는) ", Value("text", "완료"), "(으)로") == "이 공 이 삼은 완료로"
    assert said("ko", Value("amount", "9000"), "을(를)") == "구천 원을"


def test_year_is_left_out_when_nobody_says_which_is_current() -> None:
    assert spoken(Prompt("a/b", (Value("date", "2024-03-02"),)), "ko") == "삼월 이일"


@pytest.mark.parametrize(
    ("type_", "content"),
    [
        ("digits", "12a4"),
        ("digits", ""),
        ("digits", "１２"),
        ("number", "NaN"),
        ("number", "1e9"),
        ("number", "9" * 21),
        ("amount", "12,000"),
        ("date", "2026-02-30"),
        ("time", "25:00"),
        ("phone", "secret"),
    ],
)
def test_unfit_values_are_refused_and_not_repeated(type_: ValueType, content: str) -> None:
    with pytest.raises(SpeechError, match=f"main/step.* {type_}$"):
        said("ko", Value(type_, content))


def test_unknown_language() -> None:
    with pytest.raises(SpeechError, match="“fr”"):
        said("fr", "Bonjour")
