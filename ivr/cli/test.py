"""`ivr test`: the office's conversations, held with the real engine."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ivr.cli import Program
from ivr.errors import BadInput, OnestopError
from ivr.language import conversation, loader
from ivr.language.conversation import Conversation
from ivr.language.office import Office
from ivr.telephony.conversation import hold, told


@click.command()
@click.argument("names", nargs=-1, metavar="[OFFICE] [NAME]…")
@click.pass_obj
def test(program: Program, names: Sequence[str]) -> None:
    """Hold the conversations of an office's calls/ (default: the installation's) with the engine; exit 1 when one
    goes otherwise. NAME: a file of calls/ or a call's name; without it all of them.

    \b
    Examples: ivr test
              ivr test main 점심시간
              ivr test myoffice
    """
    office, lines, wanted = _office(program, names)
    conversations, problems = conversation.examine(office, lines)
    if problems:
        raise BadInput(problems)
    chosen = _chosen(conversations, wanted)
    results = [hold(office, it) for it in chosen]
    failed = [result for result in results if result.differences]
    for result in failed:
        click.echo(told(result))
    click.echo(f"{len(results) - len(failed)} of {len(results)} conversations as written")
    if failed:
        sys.exit(1)


def _office(program: Program, names: Sequence[str]) -> tuple[Office, dict[str, tuple[str, str]], Sequence[str]]:
    """The office named first, or the installation's with its lines; and the names that are left."""
    if names and Path(names[0]).is_dir():
        return loader.load(Path(names[0])), {}, names[1:]
    lines = {number: (line.flow, line.language) for number, line in program.config.lines.items()}
    return program.office, lines, names


def _chosen(conversations: list[Conversation], names: Sequence[str]) -> list[Conversation]:
    """Those named by their file or their own name; all when nothing is named."""
    if not conversations:
        raise OnestopError("there are no conversations: write calls/NAME.yaml, or ivr simulate --save calls/NAME.yaml")
    for name in names:
        if not any(name in (it.file, it.name) for it in conversations):
            raise OnestopError(f"there is no file calls/{name}.yaml, and no call “{name}”")
    return [it for it in conversations if not names or it.file in names or it.name in names]
