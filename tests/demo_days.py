"""A fortnight of made-up calls at the sample office: what pages are tried and drawn with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ivr.records import switches
from ivr.records.answer_tables import Answer
from ivr.records.keys import Keys
from ivr.records.models import Base, Call, Leg, LiveQueue, Step
from ivr.records.notice_tables import Hearing
from ivr.records.switches import Hand

ZONE = ZoneInfo("Asia/Seoul")

DESKS: dict[str, tuple[str, tuple[str, ...], int]] = {
    "1": ("certificates", ("111",), 4),
    "2": ("head_transfers", ("112",), 3),
    "3": ("east_academies", ("5301",), 2),
    "4": ("exams", ("113",), 4),
    "5": ("personnel", ("114",), 2),
    "6": ("tuition", ("115", "116"), 6),
    "0": ("operators", ("101", "102"), 3),
}
"""Key of the first menu: the desk it leads to, its officers, how often it is chosen."""

RUSH = {9: 1.0, 10: 1.8, 11: 1.2, 13: 1.1, 14: 1.3, 15: 1.6, 16: 1.0, 17: 0.6}
"""How much of an hour's calls come in each hour."""


def fill(session: Session, keys: Keys, now: datetime, days: int = 14, a_day: int = 60) -> None:
    """The days before `now` (aware), and today until then; with queues as they stand now, and a notice on the air."""
    rows: dict[type[Base], list[dict[str, Any]]] = {Call: [], Leg: [], Step: [], Hearing: [], Answer: []}
    today = now.astimezone(ZONE).date()
    for ago in range(days, -1, -1):
        day = today - timedelta(days=ago)
        chance = random.Random(day.toordinal())  # the same day, whatever days are asked for
        if day.weekday() < 5 or ago < 2:
            for n, at in enumerate(_times(day, chance, a_day)):
                if at < now - timedelta(minutes=12):
                    _call(rows, f"n1-{day:%m%d}.{n}", at, keys, chance)
    for table, found in rows.items():
        if found:
            session.execute(insert(table), found)
    session.execute(insert(LiveQueue), list(_queues(now)))
    switches.switch(
        session, "busy", True, now + timedelta(hours=3), Hand("page:supervisor", "page", now, "전화가 몰림")
    )


def _times(day: Any, chance: random.Random, a_day: int) -> list[datetime]:
    hours, weights = list(RUSH), list(RUSH.values())
    walls = [
        datetime.combine(day, time(chance.choices(hours, weights)[0], chance.randrange(60), chance.randrange(60)), ZONE)
        for _ in range(a_day)
    ]
    return sorted(wall.astimezone(UTC) for wall in walls)


def _call(
    rows: dict[type[Base], list[dict[str, Any]]], id: str, at: datetime, keys: Keys, chance: random.Random
) -> None:
    number = f"010{chance.randrange(2_000_0000, 9_999_9999)}"
    steps = [("greeting", "next", 6), ("announcements", "next", 9), ("opening", "open", 9)]
    key = chance.choices(list(DESKS), [weight for *_, weight in DESKS.values()])[0]
    desk, officers, _ = DESKS[key]
    end, outcome = at + timedelta(seconds=40), "left_menu"
    fate = chance.random()
    heard = fate < 0.5
    if heard:
        rows[Hearing] += [
            {"call": id, "at": at + timedelta(seconds=6 + 3 * n), "notice": "busy", "what": what}
            for n, what in enumerate(("played", "finished"))
        ]
    if fate < 0.05:
        end, outcome = at + timedelta(seconds=12), "left_informed"
        steps = steps[:2]
    elif fate < 0.12:
        steps.append(("purpose", "hangup", 25))
    else:
        steps.append(("purpose", key, 20))
        queued = at + timedelta(seconds=24)
        wait = min(int(chance.expovariate(1 / (22 if at.astimezone(ZONE).hour != 10 else 70))) + 3, 290)
        leg: dict[str, Any] = {
            "call": id,
            "n": 0,
            "desk": desk,
            "queued_at": queued,
            "connected_at": None,
            "agent": None,
        }
        leg |= {"told_low": None, "told_high": None}
        if wait > 30:
            leg |= {"told_low": wait // 60 * 60, "told_high": wait // 60 * 60 + 120}
        if wait > 75 and chance.random() < 0.6:
            end, outcome = queued + timedelta(seconds=wait), "abandoned"
            leg |= {"left_at": end, "outcome": "abandoned"}
        elif chance.random() < 0.04:
            end, outcome = queued + timedelta(seconds=30), "failed"
            leg |= {"left_at": end, "outcome": "no_answer"}
        else:
            picked, talk = queued + timedelta(seconds=wait), int(chance.gammavariate(3, 60)) + 20
            end, outcome = picked + timedelta(seconds=talk), "answered"
            officer = chance.choice(officers)
            leg |= {"connected_at": picked, "left_at": end, "agent": officer, "outcome": "answered"}
            if chance.random() < 0.4:
                grade = chance.choices((1, 2, 3, 4, 5), (9, 6, 3, 1, 1))[0]
                answer = {"call": id, "desk": desk, "question": "satisfaction", "agent": officer, "answer": grade}
                rows[Answer].append({**answer, "at": end + timedelta(seconds=8)})
        rows[Leg].append(leg)
    rows[Call].append(
        {"id": id, "node": "n1", "line": "1000", "flow": "main", "language": "ko", "office": None}
        | {"caller": keys.seal(number), "who": keys.who(number), "started_at": at, "ended_at": end}
        | {"outcome": outcome, "static": None, "source": None}
    )
    for n, (step, exit_, second) in enumerate(steps):
        row = {"call": id, "turn": 0, "n": n, "flow": "main", "step": step, "exit": exit_}
        rows[Step].append({**row, "at": at + timedelta(seconds=second)})


def _queues(now: datetime) -> Iterator[dict[str, Any]]:
    state = {"operators": (1, 8, 0, 2), "tuition": (3, 94, 0, 2), "certificates": (0, 0, 1, 1), "exams": (2, 41, 0, 0)}
    for desk, officers, _ in DESKS.values():
        waiting, longest, free, logged_in = state.get(desk, (0, 0, len(officers), len(officers)))
        yield {"node": "n1", "desk": desk, "waiting": waiting, "longest_wait_s": longest} | {
            "agents_free": free,
            "agents_logged_in": logged_in,
            "at": now,
        }


def odd(session: Session, now: datetime) -> None:
    """One call of each kind that `fill` has none of, an hour ago."""
    at, later = now - timedelta(hours=1), now - timedelta(minutes=50)
    calls: list[tuple[str, str]] = [
        ("overflowed", "failed"),
        ("handed", "answered"),
        ("cut", "cut"),
        ("closed", "self_service"),
        ("self", "self_service"),
        ("going", "in_progress"),
        ("voicemail", "message_instead"),
        ("short", "short_abandoned"),
        ("broken", "failed"),
        ("cut-talking", "cut"),
    ]
    legs: list[tuple[str, int, str, str, bool]] = [
        ("overflowed", 0, "tuition", "no_answer", False),
        ("overflowed", 1, "operators", "empty", False),
        ("handed", 0, "tuition", "handed_over", True),
        ("handed", 1, "operators", "answered", True),
        ("cut", 0, "tuition", "cut", False),
        ("going", 0, "tuition", "waiting", False),
        ("voicemail", 0, "tuition", "message_instead", False),
        ("short", 0, "tuition", "short_abandoned", False),
        ("cut-talking", 0, "tuition", "answered", True),
    ]
    officers = {"tuition": "115", "operators": "101"}
    session.execute(
        insert(Call),
        [
            {"id": f"n1-odd.{name}", "node": "n1", "line": "1000", "flow": "main", "started_at": at, "outcome": outcome}
            | {"ended_at": None if outcome == "in_progress" else later}
            for name, outcome in calls
        ],
    )
    session.execute(
        insert(Leg),
        [
            {"call": f"n1-odd.{call}", "n": n, "desk": desk, "outcome": outcome, "queued_at": at}
            | {"connected_at": later if talked else None, "agent": officers[desk] if talked else None}
            | {"left_at": None if outcome == "waiting" else later}
            for call, n, desk, outcome, talked in legs
        ],
    )
    step = {"turn": 0, "n": 0, "flow": "main", "step": "opening", "exit": "closed", "at": at}
    session.execute(insert(Step), [{"call": "n1-odd.closed", **step}])
