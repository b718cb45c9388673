"""`ivr case`: single cases, by hand."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

import click

from callback import case_change, forms, intake
from callback.forms import StatusForm
from callback.refusal import Refusal
from callback.status import OPEN
from ivr.cli import Program, deed, listing
from ivr.cli.case_desk import CaseDesk, open_desk
from ivr.language.cases import STATUSES, Status
from ivr.records.case_tables import Case, CaseEvent


@click.group()
def case() -> None:
    """Cases (민원): take one in, look at it, change its status.

    \b
    ivr case add 20261234 --type grievance --desk school_life --number - --consent
    ivr case list
    """


_AS = click.option("--as", "desk", metavar="DESK", help="Act for this desk: its sensitive cases are open to it alone.")


@case.command()
@click.argument("receipt")
@click.option("--type", required=True, help="Kind of case (cases.yaml).")
@click.option("--desk", required=True, help="Desk in charge (desks.yaml).")
@click.option("--school", help="School it is about.")
@click.option("--officer", help="Extension of the officer in charge.")
@click.option("--received", "received_at", metavar="WHEN", help="Time of receipt, e.g. 2026-11-23T10:00 [now].")
@click.option("--sensitive/--not-sensitive", default=None, help="The desk in charge alone sees it [as its type says].")
@click.option("--number", help="The citizen's telephone number; - asks for it, so that no shell remembers it.")
@click.option("--consent", is_flag=True, default=None, help="The citizen wants a message at every change.")
@click.option("--language", help="Language of the messages [the office's first].")
@click.pass_obj
def add(program: Program, /, **written: str | bool | None) -> None:
    """Take in the case with this RECEIPT number. The same again changes nothing.

    \b
    Example: ivr case add 20261234 --type grievance --desk school_life --number - --consent
    """
    if written["number"] == "-":
        written["number"] = click.prompt("Telephone number", hide_input=True, err=True)
    desk = open_desk(program, None)
    row = {name: value for name, value in written.items() if value is not None}
    try:
        new = intake.read([row], desk.at, desk.keys)
        with desk.store.transaction() as session:
            ((taken, fresh),) = desk.cases.add(session, new, desk.told)
            told = f"{taken.receipt}: {'taken in' if fresh else 'was there already'}, {_due(taken, desk)}"
            deed.note(program, session, "case.added" if fresh else "case.shown", f"case:{taken.receipt}")
        click.echo(told)
    except Refusal as refusal:
        raise refusal.of_one() from None


@case.command()
@click.argument("receipt")
@_AS
@click.pass_obj
def show(program: Program, receipt: str, desk: str | None) -> None:
    """A case with its history.

    \b
    Examples: ivr case show 20261234
              ivr case show 20261235 --as school_life
    """
    at = open_desk(program, desk)
    with at.store.transaction() as session:
        found = at.cases.show(session, receipt, at.told.desks)
        told = _told(found, at.cases.history(session, found), at)
        deed.note(program, session, "case.shown", f"case:{receipt}")
    click.echo(told)


@case.command()
@click.argument("receipt")
@click.argument("status", type=click.Choice(STATUSES))
@click.option("--note", help="Words for the history; the citizen doesn't get them.")
@click.option("--desk", "to", metavar="DESK", help="With 이송: the desk that is to take it.")
@click.option("--officer", help="Extension of the officer in charge from now on.")
@click.option("--extension", metavar="PERIOD", help="With 기간연장: by how much, e.g. 3d [the original period].")
@_AS
@click.pass_obj
def status(
    program: Program, /, receipt: str, status: Status, to: str | None, desk: str | None, **more: str | None
) -> None:
    """Change a case's STATUS; the citizen's message goes along.

    \b
    Examples: ivr case status 20261234 처리중 --officer 116
              ivr case status 20261234 이송 --desk tuition
    """
    at = open_desk(program, desk)
    written = {"status": status, "desk": to, **more}
    form = forms.read(StatusForm, {name: value for name, value in written.items() if value is not None}, at.at)
    if isinstance(form, list):
        raise Refusal("invalid", "nothing was changed", form)
    with at.store.transaction() as session:
        changed = at.cases.change(session, receipt, form, f"{at.told.by}/{secrets.token_hex(8)}", at.told)
        now = f"{changed.receipt}: {changed.status}, {_due(changed, at)}"
        deed.note(program, session, "case.changed", f"case:{receipt}", status)
    click.echo(now)


@case.command("list")
@click.option(
    "--status",
    "among",
    multiple=True,
    type=click.Choice(STATUSES),
    help="Only these [all but final ones].",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@_AS
@click.pass_obj
def list_(program: Program, among: tuple[Status, ...], limit: int, desk: str | None) -> None:
    """The cases that are due first.

    \b
    Example: ivr case list --status 처리중 --as tuition
    """
    at = open_desk(program, desk)
    deed.showing(program, at.store, "cases.listed", why=desk or "")
    with at.store.reading() as session:
        found = at.cases.listed(session, at.told.desks, among or OPEN, limit)
        told = (f"{one.receipt}  {one.status}  {_due(one, at)}  {one.desk}  {_type(one, at)}" for one in found)
        listing.show(told, f"no case is {' or '.join(among)}" if among else "no case is open")


def _type(case: Case, at: CaseDesk) -> str:
    kind = at.office.cases.types.get(case.type)
    return kind.name if kind else case.type


def _due(case: Case, at: CaseDesk) -> str:
    return f"due {_time(case.deadline, at)}" if case.deadline else "period not running"


def _time(at: datetime, desk: CaseDesk) -> str:
    return f"{at.astimezone(desk.office.calendar.tz):%Y-%m-%d %H:%M}"


def _told(case: Case, history: Sequence[CaseEvent], at: CaseDesk) -> str:
    number = at.keys.shown(case.number) if case.number else "none"
    lines = [
        f"{case.receipt}  {_type(case, at)}  {case.status}{'  (sensitive)' if case.sensitive else ''}",
        f"desk      {case.desk}{f' → {case.moving_to}' if case.moving_to else ''}, officer {case.officer or 'none'}",
        f"school    {case.school or 'none'}",
        f"received  {_time(case.received_at, at)}, {_due(case, at)}{', extended' if case.extension else ''}",
        f"number    {number}, {'wants messages' if case.consent else 'no messages'}, {case.language}",
        f"next      {', '.join(case_change.allowed(case)) or 'final'}",
    ]
    for event in history:
        note = f"  {at.keys.open(event.note)}" if event.note else ""
        lines.append(f"{_time(event.at, at)}  {event.to_status}  {event.desk}  {event.by}{note}")
    return "\n".join(lines)
