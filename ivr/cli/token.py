"""`ivr token`: which systems may use the API, and what each may do."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from callback import tokens
from callback.tokens import SCOPES, Scope
from ivr.cli import Program, database, deed, listing
from ivr.cli.asked import calendar_of
from ivr.errors import OnestopError
from ivr.records.case_tables import ApiToken


@click.group()
def token() -> None:
    """Tokens of the systems that use the API.

    \b
    ivr token add saeol --scope cases:read --scope cases:write
    ivr token list
    """


@token.command()
@click.argument("system")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="May be given again.")
@click.option("--desk", "desks", multiple=True, help="Only cases of this desk, sensitive ones too; may be given again.")
@click.pass_obj
def add(program: Program, system: str, scopes: tuple[Scope, ...], desks: tuple[str, ...]) -> None:
    """A new token for SYSTEM. It is shown this once; without --desk it opens all desks, but no sensitive case.

    \b
    Example: ivr token add saeol --scope cases:read --scope cases:write
    """
    known = program.office.desks.desks
    unknown = [desk for desk in desks if desk not in known]
    if unknown:
        raise click.BadParameter(f"there is no desk {', '.join(unknown)}; there are: {', '.join(known)}")
    if not system.isascii() or not system.replace("-", "").replace("_", "").isalnum() or len(system) > 40:
        raise click.BadParameter("a system's name is letters, digits, - and _, at most 40")
    with database.opened(program).transaction() as session:
        issued = tokens.issue(session, system, scopes, desks, datetime.now(UTC))
        deed.note(program, session, "token.issued", why=f"{system}: {' '.join([*scopes, *desks])}")
    click.echo(issued)
    click.echo("Keep it well: it can't be shown again. `ivr token revoke` takes it back.", err=True)


@token.command("list")
@click.pass_obj
def list_(program: Program) -> None:
    """The tokens there are, without their secret part.

    \b
    Example: ivr token list
    """
    zone = calendar_of(program).tz

    def row(one: ApiToken) -> str:
        at = f"{(one.revoked_at or one.created_at).astimezone(zone):%Y-%m-%d}"
        state = f"revoked {at}" if one.revoked_at else f"since {at}"
        return f"{one.id}  {one.system}  {one.scopes}  desks: {one.desks or 'all'}  {state}"

    with database.opened(program).reading() as session:
        listing.show(map(row, tokens.listed(session)), "no token was issued yet: ivr token add")


@token.command()
@click.argument("id")
@click.pass_obj
def revoke(program: Program, id: str) -> None:
    """Take the token with this ID (`ivr token list`) back, for good.

    \b
    Example: ivr token revoke 3f0c8a52
    """
    with database.opened(program).transaction() as session:
        if not tokens.revoke(session, id, datetime.now(UTC)):
            raise OnestopError(f"there is no token {id}; `ivr token list` shows those there are")
        deed.note(program, session, "token.revoked", why=id)
    click.echo(f"{id}: revoked")
