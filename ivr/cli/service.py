"""`ivr service`: the installation's place in systemd."""

from __future__ import annotations

import getpass
import shutil
import sys
from pathlib import Path

import click

from ivr.cli import Program
from ivr.errors import OnestopError
from ivr.operation.units import PROCESSES, TARGET, Place, units, writes

FOLDER = Path("/etc/systemd/system")


@click.group()
def service() -> None:
    """systemd units: exchange, engine, watchdog, worker and web as services of the machine.

    \b
    ivr service install --print          what they would be
    sudo ivr service install --user ivr  write them; then: systemctl enable --now onestop.target
    """


@service.command()
@click.option("--print", "shown", is_flag=True, help="Show them, and write nothing.")
@click.option("--user", help="User that they run as [default: who asks; root is refused].")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), default=FOLDER, show_default=True)
@click.pass_obj
def install(program: Program, shown: bool, user: str | None, to: Path) -> None:
    """Write the units for this installation, and say what to do with them.

    \b
    Examples: ivr service install --print --user ivr
              sudo ivr --config /srv/onestop/config.yaml service install --user ivr
    """
    name = user or getpass.getuser()
    if name == "root":
        raise OnestopError("the line doesn't run as root: make a user for it, and name it: --user ivr")
    place = Place(_program(), program.path.resolve(), name)
    texts = units(place, program.config)
    if shown:
        click.echo("\n".join(f"# {to / file}\n{text}" for file, text in texts.items()), nl=False)
        return
    try:
        to.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (to / file).write_text(text)
    except OSError as error:
        raise OnestopError(f"{error.filename}: {error.strerror}; as root, or look at them with --print") from error
    folders = sorted({folder for process in PROCESSES for folder in writes(process, program.config)})
    click.echo(f"{len(texts)} units in {to}. These folders must be there, and be their user's ({name}):")
    click.echo("".join(f"  {folder}\n" for folder in folders), nl=False)
    click.echo("End `ivr up` if it runs; then, as root:")
    click.echo(f"  systemctl daemon-reload\n  systemctl enable --now {TARGET}")
    click.echo("Afterwards:\n  systemctl status 'onestop-*'\n  ivr doctor\n  journalctl -u onestop-engine")


def _program() -> Path:
    """The command `ivr` of this environment, by its full path."""
    beside = Path(sys.executable).parent / "ivr"
    found = beside if beside.exists() else Path(shutil.which("ivr") or "")
    if not found.is_file():
        raise OnestopError("the command `ivr` isn't installed: pip install it first")
    return found.absolute()
