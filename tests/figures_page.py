"""docs/figures.md, from the figures themselves."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from reports import (
    callers,
    contact,
    courtesy,
    drop_off,
    effect,
    erlang,
    figures,
    giving_up,
    petitions,
    promised,
    repeats,
    staffing,
    suppression,
    survey,
    topics,
    waits,
)
from reports.figure import Figure
from reports.tally import EDGES_S

NOT_CARRIED = """\
- **AHT** (talk + hold + wrap-up): `talk_s` has holding within it; no record tells wrap-up. `ivr erlang --wrap-up` takes
  it as it is told.
- **Occupancy** (handling ÷ (handling + idle)): who was logged in when is shown live and not kept. `ivr erlang` tells
  the occupancy that so many officers come to.
- A **service level** is to be had for the edges of the bands of waiting time: {edges} s.
"""


def page(made: str) -> str:
    """The page."""
    sections: list[tuple[str, str, Sequence[Figure[Any]]]] = [
        (
            "Calls and entries at desks",
            "`ivr report`, `--by`, `--line`, `--desk`, `--topic`, `--agent`",
            figures.figures(),
        ),
        ("Giving up over waiting time", "`ivr report --giving-up`", giving_up.figures()),
        ("Where in the menu callers leave", "`ivr report --steps`", drop_off.figures()),
        ("Who calls again", "`ivr report --callers`", [*callers.figures(), *repeats.figures()]),
        ("Cases", f"`ivr report --cases`, `--schools`; {petitions.COUNTED}", petitions.figures()),
        ("Promises", f"`ivr report --promises`; {promised.COUNTED}", promised.figures()),
        ("Satisfaction and courtesy", f"`ivr report --courtesy`, `--quarters`; {courtesy.COUNTED}", courtesy.figures()),
        ("Told against actual wait", "`ivr report --waits`, by desk", waits.row_figures()),
        ("Notices", f"`ivr report --notices`; {effect.COUNTED}", effect.figures()),
    ]
    doc = inspect.cleandoc(contact.__doc__ or "").partition("\n\n")[2]
    parts = [
        f"# Figures\n{made}\nEvery figure says how it is made, of what, and where that is known from; pages say it in "
        "Korean. Periods are half-open and follow the office's clock: a day is as long as it is there, and the hour "
        "that comes twice is one hour. A call is one of the time it began, an entry at a desk of the time it joined "
        "the queue.",
        f"## One result each\n\n{doc}",
        f"## Topics\n\n{inspect.cleandoc(topics.__doc__ or '').partition(chr(10) * 2)[2]}",
        *(f"## {title}\n\n{told}.\n\n{_table(rows)}" for title, told, rows in sections),
        f"## Surveys\n\n`ivr report --survey`. {survey.FORMULA}. Source: {survey.SOURCE}.",
        f"## Officers needed\n\n`ivr erlang`. {inspect.cleandoc(erlang.__doc__ or '').partition(chr(10) * 2)[2]}\n\n"
        f"{staffing.FORMULA}.",
        f"## Small cells\n\n{inspect.cleandoc(suppression.__doc__ or '').partition(chr(10) * 2)[2]}",
        f"## What the records don't carry\n\n{NOT_CARRIED.format(edges=', '.join(map(str, EDGES_S)))}",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _table(rows: Sequence[Figure[Any]]) -> str:
    lines = [
        f"| `{row.key}` | {row.en.title} | {row.ko.title} | {_cell(row.en.formula)} | {_cell(row.en.denominator)} | "
        f"{_cell(row.en.source)} |"
        for row in rows
    ]
    return "\n".join(["| key | figure | 한국어 | how it is made | of | source |", "|---|---|---|---|---|---|", *lines])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
