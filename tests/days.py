"""Days written by hand: a call a line, with what happened to it, into a store.

    1 09:00 1000 A | 2 step main/purpose 1 | 5 queue c | 15 connect c 111 | 75 leave c CONTINUE | 76 end

Number of the call, when it began on the wall clock (`02:30b`: the second time round; `00:10+1`: on the next day), line,
caller (`-`: sent no number), then facts as the journal and the exchange tell them, each so many seconds later.
Without seconds: `imported SYSTEM`; `unknown`: nobody noted down when it was picked up; `language en`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update

from ivr.records import calls, facts, models, tellings
from ivr.records.facts import Fact, Known
from ivr.records.store import Store
from reports.period import Period


def put(store: Store, day: str, zone: ZoneInfo, script: str) -> None:
    """Put the calls of a day into a store."""
    for line in script.strip().splitlines():
        head, *told = (part.strip() for part in line.split("|"))
        number, clock, dialled, who = head.split()
        call, start = f"n1-{day.replace('-', '')}.{number}", at(day, clock, zone)
        ms = int(start.timestamp() * 1000)
        own = None if who == "-" else who
        known: list[Known] = [Fact(call, ms, "enter", dialled), facts.Opening(call, "main", "ko", "v1", None, own)]
        besides: list[str] = []
        for turn, words in enumerate(part.split() for part in told):
            if words[0].isdigit():
                known += _piece(call, ms + int(words[0]) * 1000, turn, *words[1:])
            else:
                besides.append(" ".join(words))
        with store.transaction() as session:
            calls.record(session, known)
            tellings.record(session, known)
            for word, _, value in (text.partition(" ") for text in besides):
                values = {"imported": {"source": value}, "language": {"language": value}, "unknown": {}}[word]
                if values:
                    session.execute(update(models.Call).where(models.Call.id == call).values(values))
                else:
                    session.execute(update(models.Leg).where(models.Leg.call == call).values(connected_at=None))


def at(day: str, clock: str, zone: ZoneInfo) -> datetime:
    """A time of the wall clock as it is written in a day."""
    clock, _, days = clock.partition("+")
    wall = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock.removesuffix("b")))
    wall += timedelta(days=int(days or 0))
    return wall.replace(tzinfo=zone, fold=clock.endswith("b")).astimezone(UTC)


def whole(day: str, zone: ZoneInfo, days: int = 1) -> Period:
    """The period of a day, or of several."""
    return Period(at(day, "00:00", zone), at(day, f"00:00+{days}", zone), zone)


def _piece(call: str, ms: int, turn: int, kind: str, a: str = "", b: str = "") -> list[Known]:
    if kind == "step":
        flow, step = a.split("/", 1)
        return [Fact(call, ms, "turn", str(turn)), facts.Step(call, turn, 0, flow, step, b, ms)]
    if kind == "notice":
        return [Fact(call, ms, "notice", a, b), facts.Hearing(call, ms, a, b)]
    return [Fact(call, ms, kind, a, b)]  # type: ignore[arg-type]  # written by hand
