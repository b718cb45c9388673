"""`ivr reload`: another version of the office takes the next calls; those in progress end as they began."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ivr.cli import Program, claim, standing
from ivr.cli.office import examine
from ivr.cli.problems import counted
from ivr.cli.speech import prepare
from ivr.errors import BadInput, ExchangeError, Problem
from ivr.language import loader
from ivr.language.office import Office
from ivr.language.source import did_you_mean
from ivr.office.changes import changes
from ivr.telephony import watchdog
from ivr.telephony.pbx import Pbx

RENEW_S = 30.0
"""How long the engine may take to read a version."""


@click.command()
@click.option("--to", "version", metavar="VERSION", help="Go back to a version that is kept (see --list).")
@click.option("--list", "listed", is_flag=True, help="Show the versions that are kept, and change nothing.")
@click.pass_obj
def reload(program: Program, version: str | None, listed: bool) -> None:
    """Check the office; when it is good, the next call takes it. A call in progress ends as it began.

    \b
    Examples: ivr reload
              ivr reload --list
              ivr reload --to 3f2a9c01d4e5
    """
    if listed:
        _show(program)
        return
    others = claim.other_settings(program.config, program.path)
    with program.versions.switching():
        office = _checked(program) if version is None else _earlier(program, version)
        marked = program.versions.marked()
        before = program.versions.newest_good() if marked else None
        prepare(program.config, office)
        waiting = _configure(program, office)
        if version is None:
            program.versions.put_in_place(office)
        else:
            program.versions.mark(version, left=loader.version(program.config.office_dir))
        told = _told(program, office.version)
        for line in changes(before, office) if before else []:
            click.echo(line)
        program.versions.prune(standing.in_use(program), datetime.datetime.now(datetime.UTC))
    if waiting:
        names = ", ".join(file.name for file in waiting)
        click.echo(f"the exchange needs a restart for {names} (ivr pbx stop, start)", err=True)
    click.echo(told)
    if others:
        click.echo(f"{program.path} has changed, too ({', '.join(others)}): that counts at the next `ivr up`", err=True)
    if marked and marked != office.version:
        click.echo(f"back: ivr reload --to {marked}")


def _checked(program: Program) -> Office:
    """The office as it stands. With an error in it this command ends, and nothing was changed."""
    office, problems = examine(program)
    if office is None or any(problem.severity == "error" for problem in problems):
        click.echo(str(BadInput(problems)), err=True)
        click.echo(f"{counted(problems)}; nothing was changed", err=True)
        sys.exit(1)
    if problems:
        click.echo(f"{counted(problems)}: see ivr check", err=True)
    return office


def _earlier(program: Program, version: str) -> Office:
    """A version that is kept, in agreement with the settings of today. Raises BadInput."""
    kept = [kept.version for kept in program.versions.kept()]
    if version not in kept:
        hint = did_you_mean(version, kept) or "see: ivr reload --list"
        raise BadInput([Problem("--to", 0, 0, f"there is no version “{version}”", hint)])
    office = program.versions.get(version)
    program.agree(office)
    return office


def _configure(program: Program, office: Office) -> Sequence[Path]:
    """Let a running exchange know the desks before a call can go there; the files that wait for its restart.

    Raises ExchangeError, and BadInput.
    """
    pbx = Pbx(program.config, standing.desks(program, office))
    return pbx.reload(pbx.configure()) if pbx.running() else []


def _told(program: Program, version: str) -> str:
    """Let the engine read the version, so that no caller waits for that; what has come of it."""
    match watchdog.ping(program.config.engine.agi, "renew", RENEW_S):
        case "well":
            _see_exchange(program, version)
            return f"{version} is in place: the next call takes it"
        case "silent":
            raise ExchangeError(f"{version} is in place, but the engine does not answer")
        case "gone":
            if watchdog.ping(program.config.engine.agi) == "well":
                raise ExchangeError(f"the engine can't read {version}; the version before goes on, see log/engine.log")
            if claim.is_held(program.config):
                raise ExchangeError(f"{version} is in place, but no engine answers: see log/engine.log")
            return f"{version} is in place; no line runs: it takes effect at the next start"


def _see_exchange(program: Program, version: str) -> None:
    """An engine without its exchange takes no call. Raises ExchangeError then."""
    pbx = Pbx(program.config)
    if not pbx.running():
        raise ExchangeError(f"{version} is in place, but the exchange is down, so no call comes in: ivr pbx start")
    try:
        pbx.calls()
    except ExchangeError as error:
        raise ExchangeError(f"{version} is in place, but no call may come in: {error}") from error


def _show(program: Program) -> None:
    versions = program.versions
    marked, zone = versions.marked(), None
    if marked:
        zone = versions.newest_good().calendar.tz
    for kept in versions.kept():
        mark = "  current" if kept.version == marked else ""
        click.echo(f"{kept.since.astimezone(zone):%Y-%m-%d %H:%M}  {kept.version}{mark}")
    if not marked:
        click.echo("no version of the office was put in place yet: ivr up, ivr reload", err=True)
