"""Versions of the office: a broken edit never reaches a caller, a call keeps what it began with."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from ivr.errors import BadInput
from ivr.office.versions import Versions
from tests import offices


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
