"""`ivr export`: figures and calls as files, and the reports that the worker writes by itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

import click

from ivr.cli import Program, database, deed
from ivr.cli.scheduled import language, scheduled
from ivr.language.office import Office
from ivr.records.keys import Keys
from reports.export import figures as documents
from reports.export import written
from reports.export.calls import Listing
from reports.export.document import Format
from reports.export.kept import kept
from reports.export.periods import coming
from reports.period import Period, between
from reports.search import Wanted
from reports.sought import By, Filter
from reports.web.naming import Names, naming


@click.group()
def export() -> None:
    """Figures and calls as files: CSV, Excel, PDF. Counts below 5 are hidden, numbers masked.

    \b
    ivr export figures --from 2026-11-01 --by desk --format pdf --out november.pdf
    ivr export calls --format xlsx --out calls.xlsx --reason "complaint of 2026-11-20"
    ivr export schedule
    """


def _period(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every export has."""
    options: list[Callable[[Any], Any]] = [
        click.option("--from", "first", metavar="WHEN", help="First day, or beginning: 2026-11-21 [today]."),
        click.option("--to", "last", metavar="WHEN", help="Last day, or end (not included) [today]."),
        click.option("--line", help="Only this line."),
        click.option("--desk", help="Only this desk, by its id."),
        click.option("--topic", help="Only this topic: desk/NAME, flow/NAME."),
        click.option("--agent", help="Only this officer, by extension."),
        click.option("--out", "path", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file."),
        click.option("--force", is_flag=True, help="Write over a file that is there."),
        click.pass_obj,
    ]
    for option in reversed(options):
        command = option(command)
    return command


@export.command()
@_period
@click.option("--by", type=click.Choice(get_args(By)), help="Group the figures.")
@click.option("--format", "form", type=click.Choice(get_args(Format)), default="xlsx", show_default=True)
def figures(
    program: Program,
    first: str | None,
    last: str | None,
    by: By | None,
    form: Format,
    path: Path,
    force: bool,
    **where: str | None,
) -> None:
    """The figures of a period; XLSX and PDF carry their formulas, and where callers left each step.

    \b
    Example: ivr export figures --from 2026-11-01 --by desk --format pdf --out november.pdf
    """
    office = program.in_use()
    period = _between(first, last, office)
    store = database.opened(program)
    with kept(path, over=force) as draft:
        with store.reading() as session:
            names = naming(office, language(office))
            document = documents.document(session, period, by, Filter(**where), names, language(office))
        deed.showing(program, store, "export.figures", why=f"{form}, {period}")
        written.document(form, document, draft)
    click.echo(f"{path}: {period}", err=True)


@export.command()
@_period
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="xlsx", show_default=True)
@click.option("--reason", required=True, help="What for: it goes into the audit log.")
def calls(
    program: Program,
    first: str | None,
    last: str | None,
    form: Literal["csv", "xlsx"],
    reason: str,
    path: Path,
    force: bool,
    **where: str | None,
) -> None:
    """The calls of a period, one a row, callers masked. The audit log keeps who took them, why, and how many.

    \b
    Example: ivr export calls --from 2026-11-20 --format csv --out calls.csv --reason "complaint of 20 November"
    """
    if not reason.strip():
        raise click.UsageError("--reason is empty: say what the list is for")
    office = program.in_use()
    listing = Listing(
        Wanted(_between(first, last, office), Filter(**where)),
        language(office),
        Keys(program.config.keys_dir).shown,
        naming(office, language(office)),
        Names(office, language(office)).result,
    )
    store = database.opened(program)
    with kept(path, over=force) as draft:
        with store.reading() as session:
            count = listing.count(session)
        deed.showing(program, store, "export.calls", why=f"{reason.strip()} ({count} calls, {form}, {listing.period})")
        label = f"{count:,} calls"
        with click.progressbar(listing.rows(store), length=count, label=label, file=sys.stderr) as rows:
            written.calls(form, listing, rows, draft)
    click.echo(f"{path}: {listing.period}", err=True)


@export.command()
@click.pass_obj
def schedule(program: Program) -> None:
    """The reports that the worker writes by itself (config.yaml: reports): the coming ones, and those there are.

    \b
    Example: ivr export schedule
    """
    reports = scheduled(program.config, program.in_use())
    zone, now = reports.calendar.tz, datetime.now(UTC)
    if not reports.settings.files:
        click.echo("config.yaml names no reports: reports.files", err=True)
        return
    for name, report in reports.settings.files.items():
        span = coming(report.every, now, zone)
        after = f"{span.period.end.astimezone(zone):%Y-%m-%d}, {reports.settings.at}"
        click.echo(f"{name:16} {span.name:12} due after {after} ({zone.key})")
    with database.opened(program).reading() as session:
        files = list(reports.files(session))
    for file in files:
        there = "there" if file.path.exists() else "moved away" if file.made else "not written yet"
        click.echo(f"{file.name:16} {file.span.name:12} {there:16} {file.path}")


def _between(first: str | None, last: str | None, office: Office) -> Period:
    try:
        return between(first, last, office.calendar.tz, datetime.now(UTC))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
