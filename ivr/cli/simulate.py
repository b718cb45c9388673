"""`ivr simulate`: a call in the terminal, with no telephone."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Sequence
from typing import Any

import click
from pydantic import ValidationError

from ivr.cli import Program
from ivr.cli.instant import Instant, in_zone
from ivr.errors import OnestopError
from ivr.language.conversation import Circumstances
from ivr.language.office import Office
from ivr.language.source import did_you_mean
from ivr.records.keys import Keys
from ivr.telephony.simulator import Press, Simulator, presses


def _ask(most: int) -> str | None:
    hint = "1 key" if most == 1 else f"up to {most} keys"
    click.echo(f"[{hint}; Enter waits too long; q hangs up] ", nl=False)
    answer = sys.stdin.readline()
    return None if answer.strip() in ("q", "") and (not answer or answer.strip() == "q") else answer.strip()


@click.command()
@click.option("--keys", help="What is pressed, a comma between questions; “-” waits too long. Else: asked here.")
@click.option("--line", help="Number dialled [default: the first line].")
@click.option("--at", type=Instant(), help="When, in the office's zone, e.g. 2027-01-22T15:00 [default: now].")
@click.option("--caller", default="", help="Caller's number, e.g. 01012345678.")
@click.option(
    "--desk",
    "desks",
    multiple=True,
    help="How desks take the call: answered, no_answer, empty, full, failed; one desk: exams=no_answer [answered].",
)
@click.option("--queue", "queues", multiple=True, help="Callers waiting at a desk, e.g. exams=5.")
@click.option("--down", default="", help="What is out of order: lookup, disk; a comma between.")
@click.pass_obj
def simulate(
    program: Program,
    keys: str | None,
    line: str | None,
    at: datetime.datetime | None,
    caller: str,
    desks: Sequence[str],
    queues: Sequence[str],
    down: str,
) -> None:
    """Walk a call through the flows in the terminal, with no telephone.

    \b
    Examples: ivr simulate
              ivr simulate --keys 2,1,4
              ivr simulate --keys 0 --at 2027-01-22T12:30 --line 1001
              ivr simulate --queue exams=5 --desk exams=no_answer --down lookup
    """
    lines = program.config.lines
    number = line or next(iter(lines))
    if number not in lines:
        raise OnestopError(f"there is no line {number}: the lines are {', '.join(lines)}")
    press: Press = _ask if keys is None else presses(keys)
    when = in_zone(at, program.office.calendar.tz).astimezone(program.office.calendar.tz)
    shown = f"{Keys.mask(caller)} ☏ " if caller else "☏ "
    click.echo(f"{shown}{number} · {when:%Y-%m-%d %H:%M} · {lines[number].language}")
    circumstances = _circumstances(
        program.office,
        {
            "line": number,
            "flow": lines[number].flow,
            "language": lines[number].language,
            "at": when.replace(tzinfo=None).isoformat(),
            "caller": caller or None,
            "desks": _conducts(program.office, desks),
            "queues": {desk: {"waiting": waiting} for desk, waiting in map(_pair, queues)},
            "down": [name.strip() for name in down.split(",") if name.strip()],
        },
    )
    simulator = Simulator(program.office, click.echo, press)
    simulator.call(circumstances)
    click.echo("journey: " + " → ".join(f"{v.flow}/{v.step}:{v.exit}" for v in simulator.journey))


def _circumstances(office: Office, given: dict[str, Any]) -> Circumstances:
    for desk in (*given["desks"], *given["queues"]):
        if desk not in office.desks.desks:
            raise OnestopError(f"there is no desk “{desk}”; {did_you_mean(desk, office.desks.desks)}")
    try:
        return Circumstances.model_validate(given)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise OnestopError(
            f"--{str(wrong['loc'][0]).rstrip('s')}: {wrong['msg'][:1].lower()}{wrong['msg'][1:]}"
        ) from None


def _conducts(office: Office, desks: Sequence[str]) -> dict[str, str]:
    """How each desk takes the call; a conduct without a desk is that of all."""
    conducts: dict[str, str] = {}
    for text in desks:
        desk, conduct = _pair(text) if "=" in text else ("", text)
        conducts |= {desk: conduct} if desk else dict.fromkeys(office.desks.desks, conduct)
    return conducts


def _pair(text: str) -> tuple[str, str]:
    desk, _, value = text.partition("=")
    return desk, value
