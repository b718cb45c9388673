"""The sender of a machine without a provider: files that an admin can read."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from callback.sender import Accepted, Outgoing, Refused
from callback.senders.console import Console
from ivr.errors import ForeignError


def message(id: str = "a" * 32) -> Outgoing:
    return Outgoing(id, "+821012345678", "접수번호 20261234: 완료", "ko")


def test_a_message_becomes_a_file_for_the_admin_alone(tmp_path: Path) -> None:
    console = Console(tmp_path / "messages")
    outcome = console.send(message())
    assert isinstance(outcome, Accepted)
    path = tmp_path / "messages" / outcome.reference
    to, at, _, text = path.read_text().splitlines()
    assert (to, text) == ("To: +821012345678", "접수번호 20261234: 완료")
    assert at.startswith(f"At: {path.parent.name}T")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert (outcome.delivery, console.delivery(outcome.reference)) == ("delivered", ("delivered", ""))


def test_a_message_is_one_file_for_ever(tmp_path: Path) -> None:
    console = Console(tmp_path)
    first = console.send(message())
    assert isinstance(first, Accepted)
    yesterday = tmp_path / "2026-03-01"
    (tmp_path / first.reference).parent.rename(yesterday)
    again = console.send(message())
    assert again == Accepted(f"2026-03-01/{'a' * 32}.txt", "delivered")
    assert console.find(message()) == again
    assert [p.name for p in tmp_path.rglob("*.txt")] == [f"{'a' * 32}.txt"]


def test_threads_that_send_the_same_write_one_file(tmp_path: Path) -> None:
    console = Console(tmp_path)
    threads = [threading.Thread(target=console.send, args=(message(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


def test_what_was_never_sent_is_not_found(tmp_path: Path) -> None:
    console = Console(tmp_path / "none")
    assert console.find(message()) is None
    with pytest.raises(ForeignError):
        console.delivery("2026-03-01/x.txt")


def test_a_full_disk_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "messages").write_text("a file where the folder should be")
    outcome = Console(tmp_path / "messages").send(message())
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.again) == ("disk", True)


def test_it_measures_as_a_korean_sender(tmp_path: Path) -> None:
    assert Console(tmp_path).measure("가" * 46).kind == "LMS"
