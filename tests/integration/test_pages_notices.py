"""The pages of notices: seen, heard, switched once, refused, undone; words said in a hurry after they were heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ivr.errors import SpeechError
from ivr.records import switches
from ivr.records.audit_tables import AuditRow
from ivr.records.notice_tables import Hearing, Trigger
from ivr.speech.voice import Voice
from ivr.telephony.notice_board import read
from tests import notices
from tests.pages import SPICE, heard, once, plain
from tests.site import Site, Visitor

TEXT = "오늘 전산 장애로 증명 발급이 안 됩니다."


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A small office with notices of every sort."""
    site = Site(tmp_path)
    site.office.office = notices.office(tmp_path / "office")
    return site


def deeds(site: Site) -> list[tuple[str, str, str]]:
    with site.store.reading() as session:
        return [(row.who, row.what, row.why) for row in session.scalars(select(AuditRow).order_by(AuditRow.n))]


def switched(site: Site) -> dict[str, bool]:
    """The notices that are switched by hand."""
    with site.store.reading() as session:
        plain, said = read(session, datetime.now(UTC))
    return {name: one.on for name, one in plain.items()} | {one.name: one.on for one in said}


def local(site: Site, ahead: timedelta) -> str:
    return f"{datetime.now(site.office.office.calendar.tz) + ahead:%Y-%m-%dT%H:%M}"


def switch(visitor: Visitor, name: str, change: str, **fields: str) -> tuple[int, str]:
    token = once(visitor.get(f"/notice/{name}").text)
    answer = visitor.post(f"/notice/{name}/switch", {"once": token, "change": change, **fields})
    return answer.status_code, answer.headers.get("location", answer.text)


def undo(visitor: Visitor, name: str) -> None:
    """Press the button that takes the last change back."""
    form = (
        visitor.get(f"/notice/{name}").text.split(f'action="/notice/{name}/switch" class="row"')[1].split("</form>")[0]
    )
    names = ("once", "change", "reason", "until")
    fields = {one: form.split(f'name="{one}" value="')[1].split('"')[0] for one in names if f'name="{one}"' in form}
    assert visitor.post(f"/notice/{name}/switch", fields).status_code == 303


def test_every_notice_is_listed_with_why_it_stands_so(site: Site) -> None:
    with site.store.transaction() as session:
        session.add(Trigger(notice="crowded", on=False, since=datetime.now(UTC)))
    text = plain(site.as_("supervisor").get("/notices").text)
    now, _, rest = text.partition("다음에 나갈 안내")
    coming, _, others = rest.partition("나가지 않는 안내")
    assert "daily" in now
    assert ("later" in coming, "2099-01-01 00:00" in coming) == (True, True)
    for name, why in (("exam", "사람이 켜야"), ("past", "기간이 끝났"), ("crowded", "밀리지 않았")):
        assert (name in others, why in others) == (True, True), name
    assert "기다리는 사람 3명부터, 1명이 되면 끔" in text
    assert site.as_("admin").get("/notices").status_code == 200
    assert site.as_("desk").get("/notices").status_code == 403
    assert site.as_("auditor").get("/notices").status_code == 403


def test_for_a_notice_on_the_air_nothing_is_chosen_before_somebody_does(site: Site) -> None:
    visitor = site.as_("supervisor")
    assert "checked" not in visitor.get("/notice/daily").text
    assert 'value="on" required checked' in visitor.get("/notice/exam").text


def test_a_notice_is_switched_once_and_undone(site: Site) -> None:
    visitor = site.as_("supervisor")
    token = once(visitor.get("/notice/exam").text)
    form = {"once": token, "change": "on", "reason": f"수능 {SPICE}", "until": ""}
    for _ in range(2):
        assert visitor.post("/notice/exam/switch", form).headers["location"] == "/notice/exam?done=on"
    assert switched(site) == {"exam": True}
    assert deeds(site) == [("page:supervisor", "notice.switched", f"exam on: 수능 {SPICE}")]
    for path in ("/notice/exam?done=on", "/notices", "/notices/changes", "/notices/changes?name=exam"):
        assert not heard(visitor.get(path).text), path
    assert "supervisor (화면)" in plain(visitor.get("/notices/changes").text)
    undo(visitor, "exam")
    assert switched(site) == {}
    switch(visitor, "exam", "off")
    switch(visitor, "exam", "on")
    undo(visitor, "exam")
    assert switched(site) == {"exam": False}


def test_an_undone_switch_keeps_its_end(site: Site) -> None:
    visitor, end = site.as_("supervisor"), local(site, timedelta(hours=2))
    switch(visitor, "daily", "off", until=end)
    switch(visitor, "daily", "auto")
    undo(visitor, "daily")
    with site.store.reading() as session:
        until = read(session, datetime.now(UTC))[0]["daily"].until
    assert until is not None
    assert f"{until.astimezone(site.office.office.calendar.tz):%Y-%m-%dT%H:%M}" == end


@pytest.mark.parametrize(
    ("name", "change", "fields", "said"),
    [
        ("exam", "on", {"until": "2020-01-01T10:00"}, "이미 지났습니다"),
        ("exam", "on", {"until": "9999-01-01T10:00"}, "너무 멉니다"),
        ("exam", "on", {"until": "bald"}, "언제 끝나는지"),
        ("past", "on", {}, "기간이 끝났습니다"),
        ("later", "on", {"until": "2030-01-01T10:00"}, "기간이 시작되지 않아"),
        ("flooded", "on", {"reason": "비"}, "언제 끝나는지"),
        ("flooded", "on", {"until": "2027-01-01T10:00"}, "까닭을 적어"),
        ("exam", "on", {"reason": "가" * 201}, "200자까지"),
        ("exam", "on", {"reason": "한\n줄"}, "200자까지"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    site: Site, name: str, change: str, fields: dict[str, str], said: str
) -> None:
    status, text = switch(site.as_("supervisor"), name, change, **fields)
    assert (status, said in text) == (409, True), plain(text)
    assert (switched(site), deeds(site)) == ({}, [])


def test_only_who_may_switches(site: Site) -> None:
    form = {"once": "x" * 22, "change": "on"}
    assert site.as_("desk").post("/notice/exam/switch", form).status_code == 403
    assert site.as_("supervisor").post("/notice/nothing/switch", form).status_code == 404
    assert site.as_("supervisor").post("/notice/exam/switch", {**form, "change": "burn"}).status_code == 422
    assert site.as_("supervisor").get("/notice/nothing").status_code == 404
    assert switched(site) == {}


def test_a_notice_is_heard(site: Site) -> None:
    visitor = site.as_("supervisor")
    answer = visitor.get("/notice/exam/sound", language="ko")
    assert (answer.status_code, answer.headers["content-type"], answer.content[:4]) == (200, "audio/wav", b"RIFF")
    assert visitor.get("/notice/exam/sound", language="xx").status_code == 404
    assert visitor.get("/notice/nothing/sound", language="ko").status_code == 404
    assert site.as_("desk").get("/notice/exam/sound", language="ko").status_code == 403


def said(site: Site, visitor: Visitor, stage: str, text: str = TEXT, **more: str) -> tuple[int, str]:
    token = once(visitor.get("/notices/say").text)
    form = {
        "once": token,
        "stage": stage,
        "text_ko": text,
        "reason": "전산 장애",
        "until": local(site, timedelta(hours=2)),
    }
    answer = visitor.post("/notices/say", {**form, **more})
    return answer.status_code, answer.headers.get("location", answer.text)


def test_words_in_a_hurry_are_heard_before_they_are_live(site: Site) -> None:
    visitor = site.as_("supervisor")
    status, text = said(site, visitor, "preview")
    assert (status, TEXT in plain(text), switched(site)) == (200, True, {})
    assert visitor.get("/notices/say/sound", language="ko", text=TEXT).content[:4] == b"RIFF"
    assert said(site, visitor, "edit")[1].count(TEXT) == 1
    token, form = once(text), {"stage": "air", "text_ko": TEXT, "reason": "전산 장애"}
    form |= {"once": token, "until": local(site, timedelta(hours=2))}
    for _ in range(2):
        answer = visitor.post("/notices/say", form)
        assert answer.headers["location"] == "/notice/emergency-1?done=said"
    assert switched(site) == {"emergency-1": True}
    assert deeds(site) == [("page:supervisor", "notice.said", "전산 장애")]
    assert TEXT in plain(visitor.get("/notice/emergency-1").text)
    assert TEXT in plain(visitor.get("/notices").text)
    assert visitor.get("/notice/emergency-1/sound", language="ko").content[:4] == b"RIFF"
    undo(visitor, "emergency-1")
    assert switched(site) == {"emergency-1": False}


@pytest.mark.parametrize(
    ("text", "more", "word"),
    [
        (SPICE, {}, "소리 낼 수 없습니다"),
        ("정전 {caller}", {}, "U+007B"),
        ("...", {}, "소리 낼 말이 없습니다"),
        ("가" * 501, {}, "501자"),
        ("가" * 400, {}, "60초까지"),
        (TEXT, {"reason": ""}, "까닭을 적어"),
        (TEXT, {"until": ""}, "언제 끝나는지"),
        (TEXT, {"until": "2099-01-01T10:00"}, "너무 멉니다"),
    ],
)
@pytest.mark.parametrize("stage", ["preview", "air"])
def test_what_cannot_be_said_says_why(site: Site, stage: str, text: str, more: dict[str, str], word: str) -> None:
    status, page = said(site, site.as_("supervisor"), stage, text, **more)
    assert (status, word in page, heard(page)) == (409, True, False), plain(page)
    assert (switched(site), deeds(site)) == ({}, [])


def test_without_a_voice_nothing_goes_on_the_air(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise SpeechError("the voice is busy")

    monkeypatch.setattr(Voice, "say", fail)
    status, page = said(site, site.as_("supervisor"), "air")
    assert (status, "목소리를 만들 수 없어" in page, switched(site)) == (409, True, {})
    assert said(site, site.as_("admin"), "preview")[0] == 409
    assert site.as_("desk").post("/notices/say", {"once": "x" * 22, "stage": "air"}).status_code == 403
    assert site.as_("supervisor").get("/notices/say/sound", language="ko", text="<script>").status_code == 422


def test_the_effect_of_a_notice_is_of_that_notice(site: Site) -> None:
    with site.store.transaction() as session:
        for notice, call in (("daily", "n1-1.1"), ("daily", "n1-1.2"), ("exam", "n1-1.1")):
            session.add(Hearing(call=call, at=datetime.now(UTC), notice=notice, what="played"))
        switches.switch(session, "exam", True, None, switches.Hand("t", "page", datetime.now(UTC)))
    visitor = site.as_("supervisor")
    for name, count in (("daily", "2"), ("exam", "1")):
        cells = visitor.get(f"/notice/{name}/effect").text.split('class="num">')
        assert any(cell.startswith(f"{count}<") for cell in cells), name
    assert "≤ t" not in visitor.get("/notice/daily/effect").text
    assert "만난 통화가 없습니다" in visitor.get("/notice/past/effect", days="30").text
