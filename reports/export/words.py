"""The words of exports, in Korean and English; figures bring their own (reports.figures)."""

from __future__ import annotations

from collections.abc import Mapping

from reports.figure import Language
from reports.wording import Text

_TEXTS: Mapping[str, Text] = {
    "figures": ("Figures", "통계"),
    "calls": ("Calls", "통화 목록"),
    "formulas": ("Formulas", "산식"),
    "exits": ("Where callers left each step", "단계별 이탈"),
    "all": ("all", "전체"),
    "figure": ("figure", "지표"),
    "formula": ("formula", "산식"),
    "denominator": ("denominator", "분모"),
    "source": ("source", "출처"),
    "period": ("Period", "기간"),
    "zone": ("Time zone", "시간대"),
    "notes": ("Notes", "참고"),
    "page": ("page {} of {}", "{} / {}쪽"),
    "seconds": ("s", "초"),
    "line": ("line", "대표번호"),
    "desk": ("desk", "부서"),
    "topic": ("topic", "업무"),
    "agent": ("officer", "담당자"),
    "hour": ("hour", "시간대"),
    "day": ("day", "날짜"),
    "week": ("week", "주"),
    "month": ("month", "월"),
    "weekday_hour": ("weekday and hour (1 = Monday)", "요일·시간 (1 = 월요일)"),
    "language": ("language", "언어"),
    "flow": ("flow", "흐름"),
    "step": ("step", "단계"),
    "exit": ("exit", "나간 길"),
    "count": ("calls", "통화 수"),
    "began": ("began", "시작"),
    "ended": ("ended", "종료"),
    "call": ("call", "통화 ID"),
    "caller": ("caller (masked)", "발신번호(가림)"),
    "outcome": ("outcome", "결과"),
    "waited": ("waited (s)", "대기(초)"),
    "talked": ("talked (s)", "통화(초)"),
    "lasted": ("lasted (s)", "전체(초)"),
    "counted_calls": ("Calls are counted, by the time they began.", "통화를 시작 시각 기준으로 셉니다."),
    "counted_entries": (
        "Entries at desks are counted, by the time they joined the queue.",
        "부서 대기열에 들어온 것을 들어온 시각 기준으로 셉니다.",
    ),
    "imported": ("{} of them are imported from another system.", "이 가운데 {}건은 다른 시스템에서 가져온 것입니다."),
    "hidden": (
        "*: fewer than 5, which could point at a person, or hidden lest such a number could be computed from the rest. "
        "A longer period or fewer groups show more.",
        "*: 개인을 짐작하게 할 수 있는 5 미만의 수이거나, 그런 수를 역산할 수 있어 가린 값입니다. 기간을 늘리거나 "
        "묶는 기준을 줄이면 더 많이 보입니다.",
    ),
    "exits_note": (
        "Each call once for each step, by the exit it left it by last.",
        "통화마다 단계별로 한 번, 마지막에 나간 길로 셉니다.",
    ),
}


def word(name: str, language: Language, *values: object) -> str:
    """A text, its gaps filled."""
    return _TEXTS[name][language == "ko"].format(*values)
