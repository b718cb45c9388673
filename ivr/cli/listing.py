"""A list as every command prints it: a line for each, or in words that there is none."""

from __future__ import annotations

from collections.abc import Iterable

import click


def show(rows: Iterable[str], none: str) -> None:
    """Print `rows`; without any, say `none`, beside what a script reads."""
    told = list(rows)
    for row in told:
        click.echo(row)
    if not told:
        click.echo(none, err=True)
