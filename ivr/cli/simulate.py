"""`ivr simulate`: a call in the terminal, with no telephone."""

from __future__ import annotations

import datetime
import re
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
from ivr.telephony.saving import needed, save
from ivr.telephony.simulator import Press, Simulator, presses

_CALLS = re.compile(r"calls/[a-z][a-z0-9_]{0,39}\.yaml")
_KEYS = re.compile(r"[0-9*#]{0,40}")


def _ask(most: int) -> str | None:
    hint = "1 key" if most == 1 else f"up to {most} keys"
    while True:
        click.echo(f"[{hint}; Enter waits too long; q hangs up] ", nl=False)
        answer = sys.stdin.readline()
        if not answer or answer.strip() == "q":
            return None
        if _KEYS.fullmatch(answer.strip()):
            return answer.strip()
        click.echo("keys are 0 to 9, * and #")


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
@click.option(
    "--queue", "queues", multiple=True, help="Callers waiting at a desk, exams=5, or the expected wait, exams=3m."
)
@click.option("--notice", "notices", multiple=True, metavar="NAME", help="Notice on the air [default: by the time].")
@click.option("--again", metavar="DESK", help="Desk that the caller talked to last [default: none].")
@click.option("--down", default="", help="What is out of order: lookup, disk; a comma between.")
@click.option("--save", "file", metavar="calls/NAME.yaml", help="Save the call as a test, in the office's folder.")
@click.pass_obj
def simulate(
    program: Program,
    keys: str | None,
    line: str | None,
    at: datetime.datetime | None,
    caller: str,
    desks: Sequence[str],
    queues: Sequence[str],
    notices: Sequence[str],
    again: str | None,
    down: str,
    file: str | None,
) -> None:
    """Walk a call through the flows in the terminal, with no telephone.

    \b
    Examples: ivr simulate
              ivr simulate --keys 2,1,4
              ivr simulate --keys 0 --at 2027-01-22T12:30 --line 1001
              ivr simulate --queue exams=5 --desk exams=no_answer --down lookup
              ivr simulate --notice busy --caller 01012345678
              ivr simulate --save calls/exams.yaml && ivr test exams
    """
    if file is not None and not _CALLS.fullmatch(file):
        raise OnestopError(f"--save: “{file}” is no file of calls: write calls/NAME.yaml, NAME in small letters")
    if keys and not all(entry.strip() == "-" or _KEYS.fullmatch(entry.strip()) for entry in keys.split(",")):
        raise OnestopError("--keys: write 0 to 9, * and #, a comma between questions, “-” for waiting too long")
    lines = program.config.lines
    number = line or next(iter(lines))
    if number not in lines:
        raise OnestopError(f"there is no line {number}: the lines are {', '.join(lines)}")
    press: Press = _ask if keys is None else presses(keys)
    when = in_zone(at, program.office.calendar.tz).astimezone(program.office.calendar.tz)
    circumstances = _circumstances(
        program.office,
        {
            "line": number,
            "flow": lines[number].flow,
            "language": lines[number].language,
            "at": when.replace(tzinfo=None).isoformat(),
            "caller": caller or None,
            "desks": _conducts(program.office, desks),
            "queues": _loads(queues),
            "notices": list(notices) or None,
            "again": again,
            "down": [name.strip() for name in down.split(",") if name.strip()],
        },
    )
    shown = f"{Keys.mask(caller)} ☏ " if caller else "☏ "
    click.echo(f"{shown}{number} · {when:%Y-%m-%d %H:%M} · {lines[number].language}")
    simulator = Simulator(program.office, click.echo, press)
    simulator.call(circumstances)
    click.echo("journey: " + " → ".join(f"{v.flow}/{v.step}:{v.exit}" for v in simulator.journey))
    if file is not None:
        its = needed(program.office, circumstances, simulator.talk)
        name = save(program.office, program.config.office_dir / file, its, simulator.talk)
        click.echo(f"{file}: saved as “{name}”")


def _circumstances(office: Office, given: dict[str, Any]) -> Circumstances:
    for desk in (*given["desks"], *given["queues"], *filter(None, [given["again"]])):
        if desk not in office.desks.desks:
            raise OnestopError(f"there is no desk “{desk}”; {did_you_mean(desk, office.desks.desks)}")
    for notice in given["notices"] or ():
        if notice not in office.notices:
            raise OnestopError(f"there is no notice “{notice}”; {did_you_mean(notice, office.notices)}")
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


def _loads(queues: Sequence[str]) -> dict[str, dict[str, str]]:
    """What goes on at the desks: a number is callers, a duration the expected wait."""
    loads: dict[str, dict[str, str]] = {}
    for desk, load in map(_pair, queues):
        loads.setdefault(desk, {})["expected_wait" if load[-1:].isalpha() else "waiting"] = load
    return loads


def _pair(text: str) -> tuple[str, str]:
    desk, _, value = text.partition("=")
    return desk, value
