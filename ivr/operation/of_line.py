"""The doctor's checks of the line: the exchange and its trunks, who can pick up, what the calendar and notices lack."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from asterisk.ami import Event

from ivr.config import Exchange
from ivr.errors import ExchangeError
from ivr.language.office import Office
from ivr.office.clocks import Clocks
from ivr.operation import measures
from ivr.operation.finding import Finding, Level, lasting
from ivr.operation.of_records import of_drift
from ivr.operation.patient import Patient
from ivr.records.live import FRESH
from ivr.records.models import LiveQueue
from ivr.telephony import passwords, sip
from ivr.telephony.ami import open_manager

SOON = timedelta(hours=24)
"""A notice that ends within this time is named."""


def exchange(patient: Patient) -> list[Finding]:
    """Whether the exchange answers, by what clock, and whether its trunks do."""
    config = patient.config
    if not (config.keys_dir / "ami.json").is_file():
        return [Finding("exchange", "error", "it was never configured", "ivr up, or ivr pbx config")]
    try:
        manager = open_manager(config, passwords.WATCHDOG)
        try:
            pong = manager.request("Ping").keys
            found = [Finding("exchange", "ok", f"answers at {config.exchange.ami}")]
            if stamp := pong.get("Timestamp"):
                found.append(of_drift("the exchange", float(stamp) - measures.utc_now().timestamp()))
            wanted = _trunks(config.exchange)
            endpoints = manager.listing("PJSIPShowEndpoints") if wanted else []
            account = config.exchange.provider is not None and config.exchange.provider.username
            registrations = manager.listing("PJSIPShowRegistrationsOutbound") if account else []
        finally:
            manager.close()
    except ExchangeError as error:
        todo = "ivr pbx status; start it: ivr up, or systemctl start onestop-exchange; data/log has Asterisk's words"
        return [Finding("exchange", "error", str(error), todo)]
    return found + of_trunks(wanted, endpoints, registrations if account else None)


def of_trunks(wanted: Mapping[str, str], endpoints: list[Event], registrations: list[Event] | None) -> list[Finding]:
    """Pure: trunks by their section of pjsip.conf and where they are, against what the exchange lists of them.

    registrations: None when no trunk has an account to register.
    """
    found = []
    listed = {e.keys["ObjectName"]: e.keys.get("DeviceState", "") for e in endpoints if e.name == "EndpointList"}
    for section, host in wanted.items():
        state = listed.get(section, "not known to the exchange")
        if section in listed and state not in ("Unavailable", "Invalid", "Unknown"):
            found.append(Finding("trunk", "ok", f"{section} ({host}) is reachable"))
        else:
            todo = "ask who runs it whether it is up, and this side's network and firewall; ivr pbx config --reload"
            found.append(Finding("trunk", "error", f"{section} ({host}) is not reachable: {state}", todo))
    for event in registrations or []:
        if event.name == "OutboundRegistrationDetail":
            status = event.keys.get("Status", "")
            good = status == "Registered"
            todo = "" if good else "account and password (key file sip-provider) as the company gave them?"
            found.append(Finding("trunk", "ok" if good else "error", f"the provider's registration: {status}", todo))
    return found


def officers(patient: Patient) -> list[Finding]:
    """Whether somebody can pick up at every desk that is open, as the engine shows the queues."""
    config, office = patient.config, patient.office()
    with patient.store.reading() as session:
        shown = measures.queues(session, patient.now - 4 * FRESH)
    if config.exchange.practice:
        return [Finding("officers", "ok", "desks answer by themselves (exchange.practice)")]
    return of_officers(office, shown, patient.now)


def of_officers(office: Office, shown: Mapping[str, LiveQueue], now: datetime) -> list[Finding]:
    """Pure: desks that are open at `now` without anybody logged in. shown: fresh queues by desk."""
    if not shown:
        todo = "the engine shows the queues: is it up, and its exchange?"
        return [Finding("officers", "warning", "nobody knows: no queue was shown within the last minute", todo)]
    clocks = Clocks(office.calendar).states(now)
    open_ = [name for name, desk in office.desks.desks.items() if desk.hours is None or clocks[desk.hours] == "open"]
    empty = [name for name in open_ if name not in shown or not shown[name].agents_logged_in]
    todo = "are their telephones registered? ivr pbx status; officers' passwords are in the key folder's sip.json"
    if not empty:
        return [Finding("officers", "ok", f"all {len(open_)} open desks have somebody logged in")]
    level: Level = "error" if len(empty) == len(open_) else "warning"
    return [Finding("officers", level, f"open, but nobody is logged in: {', '.join(sorted(empty))}", todo)]


def live(patient: Patient) -> list[Finding]:
    """Whether what pages show of the queues is of now."""
    with patient.store.reading() as session:
        newest = max(
            (row.at for row in measures.queues(session, patient.now - timedelta(days=365)).values()), default=None
        )
    if newest is None:
        return [Finding("live state", "warning", "no queue was ever shown", "ivr up")]
    age = (patient.now - newest).total_seconds()
    if age > 4 * FRESH.total_seconds():
        todo = "the engine writes it: data/log/engine.log"
        return [Finding("live state", "error", f"the queues' picture is {lasting(age)} old", todo)]
    return [Finding("live state", "ok", f"the queues' picture is {lasting(max(0.0, age))} old")]


def calendar(patient: Patient) -> list[Finding]:
    """Whether the next year is entered, once it is near."""
    return of_calendar(patient.office(), patient.now)


def of_calendar(office: Office, now: datetime) -> list[Finding]:
    """Pure: from October on the next year's days off of the office's own are wanted."""
    today = now.astimezone(office.calendar.tz).date()
    year, calendar = today.year + 1, office.calendar
    days = {*calendar.days_off, *(day for clock in calendar.clocks.values() for day in clock.days_off)}
    if today.month < 10 or (calendar.complete_until or 0) >= year or any(day.year == year for day in days):
        return [
            Finding("calendar", "ok", f"{year if today.month >= 10 else today.year} is entered, as far as is known")
        ]
    todo = f"enter them in calendar.yaml, or write complete_until: {year} when there are none; ivr check names the rest"
    return [
        Finding("calendar", "warning", f"no days off of {year} are entered: only public holidays will be kept", todo)
    ]


def notices(patient: Patient) -> list[Finding]:
    """Notices whose time is nearly over."""
    return of_notices(patient.office(), patient.now)


def of_notices(office: Office, now: datetime) -> list[Finding]:
    """Pure: what ends within SOON, so that somebody may extend it."""
    zone = office.calendar.tz
    ending = []
    for name, notice in office.notices.items():
        begins, ends = notice.validity(zone)
        if begins <= now.timestamp() < ends < (now + SOON).timestamp():
            ending.append(f"{name} ({datetime.fromtimestamp(ends, zone):%m-%d %H:%M})")
    if not ending:
        return [Finding("notices", "ok", "none ends within a day")]
    todo = "longer? change `until` in notices.yaml, then ivr reload"
    return [Finding("notices", "warning", f"end within a day: {', '.join(ending)}", todo)]


def _trunks(exchange: Exchange) -> dict[str, str]:
    """Trunks by their section of pjsip.conf, and where they are."""
    provider = {sip.PROVIDER: exchange.provider.host} if exchange.provider else {}
    return provider | {sip.endpoint(name): trunk.host for name, trunk in exchange.districts.items()}
