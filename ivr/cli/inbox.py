"""`ivr inbox`: the voicemails that callers left for desks."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import click

from callback import inbox as inboxes
from ivr import logs
from ivr.cli import Program, database, deed, listing
from ivr.errors import OnestopError
from ivr.records import mailbox
from ivr.records.keys import Keys
from ivr.records.mailbox import Mailbox
from ivr.records.voicemail_tables import Voicemail

SHORT = 8
"""Letters of an id that a list shows; any command takes as many as it needs to know the voicemail."""

log = logging.getLogger(__name__)


@click.group()
def inbox() -> None:
    """Voicemails that callers left for desks. Who heard which is in the audit log.

    \b
    ivr inbox list --desk exams
    ivr inbox done dkbnpacf
    """


@inbox.command("list")
@click.option("--desk", help="Only this desk's (desks.yaml).")
@click.option("--done", is_flag=True, help="Those that are done, too.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@click.pass_obj
def list_(program: Program, desk: str | None, done: bool, limit: int) -> None:
    """The newest voicemails: id, time, desk, length, caller.

    \b
    Example: ivr inbox list --desk exams
    """
    office, keys = program.office, Keys(program.config.keys_dir)
    if desk is not None and desk not in office.desks.desks:
        raise click.BadParameter(f"there is no desk “{desk}”; there are: {', '.join(office.desks.desks)}")

    def row(one: Voicemail, caller: str | None) -> str:
        at = f"{one.at.astimezone(office.calendar.tz):%Y-%m-%d %H:%M}"
        state = f"done by {one.heard_by}" if one.heard_at else "new"
        gone = ", sound deleted" if one.deleted_at else ""
        shown = keys.shown(caller) if caller else "withheld"
        return f"{one.file[:SHORT]}  {at}  {one.desk}  {one.seconds:>3} s  {shown:15}  {state}{gone}"

    store = database.opened(program)
    deed.showing(program, store, "voicemails.listed", why=desk or "")
    with store.reading() as session:
        which, whose = "" if done else " that is not done", f" for {desk}" if desk else ""
        none = f"there is no voicemail{whose}{which}"
        listing.show((row(*found) for found in inboxes.listed(session, desk and [desk], done, limit)), none)


@inbox.command()
@click.argument("id")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def export(program: Program, id: str, file: Path) -> None:
    """Write a voicemail's sound to a FILE that isn't there yet (.wav, for this user's eyes and ears alone).

    \b
    Example: ivr inbox export dkbnpacf call.wav
    """
    _open_log(program)
    with database.opened(program).transaction() as session:
        one = inboxes.find(session, id)
        deed.note(program, session, "voicemail.exported", f"call:{one.call}", file.name)
        try:
            sound = _mailbox(program).get(one.file)
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(sound)
        except FileExistsError:
            raise OnestopError(f"{file} is there already: name a new file") from None
        except OSError as error:
            raise OnestopError(f"the voicemail can't be exported: {error}") from error
        log.info(
            "a voicemail was exported", extra={"id": one.file, "by": deed.user(), "desk": one.desk, "to": str(file)}
        )
        click.echo(f"{file}: {one.seconds} s for {one.desk}; delete it when it has been heard")


@inbox.command()
@click.argument("id")
@click.option("--delete", is_flag=True, help="Delete its sound for good.")
@click.pass_obj
def done(program: Program, id: str, delete: bool) -> None:
    """Mark a voicemail as done.

    \b
    Example: ivr inbox done dkbnpacf --delete
    """
    _open_log(program)
    with database.opened(program).transaction() as session:
        one = inboxes.find(session, id)
        inboxes.finish(session, one, deed.user())
        if delete:
            inboxes.delete(session, one, _mailbox(program))
        deed.note(program, session, "voicemail.deleted" if delete else "voicemail.done", f"call:{one.call}")
        log.info("a voicemail is done", extra={"id": one.file, "by": deed.user(), "desk": one.desk, "deleted": delete})
        click.echo(f"{one.file[:SHORT]}: done{', sound deleted' if delete else ''}")


def _open_log(program: Program) -> None:
    logs.setup(program.config.data_dir / "log", "inbox", program.config.log.level)


def _mailbox(program: Program) -> Mailbox:
    return Mailbox(program.config.data_dir / mailbox.FOLDER, Keys(program.config.keys_dir))
