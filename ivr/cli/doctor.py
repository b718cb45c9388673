"""`ivr doctor`: what is wrong with the installation, and what to do about it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime

import click

from ivr.cli import Program
from ivr.operation.doctor import examine
from ivr.operation.finding import Finding
from ivr.operation.patient import Patient

_SIGN = {"ok": "✓", "warning": "!", "error": "✗"}


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def doctor(program: Program, form: str) -> None:
    """Look at everything that keeps the line going: what is wrong, and what to do. Exit code 1 on any error.

    It changes nothing, and takes no longer than five seconds.

    \b
    Examples: ivr doctor
              ivr doctor --format json
    """
    found = examine(Patient(program.config, program.path, datetime.now(UTC)))
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            click.echo(_told(one))
        counts = Counter(one.level for one in found)
        click.echo(f"{counts['error']} errors, {counts['warning']} warnings, {counts['ok']} good")
    if any(one.level == "error" for one in found):
        sys.exit(1)


def _told(one: Finding) -> str:
    todo = f"\n    → {one.todo}" if one.todo else ""
    return f"{_SIGN[one.level]} {one.check}: {one.what}{todo}"
