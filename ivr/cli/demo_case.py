"""The demo's second half: a case asked by telephone, changed by another system, and the messages that went out."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from pathlib import Path

import click
import httpx

from callback import tokens
from ivr.config import Config
from ivr.engine.effects import Ask, Lookup, Promise
from ivr.engine.engine import resume
from ivr.engine.events import Digits, Event, Looked, Started, World
from ivr.engine.session import Session
from ivr.errors import OnestopError
from ivr.language import steps
from ivr.language.office import Office
from ivr.language.prompt import Value
from ivr.records.store import Store

RECEIPT, NUMBER = "20260001", "01012345678"
MESSAGE_S = 30.0
MOST_KEYS = 12

Dial = Callable[[list[str]], bool]
"""Places a call that presses these keys, one group a question, and tells its journey; whether it was recorded."""


def flow_of(office: Office) -> str | None:
    """The flow that tells callers of their case; None when the office has none."""
    telling = (
        f.name
        for f in office.flows.values()
        if any(isinstance(s, steps.Lookup) and s.lookup == "case" for s in f.steps.values())
    )
    return next(telling, None) if office.cases.types else None


def show(config: Config, office: Office, flow: str, dial: Dial) -> bool:
    """Take a case in through the API, ask for it by telephone, change it; whether both messages went out."""
    with Store(config.database_url).transaction() as session:
        now = datetime.datetime.now(datetime.UTC)
        token = tokens.issue(session, "demo", tokens.SCOPES, [], now)
    kind = next(name for name, one in office.cases.types.items() if not one.sensitive)
    case = {"receipt": RECEIPT, "type": kind, "desk": next(iter(office.desks.desks)), "number": NUMBER}
    with httpx.Client(base_url=f"http://{config.web.listen}", headers={"Authorization": f"Bearer {token}"}) as http:
        _post(http, "/cases", {**case, "consent": False})
        click.echo(f"\nAnother system has taken in case {RECEIPT} ({office.cases.types[kind].name}).")
        if not dial(keys(office, flow)):
            return False
        _tell(config, 1)
        click.echo("The other system changes the case …")
        _post(http, f"/cases/{RECEIPT}/status", {"status": "처리중"})
        _tell(config, 2)
    return True


def keys(office: Office, flow: str) -> list[str]:
    """What is pressed from the flow's start to the promise of messages: receipt number, last four digits, 1 for yes."""
    world = World(clocks=dict.fromkeys(office.calendar.clocks, "open"))
    session = Session(call="demo", office=office.version, language=office.languages[0], flow=flow)
    pressed: list[str] = []
    event: Event = Started()
    while len(pressed) < MOST_KEYS:
        session, effects = resume(office, session, event, world)
        match effects[-1]:
            case Ask(_, 1):
                pressed.append("1")
                event = Digits("1")
            case Ask(_, most):
                pressed.append((RECEIPT if most > 4 else NUMBER[-4:])[:most])
                event = Digits(pressed[-1])
            case Lookup():
                event = Looked("found", (("case.receipt", Value("digits", RECEIPT)),), mobile=True)
            case Promise() | _:
                break
    return pressed


def _post(http: httpx.Client, path: str, body: dict[str, object]) -> None:
    answer = http.post(path, json=body, headers={"Idempotency-Key": f"demo{path}"})
    if answer.is_error:
        raise OnestopError(f"the API refused {path}: {answer.text}")


def _tell(config: Config, number: int) -> None:
    """Wait for the message of this number, and show it."""
    end = time.monotonic() + MESSAGE_S
    while len(files := _messages(config.data_dir / "messages")) < number:
        if time.monotonic() > end:
            raise OnestopError(f"no message went out within {MESSAGE_S:g} s; see {config.data_dir / 'log/worker.log'}")
        time.sleep(0.1)
    click.echo("Message sent:\n" + "\n".join(f"  {line}" for line in files[number - 1].read_text().splitlines()))


def _messages(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.txt"), key=lambda path: path.stat().st_mtime)
