"""Where contacts went: the counts of a tally as figures. Pure."""

from __future__ import annotations

from collections.abc import Callable

from reports.figure import Figure, figure
from reports.tally import Tally
from reports.wording import JOURNAL, Text


def parts() -> list[Figure[Tally]]:
    """Where the contacts received went, each to one part; `offered` and `queued` take several together."""
    return [
        _count(
            "received",
            ("Received", "수신"),
            ("all that came, whatever became of them", "들어온 것 모두"),
            lambda tally: tally.contacts,
        ),
        _count(
            "offered",
            ("Offered", "인입"),
            (
                "answered + abandoned + short + unanswered + failed + message instead of waiting on (not: still "
                "waiting, left informed, told closed, left in the menu, self-service, a message without a queue)",
                "응대 + 포기 + 단시간 포기 + 미응대 + 실패 + 대기 뒤 메시지 (대기 중, 안내 듣고 종료, 업무시간 외, "
                "메뉴에서 종료, 셀프서비스, 대기 없는 메시지는 빼고)",
            ),
            lambda tally: tally.offered,
        ),
        _count(
            "answered",
            ("Answered", "응대"),
            (
                "an officer picked up, also when the conversation still goes on",
                "담당자가 받음 (아직 통화 중인 것도)",
            ),
            lambda tally: tally.answered,
        ),
        _count(
            "abandoned",
            ("Abandoned", "포기"),
            ("the caller left the queue after more than 5 s", "5초 넘게 기다리다 끊음"),
            lambda tally: tally.abandoned,
        ),
        _count(
            "short_abandoned",
            ("Short abandon", "단시간 포기"),
            ("the caller left the queue within 5 s", "5초 안에 끊음"),
            lambda tally: tally.short_abandoned,
        ),
        _count(
            "overflowed",
            ("Unanswered, passed on", "미응대 (다른 부서로 넘김)"),
            (
                "nobody picked up, and it went on to another desk (a call: nobody picked up there either)",
                "받지 못해 다른 부서로 넘어감 (통화 단위: 넘어간 곳에서도 받지 못함)",
            ),
            lambda tally: tally.overflowed,
        ),
        _count(
            "failed",
            ("Failed", "실패"),
            (
                "nobody picked up in time, nobody was there, the queue was full (and no other desk was tried), the "
                "exchange or the flow failed",
                "제때 받지 못함, 담당자 없음, 대기열 가득 참 (다른 부서로 넘어가지 않음), 교환기나 흐름 오류",
            ),
            lambda tally: tally.failed,
        ),
        _count(
            "message_instead",
            ("Message", "메시지"),
            (
                "nobody picked up, and the caller left a voicemail or took an SMS, before or after a queue",
                "담당자 대신 음성 메시지를 남기거나 문자를 받음 (대기 전이나 후)",
            ),
            lambda tally: tally.message_instead,
        ),
        _count(
            "left_informed",
            ("Informed", "안내 듣고 종료"),
            (
                "the caller heard a notice to the end, or took its details, and left without asking for a desk",
                "안내를 끝까지 듣거나 자세한 안내를 듣고, 부서를 찾지 않고 끊음",
            ),
            lambda tally: tally.left_informed,
        ),
        _count(
            "self_service",
            ("Self-service", "셀프서비스"),
            ("the flow ended by itself, and no desk was asked for", "부서를 찾지 않고 흐름이 끝까지 감"),
            lambda tally: tally.self_service,
        ),
        _count(
            "told_closed",
            ("Told closed", "업무시간 외"),
            (
                "the caller came to no desk, and was told closed, lunch or holiday, choosing nothing in a menu after",
                "업무시간·점심·휴무 안내를 듣고, 그 뒤 메뉴에서 고른 것 없이 부서에 이르지 않고 끝남",
            ),
            lambda tally: tally.told_closed,
        ),
        _count(
            "left_menu",
            ("Left menu", "메뉴에서 종료"),
            ("the caller hung up before asking for a desk", "부서를 찾기 전에 끊음"),
            lambda tally: tally.left_menu,
        ),
        _count(
            "in_progress",
            ("Going on", "진행 중"),
            ("nobody picked up yet, and it isn't over", "아직 받지 않았고 끝나지 않음"),
            lambda tally: tally.in_progress,
        ),
        _count(
            "queued",
            ("Queued", "대기"),
            ("came to a queue, and waits no more", "대기열에 들어갔고 대기가 끝남"),
            lambda tally: tally.queued,
        ),
    ]


def _count(key: str, title: Text, formula: Text, counts: Callable[[Tally], int]) -> Figure[Tally]:
    return figure(key, "count", title, formula, ("", ""), JOURNAL, lambda tally: float(counts(tally)))
