"""The journal: whatever happens to the disk or the process, what was told to be written is there, and nothing else."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ivr.errors import JournalUnavailable
from ivr.records.journal import Journal, decode, encode, segments


def record(n: int) -> dict[str, Any]:
    return {"k": "cut", "call": f"n1-1795292000.{n}", "t": 1_795_292_000_000 + n}


def read(folder: Path) -> list[dict[str, Any]]:
    return [decode(line) for path in segments(folder) for line in path.read_bytes().split(b"\n")[:-1]]


def test_records_come_back_in_order_whatever_text_they_hold(tmp_path: Path) -> None:
    records = [{**record(n), "text": text} for n, text in enumerate(["민원", "a\nb\u2028c\0", "\udcff", '"\\'])]
    book = Journal(tmp_path / "journal")
    for each in records:
        book.append(each)
    assert read(tmp_path / "journal") == records


def test_a_tail_torn_at_any_byte_is_cut_and_what_follows_is_whole(tmp_path: Path) -> None:
    lines = [encode(record(n)) for n in range(2)]
    for cut in range(len(lines[1])):
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / "000000000001.journal").write_bytes(lines[0] + lines[1][:cut])
        Journal(folder).append(record(2))
        assert read(folder) == [record(0), record(2)], cut


def test_a_long_torn_tail_is_cut_too(tmp_path: Path) -> None:
    (tmp_path / "000000000001.journal").write_bytes(encode(record(0)) + b"\0" * 200_000)
    Journal(tmp_path).append(record(1))
    assert read(tmp_path) == [record(0), record(1)]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"12",
        encode(record(0))[:-2],
        encode(record(0))[:-1].replace(b"cut", b"end"),
        b"2 a3830348 {}",
        b"4 0b69 null",
    ],
)
def test_a_line_that_is_no_record_is_refused_with_a_reason(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"wrong length|wrong checksum|neither kind nor call"):
        decode(line)


def test_segments_rotate_by_size_and_split_no_record(tmp_path: Path) -> None:
    book = Journal(tmp_path, segment_bytes=300)
    for n in range(20):
        book.append(record(n))
    assert len(segments(tmp_path)) > 3
    assert all(path.stat().st_size <= 300 for path in segments(tmp_path))
    book.close()
    Journal(tmp_path, segment_bytes=300).append(record(20))
    assert read(tmp_path) == [record(n) for n in range(21)]


@contextmanager
def disk_full_at(size: int) -> Iterator[None]:
    """No file of this process can grow beyond `size`: a write that would is done in part, the next one fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_and_leaves_no_partial_record_behind(tmp_path: Path) -> None:
    size = len(encode(record(0)))
    for room in range(size):
        folder = tmp_path / str(room)
        book = Journal(folder)
        book.append(record(0))
        with disk_full_at(size + room):
            for _ in range(2):
                with pytest.raises(JournalUnavailable):
                    book.append(record(1))
            assert read(folder) == [record(0)]
        book.append(record(2))
        assert read(folder) == [record(0), record(2)], room


def test_a_folder_that_is_gone_is_told_and_taken_up_again(tmp_path: Path) -> None:
    book = Journal(tmp_path / "journal")
    book.append(record(0))
    (tmp_path / "journal").rename(tmp_path / "away")
    for path in (tmp_path / "away").iterdir():
        path.unlink()
    (tmp_path / "journal").write_text("in the way")
    with pytest.raises(JournalUnavailable):
        book.append(record(1))
    (tmp_path / "journal").unlink()
    book.append(record(2))
    assert read(tmp_path / "journal") == [record(2)]


def test_a_promise_is_synced_before_append_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bytes] = []
    fsync = os.fsync

    def watch(fd: int) -> None:
        fsync(fd)
        if os.path.isfile(f"/proc/self/fd/{fd}"):
            synced.append(Path(f"/proc/self/fd/{fd}").read_bytes())

    monkeypatch.setattr(os, "fsync", watch)
    book = Journal(tmp_path)
    book.append(record(0))
    assert synced == []
    book.append(record(1), durable=True)
    assert synced == [encode(record(0)) + encode(record(1))]


def test_a_promise_that_can_not_be_synced_is_refused_and_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Journal(tmp_path)
    book.append(record(0))

    def fail(fd: int) -> None:
        raise OSError("I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(JournalUnavailable):
            book.append(record(1), durable=True)
    book.append(record(2), durable=True)
    assert read(tmp_path) == [record(0), record(2)]


def test_a_second_engine_can_not_write_the_same_journal(tmp_path: Path) -> None:
    first = Journal(tmp_path)
    first.append(record(0))
    with pytest.raises(JournalUnavailable):
        Journal(tmp_path).append(record(1))
    first.append(record(2))
    first.close()
    Journal(tmp_path).append(record(3))
    assert read(tmp_path) == [record(0), record(2), record(3)]


def test_threads_do_not_mix_their_records(tmp_path: Path) -> None:
    book = Journal(tmp_path, segment_bytes=2000)

    def write(first: int) -> None:
        for n in range(first, first + 100):
            book.append(record(n))

    threads = [threading.Thread(target=write, args=(first,)) for first in range(0, 800, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r["t"] for r in read(tmp_path)) == [record(n)["t"] for n in range(800)]


def test_sessions_are_the_newest_of_each_call_that_has_not_ended(tmp_path: Path) -> None:
    book = Journal(tmp_path, segment_bytes=200)

    def at_desk(n: int, session: str) -> dict[str, Any]:
        return {**record(n), "k": "desk", "n": 1, "desk": "operators", "session": session}

    for each in (
        at_desk(1, "a"),
        at_desk(2, "b"),
        at_desk(3, "c"),
        at_desk(1, "d"),
        {**record(2), "k": "end"},
        record(3),
    ):
        book.append(each)
    assert Journal(tmp_path).sessions() == {record(1)["call"]: at_desk(1, "d")}
    assert Journal(tmp_path / "nothing").sessions() == {}


def test_sessions_pass_over_bad_records_and_a_torn_tail(tmp_path: Path) -> None:
    desk = {**record(1), "k": "desk", "session": "a"}
    (tmp_path / "000000000001.journal").write_bytes(encode(desk)[:20] + b"\n" + encode(desk) + encode(record(1))[:-1])
    assert Journal(tmp_path).sessions() == {desk["call"]: desk}


@pytest.mark.slow
def test_a_process_killed_while_it_appends_leaves_what_it_said_it_wrote(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path; from tests.unit.test_journal import record; from ivr.records.journal import Journal
book = Journal(Path({str(tmp_path)!r}), segment_bytes=5000)
for n in range(10**6):
    book.append(record(n)); print(n, flush=True)
"""
    writer = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    said = [int(next(writer.stdout)) for _ in range(500)]
    writer.kill()
    said += [int(line) for line in writer.stdout.read().split("\n")[:-1]]
    Journal(tmp_path).append(record(-1))
    there = read(tmp_path)
    assert there[: len(said)] == [record(n) for n in said]
    assert len(there) <= len(said) + 2
    assert there[-1] == record(-1)
