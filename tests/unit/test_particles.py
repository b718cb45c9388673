"""Particles after every kind of ending."""

from __future__ import annotations

import pytest

from ivr.speech.particles import resolve, with_particle


@pytest.mark.parametrize(
    ("word", "topic"),
    [
        ("제증명 발급", "은"),
        ("학원과 교습소", "는"),
        ("민원 1", "은"),
        ("민원 2", "는"),
        ("민원 3", "은"),
        ("민원 4", "는"),
        ("민원 5", "는"),
        ("민원 6", "은"),
        ("민원 7", "은"),
        ("민원 8", "은"),
        ("민원 9", "는"),
        ("민원 10", "은"),
        ("전입학(초·중)", "은"),
        ("검정고시(고)", "는"),
        ("“제증명”", "은"),
        ("기타 …", "는"),
        ("TV", "는"),
        ("EBS", "는"),
        ("SMS", "는"),
        ("URL", "은"),
        ("PDF 및 XML", "은"),
        ("email", "은"),
        ("Zoom", "은"),
        ("phone", "은"),
        ("app", "은"),
        ("card", "는"),
        ("center", "는"),
        ("50%", "는"),
        ("", "는"),
    ],
)
def test_topic(word: str, topic: str) -> None:
    assert with_particle(word, "은") == word + topic


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("김철수은(는)", "김철수는"),
        ("홍길동는(은)", "홍길동은"),
        ("담당자이(가) 받습니다", "담당자가 받습니다"),
        ("담당관이(가) 받습니다", "담당관이 받습니다"),
        ("서류을(를) 보냅니다", "서류를 보냅니다"),
        ("신청서와(과) 사진과(와) 도장", "신청서와 사진과 도장"),
        ("동부(으)로", "동부로"),
        ("본청(으)로", "본청으로"),
        ("서울(으)로", "서울로"),  # ㄹ goes with the short form
        ("2으로(로)", "2로"),
        ("3로(으로)", "3으로"),
        ("1(으)로", "1로"),
        ("은(는) 이(가)", "는 이"),
        ("괄호(는) 그대로", "괄호(는) 그대로"),
    ],
)
def test_written_both_ways(written: str, read: str) -> None:
    assert resolve(written) == read
