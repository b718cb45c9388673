"""`ivr simulate`: a call in the terminal, with no telephone."""

from __future__ import annotations

import datetime
import sys

import click

from ivr.cli import Program
from ivr.errors import OnestopError
from ivr.telephony.simulator import Keys, Simulator, presses


def _instant(program: Program, at: str | None) -> datetime.datetime:
    """`at` (local to the office when it names no offset), or now."""
    zone = program.office.calendar.tz
    if at is None:
        return datetime.datetime.now(zone)
    try:
        instant = datetime.datetime.fromisoformat(at)
    except ValueError:
        raise click.BadParameter(f"“{at}” is no time: write e.g. 2027-01-22T15:00", param_hint="--at") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def _ask(most: int) -> str | None:
    hint = "1 key" if most == 1 else f"up to {most} keys"
    click.echo(f"[{hint}; Enter waits too long; q hangs up] ", nl=False)
    answer = sys.stdin.readline()
    return None if answer.strip() in ("q", "") and (not answer or answer.strip() == "q") else answer.strip()


@click.command()
@click.option("--keys", help="What is pressed, a comma between questions; “-” waits too long. Else: asked here.")
@click.option("--line", help="Number dialled [default: the first line].")
@click.option("--at", help="When, in the office's zone, e.g. 2027-01-22T15:00 [default: now].")
@click.option("--caller", default="", help="Caller's number, e.g. 01012345678.")
@click.option(
    "--desk",
    type=click.Choice(["answered", "no_answer", "empty"]),
    default="answered",
    help="How desks take the call [answered].",
)
@click.pass_obj
def simulate(program: Program, keys: str | None, line: str | None, at: str | None, caller: str, desk: str) -> None:
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
    press: Keys = _ask if keys is None else presses(keys)
    when = _instant(program, at)
    click.echo(f"☏ {number} · {when:%Y-%m-%d %H:%M} · {lines[number].language}")
    simulator = Simulator(program.office, click.echo, press, when, desk)  # type: ignore[arg-type]
    simulator.call(lines[number].flow, lines[number].language)
    click.echo("journey: " + " → ".join(f"{v.flow}/{v.step}:{v.exit}" for v in simulator.journey))
