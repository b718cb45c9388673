"""Sheets of other systems: what a map makes of their rows, whatever is wrong with them, and files that mean harm."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ivr.errors import BadInput
from ivr.history import map_form, reading
from ivr.history.map_form import Map
from ivr.history.naming import Names
from ivr.records.imports import Brought
from ivr.records.journey import Journey
from ivr.records.keys import Keys
from ivr.records.retold import Told, journey
from ivr.sheets import workbook
from tests.unit.test_history import DESKS, SEOUL

HEAD = ["수신일시", "부서", "발신번호", "대기시간", "통화시간", "결과"]
ROW: list[Any] = ["2026-11-21 09:00:00", "민원실", "010-1234-5678", "12", "1:23", "응답"]
MAP: dict[str, Any] = {
    "columns": {
        "time": "수신일시",
        "desk": "부서",
        "caller": "발신번호",
        "waited": "대기시간",
        "talked": "통화시간",
        "outcome": "결과",
    },
    "desks": {"민원실": "certificates", "팩스": "skip"},
    "outcomes": {"응답": "answered", "포기": "abandoned", "무응답": "no_answer", "메뉴": "left_menu"},
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


Read = Callable[..., list[Brought]]


@pytest.fixture
def read(tmp_path: Path, keys: Keys) -> Read:
    """Reads rows, or a file's bytes, by a map with changes; the calls."""

    def read(content: Any, name: str = "calls.csv", **changes: Any) -> list[Brought]:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif name.endswith(".xlsx"):
            book = openpyxl.Workbook()
            for row in content:
                book.active.append(row)
            book.save(path)
        else:
            path.write_text("".join(",".join(map(str, row)) + "\n" for row in content))
        columns = {**MAP["columns"], **changes.pop("columns", {})}
        names = Names(DESKS, Map.model_validate({**MAP, "columns": columns, **changes}), {"1000"})
        with reading.read(path, None, names, SEOUL, keys) as draft:
            return list(draft.brought())

    return read


def way(brought: Brought) -> Journey:
    return journey(brought.call, [Told.from_json(brought.told)])


def complaints(read: Read, *rows: list[Any], name: str = "calls.csv", **changes: Any) -> list[str]:
    """What is wrong with these rows below the head, as LINE: MESSAGE."""
    with pytest.raises(BadInput) as caught:
        read([HEAD, *rows], name, **changes)
    return [f"{problem.line}: {problem.message}" for problem in caught.value.problems]


def changed(**cells: Any) -> list[Any]:
    places = {"time": 0, "desk": 1, "caller": 2, "waited": 3, "talked": 4, "outcome": 5}
    return [
        next((cells[key] for key, at in places.items() if at == n and key in cells), old) for n, old in enumerate(ROW)
    ]


def at(text: str) -> int:
    return int(datetime.datetime.fromisoformat(text).timestamp() * 1000)


START = at("2026-11-21T09:00:00+09:00")


def test_a_row_becomes_a_call_at_its_desk(read: Read, keys: Keys) -> None:
    (brought,) = read([HEAD, ROW])
    call = way(brought)
    (leg,) = call.legs
    assert (call.outcome, leg.desk, leg.outcome) == ("answered", "certificates", "answered")
    assert (leg.queued_at, leg.connected_at, leg.left_at) == (START, START + 12_000, START + 95_000)
    assert call.ended_at == START + 95_000
    assert brought.who == keys.who("01012345678")
    assert brought.caller
    assert keys.open(brought.caller) == "010-1234-5678"


@pytest.mark.parametrize(
    ("cells", "of_call", "of_leg"),
    [
        ({"outcome": "포기", "talked": ""}, "abandoned", "abandoned"),
        ({"outcome": "포기", "waited": "4"}, "short_abandoned", "short_abandoned"),
        ({"outcome": "포기", "waited": ""}, "abandoned", "abandoned"),
        ({"outcome": "무응답"}, "failed", "no_answer"),
        ({"outcome": "handed_over"}, "answered", "handed_over"),
        ({"outcome": "메뉴", "desk": ""}, "left_menu", None),
        ({"outcome": "failed", "desk": ""}, "failed", None),
        ({"outcome": "full"}, "failed", "full"),
    ],
)
def test_their_outcomes_become_ours(read: Read, cells: dict[str, str], of_call: str, of_leg: str | None) -> None:
    (brought,) = read([HEAD, changed(**cells)])
    call = way(brought)
    assert call.outcome == of_call
    assert [leg.outcome for leg in call.legs] == ([of_leg] if of_leg else [])


def test_an_answer_without_a_wait_has_no_times_of_its_own(read: Read) -> None:
    (brought,) = read([HEAD, changed(waited="")])
    (leg,) = way(brought).legs
    assert (leg.outcome, leg.connected_at, leg.left_at) == ("answered", None, None)


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"time": "2026/11/21 오전 09:00:00"}, {"time": {"column": "수신일시", "format": "%Y/%m/%d %p %I:%M:%S"}}),
        ({"time": "2026-11-21T00:00:00Z"}, {}),
        ({"waited": "12000", "talked": "1.38333"}, {"waited": {"column": "대기시간", "unit": "ms"}}),
        ({"waited": "0:12", "talked": "0:01:23"}, {}),
    ],
)
def test_times_and_lengths_are_read_as_they_are_written(
    read: Read, cells: dict[str, str], columns: dict[str, Any]
) -> None:
    (brought,) = read([HEAD, changed(**cells)], columns=columns)
    (leg,) = way(brought).legs
    assert leg.queued_at == START
    assert leg.connected_at == START + 12_000


def test_day_and_time_may_stand_in_two_columns(read: Read) -> None:
    columns = {"time": {"column": ["날짜", "시각"]}}
    (brought,) = read([["날짜", "시각", *HEAD[1:]], ["2026-11-21", "09:00:00", *ROW[1:]]], columns=columns)
    assert way(brought).started_at == START


def test_a_workbook_says_the_same_as_csv(read: Read) -> None:
    """The identity of a call is the same too, though Excel has dropped the 0 of the number."""
    row = [datetime.datetime(2026, 11, 21, 9), "민원실", 1012345678, 12, datetime.time(0, 1, 23), "응답"]  # noqa: DTZ001
    of_csv, of_book = read([HEAD, ROW]), read([["통화 이력"], [], HEAD, row], "calls.xlsx")
    assert [(one.call, one.told, one.who) for one in of_csv] == [(one.call, one.told, one.who) for one in of_book]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_every_encoding_of_a_korean_spreadsheet(read: Read, encoding: str) -> None:
    text = "\r\n".join(",".join(row) for row in (HEAD, ROW))
    assert len(read(text.encode(encoding))) == 1


def test_the_zone_of_the_map_counts(read: Read) -> None:
    (brought,) = read([HEAD, ROW], zone="UTC")
    assert way(brought).started_at == at("2026-11-21T09:00:00+00:00")


def test_an_hour_that_is_there_twice_is_named(read: Read) -> None:
    row = changed(time="2026-10-25 02:30:00")
    (said,) = complaints(read, row, zone="Europe/Berlin")
    assert said == "2: 수신일시: 2026-10-25 02:30:00 was twice on the clocks of Europe/Berlin: summer time ended"
    (brought,) = read([HEAD, row], zone="Europe/Berlin", twice="later")
    assert way(brought).started_at == at("2026-10-25T01:30:00+00:00")


def test_rows_that_are_all_alike_are_calls_of_their_own_for_ever(read: Read) -> None:
    first, again = read([HEAD, ROW, ROW]), read([HEAD, ROW, ROW, ROW])
    assert len({one.call for one in again}) == 3
    assert {one.call for one in first} < {one.call for one in again}


def test_every_wrong_row_is_listed(read: Read) -> None:
    wrong = [
        changed(time="21.11.2026"),
        changed(desk="민원실2"),
        changed(outcome="몰라"),
        changed(waited="빨리"),
        changed(desk=""),
        changed(time=""),
        changed(waited="9999999"),
        changed(time="1999-01-01 00:00:00"),
        changed(outcome=""),
        changed(time="2026-11-21"),
    ]
    assert complaints(read, ROW, *wrong, ROW) == [
        "3: 수신일시: “99.99.9999” is no time as 2026-03-02 14:05:09",
        "4: the office has no desk “민원실2”",
        "5: 결과: nobody knows the outcome “몰라”",
        "6: 대기시간: “빨리” is no length of time",
        "7: 부서: is empty, but the outcome is “answered”",
        "8: 수신일시: is empty",
        "9: 대기시간: longer than 48 hours",
        "10: 수신일시: 1998-12-31 is before 2020, or in the far future",
        "11: 결과: is empty",
        "12: 수신일시: “9999-99-99” is no time as 2026-03-02 14:05:09",
    ]


def test_no_error_shows_a_number(read: Read) -> None:
    """Also where the map takes the wrong column for something else."""
    swapped: dict[str, Any] = {"columns": {"desk": "발신번호", "caller": "부서", "time": "발신번호"}}
    shown = complaints(read, ROW, **swapped)
    assert shown
    assert not re.search(r"5678|1234", "".join(shown))


def test_a_missing_column_is_named_with_the_likest(read: Read) -> None:
    with pytest.raises(BadInput) as caught:
        read([HEAD, ROW], columns={"desk": "부서명"})
    (problem,) = caught.value.problems
    assert problem.message == "the column “부서명” of the map is missing"
    assert "부서" in problem.hint


def test_formulas_are_refused(read: Read) -> None:
    assert complaints(read, changed(waited="=SUM(1,2)"), name="calls.xlsx") == ["2: 대기시간: is a formula"]
    beside = [[*HEAD, "기타"], [*ROW, "=1+1"]]
    assert len(read(beside, "calls.xlsx")) == 1, "what the map doesn't read is none of its business"


def book_of(**parts: bytes) -> bytes:
    """A workbook, its parts replaced or added."""
    made, book = io.BytesIO(), openpyxl.Workbook()
    book.active.append(HEAD)
    book.save(made)
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


BILLION = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "calls.xls", "is an old Excel workbook"),
        (b"\x1f\x8b\x08\x00", "calls.csv", "is packed"),
        (b"<html><table>", "calls.xls", "is a web page"),
        (b"a,b\n1,2\n", "calls.xlsx", "isn't an Excel workbook, though it is called one"),
        (b"PK\x03\x04 and nothing more", "calls.xlsx", "the workbook is broken"),
        ("수신일시,부서\n".encode("utf-16"), "calls.csv", "is UTF-16"),
        (b"a,b\n1,\x002\n", "calls.csv", "holds a NUL byte"),
        (b"\xff\xff\xff", "calls.csv", "is neither UTF-8 nor cp949"),
        (b"a" * 200_000, "calls.csv", "the line is longer than"),
        (b'a,"b\n' + b"c\n" * 200_000, "calls.csv", "isn't CSV: field larger than"),
        (b"", "calls.csv", "the column"),
        (",".join(HEAD).encode(), "calls.csv", "has no rows"),
        (book_of(**{"xl/worksheets/sheet1.xml": BILLION}), "calls.xlsx", "the workbook is broken"),
        (
            book_of(**{"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}),
            "calls.xlsx",
            "the workbook is broken",
        ),
        (book_of(**{"xl/media/a": b"\0" * (workbook.MOST_BESIDE + 1)}), "calls.xlsx", "unpacks to more than"),
        (book_of(**{f"xl/{n}": b"" for n in range(workbook.MOST_PARTS)}), "calls.xlsx", "unpacks to more than"),
    ],
)
def test_what_means_harm_or_is_something_else_is_refused_in_words(
    read: Read, content: bytes, name: str, reason: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read(content, name)
    assert any(reason in problem.message for problem in caught.value.problems), caught.value


def test_a_row_that_claims_to_be_the_billionth_does_not_fill_the_memory(read: Read) -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="999999999"><c r="XFD999999999" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    )
    with pytest.raises(BadInput, match="of the map is missing"):
        read(book_of(**{"xl/worksheets/sheet1.xml": sheet}), "calls.xlsx")


def test_a_map_names_every_mistake_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(
        "columns:\n  time: {column: 수신일시, format: '%Q'}\n  outcome: 결과\n  bureau: 부서\nzone: Asia/Soul\n"
        "desks: {민원실: certificate}\noutcomes: {응답: answred}\n"
    )
    with pytest.raises(BadInput) as caught:
        map_form.read(path, DESKS)
    assert [(p.line, p.column) for p in caught.value.problems] == [(2, 32), (4, 3), (5, 7)]
    path.write_text("desks: {민원실: certificate}\noutcomes: {응답: answred}\n")
    with pytest.raises(BadInput) as caught:
        map_form.read(path, DESKS)
    assert [(p.line, p.hint) for p in caught.value.problems] == [
        (1, "did you mean “certificates”?"),
        (2, "did you mean “answered” or “no_answer”?"),
    ]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("%Y %Y", "is no format: redefinition"),
        ("%Y-%m-%d %I:%M", "doesn't tell the day and the hour: %I needs %p"),
        ("%Y-%m-%d", "doesn't tell the day and the hour"),
        ("%H:%M:%S", "doesn't tell the day and the hour"),
    ],
)
def test_a_format_by_which_calls_would_come_at_another_hour_is_refused(form: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Map.model_validate({"columns": {"time": {"column": "t", "format": form}, "outcome": "o"}})
    Map.model_validate({"columns": {"time": {"column": "t", "format": "%d.%m.%y %p %I:%M"}, "outcome": "o"}})


def test_a_zone_that_is_a_list_is_no_zone() -> None:
    with pytest.raises(ValueError, match="is no time zone"):
        Map.model_validate({"zone": ["Asia/Seoul"]})


def test_a_minute_has_sixty_seconds(read: Read) -> None:
    (complaint,) = complaints(read, changed(waited="0:75"))
    assert "“0:75” is no length of time" in complaint
