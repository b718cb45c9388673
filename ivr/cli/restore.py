"""`ivr restore`: an installation put back from a backup."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ivr.cli import Program, deed
from ivr.cli.backup import mapped, progress
from ivr.operation import restore as restoring
from ivr.records.store import Store


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--into", required=True, type=click.Path(path_type=Path), help="A new folder, or an empty one.")
@click.option("--keys", type=click.Path(path_type=Path, exists=True), help="Folder that `ivr backup --keys-to` wrote.")
@click.option("--database", metavar="URL", help="An empty database instead of the one in the settings; or: sqlite.")
def restore(file: Path, into: Path, keys: Path | None, database: str | None) -> None:
    """Put a backup back into another folder; it overwrites nothing, and sends nothing twice.

    Messages that were due may have gone out between backup and loss: they are held until somebody decides.

    \b
    Examples: ivr restore onestop-n1-20261127T030000Z.tar.gz --into /srv/onestop --keys /media/safe/keys
              ivr restore before-upgrade.tar.gz --into trial --keys /media/safe/keys --database sqlite
    """
    if database and "IVR_DATABASE" in os.environ:
        raise click.UsageError("IVR_DATABASE is set, and would win over --database: take it out of the environment")
    done = mapped(lambda: restoring.restore(file, into, keys, database, progress()))
    program = Program(done.config)
    if keys is not None:
        with Store(program.config.database_url).transaction() as session:
            deed.note(program, session, "backup.restored", why=f"{file.name}, state of {done.of:%Y-%m-%dT%H:%M:%SZ}")
    click.echo(f"{done.config}: restored, {done.rows:,} rows, as of {done.of.astimezone():%Y-%m-%d %H:%M:%S %Z}")
    if done.held:
        click.echo(
            f"{done.held} messages are held: they may have gone out since the backup. By the provider's list decide\n"
            "  one:  ivr messages list --state unknown; ivr messages resolve ID sent|unsent\n"
            "  all:  ivr messages resolve restored sent|unsent"
        )
    if keys is None:
        before = "before anything starts: a start without them makes others"
        click.echo(f"Put the keys into {program.config.keys_dir} {before}.", err=True)
    click.echo(f"Next: ivr --config {done.config} doctor")
