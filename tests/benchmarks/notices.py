"""How long it takes to choose the notices for a call out of many, beside a plain loop over all of them."""

from __future__ import annotations

import datetime
import statistics
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

import click

from ivr.language.notices import Notice
from ivr.office.notices import Board, Notices, Switch, ranked, standing

ZONE = ZoneInfo("Asia/Seoul")
DAY = datetime.datetime(2026, 11, 23, tzinfo=ZONE)
CALLS = 2_000
"""Calls of the day, evenly spread."""
CHANGES = 100
"""Calls between two changes of the board: a load turned on or off, a switch."""

Choice = Callable[[datetime.datetime, Board, dict[str, int]], tuple[str, ...]]


def write(count: int) -> dict[str, Notice]:
    """So many notices: half of them valid today, with windows, load, limits and switches among them."""
    notices: dict[str, Notice] = {}
    for n in range(count):
        first = DAY.date() + datetime.timedelta(days=n % 60 - 45)
        keys: dict[str, object] = {"say": "공지", "owner": "부서", "until": str(first + datetime.timedelta(days=30))}
        keys |= {"from": f"{first}T{n % 24:02}:00", "order": n % 7}
        if n % 3 == 0:
            keys["windows"] = {"mon-fri": [f"{8 + n % 4:02}:{n % 60:02}-12:00", "13:00-18:00"], "sat": "09:00-12:00"}
        if n % 5 == 0:
            keys["load"] = {"waiting": {"on": 10, "off": 4}}
        if n % 4 == 0:
            keys["at_most"] = 2
        if n % 11 == 0:
            keys |= {"emergency": True} if n % 5 else {}
        notices[f"n{n}"] = Notice.model_validate(keys)
    return notices


def board(n: int) -> Board:
    """The board after its n-th change."""
    switches = {f"n{k}": Switch(k % 2 == 0, DAY + datetime.timedelta(hours=k % 24)) for k in range(0, 20 + n, 7)}
    return Board(switches, frozenset(f"n{k}" for k in range(0, 5 * n, 5)))


def plain(notices: dict[str, Notice]) -> Choice:
    """The peer: every notice looked at for every call."""
    order = ranked(notices)

    def choose(at: datetime.datetime, board: Board, heard: dict[str, int]) -> tuple[str, ...]:
        return tuple(
            name
            for name in order
            if standing(name, notices[name], ZONE, at, board) == "on"
            and ((limit := notices[name].at_most) is None or heard.get(name, 0) < limit)
        )

    return choose


def day(choose: Choice) -> tuple[list[float], list[tuple[str, ...]]]:
    """The calls of a day: seconds that each choice took, and what was chosen."""
    boards = [board(n) for n in range(CALLS // CHANGES)]
    took: list[float] = []
    chosen: list[tuple[str, ...]] = []
    for call in range(CALLS):
        at = DAY + datetime.timedelta(seconds=call * 86_400 / CALLS)
        heard = {f"n{n}": n % 4 for n in range(call % 20, 500, 60)}
        start = time.perf_counter()
        names = choose(at, boards[call // CHANGES], heard)
        took.append(time.perf_counter() - start)
        chosen.append(names)
    return took, chosen


@click.command()
@click.option("--notices", "count", default=500, show_default=True, type=click.IntRange(1, 10_000))
def main(count: int) -> None:
    """Print the figures. Exit 1 when the two choose differently."""
    notices = write(count)
    indexed = Notices(notices, ZONE)
    ours, chosen = day(indexed.on_air)
    theirs, wanted = day(plain(notices))
    if chosen != wanted:
        raise click.ClickException("the two choose differently")
    most = max(len(names) for names in chosen)
    click.echo(f"{count} notices, at most {most} on the air; {CALLS} calls of a day, {CALLS // CHANGES} boards")
    click.echo(f"{'ms a call':12s}   median     mean     99 %     most")
    for name, times in (("ours", ours), ("plain loop", theirs)):
        ordered = sorted(times)
        figures = (statistics.median(times), statistics.fmean(times), ordered[int(len(times) * 0.99)], ordered[-1])
        click.echo(f"{name:12s}" + "".join(f" {1000 * figure:8.4f}" for figure in figures))
    click.echo(f"ours ÷ plain loop: {sum(ours) / sum(theirs):.4f}")


if __name__ == "__main__":
    main()
