"""`ivr people`: who may use the pages, and as what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from ivr.cli import Program, database, deed, listing
from ivr.cli.asked import calendar_of
from ivr.cli.instant import in_zone
from ivr.errors import OnestopError
from ivr.records.people_tables import Person
from reports import people as them
from reports import sessions
from reports.people import ROLES, Refused

_ROLE = click.Choice(ROLES)
_DESKS = click.option("--desk", "desks", multiple=True, help="For the role desk: his desk; may be given again.")


@click.group()
def people() -> None:
    """The people who use the pages, each with a role.

    \b
    ivr people add kim --role supervisor
    ivr people list

    \b
    admin       everything
    supervisor  figures, calls, messages, cases, notices, exports
    desk        calls, messages and cases of his own desks
    auditor     audit log, figures, calls; changes nothing
    """


@people.command()
@click.argument("name")
@click.option("--role", required=True, type=_ROLE)
@_DESKS
@click.pass_obj
def add(program: Program, name: str, role: str, desks: tuple[str, ...]) -> None:
    """Somebody new. His one-time password is shown this once; he changes it at his first log-in, within 7 days.

    \b
    Examples: ivr people add kim --role supervisor
              ivr people add lee --role desk --desk school_life --desk tuition
    """
    now = datetime.now(UTC)
    with _changing(program, name, "people.added", _described(role, desks)) as session:
        password = them.add(session, name, role, desks, program.office.desks.desks, now)
    _tell(password)


@people.command("list")
@click.option("--removed", is_flag=True, help="Also who was removed.")
@click.pass_obj
def list_(program: Program, removed: bool) -> None:
    """Who there is: role, desks, when he last logged in, and what keeps him out.

    \b
    Example: ivr people list
    """
    now, zone = datetime.now(UTC), calendar_of(program).tz
    with database.opened(program).reading() as session:
        kept_out = sessions.kept_out(session, now)

        def row(one: Person) -> str:
            seen = f"last seen {in_zone(one.seen_at, zone):%Y-%m-%d %H:%M}" if one.seen_at else "never logged in"
            out = {
                "removed": one.removed_at,
                "locked": one.locked_at,
                "too many tries": sessions.name_subject(one.name) in kept_out,
                "one-time password": one.once_until,
            }
            states = [state for state, is_so in out.items() if is_so]
            return "  ".join([one.name, _described(one.role, one.desks.split()), seen, *states])

        rows = [row(one) for one in them.listed(session) if removed or one.removed_at is None]
    listing.show(rows, "there is nobody yet: ivr people add NAME --role admin")


@people.command()
@click.argument("name")
@click.argument("role", type=_ROLE)
@_DESKS
@click.pass_obj
def role(program: Program, name: str, role: str, desks: tuple[str, ...]) -> None:
    """Give NAME another ROLE, or other desks. He has to log in again.

    \b
    Example: ivr people role kim desk --desk tuition
    """
    with _changing(program, name, "people.role", _described(role, desks)) as session:
        them.give_role(session, name, role, desks, program.office.desks.desks, datetime.now(UTC))
    click.echo(f"{name}: {_described(role, desks)}")


@people.command()
@click.argument("name")
@click.pass_obj
def password(program: Program, name: str) -> None:
    """A new one-time password for NAME, shown this once.

    \b
    Example: ivr people password kim
    """
    with _changing(program, name, "people.password", "one-time") as session:
        once = them.reset_password(session, name, datetime.now(UTC))
    _tell(once)


def _command(name: str, what: str, done: str, do: Callable[[Session, str, datetime], object], text: str) -> None:
    """A command that does one thing to NAME."""

    @people.command(name, help=f"{text}\n\n\b\nExample: ivr people {name} kim")
    @click.argument("name")
    @click.pass_obj
    def command(program: Program, name: str) -> None:
        with _changing(program, name, what) as session:
            do(session, name, datetime.now(UTC))
        click.echo(f"{name}: {done}")


_command("lock", "people.locked", "locked out", them.lock, "Keep NAME out, at once and until `unlock`.")
_command(
    "unlock",
    "people.unlocked",
    "may log in",
    lambda session, name, _: them.unlock(session, name),
    "Let NAME in again: he was locked, or mistyped too often.",
)
_command("remove", "people.removed", "removed", them.remove, "Take NAME's way in. What he did keeps his name.")
_command(
    "restore",
    "people.restored",
    "is back",
    lambda session, name, _: them.restore(session, name),
    "Undo `remove`: role, desks and password are as they were.",
)
_command(
    "logout",
    "people.logged_out",
    "logged out everywhere",
    lambda session, name, _: them.log_out(session, name),
    "End all sessions of NAME.",
)


@contextmanager
def _changing(program: Program, name: str, what: str, why: str = "") -> Iterator[Session]:
    """A transaction about somebody, with its line in the audit log."""
    try:
        with database.opened(program).transaction() as session:
            yield session
            deed.note(program, session, what, f"person:{name}", why)
    except Refused as refusal:
        known = f"; there are: {', '.join(program.office.desks.desks)}" if refusal.code == "desks" else ""
        raise OnestopError(f"{refusal}{known}") from refusal


def _described(role: str, desks: tuple[str, ...] | list[str]) -> str:
    return f"{role}: {', '.join(desks)}" if desks else role


def _tell(password: str) -> None:
    click.echo(password)
    click.echo("Good for 7 days, and to be changed at the first log-in; it can't be shown again.", err=True)
