"""Exports, read back by other programs: what was written is what there is, and nothing else."""

from __future__ import annotations

import csv
import io
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pypdf
import pytest
from sqlalchemy import update

from ivr.errors import OnestopError
from ivr.records.keys import Keys
from ivr.records.models import Call, Leg, Step
from ivr.records.store import Store
from reports.export import calls, csv_file, fonts, pdf_file, written, xlsx_file
from reports.export import figures as documents
from reports.export.document import HIDDEN, Column, Document
from reports.export.kept import kept
from reports.period import Period, between
from reports.search import Wanted
from reports.sought import By, Filter

SEOUL = ZoneInfo("Asia/Seoul")
START = datetime(2026, 11, 2, tzinfo=SEOUL)
PLACES = {"main": "대표전화", "purpose": "어떤 업무로", "1": "1 상담", "2": "2 시험"}
NAMING = documents.Naming(
    "한빛광역시교육청",
    {"operators": "상담실", "exams": "=HYPERLINK(시험)"},
    {"301": "김하늘"},
    lambda flow, step, exit_: (PLACES[flow], PLACES[step], PLACES[exit_]),
)
NUMBER = "01012345678"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


@pytest.fixture
def store(tmp_path: Path, keys: Keys) -> Store:
    """40 answered calls for the operators and 3 for the exams, a minute apart from midnight on; one at the next."""
    store = Store(f"sqlite:///{tmp_path / 'db'}")
    store.migrate()
    with store.transaction() as session:
        for n in range(44):
            at = START + (timedelta(minutes=n) if n < 43 else timedelta(days=1))
            call = f"n1-{n:02}"
            session.add(_call(call, at, caller=keys.seal(NUMBER)))
            session.flush()
            session.add(_leg(call, "operators" if n < 40 else "exams", at))
            session.add(Step(call=call, turn=0, n=0, flow="main", step="purpose", exit="1" if n < 40 else "2", at=at))
    return store


def _call(id: str, at: datetime, caller: str | None = None) -> Call:
    ended = at + timedelta(seconds=100)
    return Call(
        id=id, node="n1", line="1000", started_at=at, ended_at=ended, outcome="answered", language="ko", caller=caller
    )


def _leg(call: str, desk: str, at: datetime) -> Leg:
    times = {"queued_at": at, "connected_at": at + timedelta(seconds=10), "left_at": at + timedelta(seconds=70)}
    return Leg(call=call, n=0, desk=desk, agent="301", outcome="answered", **times)


def _document(store: Store, by: By | None = "desk", where: Filter = Filter()) -> Document:  # noqa: B008  # frozen
    with store.reading() as session:
        return documents.document(session, _day(), by, where, NAMING, "ko")


def _day() -> Period:
    return between("2026-11-02", "2026-11-02", SEOUL, datetime.now(UTC))


def _listing(keys: Keys, where: Filter = Filter()) -> calls.Listing:  # noqa: B008  # frozen
    return calls.Listing(Wanted(_day(), where), "ko", keys.shown, NAMING, str)


def test_a_workbook_of_figures_holds_numbers_formulas_and_no_small_desk(store: Store, tmp_path: Path) -> None:
    xlsx_file.write(_document(store), tmp_path / "f.xlsx")
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    assert book.sheetnames == ["통계", "단계별 이탈", "산식"]
    titles, small, large, whole = list(book["통계"].iter_rows(values_only=True))
    answered, rate = titles.index("응대"), titles.index("응대율")
    assert small[0] == "=HYPERLINK(시험) (exams)"
    assert book["통계"]["A2"].data_type == "s"
    assert (small[answered], large[answered], whole[answered], whole[rate]) == ("*", "*", 43, 1)
    formulas = {row[0]: row[1] for row in book["산식"].iter_rows(min_row=2, values_only=True)}
    assert formulas["응대율"] == "응대 ÷ 인입"
    assert formulas["기간"] == "2026-11-02 (Asia/Seoul)"
    assert list(book["단계별 이탈"].iter_rows(min_row=2, max_row=2, values_only=True)) == [
        ("대표전화", "어떤 업무로", "1 상담", "*")
    ]
    assert len(book["통계"]._charts) == 1


def test_who_hung_up_at_a_step_does_not_follow_from_who_left_the_menu() -> None:
    naming = documents.Naming("", {}, {}, lambda *place: place)
    left = {
        ("main", "purpose", "1"): 40,
        ("main", "purpose", "hangup"): 3,
        ("main", "district", "1"): 30,
        ("main", "district", "hangup"): 20,
        ("main", "grade", "1"): 25,
    }
    shown = {step: count for _, step, exit_, count in documents._exits(left, naming, "ko").rows if exit_ == "hangup"}
    assert shown == {"purpose": HIDDEN, "district": HIDDEN}, "20 of the 23 who left the menu would leave 3"


@pytest.mark.parametrize(("imported", "told"), [(4, False), (20, True), (40, False), (43, True)])
def test_how_many_are_imported_tells_of_no_small_number(store: Store, imported: int, told: bool) -> None:
    with store.transaction() as session:
        session.execute(update(Call).where(Call.id < f"n1-{imported:02}").values(source="old_pbx"))
    assert any(f"{imported}건은" in note for note in _document(store).notes) is told


def test_a_pdf_holds_its_text_in_korean_its_pages_and_its_language(store: Store, tmp_path: Path) -> None:
    _need_font()
    pdf_file.write(_document(store, "hour"), tmp_path / "f.pdf")
    reader = pypdf.PdfReader(tmp_path / "f.pdf")
    text = "\n".join(page.extract_text() for page in reader.pages)
    for expected in ("한빛광역시교육청 · 통계", "응대 ÷ 인입", "2026-11-02 (Asia/Seoul)", f"1 / {len(reader.pages)}쪽"):
        assert expected in text
    assert "≤ t" not in text
    assert "(초)" not in text, "0:10 is no number of seconds"
    assert str(reader.root_object["/Lang"]) == "ko"
    assert reader.metadata is not None
    assert reader.metadata.title == "한빛광역시교육청 · 통계"
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == ["통계", "단계별 이탈", "산식"]


def test_a_title_says_what_alone_is_counted(store: Store) -> None:
    title = _document(store, None, Filter(line="1000", desk="operators")).title
    assert title == "한빛광역시교육청 · 통계 · 1000 · 상담실 (operators)"


def test_without_a_korean_font_it_says_where_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS", "ONESTOP_CACHE"):
        monkeypatch.setenv(name, str(tmp_path))
    with pytest.raises(OnestopError, match="scripts/setup/fonts"):
        fonts.korean()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_of_calls_is_half_open_masked_and_on_the_offices_clock(
    form: str, store: Store, keys: Keys, tmp_path: Path
) -> None:
    listing, path = _listing(keys), tmp_path / "calls"
    written.calls(form, listing, listing.rows(store), path)  # type: ignore[arg-type]  # of Format
    rows: list[list[object]]
    if form == "csv":
        rows = list(map(list, csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig")))))
        assert rows[1][0] == "2026-11-02 00:00:00"
    else:
        rows = [list(row) for row in openpyxl.load_workbook(path.rename(tmp_path / "c.xlsx")).active.values]
        assert rows[1][0] == START.replace(tzinfo=None)
        assert rows[1][11:] == [100]
    assert rows[0][0] == "시작 (Asia/Seoul)"
    assert [row[2] for row in rows[1:]] == [f"n1-{n:02}" for n in range(43)]
    assert {row[5] for row in rows[1:]} == {"010-****-5678"}
    with store.reading() as session:
        assert listing.count(session) == 43


def test_a_list_goes_on_over_pages_that_share_a_moment(
    store: Store, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.transaction() as session:
        session.add_all(_call(f"n1-x{n}", START) for n in range(5))
    monkeypatch.setattr(calls, "PAGE", 2)
    ids = [row[2] for row in _listing(keys).rows(store)]
    assert len(ids) == len(set(ids)) == 48
    assert [row[2] for row in _listing(keys, Filter(desk="exams")).rows(store)] == ["n1-40", "n1-41", "n1-42"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "＝1"])
def test_no_cell_becomes_a_formula(cell: str, tmp_path: Path) -> None:
    columns = [Column("a", "text")]
    (row,) = list(csv.reader(io.StringIO(b"".join(csv_file.pieces(columns, [[cell]], SEOUL)).decode(), newline="")))[1:]
    assert row == [f"'{cell}"]
    xlsx_file.write_rows("t", columns, [[cell]], tmp_path / "a.xlsx", SEOUL)
    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["t"]["A2"].data_type == "s"


def test_rows_beyond_a_sheet_go_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 2)
    xlsx_file.write_rows("t", [Column("a", "count")], [[n] for n in range(5)], tmp_path / "a.xlsx", SEOUL)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert [[cell for (cell,) in sheet.values] for sheet in book] == [["a", 0, 1], ["a", 2, 3], ["a", 4]]


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with pytest.raises(ZeroDivisionError), kept(path, over=False) as draft:  # noqa: PT012  # both lines are needed
        draft.write_text("half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    with kept(path, over=False) as draft:
        draft.write_text("whole")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(OnestopError, match="--force"), kept(path, over=False) as draft:
        pass
    with pytest.raises(OnestopError, match="--force"), kept(tmp_path / "b", over=False) as draft:
        (tmp_path / "b").write_text("somebody else's")
    with kept(path, over=True) as draft:
        draft.write_text("new")
    assert (path.read_text(), (tmp_path / "b").read_text()) == ("new", "somebody else's")


def _need_font() -> None:
    try:
        fonts.korean()
    except OnestopError as error:
        logging.getLogger(__name__).info("%s", error)
        pytest.skip(str(error))
