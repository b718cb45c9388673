"""The host against a scripted channel: what goes wrong in a visit stays in it, and calls go on."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ivr.config import Config
from ivr.errors import CallerGone, ExchangeError, JournalUnavailable, SpeechError
from ivr.language.prompt import Prompt
from ivr.office.versions import Versions
from ivr.records.journal import Journal, decode
from ivr.records.keys import Keys
from ivr.records.store import Store
from ivr.telephony.agi import Channel
from ivr.telephony.host import Host
from ivr.telephony.lookups import Lookups
from ivr.telephony.wishes import Wishes
from ivr.telephony.worlds import Worlds
from tests import offices

OPEN = datetime.datetime.fromisoformat("2026-11-23T10:00+09:00")
CALL = "n1-1795295627.12"


class FakeChannel:
    """A visit: keys that the caller presses in turn, then hangs up. Keeps what it is told."""

    script = Channel.script

    def __init__(self, *keys: str, call: str = CALL, args: tuple[str, ...] = ("1000",), caller: str = "01012345678"):
        self.env = {"agi_request": "agi://127.0.0.1/visit", "agi_uniqueid": call, "agi_callerid": caller}
        self.env |= {f"agi_arg_{n}": value for n, value in enumerate(args, 1)}
        self._keys = list(keys)
        self.told: list[str] = []

    def get_data(self, filename: str, timeout: int, max_digits: int) -> tuple[str, bool]:
        if not self._keys:
            raise CallerGone("the caller hung up")
        return self._keys.pop(0), False

    def stream_file(self, filename: str, escape_digits: str = "") -> str:
        self.told.append(filename)
        return ""

    def set_variable(self, name: str, value: str) -> None:
        self.told.append(f"{name}={value}")

    def pong(self) -> None:
        self.told.append("pong")


def speak(_: object, prompts: tuple[Prompt, ...], language: str, slow: bool) -> str:
    return prompts[-1].id if prompts else ""


Make = Callable[..., Host]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    config = Config.model_validate(
        {"base": tmp_path, "office": str(offices.SAMPLE), "lines": {"1000": {"flow": "main"}}}
    )
    versions = Versions(tmp_path / "versions")

    versions.adopt(config.office_dir)

    def host(journal: Any = None, speech: Any = speak) -> Host:
        return Host(
            config,
            versions,
            journal or Journal(tmp_path / "journal"),
            Keys(tmp_path / "keys"),
            speech,
            Lookups(Store(f"sqlite:///{tmp_path / 'none.db'}"), Keys(tmp_path / "keys"), lambda: OPEN),
            Wishes(Store(f"sqlite:///{tmp_path / 'none.db'}"), Keys(tmp_path / "keys")),
            Worlds(lambda: OPEN),
        )

    return host


def journal(tmp_path: Path) -> list[dict[str, Any]]:
    files = sorted((tmp_path / "journal").glob("*.journal"))
    return [decode(line) for file in files for line in file.read_bytes().splitlines()]


def variable(channel: FakeChannel, name: str) -> str:
    return next(told.partition("=")[2] for told in channel.told if told.startswith(f"{name}="))


def visit(host: Host, channel: FakeChannel) -> FakeChannel:
    host.visit(channel)  # type: ignore[arg-type]
    return channel


def test_a_visit_ends_at_the_desk_and_the_next_takes_it_up(make: Make, tmp_path: Path) -> None:
    host = make()
    first = visit(host, FakeChannel("4"))
    assert variable(first, "IVR_NEXT") == "desk-exams,s,1"
    back = visit(host, FakeChannel(args=("1000", variable(first, "IVR_TOKEN"), "TIMEOUT")))
    assert variable(back, "IVR_NEXT") == "desk-operators,s,1"
    assert [r["k"] for r in journal(tmp_path)] == ["call", "turn", "turn", "desk", "turn", "desk"]


def test_a_restarted_engine_takes_up_what_waits_at_desks(make: Make) -> None:
    token = variable(visit(make(), FakeChannel("7")), "IVR_TOKEN")
    back = visit(make(), FakeChannel(args=("1000", token, "CONTINUE")))
    assert variable(back, "IVR_NEXT") == "hangup,s,1"


def test_a_token_is_good_once_and_for_its_call_only_and_a_wrong_one_costs_nothing(make: Make) -> None:
    host = make()
    token = variable(visit(host, FakeChannel("4")), "IVR_TOKEN")
    for channel in (
        FakeChannel(args=("1000", "1-deadbeef", "CONTINUE")),
        FakeChannel(args=("1000", "가", "CONTINUE")),
        FakeChannel(args=("1000", token, "CONTINUE"), call="n1-1.2"),
    ):
        assert visit(host, channel).told == []
    right = ("1000", token, "TIMEOUT")
    assert variable(visit(host, FakeChannel(args=right)), "IVR_NEXT") == "desk-operators,s,1"
    assert visit(host, FakeChannel(args=right)).told == []


def test_a_hangup_is_journaled_with_the_step_it_happened_at(make: Make, tmp_path: Path) -> None:
    assert visit(make(), FakeChannel("2")).told == []
    last, end = journal(tmp_path)[-2:]
    assert last["steps"] == [["transfers", "find", "hangup"]]
    assert (end["k"], end["reason"]) == ("end", "hangup")


def test_nothing_in_the_journal_tells_the_number_or_the_keys(make: Make, tmp_path: Path) -> None:
    visit(make(), FakeChannel("4"))
    text = b"".join(p.read_bytes() for p in (tmp_path / "journal").iterdir())
    assert b"1012345678" not in text
    assert b'"Digits"' in text


@pytest.mark.parametrize("caller", ["", "unknown", "x" * 300, "010-1234\n5678", "' OR 1=1"])
def test_what_is_no_number_is_no_caller(make: Make, tmp_path: Path, caller: str) -> None:
    visit(make(), FakeChannel(caller=caller))
    assert journal(tmp_path)[0]["caller"] is None


class FullDisk:
    """A journal whose disk is full."""

    def sessions(self) -> dict[str, Any]:
        return {}

    def append(self, record: object, durable: bool = False) -> None:
        raise JournalUnavailable("no space left")


def test_without_a_journal_the_call_goes_on_loudly(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert variable(visit(make(journal=FullDisk()), FakeChannel("4")), "IVR_NEXT") == "desk-exams,s,1"
    assert "without a journal" in caplog.text


@pytest.mark.parametrize("error", [SpeechError("no voice"), ExchangeError("refused"), RuntimeError("a bug")])
def test_a_visit_that_fails_leaves_the_call_to_the_dialplan(make: Make, error: Exception) -> None:
    def fail(*_: object) -> str:
        raise error

    channel = visit(make(speech=fail), FakeChannel("4"))
    assert channel.told == [], "IVR_NEXT stays unset: the static way"


@pytest.mark.parametrize("call", ["", "x", "n1-1|2", "../../etc", "n1-1.2\n"])
def test_a_visit_without_a_calls_id_is_dropped(make: Make, tmp_path: Path, call: str) -> None:
    assert visit(make(), FakeChannel("4", call=call)).told == []
    assert journal(tmp_path) == []


def test_an_unknown_line_is_left_to_the_dialplan(make: Make, tmp_path: Path) -> None:
    assert visit(make(), FakeChannel("4", args=("9999",))).told == []
    assert journal(tmp_path) == []


def test_the_watchdogs_ping_is_answered(make: Make) -> None:
    channel = FakeChannel()
    channel.env = {"agi_request": "agi://127.0.0.1:4573/ping"}
    assert visit(make(), channel).told == ["pong"]


def test_a_wish_is_journaled_under_the_callers_hash(make: Make, tmp_path: Path) -> None:
    visit(make(), FakeChannel("9"))
    (wish,) = [record for record in journal(tmp_path) if record["k"] == "wish"]
    assert wish["slow"] is True
    assert wish["who"] == Keys(tmp_path / "keys").who("01012345678")
    visit(make(), FakeChannel("9", caller=""))
    assert len([record for record in journal(tmp_path) if record["k"] == "wish"]) == 1
