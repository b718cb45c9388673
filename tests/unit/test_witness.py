"""The witness's lines: what is whole is told, whatever stands before it; what isn't is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ivr.records import witness as lines
from ivr.records.facts import Fact
from ivr.records.tail import BITE, File, bite, set_aside
from ivr.records.witness import Witness

LINE = b"n1-1795292000.12|1795292001.123|queue|operators|"
FACT = Fact("n1-1795292000.12", 1_795_292_001_123, "queue", "operators")


@pytest.fixture
def witness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Witness:
    monkeypatch.setattr(lines, "ROTATE_BYTES", 100)
    return Witness(tmp_path / "witness.log", "n1")


def test_a_line_is_a_fact(witness: Witness) -> None:
    assert witness.parse(LINE) == ([FACT], "")
    assert witness.parse(b"n1-1.1;2|1795292001.123|connect|operators|101")[0] == [
        Fact("n1-1.1;2", 1_795_292_001_123, "connect", "operators", "101")
    ]


def test_a_line_that_broke_off_takes_nothing_of_the_next_with_it(witness: Witness) -> None:
    for cut in range(1, len(LINE)):
        torn = LINE.replace(b"12|", b"11|")[:cut]
        assert witness.parse(torn + LINE) == ([FACT], "broken off"), torn
        if cut < len(LINE) - 1:
            assert witness.parse(torn)[1], torn


def test_a_node_whose_name_ends_like_ours_is_not_ours(witness: Witness) -> None:
    assert Witness(Path("w"), "seoul1").parse(b"seoul1-1.1|1795292001.123|end||16")[0][0].call == "seoul1-1.1"
    assert witness.parse(b"|enn1-1.1|1795292001.123|end||16")[0] == [Fact("n1-1.1", 1_795_292_001_123, "end", "", "16")]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\xfe|||",
        LINE + b"|",
        LINE.replace(b"queue", b"dance"),
        LINE.replace(b"1795292001.123", b"1795292001"),
        LINE.replace(b"1795292001", b"0000000001"),
        LINE.replace(b"n1-", b"n2-"),
        LINE.replace(b"operators", b"oper\x1b[2Jators"),
        LINE.replace(b"operators", b"o" * 81),
        "n1-1.1|１７９５２９２００１.123|end||16".encode(),
    ],
)
def test_what_is_no_line_says_so(witness: Witness, line: bytes) -> None:
    assert witness.parse(line)[0] == []
    assert witness.parse(line)[1]


def test_only_whole_lines_are_read_and_the_rest_waits(tmp_path: Path) -> None:
    path = tmp_path / "witness.log"
    path.write_bytes(b"one\ntwo\nthr")
    file = File("1", path, final=False)
    taken = bite(file, 0)
    assert (taken.lines, taken.mark) == ([b"one", b"two"], 8)
    assert bite(file, 8).lines == []
    path.write_bytes(b"one\ntwo\nthree\n")
    assert bite(file, 8).lines == [b"three"]
    assert bite(File("1", path, final=True), 8).lines == [b"three"]


def test_a_final_file_is_read_to_its_last_byte(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(b"one\ntw")
    assert bite(File("1", tmp_path / "w", final=True), 4).lines == [b"tw"]


def test_a_file_shorter_than_its_mark_is_another_one(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(b"one\n")
    assert bite(File("1", tmp_path / "w", final=False), 100).mark == 4


def test_a_line_without_end_does_not_stop_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "w"
    path.write_bytes(b"x" * (BITE + 10) + b"\n" + LINE + b"\n")
    file = File("1", path, final=False)
    first = bite(file, 0)
    assert [len(line) for line in first.lines] == [BITE]
    assert bite(file, first.mark).lines == [b"x" * 10, LINE]


def test_what_is_set_aside_can_be_shown_on_a_terminal_and_is_bounded(tmp_path: Path, witness: Witness) -> None:
    file = File("3", tmp_path / "witness.log", final=False)
    set_aside(witness, file, b"\x1b[2J\xff\r|", "why not")
    assert (tmp_path / "witness-3.bad").read_bytes() == rb"why not: \x1b[2J\xff\r|" + b"\n"
    for _ in range(3000):
        set_aside(witness, file, b"\xff" * 3000, "long")
    assert (tmp_path / "witness-3.bad").stat().st_size < 5_000_000


def test_marks_stay_true_across_renames(tmp_path: Path, witness: Witness) -> None:
    live = tmp_path / "witness.log"
    assert witness.files({}) == []
    live.write_bytes(b"x" * 100)
    assert witness.files({}) == [File("1", live, False)]
    witness.tidy({"1": 99})
    assert [f.path.name for f in witness.files({"1": 99})] == ["witness.log"]
    witness.tidy({"1": 100})
    assert [(f.name, f.path.name) for f in witness.files({"1": 100})] == [("1", "witness-1.log")]
    live.write_bytes(b"y")
    assert [(f.name, f.path.name) for f in witness.files({"1": 100})] == [("1", "witness-1.log"), ("2", "witness.log")]
    (tmp_path / "witness-1.log").unlink()
    assert [f.name for f in witness.files({"2": 1})] == ["2"]


def test_a_renamed_file_is_kept_for_lines_still_on_their_way(tmp_path: Path, witness: Witness) -> None:
    live = tmp_path / "witness.log"
    live.write_bytes(b"x" * 100)
    os.utime(live, (0, 0))
    witness.tidy({"1": 100})
    assert [f.final for f in witness.files({"1": 100})] == [False]
    os.utime(tmp_path / "witness-1.log", (0, 0))
    assert [f.final for f in witness.files({"1": 100})] == [True]
