"""`ivr test`: the office's conversations, held with the real engine."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ivr.cli import Program
from ivr.errors import BadInput, OnestopError
from ivr.language import conversation, loader
from ivr.language.conversation import Conversation, Lines
from ivr.language.office import Office
from ivr.language.source import did_you_mean
from ivr.telephony.conversation import hold, told
from ivr.telephony.coverage import Coverage, coverage
from ivr.telephony.expectations import rewrite
from ivr.telephony.junit import report


@click.command()
@click.argument("names", nargs=-1, metavar="[OFFICE] [NAME]…")
@click.option("--update", is_flag=True, help="Rewrite what is expected as it goes now; keys and comments stay.")
@click.option("--coverage", "covered", is_flag=True, help="Name steps and exits that no conversation walks; exit 1.")
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write a JUnit report to this file.")
@click.pass_obj
def test(program: Program, names: Sequence[str], update: bool, covered: bool, junit: Path | None) -> None:
    """Hold the conversations of an office's calls/ (default: the installation's) with the engine; exit 1 when one
    goes otherwise. NAME: a file of calls/, or a call's name or part of it; without it all of them.

    \b
    Examples: ivr test
              ivr test main 점심
              ivr test myoffice --coverage
              ivr test --update main
    """
    office, lines, wanted = _office(program, names)
    chosen = _chosen(_read(office, lines), wanted)
    if update:
        for file in dict.fromkeys(it.file for it in chosen):
            if rewrite(office, [it for it in chosen if it.file == file]):
                click.echo(f"calls/{file}.yaml: rewritten")
        chosen = _chosen(_read(office, lines), wanted)
    results = [hold(office, it) for it in chosen]
    if junit is not None:
        _write(junit, report(results))
    failed = [result for result in results if result.differences]
    for result in failed:
        click.echo(told(result))
    click.echo(f"{len(results) - len(failed)} of {len(results)} conversations as written")
    if (covered and _gaps(coverage(office, results))) or failed:
        sys.exit(1)


def _read(office: Office, lines: Lines) -> list[Conversation]:
    """All conversations. Raises BadInput."""
    conversations, problems = conversation.examine(office, lines)
    if problems:
        raise BadInput(problems)
    return conversations


def _gaps(found: Coverage) -> bool:
    """Tell what is covered; whether anything isn't."""
    for gap in found.gaps:
        click.echo(str(gap))
    notices = f", {found.heard} of {found.notices} notices" if found.notices else ""
    click.echo(f"walked: {found.entered} of {found.steps} steps, {found.taken} of {found.exits} exits{notices}")
    return bool(found.gaps)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OnestopError(f"{path} can't be written: {error.strerror}") from error


def _office(program: Program, names: Sequence[str]) -> tuple[Office, Lines, Sequence[str]]:
    """The office named first, or the installation's with its lines; and the names that are left."""
    if names and Path(names[0]).is_dir():
        return loader.load(Path(names[0])), {}, names[1:]
    lines = {number: (line.flow, line.language) for number, line in program.config.lines.items()}
    return program.office, lines, names


def _chosen(conversations: list[Conversation], names: Sequence[str]) -> list[Conversation]:
    """Those named by their file, their own name or a part of it; all when nothing is named."""
    if not conversations:
        raise OnestopError("there are no conversations: write calls/NAME.yaml, or ivr simulate --save calls/NAME.yaml")
    chosen = [it for name in names for it in _named(conversations, name)]
    return [it for it in conversations if not names or it in chosen]


def _named(conversations: list[Conversation], name: str) -> list[Conversation]:
    """Those of a file; else the calls of that name; else the calls whose name holds it, in whichever case."""
    ways = (
        [it for it in conversations if it.file == name],
        [it for it in conversations if it.name == name],
        [it for it in conversations if name.casefold() in it.name.casefold()],
    )
    found = next(filter(None, ways), [])
    if not found:
        files = {it.file for it in conversations}
        near = did_you_mean(name, files | {part for it in conversations for part in (it.name, *it.name.split())})
        message = f"there is no file calls/{name}.yaml, and no call with “{name}” in its name"
        raise OnestopError(f"{message}; {near if near.startswith('did') else 'files: ' + ', '.join(sorted(files))}")
    return found
