"""Versions of the office: a broken edit never reaches a caller, a call keeps what it began with."""

from __future__ import annotations

import datetime
import logging
import os
import threading
from pathlib import Path

import pytest

from ivr.errors import BadInput
from ivr.language import loader
from ivr.language.office import Office
from ivr.office.versions import GRACE, KEPT, Versions
from tests import offices

NOW = datetime.datetime(2026, 11, 23, 10, tzinfo=datetime.UTC)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return offices.copy_of_sample(tmp_path)


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    return Versions(tmp_path / "versions")


def edit(office: Path, old: str, new: str) -> None:
    path = office / "main.yaml"
    path.write_text(path.read_text().replace(old, new))


def test_an_adopted_version_does_not_change_with_the_files(versions: Versions, office: Path) -> None:
    first = versions.adopt(office)
    edit(office, "title: 대표전화", "title: 새 대표전화")
    second = versions.adopt(office)
    assert (first.flows["main"].title, second.flows["main"].title) == ("대표전화", "새 대표전화")
    assert versions.get(first.version) is first
    assert versions.newest_good() is second


def test_a_broken_office_leaves_the_last_good_one(
    versions: Versions, office: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = versions.adopt(office)
    edit(office, "next: opening", "next: nowhere")
    with pytest.raises(BadInput, match="nowhere"):
        versions.adopt(office)
    with caplog.at_level(logging.ERROR):
        assert Versions(tmp_path / "versions").adopt_or_last(office).version == good.version
    assert "last good version goes on" in caplog.text


def test_without_any_good_version_the_problems_are_told(versions: Versions, office: Path) -> None:
    edit(office, "next: opening", "next: nowhere")
    with pytest.raises(BadInput, match="nowhere"):
        versions.adopt_or_last(office)


def test_recordings_belong_to_a_version(versions: Versions, office: Path) -> None:
    before = versions.adopt(office)
    offices.hush(office, "ko")
    after = versions.adopt(office)
    assert after.version != before.version
    assert (after.folder / "prompts/ko/main/greeting.wav").exists()


def test_a_half_made_copy_is_never_taken(versions: Versions, office: Path, tmp_path: Path) -> None:
    (tmp_path / "versions/.new-left-behind").mkdir()
    assert versions.adopt(office).folder.name == versions.newest_good().version


def test_a_version_put_in_place_by_another_process_is_taken(versions: Versions, office: Path, tmp_path: Path) -> None:
    first = versions.adopt(office)
    edit(office, "title: 대표전화", "title: 새 대표전화")
    second = Versions(tmp_path / "versions").adopt(office)
    assert versions.newest_good().version == second.version != first.version
    assert versions.get(first.version) is first


def test_a_version_that_cannot_be_read_leaves_the_one_before(
    versions: Versions, office: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = versions.adopt(office)
    assert versions.newest_good() is good
    edit(office, "title: 대표전화", "title: 새 대표전화")
    broken = Versions(tmp_path / "versions").adopt(office)
    (broken.folder / "desks.yaml").unlink()
    assert [versions.newest_good() for _ in range(3)] == [good] * 3
    assert caplog.text.count("can't be read") == 1


def test_while_a_version_is_read_calls_take_the_one_before(
    versions: Versions, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = versions.adopt(office)
    assert versions.newest_good() is good
    edit(office, "title: 대표전화", "title: 새 대표전화")
    newer = Versions(tmp_path / "versions").adopt(office)
    reading, go_on, plain = threading.Event(), threading.Event(), loader.load

    def load(folder: Path) -> Office:
        reading.set()
        assert go_on.wait(10)
        return plain(folder)

    monkeypatch.setattr(loader, "load", load)
    thread = threading.Thread(target=versions.newest_good)
    thread.start()
    assert reading.wait(10)
    assert versions.newest_good() is good
    go_on.set()
    thread.join()
    assert versions.newest_good().version == newer.version


def test_a_start_does_not_take_up_what_was_gone_back_from(versions: Versions, office: Path) -> None:
    first = versions.adopt(office)
    edit(office, "title: 대표전화", "title: 새 대표전화")
    second = versions.adopt(office)
    versions.mark(first.version, left=second.version)
    assert versions.adopt_or_last(office) is first
    edit(office, "title: 새 대표전화", "title: 또 새 대표전화")
    third = versions.adopt_or_last(office)
    assert third.flows["main"].title == "또 새 대표전화"
    assert versions.in_use_or_adopt(office) is third


def aged(versions: Versions, folder: Path, count: int) -> list[str]:
    """So many versions, a day between them, the oldest first; the last one is in place."""
    made = []
    for number in range(count):
        small = offices.write(folder / f"office{number}", f"  hello: {{say: 안녕하세요 {number}, next: hangup}}\n")
        made.append(versions.adopt(small).version)
    for days, version in enumerate(reversed(made)):
        at = NOW.timestamp() - days * 86400
        os.utime(folder / "versions" / version, (at, at))
    return made


def test_versions_are_listed_with_their_times(versions: Versions, tmp_path: Path) -> None:
    made = aged(versions, tmp_path, 3)
    kept = versions.kept()
    assert [k.version for k in kept] == made[::-1]
    assert kept[0].since == NOW
    assert (kept[0].left, kept[1].left) == (None, kept[0].since)


def test_old_versions_go_unless_a_call_is_on_them(versions: Versions, tmp_path: Path) -> None:
    made = aged(versions, tmp_path, KEPT + 3)
    assert versions.needed({made[0]}, NOW + GRACE * 2) == [made[-1], made[0]]
    assert versions.prune({made[0]}, NOW) == [made[2], made[1]]
    assert [k.version for k in versions.kept()] == [*made[:2:-1], made[0]]
    assert not list((tmp_path / "versions").glob(".gone*"))


def test_a_version_just_left_counts_as_in_use(versions: Versions, tmp_path: Path) -> None:
    made = aged(versions, tmp_path, 3)
    assert versions.needed(set(), NOW) == [made[-1], made[-2]]
    assert versions.needed(set(), NOW + GRACE) == [made[-1]]
