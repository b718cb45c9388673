"""`ivr reload`: another version of the office takes the next calls; those in progress end as they began."""

from __future__ import annotations

import sys
from functools import partial

import click

from ivr.cli import Program, database, deed
from ivr.cli.office import examine
from ivr.cli.problems import counted
from ivr.cli.speech import prepare
from ivr.errors import BadInput
from ivr.language.office import Office
from ivr.telephony import claim, renewal


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
    config, versions = program.config, program.versions
    others = claim.other_settings(config, program.path)
    speak = partial(prepare, config)
    with versions.switching():
        if version is None:
            renewed = renewal.put_in_place(config, versions, _checked(program), speak)
        else:
            renewed = renewal.go_back(config, versions, version, program.path, speak)
        deed.showing(program, database.opened(program), "office.reloaded", why=renewed.version)
        runs = renewal.follow(config, renewed.version)
    for line in renewed.changed:
        click.echo(line)
    if renewed.restart:
        names = ", ".join(file.name for file in renewed.restart)
        click.echo(f"the exchange needs a restart for {names} (ivr pbx stop, start)", err=True)
    when = ": the next call takes it" if runs else "; no line runs: it takes effect at the next start"
    click.echo(f"{renewed.version} is in place{when}")
    if others:
        click.echo(f"{program.path} has changed, too ({', '.join(others)}): that counts at the next `ivr up`", err=True)
    if renewed.before and renewed.before != renewed.version:
        click.echo(f"back: ivr reload --to {renewed.before}")


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
