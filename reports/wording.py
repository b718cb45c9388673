"""What figures say of themselves, and the phrases they share. A Text is a pair: English, Korean."""

from __future__ import annotations

from dataclasses import dataclass

Text = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """What a figure is called, how it is made, what of (empty: it is a count), and where that is known from."""

    title: str
    formula: str
    denominator: str
    source: str


LEGS: Text = (
    "the exchange's lines for each call: queue, connect, leave, end",
    "교환기가 통화마다 남긴 기록: 대기, 연결, 나감, 종료",
)
LEGS_HANDOVER: Text = (f"{LEGS[0]}, handover", f"{LEGS[1]}, 이관")
ENGINE: Text = ("the engine's journal", "엔진의 기록")
JOURNAL: Text = (f"{LEGS[0]}; {ENGINE[0]}", f"{LEGS[1]}; {ENGINE[1]}")
CALLERS: Text = (
    f"{LEGS[0]}; callers: a keyed hash of the number in the engine's journal",
    f"{LEGS[1]}; 발신자: 엔진 기록에 남은 번호의 암호화 해시",
)
CASES: Text = ("cases and their events", "민원과 그 처리 이력")
OUTBOX: Text = (f"{ENGINE[0]}; the outbox; the desks' voicemails", f"{ENGINE[1]}; 발신함; 부서의 음성 메시지")
ANSWERED: Text = ("answered", "응대")
ABANDONED_AT_ALL: Text = ("Abandoned, short ones too", "포기 (단시간 포함)")
"""Abandoned and short abandons; “abandoned” and the abandonment rate leave out the short ones."""
OFFERED: Text = ("offered, short abandons among them", "인입 (단시간 포기 포함)")
