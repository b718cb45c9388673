"""`ivr pbx`: the telephone exchange, configured and run."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from ivr import logs
from ivr.cli import Program
from ivr.cli.signals import stop_on_signal
from ivr.errors import ExchangeError
from ivr.telephony import claim, exchange, standing
from ivr.telephony.pbx import Pbx


@click.group("pbx")
def pbx() -> None:
    """Configure and run the telephone exchange (Asterisk).

    \b
    ivr pbx config --reload   after a change of config.yaml (of the office: ivr reload)
    ivr pbx status
    """


@pbx.command("config")
@click.option("--reload", is_flag=True, help="Let the running exchange take the changes up; calls go on.")
@click.pass_obj
def config_(program: Program, reload: bool) -> None:
    """Write the exchange's configuration and say what has changed.

    \b
    Examples: ivr pbx config
              ivr pbx config --reload
    """
    if reload:
        claim.other_settings(program.config, program.path)
    of = Pbx(program.config, standing.desks(program.config, program.versions, program.in_use()))
    changed = of.configure()
    click.echo(f"{exchange.folder(program.config) / 'etc'}: {_names(changed) or 'nothing has changed'}")
    if reload and of.running():
        waiting = of.reload(changed)
        click.echo(f"needs a restart (ivr pbx stop, start): {_names(waiting)}" if waiting else "in effect")


@pbx.command()
@click.pass_obj
def start(program: Program) -> None:
    """Start the exchange in the background.

    \b
    Example: ivr pbx start
    """
    of = Pbx(program.config, standing.desks(program.config, program.versions, program.in_use()))
    of.configure()
    of.start([sys.executable, "-m", "ivr.cli", "--config", str(program.path), "pbx", "run"])
    click.echo(f"the exchange runs: Asterisk {of.installation.version}, SIP on {program.config.exchange.sip}")


@pbx.command()
@click.pass_obj
def run(program: Program) -> None:
    """Be the exchange's keeper, in the foreground (`start` and `ivr up` use it).

    \b
    Example: ivr pbx run
    """
    logs.setup(program.config.data_dir / "log", "exchange", program.config.log.level)
    Pbx(program.config).run(stop_on_signal())


@pbx.command()
@click.pass_obj
def stop(program: Program) -> None:
    """End the exchange; calls are cut.

    \b
    Example: ivr pbx stop
    """
    Pbx(program.config).stop()
    click.echo("the exchange is down")


@pbx.command()
@click.pass_obj
def status(program: Program) -> None:
    """Tell whether the exchange runs (exit code 1: it doesn't), its calls and its desks.

    \b
    Example: ivr pbx status
    """
    of = Pbx(program.config)
    if not of.running():
        raise ExchangeError("the exchange is down; start it with `ivr pbx start`")
    for command in ("core show uptime", "core show channels count", "queue show"):
        click.echo(of.cli(command).strip())


def _names(files: Iterable[Path]) -> str:
    return ", ".join(file.name for file in files)
