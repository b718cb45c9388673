"""The pages of messages: what is seen of the outbox, what a person decides, voicemails heard and done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from callback.outbox import Note, enqueue
from ivr.records.audit_tables import AuditRow
from ivr.records.mailbox import FOLDER, Mailbox
from ivr.records.message_tables import Message
from ivr.records.notice_tables import Request
from ivr.records.promise_tables import Promise
from ivr.records.voicemail_tables import Voicemail
from ivr.speech import wav
from reports.people import Role
from tests.pages import SPICE, heard, once
from tests.registry import GRIEVANCE, MOBILE, SECRET
from tests.site import Site, Visitor

ROLES: tuple[Role, ...] = ("desk", "supervisor")
OTHER = {**GRIEVANCE, "receipt": "20267777", "desk": "tuition"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Messages about three cases, and one about none."""
    site = Site(tmp_path)
    site.office.add(GRIEVANCE, SECRET, OTHER)
    with site.store.transaction() as session:
        enqueue(session, site.office.keys, Note("bulk/1", MOBILE, "assignment", "ko", {"name": SPICE, "school": "가"}))
    return site


def message(site: Site, key: str, **changes: Any) -> str:
    """The id of a message, changed."""
    with site.store.transaction() as session:
        found = session.scalars(select(Message).where(Message.key.startswith(key))).one()
        for name, value in changes.items():
            setattr(found, name, value)
        return found.id


def state(site: Site, key: str) -> str:
    with site.store.reading() as session:
        return session.scalars(select(Message.state).where(Message.key.startswith(key))).one()


def deeds(site: Site, what: str) -> list[tuple[str, str, str]]:
    with site.store.reading() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.what.startswith(what)).order_by(AuditRow.n))
        return [(row.who, row.what, row.why) for row in rows]


def decide(visitor: Visitor, id: str, mend: str, reason: str = "목록에 있음", token: str = "") -> tuple[int, str]:
    token = token or once(visitor.get(f"/messages/{id}").text)
    answer = visitor.post(f"/messages/{id}/{mend}", {"once": token, "reason": reason})
    return answer.status_code, answer.headers.get("location", answer.text)


def test_a_desk_sees_messages_about_its_cases_alone(site: Site) -> None:
    own, all_ = site.as_("desk").get("/messages").text, site.as_("supervisor").get("/messages").text
    assert ['/case/20261234"' in own, '/case/20265555"' in own, '/case/20267777"' in own] == [True, True, False]
    assert ['/case/20261234"' in all_, "20265555" in all_, '/case/20267777"' in all_] == [True, False, True]
    assert ("assignment</a>" in own, "assignment</a>" in all_, "공개 제한" in all_) == (False, True, True)
    assert MOBILE not in own + all_
    assert "010-****-5678" in all_
    assert site.as_("desk").get(f"/messages/{message(site, 'case/20267777')}").status_code == 404
    assert site.as_("auditor").get("/messages").status_code == 403


def test_messages_are_found_by_state_template_desk_and_days(site: Site) -> None:
    message(site, "bulk/1", state="dead", reason=SPICE, changed_at=datetime.now(UTC) - timedelta(days=3))
    visitor, id = site.as_("supervisor"), message(site, "bulk/1")
    today = datetime.now(site.office.office.calendar.tz).date()
    for query, found in (
        ({"state": "dead"}, True),
        ({"state": "left"}, True),
        ({"state": "waiting"}, False),
        ({"template": "assignment"}, True),
        ({"template": "case_status"}, False),
        ({"desk": "tuition"}, False),
        ({"until": str(today - timedelta(days=3))}, True),
        ({"since": str(today - timedelta(days=2))}, False),
        ({"since": "gestern", "state": "' OR 1=1"}, True),
    ):
        answer = visitor.get("/messages", **query)
        assert (f"/messages/{id}" in answer.text) is found, query
        assert not heard(answer.text)
    assert "사람이 정해야 하는 문자가 1건" in visitor.get("/messages").text


def test_an_unknown_message_is_decided_once_with_a_reason(site: Site) -> None:
    id, visitor = message(site, "bulk/1", state="unknown", reason="perhaps sent"), site.as_("supervisor")
    token = once(visitor.get(f"/messages/{id}").text)
    answers = [decide(visitor, id, "sent", token=token) for _ in range(2)]
    assert answers == [(303, f"/messages/{id}?done=sent")] * 2
    assert state(site, "bulk/1") == "delivered"
    assert deeds(site, "message.sent") == [("page:supervisor", "message.sent", "목록에 있음")]
    assert decide(visitor, id, "unsent", token=token)[0] == 409
    assert decide(visitor, id, "resend", token="x" * 22)[0] == 409, "it has moved on"
    assert state(site, "bulk/1") == "delivered"
    assert "나간 것으로 적었습니다" in visitor.get(f"/messages/{id}", done="sent").text


@pytest.mark.parametrize(
    ("before", "mend", "after"),
    [("unknown", "unsent", "waiting"), ("dead", "resend", "waiting"), ("undelivered", "cancel", "cancelled")],
)
def test_what_failed_goes_out_again_or_not(site: Site, before: str, mend: str, after: str) -> None:
    id, visitor = message(site, "bulk/1", state=before), site.as_("supervisor")
    status, where = decide(visitor, id, mend)
    assert (status, state(site, "bulk/1")) == (303, after)
    assert visitor.get(where).status_code == 200


def test_without_a_reason_nothing_is_decided(site: Site) -> None:
    id, visitor = message(site, "bulk/1", state="unknown"), site.as_("supervisor")
    status, text = decide(visitor, id, "sent", reason="  ")
    assert (status, "까닭을 적어" in text, state(site, "bulk/1")) == (422, True, "unknown")
    assert decide(visitor, id, "burn", token="x" * 22)[0] == 422
    own = message(site, "case/20267777", state="unknown")
    assert decide(site.as_("desk"), own, "sent", token="x" * 22)[0] == 404
    assert state(site, "case/20267777") == "unknown"


@pytest.fixture
def voicemail(site: Site) -> str:
    """The file of a voicemail for the desk; another one is for another desk."""
    box = Mailbox(site.config.data_dir / FOLDER, site.office.keys)
    take = site.config.base / "take.wav"
    wav.write(take, wav.silence(1))
    files = [box.put(take.read_bytes()) for _ in range(2)]
    with site.store.transaction() as session:
        for file, desk in zip(files, ("school_life", "tuition"), strict=True):
            session.add(
                Voicemail(
                    file=file, call="n1-1.1", desk=desk, language="ko", at=datetime.now(UTC), seconds=1,
                    told_at=None, heard_at=None, heard_by=None, deleted_at=None,
                )
            )  # fmt: skip
    return files[0]


def test_a_voicemail_is_heard_by_its_desk_and_that_is_noted(site: Site, voicemail: str) -> None:
    visitor = site.as_("desk")
    assert f"/messages/inbox/{voicemail}/sound" in visitor.get("/messages/inbox").text
    assert visitor.get("/messages/inbox").text.count("<audio") == 1
    assert site.as_("supervisor").get("/messages/inbox").text.count("<audio") == 2
    sound = visitor.get(f"/messages/inbox/{voicemail}/sound")
    assert (sound.status_code, sound.headers["content-type"], sound.content[:4]) == (200, "audio/wav", b"RIFF")
    assert sound.headers["cache-control"] == "no-store"
    assert deeds(site, "voicemail.") == [("page:desk", "voicemail.heard", "")]
    assert ("page:desk", "voicemails.listed", "") in deeds(site, "voicemails.")
    site.person("kim", "desk", ["tuition"])
    for path in (f"/messages/inbox/{voicemail}/sound", "/messages/inbox/..%2F..%2Fetc/sound"):
        assert site.as_("desk", "kim").get(path).status_code in (404, 422), path
    assert site.as_(None).get(f"/messages/inbox/{voicemail}/sound").status_code == 303
    assert len(deeds(site, "voicemail.")) == 1


def test_a_voicemail_is_marked_as_done_and_taken_back(site: Site, voicemail: str) -> None:
    visitor = site.as_("desk")
    shown = visitor.get("/messages/inbox", desk="school_life").text
    path, token = f"/messages/inbox/{voicemail}/done?desk=school_life", once(shown)
    assert f'action="{path}"' in shown
    for _ in range(2):
        answer = visitor.post(path, {"once": token})
        assert answer.headers["location"] == "/messages/inbox?desk=school_life&told=done"
    assert voicemail not in visitor.get("/messages/inbox").text
    done = visitor.get("/messages/inbox", done="1").text
    assert "desk (화면) 마침" in done
    assert visitor.post(f"/messages/inbox/{voicemail}/undone", {"once": once(done)}).status_code == 303
    assert voicemail in visitor.get("/messages/inbox").text
    assert [what for _, what, _ in deeds(site, "voicemail.")] == ["voicemail.done", "voicemail.undone"]


def test_what_was_deleted_stays_done(site: Site, voicemail: str) -> None:
    with site.store.transaction() as session:
        one = session.get_one(Voicemail, voicemail)
        one.heard_at = one.deleted_at = datetime.now(UTC)
    visitor = site.as_("desk")
    assert "<audio" not in visitor.get("/messages/inbox", done="1").text
    answer = visitor.post(f"/messages/inbox/{voicemail}/undone", {"once": "x" * 22})
    assert "told=gone" in answer.headers["location"]


def test_what_is_promised_and_not_kept_yet_is_told(site: Site) -> None:
    with site.store.transaction() as session:
        for about in ("desk/school_life", "desk/tuition"):
            session.add(
                Request(
                    call="n1-7.1", about=about, template="waiting", language="ko", note="sealed",
                    at=datetime.now(UTC), kept_at=None,
                )
            )  # fmt: skip
        for receipt in ("20265555", "20267777"):
            session.add(
                Promise(
                    call="n1-7.1", receipt=receipt, template="case_status", language="ko",
                    at=datetime.now(UTC), kept_at=None,
                )
            )  # fmt: skip
    all_of = ("desk/school_life", "desk/tuition", "20265555", "20267777")
    seen = {role: site.as_(role).get("/messages/owed").text for role in ROLES}
    assert [about in seen["desk"] for about in all_of] == [True, False, True, False]
    assert [about in seen["supervisor"] for about in all_of] == [True, True, False, True]
