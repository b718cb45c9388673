"""Coming in and going out: sessions, lock-out, one-time passwords, forged forms."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from markupsafe import escape
from sqlalchemy import select, update

from ivr.records.audit_tables import AuditRow
from ivr.records.people_tables import LoginTry, Person, WebSession
from reports import login, passwords, people, sessions
from tests.postgres import EITHER, database
from tests.site import PASSWORD, Site, Visitor

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def come_in(visitor: Visitor, name: str, password: str, **more: str) -> int:
    return visitor.post("/login", {"name": name, "password": password, **more}).status_code


def test_nobody_is_sent_to_log_in_and_comes_back_to_where_he_wanted(site: Site) -> None:
    site.person("kim", "supervisor")
    visitor = site.as_(None)
    asked = visitor.get("/calls", q="1")
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?next=%2Fcalls%3Fq%3D1")
    done = visitor.post("/login", {"name": "kim", "password": PASSWORD, "next": "/calls?q=1"})
    assert (done.status_code, done.headers["location"]) == (303, "/calls?q=1")
    assert visitor.get("/calls").status_code == 200
    assert visitor.post("/logout").headers["location"] == "/login"
    assert visitor.get("/calls").status_code == 303


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "/\tx", "", "x", "/a\r\nX: y"]
)
def test_nobody_is_sent_elsewhere(site: Site, wanted: str) -> None:
    site.person("kim", "supervisor")
    done = site.as_(None).post("/login", {"name": "kim", "password": PASSWORD, "next": wanted})
    assert (done.status_code, done.headers["location"]) == (303, "/")


def test_wrong_names_and_wrong_passwords_look_the_same_and_count_the_same(site: Site) -> None:
    site.person("kim", "supervisor")
    visitor = site.as_(None)
    told = set()
    for name in ("kim", "nobody-there", "'; DROP TABLE people; --"):
        for _ in range(sessions.NAME_TRIES + 1):
            answer = visitor.post("/login", {"name": name, "password": "x" * 20})
            told.add((answer.status_code, answer.text.split("<form")[1].replace(str(escape(name)), "")))
    assert {status for status, _ in told} == {403}
    assert len({text for _, text in told}) == 1
    assert come_in(visitor, "kim", PASSWORD) == 403, "kept out, also with the right password"
    with site.store.transaction() as session:
        people.unlock(session, "kim")
    assert come_in(visitor, "kim", PASSWORD) == 303


@pytest.mark.parametrize("kind", EITHER)
def test_many_guesses_at_once_get_no_further(tmp_path: Path, kind: str) -> None:
    with database(kind, tmp_path) as url:
        site = Site(tmp_path, url)

        def guess(n: int) -> str | None:
            return login.login(site.store, site.office.keys, "admin", "wrong", f"192.0.2.{n}", NOW)

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(guess, range(10))) == [None] * 10
        with site.store.reading() as session:
            assert len(session.scalars(select(AuditRow)).all()) == sessions.NAME_TRIES


def test_being_kept_out_ends(site: Site) -> None:
    site.person("kim", "supervisor")
    for n in range(sessions.NAME_TRIES):
        assert (
            login.login(site.store, site.office.keys, "kim", "wrong", "192.0.2.1", NOW + timedelta(seconds=n)) is None
        )
    assert login.login(site.store, site.office.keys, "kim", PASSWORD, "192.0.2.1", NOW + timedelta(seconds=9)) is None
    assert login.login(site.store, site.office.keys, "kim", PASSWORD, "192.0.2.1", NOW + sessions.WINDOW)


def test_an_address_is_kept_out_whatever_names_it_tries(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.person("kim", "supervisor")
    monkeypatch.setattr(sessions, "ADDRESS_TRIES", 3)
    for n in range(3):
        assert login.login(site.store, site.office.keys, f"p{n}", "wrong", f"2001:db8::{n}", NOW) is None
    assert login.login(site.store, site.office.keys, "kim", PASSWORD, "2001:db8::ffff", NOW) is None
    assert login.login(site.store, site.office.keys, "kim", PASSWORD, "2001:db8:1::1", NOW)
    with site.store.reading() as session:
        assert len(session.scalars(select(LoginTry)).all()) == 5  # three names, two networks; kim's own are forgiven


def test_who_comes_in_does_not_use_up_the_tries_of_his_office(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.person("kim", "supervisor")
    monkeypatch.setattr(sessions, "ADDRESS_TRIES", 2)
    assert all(login.login(site.store, site.office.keys, "kim", PASSWORD, "192.0.2.1", NOW) for _ in range(4))


def test_a_session_ends_idle_and_in_any_case(site: Site) -> None:
    token = site.token("admin")
    with site.store.transaction() as session:
        began = session.scalars(select(WebSession.began_at)).one()
        for idle, alive in ((sessions.IDLE - timedelta(seconds=1), True), (sessions.IDLE, False)):
            assert (sessions.find(session, token, began + idle) is not None) == alive
        sessions.seen(session, sessions.hash_of(token), began + sessions.WHOLE - timedelta(seconds=1))
        assert sessions.find(session, token, began + sessions.WHOLE) is None
    assert token not in str(site.store), "only its hash is kept"


def test_a_page_that_refreshes_itself_keeps_nobody_logged_in_but_a_monitor_on_the_wall(site: Site) -> None:
    visitor = site.as_("supervisor")
    before = datetime.now(UTC) - sessions.IDLE / 2

    def renewed(path: str) -> bool:
        with site.store.transaction() as session:
            session.execute(update(WebSession).values(seen_at=before))
        assert visitor.get(path).status_code == 200
        with site.store.reading() as session:
            return session.scalars(select(WebSession.seen_at)).one() > before

    assert [renewed(path) for path in ("/today", "/today/now", "/today/now?big=1")] == [True, False, True]
    assert 'data-fragment="/today/now"' in visitor.get("/today").text
    assert 'data-fragment="/today/now?big=1"' in visitor.get("/today?big=1").text


def test_two_installations_on_one_machine_keep_their_cookies_apart(site: Site, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Site(tmp_path / "other", web={"listen": "127.0.0.1:8081"})
    assert {site.cookie, other.cookie} == {"onestop_8080", "onestop_8081"}


def test_one_person_has_no_more_sessions_than_he_may(site: Site) -> None:
    tokens = [site.token("admin") for _ in range(sessions.MOST + 2)]
    with site.store.reading() as session:
        assert len(session.scalars(select(WebSession)).all()) == sessions.MOST
        assert sessions.find(session, tokens[-1], datetime.now(UTC))
        assert not sessions.find(session, tokens[0], datetime.now(UTC))


def test_a_session_somebody_else_could_know_is_not_taken_up(site: Site) -> None:
    site.person("kim", "supervisor")
    visitor = site.as_("desk")
    before = visitor.client.cookies[site.cookie]
    done = visitor.post("/login", {"name": "kim", "password": PASSWORD})
    after = done.cookies[site.cookie]
    assert after != before
    with site.store.reading() as session:
        assert sessions.find(session, before, datetime.now(UTC)) is None
    made_up = site.as_(None)
    made_up.client.cookies.set(site.cookie, "A" * 43)
    assert made_up.get("/today").status_code == 303


def test_a_one_time_password_must_be_changed_and_runs_out(site: Site) -> None:
    with site.store.transaction() as session:
        once = people.add(session, "lee", "admin", [], [], datetime.now(UTC))
    visitor = site.as_(None)
    assert come_in(visitor, "lee", once) == 303
    assert visitor.get("/people").headers["location"] == "/password"
    wanted = "새 암호는 열두 자보다 깁니다"
    good = {"present": once, "wanted": wanted, "again": wanted}
    for wrong in (once, "short", "x" * 129, "my name is lee"):
        refused = visitor.post("/password", {"present": once, "wanted": wrong, "again": wrong})
        assert refused.status_code == 422, wrong
    for part in ({"present": "x"}, {"again": "y"}):
        assert visitor.post("/password", good | part).status_code == 422, part
    other = site.token("lee")
    assert visitor.post("/password", good).headers["location"] == "/"
    assert visitor.get("/people").status_code == 200
    with site.store.transaction() as session:
        assert sessions.find(session, other, datetime.now(UTC)) is None
        session.execute(update(Person).where(Person.name == "lee").values(once_until=NOW))
    assert login.login(site.store, site.office.keys, "lee", wanted, "192.0.2.1", NOW) is None
    assert login.login(site.store, site.office.keys, "lee", wanted, "192.0.2.1", NOW - timedelta(seconds=1))


@pytest.mark.parametrize("keep", [people.lock, people.remove])
def test_who_is_locked_or_removed_is_out_at_once(site: Site, keep: Callable[..., None]) -> None:
    site.person("kim", "supervisor")
    visitor = site.as_("supervisor", "kim")
    assert visitor.get("/today").status_code == 200
    with site.store.transaction() as session:
        keep(session, "kim", NOW)
    assert visitor.get("/today").status_code == 303
    assert login.login(site.store, site.office.keys, "kim", PASSWORD, "192.0.2.1", NOW) is None


def test_the_last_admin_stays(site: Site) -> None:
    with site.store.transaction() as session:
        for refused in (
            partial(people.lock, session, "admin", NOW),
            partial(people.remove, session, "admin", NOW),
            partial(people.give_role, session, "admin", "auditor", [], [], NOW),
        ):
            with pytest.raises(people.Refused, match="nobody else could administer"):
                refused()
        people.add(session, "late", "admin", [], [], NOW - people.ONCE)  # his one-time password is good no more
        with pytest.raises(people.Refused, match="nobody else could administer"):
            people.lock(session, "admin", NOW)


def test_of_two_who_add_somebody_at_once_one_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlalchemy.orm.Session.get", lambda *_, **__: None)  # neither sees the other's yet
    with site.store.transaction() as session:
        people.add(session, "kim", "admin", [], [], NOW)
    with pytest.raises(people.Refused, match="somebody has this name"), site.store.transaction() as session:
        people.add(session, "kim", "admin", [], [], NOW)


@pytest.mark.parametrize(("syllables", "code"), [(5, "short"), (64, None), (passwords.LONGEST + 1, "long")])
def test_a_password_is_as_long_as_it_looks_whatever_machine_types_it(
    site: Site, syllables: int, code: str | None
) -> None:
    wanted = unicodedata.normalize("NFD", "학" * syllables)  # three letters each, as some machines type them
    with site.store.transaction() as session:
        if code is None:
            people.change_password(session, "admin", PASSWORD, wanted, NOW)
        else:
            with pytest.raises(people.Refused) as refused:
                people.change_password(session, "admin", PASSWORD, wanted, NOW)
            assert refused.value.code == code


def test_a_forged_form_changes_nothing(site: Site) -> None:
    visitor, other = site.as_("admin"), site.as_("supervisor")
    for csrf in (None, "", "x" * 64, other.csrf):
        sent = {} if csrf is None else {"csrf": csrf}
        assert visitor.client.post("/logout", data=sent).status_code == 403
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert visitor.client.post("/logout", data={"csrf": visitor.csrf}, headers=headers).status_code == 403
    assert visitor.get("/people").status_code == 200
    own = {"Origin": "http://testserver"}
    assert visitor.client.post("/logout", data={"csrf": visitor.csrf}, headers=own).status_code == 303


def test_cookies_are_closed(site: Site, tmp_path: Path) -> None:
    site.person("kim", "supervisor")
    done = site.as_(None).post("/login", {"name": "kim", "password": PASSWORD})
    cookie = done.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie, "this machine is asked without TLS"
    visitor = Site(tmp_path / "net", web={"listen": "0.0.0.0:8080"}).as_(None)
    assert "secure" in visitor.get("/login").headers["set-cookie"].lower()
    refused = visitor.post("/login", {"name": "admin", "password": PASSWORD})
    assert (refused.status_code, "https" in refused.text) == (403, True), "it is said why nobody gets in there"


def test_languages(site: Site) -> None:
    visitor = site.as_("admin")
    assert "사용자" in visitor.get("/people").text
    assert "People" in visitor.get("/people", lang="en").text
    assert "People" in visitor.get("/people", lang="xx").text, "kept in a cookie"


def test_a_lost_database_is_told_as_a_page(site: Site, tmp_path: Path) -> None:
    visitor = site.as_("admin")
    (tmp_path / "onestop.db").rename(tmp_path / "gone.db")
    answer = visitor.get("/people")
    assert answer.status_code == 503
    assert "<main" in answer.text


def test_the_audit_log_knows_who_came_in_and_who_tried(site: Site) -> None:
    visitor = site.as_(None)
    come_in(visitor, "hunter2", "admin")
    come_in(visitor, "admin", "wrong")
    come_in(visitor, "admin", PASSWORD)
    visitor.post("/logout")
    with site.store.reading() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.n)).all()
        assert [(row.who, row.what, row.whose, row.where) for row in rows] == [
            ("page:?", "login.failed", "", "testclient"),
            ("page:?", "login.failed", "person:admin", "testclient"),
            ("page:admin", "login.ok", "person:admin", "testclient"),
            ("page:admin", "logout", "person:admin", "testclient"),
        ]


def test_who_is_kept_out_fills_no_log(site: Site) -> None:
    for _ in range(sessions.NAME_TRIES + 3):
        login.login(site.store, site.office.keys, "admin", "wrong", "192.0.2.1", NOW)
    with site.store.reading() as session:
        assert len(session.scalars(select(AuditRow)).all()) == sessions.NAME_TRIES


def test_a_password_is_not_guessed_on_an_open_page(site: Site) -> None:
    visitor = site.as_("admin")
    form = {"wanted": "a new one, long enough", "again": "a new one, long enough"}
    for _ in range(sessions.NAME_TRIES):
        assert visitor.post("/password", {**form, "present": "wrong"}).status_code == 422
    refused = visitor.post("/password", {**form, "present": PASSWORD})
    assert (refused.status_code, "15분" in refused.text) == (422, True)
