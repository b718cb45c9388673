"""`ivr forecast`: the coming month, from last year's calls and cases."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from callback import forecasting
from ivr.cli import Program, database
from ivr.errors import OnestopError
from ivr.language import loader
from ivr.language.calendar import Calendar
from ivr.language.office import Office
from ivr.office.outlook import RECENT, YEAR
from ivr.office.peaks import peaks
from ivr.records import history
from ivr.records.store import Store
from reports import notice_drafts
from reports import outlook as texts

FURTHEST_MONTHS = 12


@click.command()
@click.option("--month", metavar="YYYY-MM", help="The month [next month].")
@click.option(
    "--topic", default=history.ALL, help="Whose days are drawn: flow/NAME, desk/NAME, line/NUMBER [all calls]."
)
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Draw the days into an SVG file too.")
@click.option(
    "--draft", type=click.Path(path_type=Path, dir_okay=False), help="Draft notices for the peaks into a file."
)
@click.option(
    "--store", "keep", is_flag=True, help="Renew the forecast that load triggers ask, as the worker does nightly."
)
@click.pass_obj
def forecast(
    program: Program, month: str | None, topic: str, plot: Path | None, draft: Path | None, keep: bool
) -> None:
    """Expected calls and petitions of a month, its peaks, and the share that a notice could answer.

    \b
    Examples:
      ivr forecast                                       next month
      ivr forecast --month 2027-01 --topic flow/transfers
      ivr forecast --plot january.svg --draft notices.draft.yaml
    """
    office = loader.load(program.config.office_dir)
    calendar = office.calendar
    now = _now()
    today = now.astimezone(calendar.tz).date()
    days = _days(month, today)
    for path in filter(None, (plot, draft)):
        _may_write(program, path)
    store = database.opened(program)
    click.echo("Reading the calls of a year and more …", err=True)
    with store.reading() as session:
        outlooks = forecasting.outlooks(session, calendar, today, days)
        if not outlooks:
            raise OnestopError("there is no call from before today to learn from → import them: ivr import calls FILE")
        answerable = _answerable(session, calendar, today, days)
    by_topic = {one.topic: one for one in outlooks}
    if topic not in by_topic:
        raise click.UsageError(f"nothing came for “{topic}”; there are: {', '.join(filter(None, sorted(by_topic)))}")
    works = forecasting.telephone(calendar).works
    found = sorted((p for one in outlooks for p in peaks(one, works)), key=lambda peak: (peak.first, peak.topic))
    titles, why = _titles(office), forecasting.telephone(calendar).why
    naming = texts.Naming(lambda one: texts.names(one, titles), why, calendar.known_peaks)
    click.echo(f"Expected from {days[0]} to {days[-1]} ({calendar.zone})\n")
    click.echo(texts.told(outlooks, by_topic[topic], found, answerable, naming))
    if plot:
        plot.write_text(texts.svg(by_topic[topic], f"{naming.topic(topic)}, {days[0]} – {days[-1]}"), encoding="utf-8")
    if draft:
        written = notice_drafts.drafts(found, answerable, lambda one: titles.get(one, one), office.languages[0])
        draft.write_text(written, encoding="utf-8")
        click.echo(f"\nDrafts for an admin to complete: {draft}")
    if keep:
        _keep(store, calendar, now)


def _now() -> datetime:
    return datetime.now(UTC)


def _keep(store: Store, calendar: Calendar, now: datetime) -> None:
    with store.reading() as session:
        work = forecasting.Forecasting(calendar).prepare(session, now)
    with store.transaction() as session:
        work(session, now)
    click.echo(f"\nThe forecast of {forecasting.AHEAD} days is stored.")


def _days(month: str | None, today: date) -> list[date]:
    """The days of a month that are still to come. Raises click.UsageError."""
    if month is None:
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    else:
        if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month):
            raise click.UsageError(f"“{month}” is no month: write e.g. 2027-01")
        first = date.fromisoformat(f"{month}-01")
    ahead = 12 * (first.year - today.year) + first.month - today.month
    if not 0 <= ahead <= FURTHEST_MONTHS:
        raise click.UsageError(f"{first:%Y-%m} is not among this month and the next {FURTHEST_MONTHS}")
    days = [first + timedelta(days=n) for n in range(31)]
    return [day for day in days if day.month == first.month and day >= today]


def _may_write(program: Program, path: Path) -> None:
    """Refuse to touch the office, or what is there already: drafts are for somebody to complete."""
    if path.resolve().is_relative_to(program.config.office_dir.resolve()):
        raise OnestopError(f"{path} lies in the office, where it would be read as a part of it → write it elsewhere")
    if path.exists():
        raise OnestopError(f"{path} is there already → name another file, or remove it")
    if not path.parent.is_dir():
        raise OnestopError(f"there is no folder {path.parent}")


def _titles(office: Office) -> dict[str, str]:
    """What flows, desks and types of cases are called, by topic."""
    titles = {f"flow/{name}": flow.title for name, flow in office.flows.items()}
    titles |= {f"desk/{name}": desk.name for name, desk in office.desks.desks.items()}
    if words := office.cases.words.get(office.languages[0]):
        titles |= {f"case/{name}": word for name, word in words.types.items()}
    return titles


def _answerable(
    session: Session, calendar: Calendar, today: date, days: Sequence[date]
) -> dict[str, history.Answerable]:
    """What one fact settled in the same weeks of last year, or, of unknown ones, in the last eight weeks."""
    for first, last in ((days[0] - YEAR, days[-1] - YEAR), (today - RECENT, today - timedelta(days=1))):
        start, end = (forecasting.midnight(day, calendar) for day in (first, last + timedelta(days=1)))
        found = history.answerable(session, start, end)
        if found[history.ALL].ended:
            return found
    return {}
