"""`ivr up`: the whole line in the foreground; with `--demo` one real call through it, told as it goes."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import click

from ivr import logs
from ivr.cli import Program, database, demo, first_admin
from ivr.cli.signals import stop_on_signal
from ivr.cli.speech import prepare
from ivr.cli.station import Station
from ivr.config import Config
from ivr.errors import ExchangeError, SpeechError, StoreUnavailable
from ivr.telephony import claim, passwords, standing
from ivr.telephony.installation import find

NO_TELEPHONE = 3
"""Exit code of `--demo` where there is no Asterisk: what was shown was simulated."""


@click.command()
@click.option("--demo", "shown", is_flag=True, help="Place one test call, print its journey and report line, and end.")
@click.pass_context
def up(ctx: click.Context, shown: bool) -> None:
    """Start exchange, engine, watchdog, worker, pages and API in the foreground; Ctrl-C ends them.

    \b
    Examples: ivr up
              ivr up --demo
    """
    program: Program = ctx.obj
    config = program.config
    try:
        find(config)
    except ExchangeError as error:
        click.echo(f"No telephone exchange: {error}\nThe simulator stands in for the telephone.", err=True)
        if shown:
            demo.simulated(program)
            sys.exit(NO_TELEPHONE)
        from ivr.cli.simulate import simulate  # noqa: PLC0415 - only this way needs it

        ctx.invoke(simulate)
        return
    if shown:
        sys.exit(0 if demo.real(config, program.office) else 1)
    with claim.held(config, program.path, click.echo):
        _run(program)
    click.echo("The line is down.")


def _run(program: Program) -> None:
    """The line, until a signal ends it."""
    config = program.config
    logs.setup(config.data_dir / "log", "up", config.log.level)
    office = program.versions.adopt_or_last(config.office_dir)
    program.agree(office)
    try:
        prepare(config, office)
    except SpeechError as error:
        click.echo(f"Some prompts can't be spoken: {error}", err=True)
    stop = stop_on_signal()
    desks = standing.desks(config, program.versions, office)
    with Station(program.path, config, desks, told=click.echo).running():
        click.echo(_welcome(config, program.path))
        with suppress(StoreUnavailable):  # the line is up all the same; `ivr web` will tell
            if first := first_admin.told(program, database.opened(program)):
                click.echo(f"  {first}")
        stop.wait()
        click.echo("Ending …")


def _welcome(config: Config, file: Path) -> str:
    lines = [f"The line is up. ({file})"]
    for number, line in config.lines.items():
        lines.append(f"  dial {number}: flow {line.flow}, {line.language}")
    if config.exchange.softphone:
        password = passwords.of(config, config.exchange.softphone)
        lines.append(
            f"  softphone: server {config.exchange.sip}, user {config.exchange.softphone}, password {password} (UDP)"
        )
    if config.exchange.practice:
        lines.append("  desks answer by themselves (config.yaml: exchange.practice)")
    lines.append(f"  messages: {config.messages.sender} · pages: http://{config.web.listen} · API: /openapi.json there")
    lines.append(f"  logs: {config.data_dir / 'log'} · figures: ivr report · stop: Ctrl-C")
    return "\n".join(lines)
