"""A whole line for acceptance tests: the sample office on a real exchange, with citizens and districts on real SIP."""

from __future__ import annotations

import datetime
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from ivr.cli.engine import serving
from ivr.cli.speech import Speech
from ivr.config import Config
from ivr.language import loader
from ivr.language.office import Office
from ivr.office.versions import Versions
from ivr.records import models
from ivr.records.keys import Keys
from ivr.records.store import Store
from tests import offices
from tests.exchange import Running, running_exchange, wait_for
from tests.integration.phone import Manner, Phone
from tests.leaks import leaks
from tests.telephone import PROVIDER, Caller

OPEN = datetime.datetime.fromisoformat("2026-11-23T10:00+09:00")
"""A working day's morning, when every clock of the sample office is open."""
LUNCH = OPEN.replace(hour=12, minute=30)
EVENING = OPEN.replace(hour=20)
HOLIDAY = datetime.datetime.fromisoformat("2026-12-25T10:00+09:00")


@dataclass
class Clock:
    """The office's time, set by the test."""

    at: datetime.datetime = OPEN

    def __call__(self) -> datetime.datetime:
        return self.at


@dataclass(frozen=True)
class Journey:
    """One call as the database has it: steps "flow/step:exit", legs "desk:outcome"."""

    id: str
    line: str
    outcome: str
    steps: list[str]
    legs: list[str]


@dataclass
class Line:
    """A running line."""

    exchange: Running
    store: Store
    phone: Caller
    office: Office
    clock: Clock = field(default_factory=Clock)
    _last: int = 12345678
    numbers: list[str] = field(default_factory=list)

    @property
    def config(self) -> Config:
        return self.exchange.config

    def journeys(self) -> list[Journey]:
        """Every call recorded so far, in order of its beginning."""
        with self.store.reading() as session:
            calls = session.scalars(select(models.Call).order_by(models.Call.started_at, models.Call.id)).all()
            return [self._journey(session, call) for call in calls]

    def _journey(self, session: Any, call: models.Call) -> Journey:
        steps = session.scalars(
            select(models.Step).where(models.Step.call == call.id).order_by(models.Step.turn, models.Step.n)
        )
        legs = session.scalars(select(models.Leg).where(models.Leg.call == call.id).order_by(models.Leg.n))
        return Journey(
            call.id,
            call.line or "",
            call.outcome,
            [f"{s.flow}/{s.step}:{s.exit}" for s in steps],
            [f"{leg.desk}:{leg.outcome}" for leg in legs],
        )

    def begin(self, line: str, *acts: str, **options: Any) -> Dialled:
        """A call in the background, from a number of its own."""
        self._last += 1
        number = f"010{self._last:08}"
        self.numbers.append(number)
        return Dialled(self, number, self.phone.start(line, acts, caller=number, **options))

    def dial(self, line: str, *acts: str, **options: Any) -> Journey:
        """One call to its end, and its record."""
        return self.begin(line, *acts, **options).journey()

    def dial_all(self, calls: Mapping[Any, tuple[str, Sequence[str]]], **options: Any) -> dict[Any, Journey]:
        """Many calls at once; their records by the same names."""
        begun = {name: self.begin(line, *acts, **options) for name, (line, acts) in calls.items()}
        return {name: dialled.journey() for name, dialled in begun.items()}

    def of(self, number: str) -> list[Journey]:
        """The recorded calls from a number."""
        who = Keys(self.config.keys_dir).who(number)
        with self.store.reading() as session:
            calls = session.scalars(select(models.Call).where(models.Call.who == who).order_by(models.Call.id)).all()
            return [self._journey(session, call) for call in calls]

    @contextmanager
    def officer(self, extension: str, manner: Manner = "answer") -> Iterator[Phone]:
        """An officer's telephone, known to his queues."""
        with Phone(self.config, extension, manner) as phone:
            wait_for(lambda: self.exchange.reaches(extension), 20, f"the telephone {extension} in its queues")
            yield phone


@dataclass
class Dialled:
    """A call that was begun."""

    line: Line
    number: str
    process: subprocess.Popen[bytes]

    def journey(self, timeout: float = 90) -> Journey:
        """Its record, once it has ended; the test fails when the caller's side didn't go as acted."""
        code = self.process.wait(timeout)
        assert code == 0, f"the call from {self.number} did not go as acted: {self.line.of(self.number)}"
        return self.recorded()

    def recorded(self, timeout: float = 15) -> Journey:
        """Its record as ended, however the caller's side went."""
        wait_for(
            lambda: [j for j in self.line.of(self.number) if j.outcome != "in_progress"],
            timeout,
            f"the record of the call from {self.number}; it is {self.line.of(self.number)}",
        )
        (journey,) = self.line.of(self.number)
        return journey


@contextmanager
def exchange_of(folder: Path, office: Path = offices.SAMPLE, **keys: Any) -> Iterator[Running]:
    """An exchange for the sample office, with a provider's trunk for citizens."""
    exchange = {"provider": {"host": f"{PROVIDER}:5060"}, **keys.pop("exchange", {})}
    desks = loader.load(office).desks
    with running_exchange(folder, desks, office=str(office), exchange=exchange, **keys) as running:
        yield running


@contextmanager
def line(folder: Path, office: Path = offices.SAMPLE, **keys: Any) -> Iterator[Line]:
    """The whole line, its engine in this process; a key `earlier`, Callable[[Store], None], fills the database before
    that starts. At its end no data of it shows a caller's number."""
    earlier = keys.pop("earlier", lambda store: None)
    clock = Clock()
    with exchange_of(folder, office, **keys) as running:
        config = running.config
        versions = Versions(config.data_dir / "offices")
        current = versions.adopt(config.office_dir)
        speech = Speech(config)
        speech.prepare(current, config, lambda done, total: None)
        speech.close()
        store = Store(config.database_url)
        store.migrate()
        earlier(store)
        with serving(config, versions, clock):
            yield (line := Line(running, store, Caller(config.exchange.sip, folder), current, clock))
            assert leaks(config.data_dir, line.numbers) == []
        assert leaks(config.data_dir, line.numbers) == []  # what is written as it ends, too


def keys(text: str) -> Sequence[str]:
    """Acts of pressing `text`, each key once the menu can be heard: many calls begin at once on two cores."""
    return ["~1000", *(act for key in text for act in ("~700", key))]
