"""`ivr call`: a real test call through the running exchange."""

from __future__ import annotations

import click

from ivr.cli import Program
from ivr.telephony import passwords
from ivr.telephony.ami import connected
from ivr.telephony.originate import place_call


@click.command()
@click.option("--keys", default="", help="What is pressed; a comma waits two seconds: 2,1,4.")
@click.option("--line", help="Number dialled [default: the first line].")
@click.option("--caller", default="", help="Number shown as the caller's.")
@click.pass_obj
def call(program: Program, keys: str, line: str | None, caller: str) -> None:
    """Place a test call through the running exchange, and print its id.

    \b
    Example: ivr call --keys 2,1,4 && ivr calls
    """
    config = program.config
    with connected(config, passwords.ENGINE) as manager:
        placed = place_call(manager, config, line or next(iter(config.lines)), keys, caller=caller)
    click.echo(f"{placed}\nits way, once it has ended: ivr calls {placed}")
