"""Test calls: what the exchange is asked for, and when which keys are pressed."""

from __future__ import annotations

import time
from collections.abc import Iterable
from threading import Event as Flag
from typing import Any, get_args

import pytest
from asterisk.ami import Event

from ivr.cli import ended
from ivr.config import Config
from ivr.errors import ExchangeError
from ivr.records import models
from ivr.records.outcome import CallOutcome
from ivr.telephony.originate import LOOK_S, attend, entries, place_call
from reports import queries

CONFIG = Config.model_validate({"lines": {"1000": {"flow": "main"}, "1001": {"flow": "main", "language": "en"}}})
Told = tuple[str, dict[str, str]]
ASKS: Told = ("AGIExecStart", {"Command": 'GET DATA "/sounds/menu" 5000 1'})
SAYS: Told = ("AGIExecStart", {"Command": 'STREAM FILE "/sounds/notice" "" 0'})
RECORDS: Told = ("AGIExecStart", {"Command": 'RECORD FILE "/take" wav "#" 120000 BEEP s=5'})
ENDS: Told = ("AGIExecEnd", {"Command": "", "Result": "Success"})
OVER: Told = ("Hangup", {})
QUIET: Told = ("", {})
"""No event for as long as one is waited for."""


class Exchange:
    """Stands for the manager connection: plays a call's events, and notes requests and when they came."""

    def __init__(self, *events: Told, lost: bool = False) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.seen: list[str] = []
        self.finished = Flag()
        self._events, self._lost = list(events), lost

    def request(self, action: str, **values: object) -> None:
        self.requests.append((action, dict(values)))
        self.seen.append(f"{action} {values.get('Digit', values.get('Exten', ''))}")

    def next_event(self, timeout: float) -> Event | None:
        if not self._events:
            assert self._lost, "the call is not over"
            self.finished.set()
            return None
        name, values = self._events.pop(0)
        if name:
            self.seen.append(name)
            return Event(name, {"Uniqueid": "n1-1.t1", **values})
        if timeout < LOOK_S:  # a key is due then
            time.sleep(timeout)
        return None

    def attended(self, keys: Iterable[str]) -> list[str]:
        told: list[str] = []
        self.unasked = attend(self, "n1-1.t1", [*keys], told.append)  # type: ignore[arg-type]
        return told

    @property
    def done(self) -> list[str]:
        return [seen for seen in self.seen if not seen.startswith("AGI")]


@pytest.mark.parametrize(
    ("line", "caller"), [("9999", ""), ("1000@test", ""), ("1000", "a<b>"), ("1000", "1\n"), ("1000", "1,IVR_X=2")]
)
def test_only_our_lines_and_numbers_are_called_with(line: str, caller: str) -> None:
    exchange = Exchange()
    with pytest.raises(ExchangeError):
        place_call(exchange, CONFIG, line, caller=caller)  # type: ignore[arg-type]
    assert exchange.requests == []


def test_a_call_is_placed_with_an_id_of_ours() -> None:
    exchange = Exchange()
    id = place_call(exchange, CONFIG, "1001", caller="01012345678")  # type: ignore[arg-type]
    ((_, request),) = exchange.requests
    assert id.startswith("n1-")
    assert request["OtherChannelId"] == request["ActionID"] == id
    assert not request["ChannelId"].startswith(id)
    assert request["Variable"] == "IVR_PATIENCE=60,IVR_LANGUAGE=en"


def test_keys_are_written_as_for_the_simulator() -> None:
    assert entries("") == []
    assert entries("2, 1,-,20261234#") == ["2", "1", "", "20261234#"]
    for wrong in ("1;2", "1,X", "1\r\n2", "--", "1w"):
        with pytest.raises(ExchangeError, match="--keys"):
            entries(wrong)


def test_a_key_is_pressed_when_its_question_can_be_answered() -> None:
    exchange = Exchange(SAYS, QUIET, ENDS, ASKS, QUIET, ENDS, SAYS, QUIET, ENDS, ASKS, QUIET, ENDS, OVER)
    assert exchange.attended(["2", "1"]) == ["presses 2", "presses 1"]
    said, asked = ["AGIExecStart", "AGIExecEnd"], ["AGIExecStart", "PlayDTMF {}", "AGIExecEnd"]
    first, second = ([text.format(key) for text in asked] for key in "21")
    assert exchange.seen == [*said, *first, *said, *second, "Hangup"]


def test_silence_is_an_entry_and_after_the_last_nothing_is_pressed() -> None:
    exchange = Exchange(*[ASKS, QUIET, ENDS] * 3, OVER)
    exchange.attended(["", "7"])
    assert exchange.unasked == []
    assert exchange.seen[2:6] == ["AGIExecStart", "PlayDTMF 7", "AGIExecEnd", "AGIExecStart"]
    assert exchange.done == ["PlayDTMF 7", "Hangup"]


def test_keys_that_are_left_over_go_to_the_next_question() -> None:
    exchange = Exchange(ASKS, QUIET, ENDS, SAYS, QUIET, ENDS, ASKS, QUIET, QUIET, ENDS, ASKS, QUIET, ENDS, OVER)
    exchange.attended(["123", "4"])
    assert exchange.seen == [
        "AGIExecStart", "PlayDTMF 1", "AGIExecEnd",
        "AGIExecStart", "AGIExecEnd",
        "AGIExecStart", "PlayDTMF 2", "PlayDTMF 3", "AGIExecEnd",
        "AGIExecStart", "PlayDTMF 4", "AGIExecEnd", "Hangup",
    ]  # fmt: skip


def test_keys_that_no_question_asked_for_are_handed_back() -> None:
    exchange = Exchange(ASKS, QUIET, ENDS, OVER)
    exchange.attended(["12", "", "3"])
    assert exchange.unasked == ["2", "-", "3"]


def test_how_a_call_ended_is_told_in_words_with_the_keys_nobody_asked_for() -> None:
    call = models.Call(id="n1-1.t1", line="1000", outcome="self_service", static=None)
    way = queries.Journey(call, [], [])
    assert ended.told(way, []) == "it ended: the line said all it had to say, and hung up (self_service)"
    assert ended.told(way, ["2", "1"]).endswith("(self_service); not asked for: 2,1")
    call.outcome, call.static = "failed", "error"
    reached = queries.Journey(call, [], [models.Leg(desk="exams")])
    assert ended.told(reached, []) == "it ended: nobody could be reached (failed, desk exams, the static way (error))"
    assert ended.told(None, []) == "how it ended is not recorded yet"
    assert set(ended.WORDS) == set(get_args(CallOutcome)) - {"in_progress"}


def test_a_busy_exchange_keeps_no_key_back() -> None:
    others = ("AGIExecStart", {"Uniqueid": "n1-1.9", "Command": "GET DATA x"})
    exchange = Exchange(ASKS, *[others, QUIET] * 3, ENDS, OVER)
    exchange.attended(["12"])
    assert exchange.done == ["PlayDTMF 1", "PlayDTMF 2", "Hangup"]


def test_the_caller_speaks_where_the_line_records() -> None:
    exchange = Exchange(RECORDS, ENDS, ASKS, QUIET, ENDS, OVER)
    assert exchange.attended(["1"]) == ["speaks", "presses 1"]
    assert exchange.done == ["Redirect speak", "PlayDTMF 1", "Hangup"]


def test_a_call_that_cannot_be_placed_or_seen_is_an_error() -> None:
    failed = ("OriginateResponse", {"ActionID": "n1-1.t1", "Response": "Failure", "Uniqueid": "<null>"})
    with pytest.raises(ExchangeError, match="can't place"):
        Exchange(failed).attended([])
    with pytest.raises(ExchangeError, match="lost"):
        Exchange(QUIET, lost=True).attended([])


def test_anothers_call_that_cannot_be_placed_is_none_of_ours() -> None:
    other = {"Response": "Failure", "Uniqueid": "<null>", "Channel": "Local/1000@lines/n"}
    events = [("OriginateResponse", {**other, **id}) for id in ({"ActionID": "n1-1.t2"}, {})]
    exchange = Exchange(*events, ASKS, QUIET, ENDS, OVER)
    exchange.attended(["1"])
    assert exchange.done[-2:] == ["PlayDTMF 1", "Hangup"]
