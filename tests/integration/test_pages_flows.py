"""The pages of flows: the tree, problems at their lines, a call tried out, a file edited, a version put in place."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from ivr.office.versions import Versions
from ivr.records.audit_tables import AuditRow
from tests import offices
from tests.pages import SPICE, heard, plain
from tests.site import Site, Visitor

STEPS = (
    "  hello: {say: 안녕하십니까, next: ask}\n"
    "  ask: {menu: 무엇입니까?, options: {1: {label: 세금, next: desk/tax}, 2: {label: 끝, next: bye}}}\n"
    "  bye: {hangup: 안녕히 가십시오.}\n"
)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A small office whose prompts needn't be spoken, in place."""
    folder = offices.write(tmp_path / "office", STEPS)
    offices.hush(folder, "ko")
    site = Site(tmp_path, office="office", data="data", exchange={"practice": True})
    site.office.office = Versions(site.config.data_dir / "offices").adopt(folder)
    return site


def deeds(site: Site) -> list[tuple[str, str]]:
    with site.store.reading() as session:
        return [(row.what, row.why) for row in session.scalars(select(AuditRow).order_by(AuditRow.n))]


def main(site: Site) -> str:
    return (site.config.office_dir / "main.yaml").read_text()


def hash_of(visitor: Visitor, name: str = "main.yaml") -> str:
    return visitor.get("/flows/file", name=name).text.split('name="hash" value="')[1].split('"')[0]


def test_only_admins_see_and_change_flows(site: Site) -> None:
    pages = ("/flows", "/flows/check", "/flows/try", "/flows/files", "/flows/file?name=main.yaml", "/flows/versions")
    posts = ("/flows/reload", "/flows/back", "/flows/file", "/flows/restore", "/flows/try")
    for path in pages:
        assert site.as_("admin").get(path).status_code == 200, path
        assert site.as_("supervisor").get(path).status_code == 403, path
        assert site.as_("desk").get(path).status_code == 403, path
    for path in posts:
        assert site.as_("supervisor").post(path, {"text": "x", "version": "x"}).status_code in (403, 422), path
    assert deeds(site) == []


def test_the_tree_tells_keys_words_and_desks(site: Site) -> None:
    text = plain(site.as_("admin").get("/flows").text)
    for part in ("안녕하십니까", "무엇입니까?", "1 세금 → 세무팀 연결", "안녕히 가십시오."):
        assert part in text, part
    assert "아직 반영하지 않은" not in text
    (site.config.office_dir / "main.yaml").write_text(main(site) + "# 더\n")
    assert "아직 반영하지 않은" in site.as_("admin").get("/flows").text


def test_a_problem_stands_at_its_line_with_the_lines_around_it(site: Site) -> None:
    assert "오류 0건" in site.as_("admin").get("/flows/check").text
    (site.config.office_dir / "main.yaml").write_text(main(site).replace("next: bye", f'next: "{SPICE[:8]}"'))
    page = site.as_("admin").get("/flows/check")
    assert "main.yaml 4번째 줄" in plain(page.text)
    assert "   3    hello" in unescape(page.text)
    assert not heard(page.text)


def test_a_call_is_tried_key_by_key(site: Site) -> None:
    visitor = site.as_("admin")
    first = plain(visitor.get("/flows/try", begun="1", at="2026-11-27T10:00").text)
    assert "세금은 1번" in first
    second = plain(visitor.get("/flows/try", begun="1", at="2026-11-27T10:00", keys="9", press="1").text)
    assert "부서 세무팀 [tax]: 받음" in second
    assert "통화가 끝났습니다" in second
    closed = plain(visitor.get("/flows/try", begun="1", at="2026-11-28T10:00", keys="1", conduct="no_answer").text)
    assert "세무팀" not in closed.split("통화 내용")[1], "its clock is closed on a Saturday"


@pytest.mark.parametrize(
    "query",
    [
        {"at": "gestern"},
        {"keys": "a"},
        {"keys": ",".join("1" * 61)},
        {"press": SPICE[:30]},
        {"desk": "tax", "waiting": "viele"},
        {"desk": "tax", "waiting": "-1"},
    ],
)
def test_what_makes_no_call_is_said(site: Site, query: dict[str, str]) -> None:
    answer = site.as_("admin").get("/flows/try", begun="1", **query)
    assert (answer.status_code, "되지 않았습니다" in answer.text, heard(answer.text)) == (422, True, False)


def test_a_call_is_kept_as_a_test(site: Site) -> None:
    visitor, form = site.as_("admin"), {"line": "1000", "at": "2026-11-27T10:00", "keys": "1"}
    assert visitor.post("/flows/try", {**form, "name": "taxes"}).headers["location"] == "/flows/try?done=saved"
    assert "세금은 1번" in (site.config.office_dir / "calls/taxes.yaml").read_text()
    assert deeds(site) == [("office.edited", "calls/taxes.yaml")]
    assert visitor.post("/flows/try", {**form, "name": "../taxes"}).status_code == 422
    assert "calls/taxes.yaml" in visitor.get("/flows/files").text


def test_a_file_is_edited_and_taken_back(site: Site) -> None:
    visitor, before = site.as_("admin"), main(site)
    form = {
        "name": "main.yaml",
        "hash": hash_of(visitor),
        "text": before.replace("안녕하십니까", "반갑습니다").replace("\n", "\r\n"),
    }
    tried = visitor.post("/flows/file", {**form, "stage": "check"})
    assert ("아직 저장하지 않았습니다" in tried.text, main(site)) == (True, before)
    for _ in range(2):
        saved = visitor.post("/flows/file", {**form, "stage": "save", "reason": "인사말"})
        assert saved.headers["location"].startswith("/flows/file?name=main.yaml&done=saved")
    assert main(site) == before.replace("안녕하십니까", "반갑습니다")
    page = visitor.get("/flows/file", name="main.yaml", done="saved", back=form["hash"]).text
    assert "저장했습니다" in page
    undo = {"name": "main.yaml", "hash": hash_of(visitor), "back": form["hash"]}
    assert visitor.post("/flows/restore", undo).status_code == 303
    assert main(site) == before
    assert visitor.post("/flows/restore", undo).status_code == 409, "it is another file by now"
    assert visitor.post("/flows/restore", {**undo, "back": "0" * 16}).status_code == 409
    assert deeds(site) == [("office.edited", "main.yaml +1 -1: 인사말"), ("office.edited", "main.yaml +1 -1: 되돌림")]


def test_a_broken_edit_changes_nothing_and_keeps_what_was_typed(site: Site) -> None:
    visitor, before = site.as_("admin"), main(site)
    for text in (before.replace("next: ask", "next: nowhere"), f"title: [{SPICE}", SPICE, ""):
        for stage in ("check", "save"):
            form = {"name": "main.yaml", "hash": hash_of(visitor), "text": text, "stage": stage}
            answer = visitor.post("/flows/file", form)
            assert (answer.status_code, main(site), heard(answer.text)) == (409, before, False)
            assert "저장하지 않았습니다" in answer.text
    text = before.replace("next: ask", "next: nowhere")
    answer = visitor.post("/flows/file", {"name": "main.yaml", "hash": hash_of(visitor), "text": text, "stage": "save"})
    assert "main.yaml 3번째 줄" in plain(answer.text)
    assert "next: nowhere" in answer.text
    assert deeds(site) == []


def test_two_who_edit_at_once_do_not_overwrite_one_another(site: Site) -> None:
    visitor, before = site.as_("admin"), main(site)
    form = {"name": "main.yaml", "hash": hash_of(visitor), "text": before + "# 하나\n", "stage": "save"}
    visitor.post("/flows/file", form)
    late = visitor.post("/flows/file", {**form, "text": before + "# 둘\n"})
    assert (late.status_code, "다른 사람이" in late.text, "# 둘" in late.text) == (409, True, True)
    assert main(site) == before + "# 하나\n"


@pytest.mark.parametrize(
    "name", ["../config.yaml", "/etc/passwd", "calls/../../config.yaml", "main.yml", ".schema/flow.json"]
)
def test_no_other_file_is_shown_or_written(site: Site, name: str) -> None:
    visitor = site.as_("admin")
    assert visitor.get("/flows/file", name=name).status_code == 404
    form = {"name": name, "hash": "0" * 16, "text": "x: 1", "stage": "save", "back": "0" * 16}
    assert visitor.post("/flows/file", form).status_code == 404
    assert visitor.post("/flows/restore", form).status_code == 404


def test_an_edit_is_put_in_place_and_gone_back_from(site: Site) -> None:
    visitor, versions = site.as_("admin"), Versions(site.config.data_dir / "offices")
    first = versions.marked()
    (site.config.office_dir / "main.yaml").write_text(main(site) + "# 더\n")
    page = visitor.post("/flows/reload")
    second = versions.marked()
    assert (page.status_code, second != first, f"{second} 버전을 반영했습니다" in plain(page.text)) == (200, True, True)
    assert "~ main" in page.text
    assert "파일에 그대로 남아" not in page.text
    back = visitor.post("/flows/back", {"version": first})
    assert (back.status_code, "파일에 그대로 남아 있습니다" in back.text) == (200, True)
    assert versions.marked() == first
    assert visitor.post("/flows/back", {"version": "../../etc"}).status_code == 409
    assert deeds(site) == [("office.reloaded", second), ("office.back", first)]


def test_a_broken_office_is_not_put_in_place(site: Site) -> None:
    visitor, versions = site.as_("admin"), Versions(site.config.data_dir / "offices")
    first = versions.marked()
    (site.config.office_dir / "main.yaml").write_text(main(site).replace("next: ask", "next: nowhere"))
    page = visitor.post("/flows/reload")
    assert (page.status_code, versions.marked()) == (409, first)
    assert "반영하지 않았습니다" in page.text
    assert "main.yaml 3번째 줄" in plain(page.text)
    assert page.text.count("영어로만 적혀 있습니다") == 1
    assert deeds(site) == []
