"""A year of made-up calls, the same for the same seed: when they come, who comes again, what becomes of each.

Calls come by month, weekday and hour, three times as many on days of announcements; one in six comes from somebody
who called within the last days, mostly about the same topic. What a leg and a call came to is what
`ivr.records.outcome` makes of it. A call has 4 to 9 steps, 6.5 on average. Numbers are of a pool: the first callers
are real to the keys (search finds them), all others share those sealed numbers, with hashes of their own.
"""

from __future__ import annotations

import hashlib
import random
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ivr.records import outcome
from ivr.records.keys import Keys
from ivr.records.outcome import Ending, LegOutcome

ZONE = ZoneInfo("Asia/Seoul")
POOL = 2_000
"""Callers whose number and hash belong together."""
LINES = ("15770000", "04270001000", "04270002000")
PEAKS = {"01-07": 3.0, "01-15": 3.2, "01-22": 3.2, "01-28": 2.0, "02-09": 1.6, "05-08": 2.2, "08-18": 2.0, "12-09": 2.4}
WEEKDAYS = (1.25, 1.05, 1.0, 0.98, 0.9, 0.03, 0.02)
MONTHS = (1.3, 1.4, 1.3, 1.0, 0.95, 0.85, 0.8, 1.05, 1.0, 0.9, 1.0, 1.1)
HOURS = {
    **dict.fromkeys(range(24), 0.02),
    8: 0.5,
    9: 1.5,
    10: 1.6,
    11: 1.3,
    12: 0.25,
    13: 1.3,
    14: 1.3,
    15: 1.2,
    16: 1.1,
    17: 0.6,
}
OPENING = (
    ("main", "greeting", "next"),
    ("main", "announcements", "next"),
    ("main", "opening", "next"),
    ("main", "protection", "next"),
)
CALLBACK_DAYS = 6


class Topic(NamedTuple):
    """What people call about: the key of the first menu, the steps after it, the desks it leads to."""

    weight: float
    key: str
    steps: tuple[tuple[str, str, str], ...]
    desks: tuple[str, ...]


TOPICS = (
    Topic(0.11, "1", (("certificates", "information", "next"), ("certificates", "choice", "1")), ("certificates",)),
    Topic(
        0.10,
        "1",
        (("certificates", "information", "next"), ("certificates", "choice", "2"), ("certificates", "bye", "done")),
        (),
    ),
    Topic(
        0.06,
        "1",
        (
            ("certificates", "information", "next"),
            ("certificates", "choice", "3"),
            ("status", "receipt", "next"),
            ("status", "owner", "next"),
            ("status", "find", "next"),
            ("status", "tell", "next"),
            ("status", "bye", "done"),
        ),
        (),
    ),
    Topic(0.22, "2", (("transfers", "find", "next"),), ("head_transfers", "east_transfers", "west_transfers")),
    Topic(0.10, "3", (("academies", "find", "next"),), ("east_academies", "west_academies")),
    Topic(0.12, "4", (), ("exams",)),
    Topic(0.09, "5", (), ("personnel",)),
    Topic(0.13, "6", (), ("tuition",)),
    Topic(0.07, "7", (), ("school_life",)),
)
AGENTS = {
    desk: tuple(str(100 + 7 * n + m) for m in range(6)) for n, desk in enumerate(d for t in TOPICS for d in t.desks)
}
AGENTS["operators"] = tuple(str(200 + m) for m in range(12))

_HMS = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(86_400)]

Rows = dict[str, list[tuple[Any, ...]]]
"""Rows by table, in the order of COLUMNS."""


def text(at: int) -> str:
    """Epoch milliseconds as SQLAlchemy keeps a time in SQLite; PostgreSQL reads it as UTC in a session of UTC."""
    seconds, ms = divmod(at, 1000)
    days, second = divmod(seconds, 86_400)
    return f"{_day(days)} {_HMS[second]}.{ms:03}000"


_DAYS: dict[int, str] = {}


def _day(days: int) -> str:
    if days not in _DAYS:
        _DAYS[days] = str(date(1970, 1, 1) + timedelta(days=days))
    return _DAYS[days]


class Year:
    """`days()` gives the rows of one day after the other, the last day being `until`."""

    def __init__(self, calls: int, seed: int, until: date, keys: Keys, days: int = 365) -> None:
        self._random = random.Random(seed)
        self._days = [until - timedelta(days=n) for n in reversed(range(days))]
        self._sizes = self._spread(calls)
        numbers = [f"010{20_000_000 + n:08}" for n in range(POOL)]
        self._sealed = [keys.seal(number) for number in numbers]
        self._who = [keys.who(number) for number in numbers]
        self._salt = f"{seed}/"
        self._callers = max(calls * 2 // 3, POOL)
        self._recent: deque[tuple[int, int]] = deque(maxlen=max(200, calls * CALLBACK_DAYS // days))
        self._n = 0
        self._receipt = 20_000_000

    @staticmethod
    def start(last: date, days: int) -> datetime:
        """When a year of so many days begins whose last day this is; of none: when the last day is over."""
        return datetime.combine(last - timedelta(days=days - 1), datetime.min.time(), ZONE)

    def days(self) -> Iterator[Rows]:
        """Rows of each day."""
        for day, size in zip(self._days, self._sizes, strict=True):
            rows: Rows = {table: [] for table in COLUMNS}
            midnight = int(datetime.combine(day, datetime.min.time(), ZONE).timestamp() * 1000)
            peak = PEAKS.get(f"{day:%m-%d}", 1.0) > 1
            hours = self._random.choices(
                range(24), [HOURS[h] * (2 if peak and h == 15 else 1) for h in range(24)], k=size
            )
            for at in sorted(midnight + hour * 3_600_000 + int(self._random.random() * 3_600_000) for hour in hours):
                self._call(rows, at, peak)
            if peak:
                self._switch(rows, midnight)
            yield rows

    def _spread(self, calls: int) -> list[int]:
        weights = [WEEKDAYS[d.weekday()] * MONTHS[d.month - 1] * PEAKS.get(f"{d:%m-%d}", 1.0) for d in self._days]
        steps = [round(calls * part / sum(weights)) for part in accumulate(weights)]
        return [after - before for before, after in zip([0, *steps], steps, strict=False)]

    def _caller(self, at: int) -> tuple[str, str | None, int]:
        """(keyed hash, sealed number, place of the topic in TOPICS): somebody who comes again, or anybody."""
        draw = self._random.random
        if self._recent and draw() < 0.17:
            caller, topic = self._random.choice(self._recent)
            topic = topic if draw() < 0.7 else self._topic()
        else:
            caller, topic = int(draw() ** 1.3 * self._callers), self._topic()
        self._recent.append((caller, topic))
        if caller < POOL:
            return self._who[caller], self._sealed[caller], topic
        who = hashlib.blake2b(f"{self._salt}{caller}".encode(), digest_size=32).hexdigest()
        return who, self._sealed[caller % POOL], topic

    def _topic(self) -> int:
        return self._random.choices(range(len(TOPICS)), [topic.weight for topic in TOPICS])[0]

    def _call(self, rows: Rows, at: int, peak: bool) -> None:
        draw, choose = self._random.random, self._random.choice
        self._n += 1
        call = f"n1-{at // 1000}.{self._n}"
        who, caller, place = self._caller(at)
        topic = TOPICS[place]
        steps: list[tuple[str, str, str]] = [*OPENING, ("main", "purpose", topic.key), *topic.steps]
        notices: set[str] = set()
        now = at
        if peak and draw() < 0.6:
            now = self._hear(rows, call, at + 9_000, notices)
        left = draw() < 0.07
        if left or outcome.LEFT in notices:
            steps = steps[: self._random.randint(1, len(steps) - 1)]
        if left:
            steps[-1] = (*steps[-1][:2], "hangup")
        legs: list[tuple[Any, ...]] = []
        ending: Ending = "hangup"
        message = False
        turn = 0
        for n, (flow, step, exit) in enumerate(steps):
            now += 2_000 + int(draw() * 9_000)
            rows["steps"].append((call, turn, n, flow, step, exit, text(now)))
        waited = 0
        if not left and outcome.LEFT not in notices:
            if not topic.desks:
                ending = "done"
            elif draw() < 0.02:
                message = True
                rows["voicemails"].append(
                    (
                        f"{call}.wav",
                        call,
                        topic.desks[0],
                        "ko",
                        text(now),
                        20 + int(draw() * 30),
                        text(now + 60_000),
                        None,
                        None,
                        None,
                    )
                )
            else:
                now, waited, message = self._desks(rows, call, now, choose(topic.desks), peak, legs)
        language = "ko" if draw() < 0.985 else "en"
        words = [leg[7] for leg in legs]
        came_to = outcome.of_call(
            words, ending=ending, static=False, waited_ms=waited, message=message, notices=notices
        )
        line = LINES[0] if draw() < 0.8 else choose(LINES[1:])
        source = "old" if draw() < 0.01 else None
        rows["calls"].append(
            (
                call,
                "n1",
                line,
                "main",
                language,
                "0" * 12,
                caller if draw() < 0.97 else None,
                who,
                text(at),
                text(now),
                came_to,
                None,
                source,
            )
        )
        rows["legs"] += legs
        if came_to == "answered" and draw() < 0.12:
            last = legs[-1]
            answer = self._random.choices(range(1, 6), (60, 28, 8, 3, 1))[0]
            rows["answers"].append((call, last[2], "satisfaction", last[6], answer, text(now + 8_000)))
        if draw() < 0.02:
            self._case(rows, who, caller or "", now, topic)

    def _desks(
        self, rows: Rows, call: str, now: int, desk: str, peak: bool, legs: list[tuple[Any, ...]]
    ) -> tuple[int, int, bool]:
        """At the desk, and at those it goes on to: (end, waited in all, a message was left)."""
        draw = self._random.random
        waited_all = 0
        load = 3.0 if peak else 1.0
        while True:
            n, queued = len(legs), now
            wait = int(self._random.expovariate(1 / (14_000 * load)))
            patience = int(self._random.expovariate(1 / 150_000))
            told = (60, 180) if load > 1 and draw() < 0.8 else (None, None)
            limit = 300_000 if desk == "operators" else 30_000
            ending: Ending | None = "hangup"
            status: str | None = None
            moved, connected, agent, message = False, None, None, False
            if patience < min(wait, limit):
                now = queued + patience
                if patience > 20_000 and draw() < 0.1:
                    status, message = "KEY", True
            elif wait > limit:
                now, status = queued + limit, "TIMEOUT"
                moved = desk != "operators"
            else:
                connected, agent = queued + wait, self._random.choice(AGENTS[desk])
                now = connected + 5_000 + int(self._random.expovariate(1 / 150_000))
                if n == 0 and draw() < 0.07:
                    status, moved = outcome.HANDOVER, True
            waited = (connected or now) - queued
            waited_all += waited
            came_to: LegOutcome = outcome.of_leg(
                connected=connected is not None,
                status=status,
                ending=ending,
                moved_on=moved,
                waited_ms=waited,
                message=message,
            )
            legs.append(
                (call, n, desk, text(queued), text(connected) if connected else None, text(now), agent, came_to, *told)
            )
            if not moved or n > 2:
                return now, waited_all, message
            desk = "operators" if status == "TIMEOUT" or desk == "exams" else "exams"
            now += 400

    def _hear(self, rows: Rows, call: str, at: int, notices: set[str]) -> int:
        draw = self._random.random()
        told = ["played", *(["finished"] if draw < 0.8 else ["skipped"])]
        told += [["details"], ["message"], ["leave"], []][min(int(self._random.random() * 8), 3)]
        for n, what in enumerate(told):
            rows["hearings"].append((call, text(at + n * 6_000), "high_assignment", what))
        notices.update(told)
        return at + len(told) * 6_000

    def _switch(self, rows: Rows, midnight: int) -> None:
        for hour, change in ((15, "on"), (18, "off")):
            at = text(midnight + hour * 3_600_000)
            rows["switch_changes"].append(
                (f"{midnight}{change}", at, "high_assignment", change, None, "announced", "cli:a", "command", None)
            )

    def _case(self, rows: Rows, who: str, number: str, at: int, topic: Topic) -> None:
        draw = self._random.random
        self._receipt += 1
        receipt = str(self._receipt)
        kind = self._random.choice(("system_question", "grievance", "suggestion", "praise", "other", "transfer"))
        desk = topic.desks[0] if topic.desks else "certificates"
        done = draw() < 0.97
        days = int(self._random.expovariate(1 / 3)) + 1
        ends = at + days * 86_400_000
        rows["cases"].append(
            (
                receipt,
                kind,
                False,
                "7d",
                "완료" if done else "처리중",
                None,
                desk,
                None,
                self._random.choice(AGENTS[desk]),
                text(at),
                text(at + 7 * 86_400_000),
                0,
                False,
                True,
                "ko",
                number,
                who,
                text(ends),
                3 if done else 2,
            )
        )
        way = [(None, "접수", at), ("접수", "처리중", at + 3_600_000), *([("처리중", "완료", ends)] if done else [])]
        for n, (before, after, when) in enumerate(way, 1):
            rows["case_events"].append(
                (receipt, n, f"{receipt}/{n}", before, after, text(when), "api:saeol", None, None)
            )
            state = self._random.choices(("delivered", "undelivered", "dead"), (96, 3, 1))[0]
            rows["messages"].append(
                (
                    f"m{receipt}{n}",
                    f"case/{receipt}/{n}",
                    receipt,
                    None,
                    "case_status",
                    "ko",
                    number,
                    who,
                    number,
                    None,
                    1,
                    state,
                    None,
                    1,
                    None,
                    1,
                    "console",
                    f"r{receipt}{n}",
                    None,
                    None,
                    text(when),
                    text(when + 2_000),
                    text(when + 4_000),
                )
            )


COLUMNS = {
    "calls": "id node line flow language office caller who started_at ended_at outcome static source",
    "legs": "call n desk queued_at connected_at left_at agent outcome told_low told_high",
    "steps": "call turn n flow step exit at",
    "hearings": "call at notice what",
    "answers": "call desk question agent answer at",
    "voicemails": "file call desk language at seconds told_at heard_at heard_by deleted_at",
    "switch_changes": "id at notice change until reason who via texts",
    "cases": "receipt type certificate period status school desk moving_to officer received_at deadline extension "
    "sensitive consent language number who changed_at version",
    "case_events": "receipt n key from_status to_status at by desk note",
    "messages": "id key case bulk template language number who values text priority state due attempts owner fence "
    "sender reference code reason created_at submitted_at changed_at",
}
