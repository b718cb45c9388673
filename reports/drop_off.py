"""Where in the menu callers leave: each step, how many calls came to it, and how many hung up there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from reports.figure import Figure, figure, ratio
from reports.period import Period
from reports.queries import exits
from reports.report import CALLS, Report, made
from reports.sought import ALL, Filter
from reports.wording import ENGINE

HUNG_UP = "hangup"


@dataclass(frozen=True, slots=True)
class Passage:
    """Calls that came to a step, and those that hung up there; each call once."""

    entered: int = 0
    left: int = 0

    def __add__(self, other: Passage) -> Passage:
        """Both together; a call that came to both counts twice."""
        return Passage(self.entered + other.entered, self.left + other.left)


def figures() -> list[Figure[Passage]]:
    """The figures of a step."""
    return [
        figure(
            "entered",
            "count",
            ("Entered", "들어옴"),
            ("calls that came to the step, each once", "이 단계에 온 통화 (통화마다 한 번)"),
            ("", ""),
            ENGINE,
            lambda passage: float(passage.entered),
        ),
        figure(
            "left",
            "count",
            ("Left", "끊음"),
            (
                "calls that hung up there (not in a queue or a conversation: those are no steps)",
                "이 단계에서 끊은 통화 (대기나 통화 중에 끊은 것은 단계가 아님)",
            ),
            ("", ""),
            ENGINE,
            lambda passage: float(passage.left),
        ),
        figure(
            "left_share",
            "share",
            ("Share", "이탈률"),
            ("left ÷ entered", "끊음 ÷ 들어옴"),
            ("entered", "들어옴"),
            ENGINE,
            lambda passage: ratio(passage.left, passage.entered),
        ),
    ]


def report(session: Session, period: Period, where: Filter = ALL) -> Report:
    """Where callers left in a period."""
    found = passages(exits(session, period, where))
    return made(period, "step", CALLS, figures(), found, sum(found.values(), Passage()))


def passages(left: Mapping[tuple[str, str, str], int]) -> dict[str, Passage]:
    """From reports.queries.exits: the steps as "flow/step" (a desk as "desk/name"), where most left first."""
    found: dict[str, Passage] = defaultdict(Passage)
    for (flow, step, exit_), count in left.items():
        name = step if step.startswith("desk/") else f"{flow}/{step}"
        found[name] += Passage(count, count if exit_ == HUNG_UP else 0)
    return dict(sorted(found.items(), key=lambda item: (-item[1].left, -item[1].entered, item[0])))
