"""`ivr init` and `ivr check`: an office's files, made and checked."""

from __future__ import annotations

import importlib.resources
import shutil
import sys
from pathlib import Path

import click

from ivr.cli import Program
from ivr.cli.problems import FORMATS, counted
from ivr.cli.schema import MORE
from ivr.errors import BadInput, OnestopError, Problem
from ivr.language import schema as schemas
from ivr.language.checks import PROFILES
from ivr.language.office import Office
from reports import office_check


def sample() -> Path:
    """The sample office: in the installed package, or beside it in a checkout."""
    installed = Path(str(importlib.resources.files("ivr"))) / "sample"
    return installed if installed.is_dir() else installed.parent.parent / "flows"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new office in FOLDER: the sample office, to be edited.

    \b
    Example: ivr init myoffice && ivr check myoffice
    """
    if folder.exists() and any(folder.iterdir()):
        raise OnestopError(f"{folder} is there already and isn't empty: name a new folder")
    shutil.copytree(sample(), folder, dirs_exist_ok=True)
    schemas.write(folder / schemas.FOLDER, MORE)
    click.echo(f"{folder}: a new office. Edit desks.yaml and main.yaml, then: ivr check {folder}")


def examine(program: Program, folder: Path | None = None, profile: str = "") -> tuple[Office | None, list[Problem]]:
    """An office (None when errors leave none) and every problem; the installation's own is held against its settings.

    folder: another office than the installation's. profile: of PROFILES, or "".
    """
    config = None if folder else program.config  # another office is checked where there is no installation, too
    return office_check.examine(config, program.path, folder or program.config.office_dir, profile)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How problems are told; github: annotations of a GitHub workflow.",
)
@click.option("--profile", type=click.Choice(list(PROFILES)), help="Hold the office to these rules, too.")
@click.pass_obj
def check(program: Program, folder: Path | None, form: str, profile: str | None) -> None:
    """Check an office (default: the installation's) and name every problem at once; exit 1 on any error.

    \b
    Examples: ivr check
              ivr check myoffice
              ivr check --profile kr-public --format github
    """
    office, problems = examine(program, folder, profile or "")
    if office is not None:  # not in `examine`: a test that is wrong keeps no good office from its callers
        problems += office_check.conversations(None if folder else program.config, office)
    click.echo(FORMATS[form](BadInput(problems).problems), nl=False)
    errors = sum(p.severity == "error" for p in problems)
    if errors:
        click.echo(counted(problems), err=True)
        if profile and office is None:
            click.echo(f"{profile}: looked at once the errors are gone", err=True)
        sys.exit(1)
    if office is not None:
        steps = sum(len(flow.steps) for flow in office.flows.values())
        desks, languages = len(office.desks.desks), ", ".join(office.languages)
        found = f" ({counted(problems)})" if problems else ""
        summary = f"{office.name}: {len(office.flows)} flows, {steps} steps, {desks} desks, {languages}: good{found}"
        click.echo(summary, err=form != "text")
