"""An office's files edited: tried out, written whole or not at all, taken back; nothing else on the disk is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.errors import OnestopError, Problem
from ivr.language import loader
from ivr.office import workshop
from ivr.office.workshop import Conflict, Workshop
from tests import offices

FLOW = "  hello: {say: 안녕하십니까, next: hangup}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return offices.write(tmp_path / "office", FLOW)


@pytest.fixture
def shop(folder: Path) -> Workshop:
    return Workshop(folder, folder.parent / "edits")


def look(folder: Path) -> list[Problem]:
    return loader.examine(folder)[1]


def test_an_edit_is_written_kept_and_taken_back(shop: Workshop, folder: Path) -> None:
    before = shop.read("main.yaml")
    after = before.text.replace("안녕하십니까", "어서 오십시오")
    assert shop.save("main.yaml", after, before.hash, look) == []
    assert (folder / "main.yaml").read_text() == after
    (earlier,) = shop.earlier("main.yaml")
    assert (earlier.hash, shop.before("main.yaml", earlier.hash)) == (before.hash, before.text)
    shop.save("main.yaml", shop.before("main.yaml", earlier.hash), shop.read("main.yaml").hash, look)
    assert (folder / "main.yaml").read_text() == before.text
    assert len(shop.earlier("main.yaml")) == 2
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_an_office_with_an_error_is_never_written(shop: Workshop, folder: Path) -> None:
    before = shop.read("main.yaml")
    problems = shop.save("main.yaml", before.text.replace("next: hangup", "next: nowhere"), before.hash, look)
    assert any("nowhere" in problem.message for problem in problems)
    assert (folder / "main.yaml").read_text() == before.text
    assert shop.earlier("main.yaml") == []


def test_an_edit_of_something_else_than_it_is_now_is_refused(shop: Workshop, folder: Path) -> None:
    before = shop.read("main.yaml")
    (folder / "main.yaml").write_text(before.text + "# mine\n")
    with pytest.raises(Conflict):
        shop.save("main.yaml", before.text, before.hash, look)
    assert (folder / "main.yaml").read_text().endswith("# mine\n")


@pytest.mark.parametrize(
    "name",
    [
        "../config.yaml", "/etc/passwd", "main.yml", ".schema/flow.json", "texts/../../x.yaml", "prompts/ko/a.wav",
        "tables/..", "calls/x.csv", "Main.yaml", "main.yaml\n", "a/b.yaml", "texts/deutsch.yaml", "",
    ],
)  # fmt: skip
def test_nothing_but_the_offices_own_files_can_be_had(shop: Workshop, name: str) -> None:
    for use in (
        lambda: shop.read(name),
        lambda: shop.save(name, "x: 1\n", "", look),
        lambda: shop.trial(name, "x: 1\n", look),
        lambda: shop.earlier(name),
        lambda: shop.before(name, "0" * 16),
    ):
        with pytest.raises(OnestopError, match="no such file"):
            use()


def test_a_link_out_of_the_folder_is_no_file_of_it(shop: Workshop, folder: Path) -> None:
    secret = folder.parent / "secret.yaml"
    secret.write_text("geheim: 1\n")
    (folder / "secret.yaml").symlink_to(secret)
    (folder / "calls").symlink_to(folder.parent)
    assert shop.names() == ["calendar.yaml", "desks.yaml", "main.yaml", "office.yaml"]
    for name in ("secret.yaml", "calls/secret.yaml"):
        with pytest.raises(OnestopError, match="no such file"):
            shop.read(name)


def test_a_new_file_is_made_and_an_earlier_content_must_be_one(shop: Workshop, folder: Path) -> None:
    assert shop.read("more.yaml").hash == ""
    shop.save("more.yaml", f"title: 더\nsteps:\n{FLOW}", "", look)
    assert "more.yaml" in shop.names()
    assert shop.earlier("more.yaml") == []
    for hash in ("0" * 16, "../../../etc/pass", ""):
        with pytest.raises(OnestopError, match="isn't kept"):
            shop.before("more.yaml", hash)


def test_no_more_is_kept_than_was_said(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "KEPT", 2)
    for n in range(5):
        sheet = shop.read("main.yaml")
        shop.save("main.yaml", f"{sheet.text}# {n}\n", sheet.hash, look)
    assert len(shop.earlier("main.yaml")) == 2
