"""A station ends what it has started and nothing else, and brings a lost exchange back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ivr.cli import station
from ivr.cli.station import Station
from ivr.errors import ExchangeError
from ivr.language.desks import Desks
from tests.exchange import DESKS, settings


class Pbx:
    """An exchange; `kept`: somebody else runs it."""

    def __init__(self, *_: object) -> None:
        self.kept = self.stopped = self.broken = False
        self.keepers: list[subprocess.Popen[bytes]] = []

    def configure(self) -> None:
        """Nothing to write."""

    def launch(self, _: Sequence[str]) -> subprocess.Popen[bytes] | None:
        """A keeper that sleeps; none where there is one."""
        if self.kept:
            return None
        if self.broken:
            raise ExchangeError("127.0.0.1:5060: Address already in use")
        self.keepers.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]))
        return self.keepers[-1]

    def wait(self) -> None:
        """The exchange never boots, so that `running` goes straight to its end."""
        raise ExchangeError("the exchange is not up")

    def calls(self) -> int:
        """None in progress."""
        return 0

    def running(self) -> bool:
        """Always."""
        return True

    def stop(self) -> None:
        """Is remembered."""
        self.stopped = True


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: list[str]) -> Iterator[Station]:
    monkeypatch.setattr(station, "Pbx", Pbx)
    of = Station(tmp_path / "config.yaml", settings(tmp_path), Desks.model_validate(DESKS), told=told.append)
    yield of
    for keeper in fake(of).keepers:
        keeper.kill()
        keeper.wait()


def fake(of: Station) -> Pbx:
    assert isinstance(of.pbx, Pbx)
    return of.pbx


def run(of: Station) -> None:
    with pytest.raises(ExchangeError, match="not up"), of.running():
        pytest.fail("it is not up")


def test_an_exchange_that_ran_before_is_left_alone(one: Station, told: list[str]) -> None:
    fake(one).kept = True
    run(one)
    assert not fake(one).stopped
    assert told[0].startswith("The exchange goes on")


def test_its_own_exchange_is_ended_and_nothing_is_told_of_processes_that_never_were(
    one: Station, told: list[str]
) -> None:
    run(one)
    assert fake(one).stopped
    assert fake(one).keepers[0].poll() is not None
    assert told[0] == "The exchange ends, and no calls with it …"
    assert not [line for line in told if line.endswith(" end …")]


def test_a_lost_exchange_is_started_again_once_and_one_that_cannot_be_is_told(
    one: Station, caplog: pytest.LogCaptureFixture
) -> None:
    one._keep_exchange()
    one._keep_exchange()
    (first,) = fake(one).keepers
    first.kill()
    first.wait()
    fake(one).broken = True
    one._keep_exchange()
    assert "can't be started again: 127.0.0.1:5060" in caplog.text
    fake(one).broken = False
    one._keep_exchange()
    assert [keeper.poll() is None for keeper in fake(one).keepers] == [False, True]
    assert "the exchange ended and is started again" in caplog.text


def test_a_child_that_ends_before_it_listens_is_an_error(one: Station) -> None:
    one._children["web"] = subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(ExchangeError, match=r"`ivr web` did not start; .*log/web.log"):
        one._await("web", one.config.web.listen)
