"""`ivr hold`: what is kept whatever its age."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from ivr.cli import Program, database, deed, listing
from ivr.cli.asked import calendar_of
from ivr.errors import OnestopError
from ivr.records import holds
from ivr.records.keys import Keys

_SUBJECT = click.argument("subject")


@click.group()
def hold() -> None:
    """Legal holds: calls, cases and callers whose data no retention rule deletes.

    \b
    ivr hold set case:20261234 --reason "행정심판 2026-88"
    ivr hold list
    """


@hold.command("set")
@_SUBJECT
@click.option("--reason", required=True, help="Why; who lifts it will want to know.")
@click.pass_obj
def set_(program: Program, subject: str, reason: str) -> None:
    """Hold SUBJECT: call:ID, case:RECEIPT, or - for a caller, whose number is asked for.

    \b
    Examples: ivr hold set call:n1-1795292000.12 --reason "감사 요청"
              ivr hold set - --reason "소송 2026가합1234"
    """
    kept, shown = _named(program, subject)
    with database.opened(program).transaction() as session:
        known = holds.known(session, kept)
        new = holds.hold(session, kept, shown, reason, deed.user(), datetime.now(UTC))
        if new:
            deed.note(program, session, "hold.set", _whose(kept), reason)
    click.echo(f"{shown}: {'held' if new else 'was held already'}")
    if not known:
        click.echo("Nothing is recorded of it so far: is it written right? `ivr hold lift` takes it back.", err=True)


@hold.command()
@_SUBJECT
@click.pass_obj
def lift(program: Program, subject: str) -> None:
    """Lift the hold on SUBJECT: what is too old goes with the next night.

    \b
    Example: ivr hold lift case:20261234
    """
    kept, shown = _named(program, subject)
    with database.opened(program).transaction() as session:
        if not holds.lift(session, kept):
            raise OnestopError(f"{shown} isn't held; `ivr hold list` shows what is")
        deed.note(program, session, "hold.lifted", _whose(kept))
    click.echo(f"{shown}: no longer held")


@hold.command("list")
@click.pass_obj
def list_(program: Program) -> None:
    """What is held, why and by whom.

    \b
    Example: ivr hold list
    """
    zone = calendar_of(program).tz
    with database.opened(program).reading() as session:
        rows = [
            f"{one.shown}  since {one.at.astimezone(zone):%Y-%m-%d}  {one.by}  {one.reason}"
            for one in holds.listed(session)
        ]
    listing.show(rows, "nothing is held")


def _named(program: Program, subject: str) -> tuple[str, str]:
    if subject == "-":
        subject = click.prompt("Telephone number", hide_input=True, err=True)
    return holds.subject(subject, Keys(program.config.keys_dir))


def _whose(kept: str) -> str:
    return "" if kept.startswith("who:") else kept
