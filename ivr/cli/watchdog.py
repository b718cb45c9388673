"""`ivr watchdog`: the process that frees callers from a frozen engine."""

from __future__ import annotations

import click

from ivr import logs
from ivr.cli import Program
from ivr.cli.signals import stop_on_signal
from ivr.telephony import watchdog as dog


@click.command()
@click.pass_obj
def watchdog(program: Program) -> None:
    """Free callers from a frozen engine (`ivr up` starts it with everything else).

    \b
    Example: ivr watchdog
    """
    logs.setup(program.config.data_dir / "log", "watchdog", program.config.log.level)
    dog.run(program.config, stop_on_signal())
