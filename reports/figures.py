"""The figures a supervisor reads. Each says how it is made and of what, in Korean and in English, and is printed with
that. Pure: each is made of a Tally alone.
"""

from __future__ import annotations

from reports.figure import Figure, figure, ratio, share
from reports.parts import parts
from reports.tally import Tally, place
from reports.wording import ANSWERED, LEGS, LEGS_HANDOVER, OFFERED

TARGET_S = 20.0
"""Seconds within which the default service level wants an answer."""


def figures(target_s: float = TARGET_S) -> list[Figure[Tally]]:
    """All figures, in the order in which they are printed.

    target_s: the service level's threshold, one of reports.tally.EDGES_S; ValueError for another.
    """
    place(target_s)
    return [*parts(), *_rates(target_s), *_times()]


def _rates(target_s: float) -> list[Figure[Tally]]:
    return [
        share(
            "answer_rate",
            ("Answer rate", "응대율"),
            ("answered ÷ offered", "응대 ÷ 인입"),
            OFFERED,
            LEGS,
            lambda tally: (tally.answered, tally.offered),
        ),
        share(
            "service_level",
            (f"Within {target_s:g} s", f"서비스레벨({target_s:g}초)"),
            (
                f"answered within {target_s:g} s of the first queue ÷ offered",
                f"처음 대기부터 {target_s:g}초 안에 응대 ÷ 인입",
            ),
            (
                "offered, short abandons among them, but no answered call whose wait isn't known (imported)",
                "인입 (단시간 포기 포함, 대기시간을 모르는 응대는 빼고)",
            ),
            LEGS,
            lambda tally: (tally.within(target_s), tally.offered - tally.answered + tally.waits),
        ),
        share(
            "abandonment",
            ("Abandonment rate", "포기율"),
            ("abandoned after more than 5 s ÷ queued", "5초 넘게 기다리다 포기 ÷ 대기"),
            (
                "came to a queue, without short abandons and those still waiting; a message instead is not abandoned",
                "대기열에 들어간 것 (단시간 포기와 대기 중은 빼고; 대신 메시지를 남긴 것은 포기가 아님)",
            ),
            LEGS,
            lambda tally: (tally.abandoned, tally.queued - tally.short_abandoned),
        ),
        share(
            "direct_handling",
            ("Direct", "직접처리율"),
            (
                "ended at the first desk without a hand-over ÷ answered (still talking there counts)",
                "첫 부서에서 이관 없이 끝남 ÷ 응대 (통화 중도 포함)",
            ),
            ANSWERED,
            LEGS,
            lambda tally: (tally.direct, tally.answered),
        ),
        share(
            "transfer_rate",
            ("Handed over", "이관율"),
            ("handed over from desk to desk at least once ÷ answered", "부서에서 부서로 한 번이라도 이관 ÷ 응대"),
            ANSWERED,
            LEGS_HANDOVER,
            lambda tally: (tally.handed_over, tally.answered),
        ),
    ]


def _times() -> list[Figure[Tally]]:
    return [
        figure(
            "asa_s",
            "seconds",
            ("ASA", "평균 응대 속도"),
            (
                "waiting time of the answered, first queue to pick-up ÷ answered",
                "응대된 것의 대기시간 (처음 대기부터 받을 때까지) ÷ 응대",
            ),
            ("answered whose wait is known", "대기시간을 아는 응대"),
            LEGS,
            lambda tally: ratio(tally.wait_ms / 1000, tally.waits),
        ),
        figure(
            "longest_wait_s",
            "seconds",
            ("Longest wait", "최장 대기"),
            ("the longest wait that is over, answered or not", "끝난 대기 가운데 가장 긴 것 (응대 여부와 관계없이)"),
            ("queued whose wait is known", "대기시간을 아는 대기"),
            LEGS,
            _longest,
        ),
        figure(
            "talk_s",
            "seconds",
            ("Avg talk", "평균 통화시간"),
            (
                "talking time, pick-up to the end of the conversation, holding within it ÷ conversations ended",
                "받을 때부터 통화가 끝날 때까지 (보류 포함) ÷ 끝난 통화",
            ),
            ("answered whose conversation has a known end", "통화가 끝난 때를 아는 응대"),
            LEGS,
            lambda tally: ratio(tally.talk_ms / 1000, tally.talks),
        ),
    ]


def _longest(tally: Tally) -> float | None:
    known = sum(tally.answered_after) + sum(tally.gave_up_after) + sum(tally.unanswered_after)
    return tally.longest_wait_ms / 1000 if known else None
