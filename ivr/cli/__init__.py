"""The command `ivr`: where a process is put together. Everything else is imported from here, nothing imports this."""

from __future__ import annotations

import importlib
import sys
from functools import cached_property
from pathlib import Path

import click

from ivr import config as settings
from ivr.config import Config
from ivr.errors import BadInput, OnestopError
from ivr.language import loader
from ivr.language.office import Office
from ivr.office.versions import Versions
from ivr.telephony import agreement

COMMANDS = {
    "init": "office",
    "check": "office",
    "schema": "schema",
    "prompts": "prompts",
    "simulate": "simulate",
    "test": "test",
    "up": "up",
    "engine": "engine",
    "reload": "reload",
    "watchdog": "watchdog",
    "pbx": "pbx",
    "call": "call",
    "notice": "notice",
    "report": "report",
    "calls": "report",
    "export": "export",
    "courtesy": "courtesy",
    "calendar": "calendar",
    "forecast": "forecast",
    "erlang": "erlang",
    "import": "imports",
    "worker": "worker",
    "messages": "messages",
    "bulk": "bulk",
    "inbox": "inbox",
    "case": "case",
    "cases": "cases",
    "token": "token",
    "backup": "backup",
    "restore": "restore",
    "doctor": "doctor",
    "service": "service",
    "web": "web",
    "people": "people",
    "audit": "audit",
    "hold": "hold",
    "key": "key",
    "retention": "retention",
    "tallies": "tallies",
}
"""Each command's module below ivr.cli: imported only when it is used, so that `ivr check` starts fast."""


class Program:
    """What every command is given: the installation's settings and office, read when first asked for."""

    def __init__(self, path: Path) -> None:
        """`path`: config.yaml."""
        self.path = path

    @cached_property
    def config(self) -> Config:
        """The settings. Raises BadInput."""
        if self.path.is_dir():
            raise OnestopError(f"{self.path} is a folder: name the file: ivr --config {self.path / 'config.yaml'} …")
        if not self.path.exists():
            way_out = "go to the installation's folder, or name its settings: ivr --config FILE …"
            raise OnestopError(f"there is no {self.path}: {way_out}")
        return settings.load(self.path)

    @cached_property
    def office(self) -> Office:
        """The office as it stands, in agreement with the settings. Raises BadInput."""
        office = loader.load(self.config.office_dir)
        self.agree(office)
        return office

    @cached_property
    def versions(self) -> Versions:
        """The versions of the office that this installation keeps."""
        return Versions(self.config.data_dir / "offices")

    def in_use(self) -> Office:
        """The version that new calls take; the office as it stands where none was put in place yet. Raises BadInput."""
        office = self.versions.in_use_or_adopt(self.config.office_dir)
        self.agree(office)
        return office

    def agree(self, office: Office) -> None:
        """Check the settings against an office. Raises BadInput."""
        agreement.agree(self.config, self.path, office)


class Commands(click.Group):
    """The commands, loaded on demand; errors as text on standard error with exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"ivr.cli.{COMMANDS[cmd_name]}")
        named = [
            value for value in vars(module).values() if isinstance(value, click.Command) and value.name == cmd_name
        ]
        return named[0]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config", "path", type=click.Path(path_type=Path), help="Settings file [default: $IVR_CONFIG, ./config.yaml]."
)
@click.version_option(package_name="onestop", prog_name="ivr")
@click.pass_context
def ivr(ctx: click.Context, path: Path | None) -> None:
    """The phone line of a public office: one call reaches the right desk.

    \b
    ivr check                 check the office's files
    ivr simulate --keys 2,1   walk a call in the terminal
    ivr up                    start the line
    ivr report                today's figures
    """
    ctx.obj = Program(path or settings.find())


def main() -> None:
    """Entry point: problems are told in words, never as a traceback."""
    try:
        ivr(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.NoSuchOption) and error.option_name == "--config" and error.ctx:
            click.echo(f"--config stands before the command: ivr --config FILE {error.ctx.info_name} …", err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except BadInput as error:
        click.echo(str(error), err=True)
        count = len(error.problems)
        click.echo(f"{count} problem{'s' if count != 1 else ''}", err=True)
        sys.exit(1)
    except OnestopError as error:
        click.echo(f"ivr: {error}", err=True)
        sys.exit(1)
    except OSError as error:  # a folder that this user may not read, a disk that is full
        click.echo(f"ivr: {f'{error.filename}: ' if error.filename else ''}{error.strerror or error}", err=True)
        sys.exit(1)
