"""`ivr schema`: what editors complete and mark by."""

from __future__ import annotations

from pathlib import Path

import click
from pydantic import BaseModel

from ivr.cli import Program
from ivr.config import Config
from ivr.language import schema as schemas

MORE: dict[str, type[BaseModel]] = {"config": Config}
"""Files outside the office."""


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder [default: .schema in the office's folder].")
@click.pass_obj
def schema(program: Program, out: Path | None) -> None:
    """Write the JSON Schema of every file, for editors: completion, meanings and marks while you type.

    \b
    A file's first line names its schema:
      # yaml-language-server: $schema=.schema/flow.json
    VS Code needs the extension YAML by Red Hat for it.
    Examples: ivr schema
              ivr schema --out /tmp/schemas
    """
    folder = out or program.config.office_dir / schemas.FOLDER
    schemas.write(folder, MORE)
    for name in sorted(schemas.texts(MORE)):
        click.echo(f"{folder / name}")
