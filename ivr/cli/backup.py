"""`ivr backup`: an installation's state in one file, its keys apart."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from ivr.cli import Program, deed
from ivr.errors import OnestopError
from ivr.operation import archive, key_folder
from ivr.operation import backup as backing
from ivr.operation.archive import Told
from ivr.operation.of_records import newest_revision
from ivr.records import rows
from ivr.records.store import Store

T = TypeVar("T")

_ENDINGS = (".tar.gz", ".tgz")

BETWEEN_S = 1.0
"""Pause between two lines of progress."""


class _MakeUnlessNamed(click.Group):
    """What is no command of its own is the target of `make`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group("backup", cls=_MakeUnlessNamed)
def backup() -> None:
    """Back the installation up while it runs, into a FILE.tar.gz, or into a folder under a name of its own.

    \b
    ivr backup /backup                                     a file named by node and time
    ivr backup /backup --keys-to /media/safe/keys          and the keys, to another place
    ivr backup verify /backup/onestop-n1-20261127T030000Z.tar.gz
    """


@backup.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--keys-to", type=click.Path(path_type=Path), help="Copy the keys into this folder, apart from TARGET.")
@click.pass_obj
def make(program: Program, target: Path, keys_to: Path | None) -> None:
    """The same as `ivr backup TARGET`: database, journal, office and its versions, voicemails and settings.

    Without the keys nobody reads the telephone numbers in it: keep them in another place.

    \b
    Examples: ivr backup /backup
              ivr backup before-upgrade.tar.gz --keys-to /media/safe/keys
    """
    config = program.config
    if not target.is_dir() and not target.name.endswith(_ENDINGS):  # else the first night makes a file of this name
        raise OnestopError(f"there is no folder {target}: make it, or name a file that ends with {_ENDINGS[0]}")
    folder = (target if target.is_dir() else target.parent).resolve()
    if keys_to is not None and keys_to.resolve().is_relative_to(folder):
        raise OnestopError(f"{keys_to} lies beside the backup: whoever finds one must not find both")
    keys = key_folder.opened(config.keys_dir)
    made = mapped(lambda: backing.backup(config, program.path, keys, target, progress()))
    if keys_to is not None:
        mapped(lambda: key_folder.copy(config.keys_dir, keys_to))
    with Store(config.database_url).transaction() as session:
        if rows.revision(session.connection()) == newest_revision():  # a backup upgrades nothing, not even to say so
            deed.note(program, session, "backup.made", why=made.name)
    click.echo(f"{made}: {made.stat().st_size / 1e6:,.1f} MB; verify it with `ivr backup verify {made}`")
    if keys_to is None:
        click.echo("The keys are not in it: copy them with --keys-to DIR, to another place.", err=True)
    else:
        click.echo(f"{keys_to}: the keys")


@backup.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(file: Path) -> None:
    """Read all of a backup and hold it against its checksums; exit 1 when it isn't whole.

    \b
    Example: ivr backup verify /backup/onestop-n1-20261127T030000Z.tar.gz
    """
    header = mapped(lambda: archive.verify(file, progress()))
    click.echo(f"{file}: whole; state of {header.at}, node {header.node}, program {header.program}")


def mapped(work: Callable[[], T]) -> T:
    """What `work` gives back; trouble with a file or folder as an error in words."""
    try:
        return work()
    except OSError as error:
        raise OnestopError(f"{error.filename or 'the disk'}: {error.strerror or error}") from error


def progress() -> Told:
    """Tells how it goes on, on standard error, once a second."""
    told = time.monotonic()

    def tell(words: str) -> None:
        nonlocal told
        if time.monotonic() - told >= BETWEEN_S:
            told = time.monotonic()
            click.echo(words, file=sys.stderr)

    return tell
