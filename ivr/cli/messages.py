"""`ivr messages`: the outbox as a person sees and mends it."""

from __future__ import annotations

from datetime import datetime

import click

from callback import mending, opt_out
from ivr.cli import Program, database, deed, listing
from ivr.records.keys import Keys
from ivr.records.message_tables import STATES, Message, State

SHORT = 8
"""Digits of an id that a list shows; any command takes as many as it needs to know the message."""

RESTORED = "restored"
"""Stands for the ids of all messages that a restore holds."""


@click.group()
def messages() -> None:
    """Messages to citizens and officers: what became of them, and what to do about it.

    \b
    ivr messages list --state dead
    ivr messages resend 3fa8
    """


@messages.command("list")
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Only these; can be given again.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@click.pass_obj
def list_(program: Program, states: tuple[State, ...], limit: int) -> None:
    """The messages that changed last.

    \b
    Examples: ivr messages list
              ivr messages list --state dead --state unknown
    """
    keys, zone = Keys(program.config.keys_dir), program.office.calendar.tz

    def row(message: Message) -> str:
        at = f"{message.changed_at.astimezone(zone):%m-%d %H:%M:%S}"
        reason = f"  {message.reason}" if message.reason else ""
        to = keys.shown(message.number)
        return f"{message.id[:SHORT]}  {at}  {message.state:11}  {to:15}  {message.template}{reason}"

    store = database.opened(program)
    deed.showing(program, store, "messages.listed")
    with store.reading() as session:
        none = f"no message is {' or '.join(states)}" if states else "there is no message yet"
        listing.show(map(row, mending.listed(session, states, limit)), none)


@messages.command()
@click.argument("id")
@click.pass_obj
def show(program: Program, id: str) -> None:
    """One message: its way, its provider, its number masked.

    \b
    Example: ivr messages show 3fa8
    """
    keys, zone = Keys(program.config.keys_dir), program.office.calendar.tz
    with database.opened(program).transaction() as session:
        message = mending.find(session, id)
        told: dict[str, object] = {
            "id": message.id, "key": message.key, "state": message.state, "reason": message.reason,
            "code": message.code, "to": keys.shown(message.number), "template": message.template,
            "language": message.language, "case": message.case, "bulk": message.bulk, "tries": message.attempts,
            "provider": message.sender, "reference": message.reference, "made": message.created_at,
            "handed over": message.submitted_at, "changed": message.changed_at, "next": message.due,
        }  # fmt: skip
        deed.note(program, session, "message.shown", f"message:{message.id}")
    for name, value in told.items():
        shown = value.astimezone(zone).isoformat(" ", "seconds") if isinstance(value, datetime) else value
        if shown is not None:
            click.echo(f"{name + ':':12} {shown}")


@messages.command()
@click.argument("id")
@click.pass_obj
def resend(program: Program, id: str) -> None:
    """Send a dead or undelivered message again.

    \b
    Example: ivr messages resend 3fa8
    """
    with database.opened(program).transaction() as session:
        again = mending.resend(session, id)
        deed.note(program, session, "message.resent", f"message:{again}")
    _goes(again)


@messages.command()
@click.argument("id")
@click.option("--to", metavar="NUMBER", help="Another number.")
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="Another value of a variable.")
@click.pass_obj
def repair(program: Program, id: str, to: str | None, settings: tuple[str, ...]) -> None:
    """Mend a dead or undelivered message, and send it again.

    \b
    Example: ivr messages repair 3fa8 --to 010-1234-5678 --set school=한빛중학교
    """
    values = dict(setting.partition("=")[::2] for setting in settings)
    if not to and not values:
        raise click.UsageError("say what to mend: --to NUMBER or --set NAME=VALUE")
    with database.opened(program).transaction() as session:
        again = mending.repair(session, Keys(program.config.keys_dir), id, to, values)
        mended = ", ".join([*(["number"] if to else []), *values])
        deed.note(program, session, "message.repaired", f"message:{again}", mended)
    _goes(again)


@messages.command()
@click.argument("id")
@click.pass_obj
def cancel(program: Program, id: str) -> None:
    """Call back a message that waits or failed.

    \b
    Example: ivr messages cancel 3fa8
    """
    with database.opened(program).transaction() as session:
        message = mending.find(session, id)
        mending.cancel(session, id)
        deed.note(program, session, "message.cancelled", f"message:{message.id}")
    click.echo("called back")


@messages.command()
@click.argument("id")
@click.argument("fate", type=click.Choice(["sent", "unsent"]))
@click.pass_obj
def resolve(program: Program, id: str, fate: str) -> None:
    """Decide an unknown message, after a look at the provider's own list: it was sent, or (unsent) it goes out now.

    ID may be `restored`: all messages that `ivr restore` holds.

    \b
    Examples: ivr messages resolve 3fa8 sent
              ivr messages resolve restored unsent
    """
    sent = fate == "sent"
    with database.opened(program).transaction() as session:
        if id == RESTORED:
            count = mending.resolve_held(session, sent=sent)
            deed.note(program, session, "message.resolved", why=f"{count} held by a restore: {fate}")
            click.echo(f"{count} held to be sent" if sent else f"{count} go out with the next rounds")
            return
        resolved = mending.resolve(session, id, sent=sent)
        deed.note(program, session, "message.resolved", f"message:{resolved}", fate)
    click.echo("held to be sent" if sent else f"{resolved[:SHORT]} goes out with the next round")


@messages.command("opt-out")
@click.argument("number")
@click.option("--undo", is_flag=True, help="They want messages again.")
@click.pass_obj
def opt_out_(program: Program, number: str, undo: bool) -> None:
    """No more messages to a NUMBER, whatever they are about.

    \b
    Examples: ivr messages opt-out 010-1234-5678
              ivr messages opt-out 010-1234-5678 --undo
    """
    with database.opened(program).transaction() as session:
        change = opt_out.remove if undo else opt_out.add
        change(session, Keys(program.config.keys_dir), number)
        deed.note(program, session, "messages.opted_in" if undo else "messages.opted_out", why=Keys.mask(number))
    click.echo(f"{Keys.mask(number)}: {'messages again' if undo else 'no more messages'}")


def _goes(id: str) -> None:
    click.echo(f"{id[:SHORT]} goes out with the next round")
