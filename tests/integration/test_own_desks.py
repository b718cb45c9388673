"""Somebody with the role desk meets nothing of other desks, wherever he looks and whatever address he guesses."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ivr.records.case_tables import Case
from ivr.records.message_tables import Message
from ivr.records.models import Call, Leg
from ivr.records.voicemail_tables import Voicemail
from tests import registry, routes
from tests.registry import GRIEVANCE, SECRET
from tests.site import Site

OURS, THEIRS, HIDDEN = "20260001", "20260002", "20260003"
SCHOOL = "물망초초등학교"
"""Stands in the other desk's cases, and nowhere else."""

CALLS = {"ours": "n1-1.1", "theirs": "n1-2.2"}
SOUNDS = {"ours": "a" * 32, "theirs": "b" * 32}
DESKS = {"ours": "school_life", "theirs": "tuition"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A case, a message, a call and a voicemail of ours, and the same of another desk."""
    site = Site(tmp_path_factory.mktemp("own"))
    site.office.add(
        {**GRIEVANCE, "receipt": OURS},
        {**GRIEVANCE, "receipt": THEIRS, "desk": "tuition", "school": SCHOOL, "number": "010-8765-4321"},
        {**SECRET, "receipt": HIDDEN, "desk": "tuition", "school": SCHOOL, "number": "010-8765-4321"},
    )
    keys = site.office.keys
    with site.store.transaction() as session:
        for whose, id in CALLS.items():
            number = "010-1234-5678" if whose == "ours" else "010-8765-4321"
            at = registry.NOW + timedelta(seconds=len(id))
            session.add(
                Call(
                    id=id,
                    node="n1",
                    line="1000",
                    flow="main",
                    language="ko",
                    caller=keys.seal(number),
                    who=keys.who(number),
                    started_at=at,
                    ended_at=at + timedelta(minutes=3),
                    outcome="answered",
                )
            )
            session.flush()
            session.add(
                Leg(
                    call=id,
                    n=0,
                    desk=DESKS[whose],
                    queued_at=at,
                    connected_at=at,
                    left_at=at + timedelta(minutes=3),
                    agent=None,
                    outcome="answered",
                )
            )
            row = {"file": SOUNDS[whose], "call": id, "desk": DESKS[whose], "language": "ko", "at": at, "seconds": 9}
            session.add(Voicemail(**row))
    return site


def messages(site: Site, receipt: str) -> list[str]:
    with site.store.reading() as session:
        return list(session.scalars(select(Message.id).where(Message.case == receipt)))


def state(site: Site) -> list[object]:
    """What must not change: everything of the other desk's."""
    with site.store.reading() as session:
        cases = session.execute(select(Case.receipt, Case.status, Case.version).where(Case.desk == "tuition")).all()
        sent = session.execute(select(Message.id, Message.state).where(Message.case.in_((THEIRS, HIDDEN)))).all()
        heard = session.execute(select(Voicemail.heard_at).where(Voicemail.file == SOUNDS["theirs"])).all()
        return [*map(tuple, cases), *map(tuple, sent), *map(tuple, heard)]


def addresses(site: Site, path: str, receipt: str, whose: str) -> list[str]:
    """A route's path with every value that fits there, of ours or of theirs."""
    ids = messages(site, receipt) if path.startswith("/messages") else [CALLS[whose]]
    values = {"receipt": [receipt], "id": ids, "file": [SOUNDS[whose]], "what": ["done"], "mend": ["cancel"]}
    made = [path]
    for name in re.findall(r"{(\w+)(?::\w+)?}", path):
        made = [re.sub(rf"{{{name}(:\w+)?}}", value, one) for one in made for value in values.get(name, ["x"])]
    return made


PERSONAL = ("/case/", "/calls/", "/messages/")


def test_lists_and_single_pages_hold_nothing_of_other_desks(site: Site) -> None:
    desk = site.as_("desk")
    forbidden = [THEIRS, HIDDEN, SCHOOL, "4321", CALLS["theirs"], SOUNDS["theirs"], *messages(site, THEIRS)]
    for found in routes.routes(site.app):
        if found.method == "GET" and not found.path.startswith(("/cases/{", "/static", "/openapi")):
            for address in addresses(site, found.path, OURS, "ours"):
                text = desk.client.get(address).text
                assert [word for word in forbidden if word in text] == [], address


def test_what_is_ours_is_found(site: Site) -> None:
    """Else the tests beside this one would prove nothing."""
    desk, supervisor = site.as_("desk"), site.as_("supervisor")
    assert OURS in desk.get("/cases").text
    assert THEIRS in supervisor.get("/cases").text
    assert desk.get(f"/case/{OURS}").status_code == 200
    assert SCHOOL in supervisor.get(f"/case/{THEIRS}").text
    (message,) = messages(site, OURS)
    assert desk.get(f"/messages/{message}").status_code == 200


@pytest.mark.parametrize("receipt", [THEIRS, HIDDEN])
def test_guessed_addresses_lead_nowhere(site: Site, receipt: str) -> None:
    desk, before = site.as_("desk"), state(site)
    csrf, tried = desk.csrf, 0
    for found in routes.routes(site.app):
        if found.path.startswith(PERSONAL) and "{" in found.path:
            for address in addresses(site, found.path, receipt, "theirs"):
                sent = {"csrf": csrf, "reason": "because", "once": "a" * 22, "status": "처리중", "version": "1"}
                answer = desk.client.request(found.method, address, data=sent if found.method == "POST" else None)
                assert answer.status_code in (403, 404, 422), (found.name, answer.status_code)
                assert SCHOOL not in answer.text
                assert "4321" not in answer.text
                tried += 1
    assert tried > 6
    assert state(site) == before


def test_a_sensitive_case_is_closed_to_whoever_has_no_desk(site: Site) -> None:
    for visitor in (site.as_("admin"), site.as_("supervisor")):
        assert HIDDEN not in visitor.get("/cases").text
        assert visitor.get(f"/case/{HIDDEN}").status_code == 404
        for message in messages(site, HIDDEN):
            assert HIDDEN not in visitor.get(f"/messages/{message}").text, "it can be mended, but names no case"
            assert visitor.post(f"/messages/{message}/number", {"reason": "because"}).status_code == 404
    site.person("lee", "desk", ["tuition"])
    assert HIDDEN in site.as_("desk", "lee").get("/cases").text


def test_an_office_without_the_desk_any_more_shows_nothing(site: Site, tmp_path: Path) -> None:
    site.person("gone", "desk", ["a_desk_that_was"])
    visitor = site.as_("desk", "gone")
    for path in ("/today", "/calls", "/messages", "/cases"):
        answer = visitor.get(path)
        assert answer.status_code == 200
        assert OURS not in answer.text
