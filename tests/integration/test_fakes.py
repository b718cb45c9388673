"""The fake providers as processes of their own, as soak tests run them: they count across the death of a worker."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from callback.sender import Accepted, Outgoing, Refused, Sender, Unclear
from callback.senders.solapi import Solapi
from callback.senders.twilio import Twilio
from tests.fakes import solapi, twilio
from tests.fakes.server import accepted

ROOT = Path(__file__).parents[2]


@contextmanager
def running(name: str, state: Path, *more: str) -> Iterator[str]:
    """The fake's address."""
    command = [sys.executable, "-m", f"tests.fakes.{name}", "--state", str(state), *more]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def opened(name: str, url: str) -> Sender:
    if name == "twilio":
        return Twilio(twilio.ACCOUNT, twilio.TOKEN, twilio.NUMBER, api=url, answer_s=0.2)
    return Solapi(solapi.KEY, solapi.SECRET, solapi.NUMBER, api=url, answer_s=0.2)


@pytest.mark.parametrize("name", ["twilio", "solapi"])
def test_it_counts_what_it_accepted_and_fails_as_often_as_told(tmp_path: Path, name: str) -> None:
    state = tmp_path / "accepted.jsonl"
    with running(name, state, "--odds", "busy=0.2,unanswered=0.1,reset=0.1", "--seed", "7") as url:
        sender = opened(name, url)
        outcomes = {text: sender.send(Outgoing(text, "+821012345678", text, "ko")) for text in map(str, range(100))}
    kinds = Counter(type(outcome) for outcome in outcomes.values())
    assert kinds.keys() == {Accepted, Refused, Unclear}
    assert 10 <= kinds[Refused] <= 30
    assert 10 <= kinds[Unclear] <= 30
    counted = accepted(state)
    assert set(counted.values()) == {1}
    assert {text for text, outcome in outcomes.items() if isinstance(outcome, Accepted)} < counted.keys()
    assert not {text for text, outcome in outcomes.items() if isinstance(outcome, Refused)} & counted.keys()
