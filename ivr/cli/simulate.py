"""`ivr simulate`: a call in the terminal, with no telephone."""

from __future__ import annotations

import datetime
import sys

import click

from ivr.cli import Program
from ivr.cli.instant import Instant, in_zone
from ivr.engine.events import DeskStatus
from ivr.errors import OnestopError
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
    type=click.Choice(["answered", "no_answer", "empty"]),
    default="answered",
    help="How desks take the call [answered].",
)
@click.pass_obj
def simulate(
    program: Program, keys: str | None, line: str | None, at: datetime.datetime | None, caller: str, desk: DeskStatus
) -> None:
    """Walk a call through the flows in the terminal, with no telephone.

    \b
    Examples: ivr simulate
              ivr simulate --keys 2,1,4
              ivr simulate --keys 0 --at 2027-01-22T12:30 --line 1001
    """
    lines = program.config.lines
    number = line or next(iter(lines))
    if number not in lines:
        raise OnestopError(f"there is no line {number}: the lines are {', '.join(lines)}")
    press: Press = _ask if keys is None else presses(keys)
    when = in_zone(at, program.office.calendar.tz)
    shown = f"{Keys.mask(caller)} ☏ " if caller else "☏ "
    click.echo(f"{shown}{number} · {when:%Y-%m-%d %H:%M} · {lines[number].language}")
    simulator = Simulator(program.office, click.echo, press, when, desk, line=number, caller=caller)
    simulator.call(lines[number].flow, lines[number].language)
    click.echo("journey: " + " → ".join(f"{v.flow}/{v.step}:{v.exit}" for v in simulator.journey))
