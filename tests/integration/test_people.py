"""People at the keyboard and on their page: made, changed, locked, removed, brought back; all of it in the log."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from callback import tokens
from ivr.cli import first_admin
from ivr.records.audit_tables import AuditRow
from ivr.records.keys import Keys
from ivr.records.models import Call
from ivr.records.store import Store
from reports import login
from tests import offices, registry
from tests.registry import GRIEVANCE, MOBILE, SECRET
from tests.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def deeds(store: Store) -> list[tuple[str, str, str, str]]:
    with store.reading() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.n)).all()
        return [(row.who, row.what, row.whose, row.why) for row in rows]


def once(text: str) -> str:
    """The one-time password that a page shows."""
    return text.split("<code>")[1].split("</code>", maxsplit=1)[0]


def test_somebody_is_added_and_comes_in(site: Site) -> None:
    admin = site.as_("admin")
    shown = admin.post("/people", {"name": "kim", "role": "desk", "desks": ["tuition", "exams"]})
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    now = datetime.now(UTC)
    assert login.login(site.store, site.office.keys, "kim", once(shown.text), "192.0.2.1", now)
    assert once(shown.text) not in admin.get("/people/kim").text
    assert deeds(site.store) == [
        ("page:admin", "people.added", "person:kim", "desk tuition exams"),
        ("page:kim", "login.ok", "person:kim", ""),
    ]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "Kim", "role": "admin"}, "소문자로 시작"),
        ({"name": "admin", "role": "admin"}, "이미 있거나"),
        ({"name": "kim", "role": "root"}, "그런 역할이 없습니다"),
        ({"name": "kim", "role": "desk"}, "부서를 하나 이상"),
        ({"name": "kim", "role": "desk", "desks": ["no_such"]}, "부서를 하나 이상"),
    ],
)
def test_who_can_not_be_added_is_told_why(site: Site, form: dict[str, object], told: str) -> None:
    answer = site.as_("admin").post("/people", form)
    assert answer.status_code == 422
    assert told in answer.text
    assert deeds(site.store) == []


def test_what_is_done_can_be_undone(site: Site) -> None:
    site.person("kim", "supervisor")
    admin, kim = site.as_("admin"), site.as_("supervisor", "kim")
    for done, undone in (("lock", "unlock"), ("remove", "restore")):
        assert kim.get("/today").status_code == 200
        assert admin.post(f"/people/kim/{done}").status_code == 303
        assert kim.get("/today").status_code == 303, "out at once"
        assert f"/people/kim/{undone}" in admin.get("/people/kim").text
        assert admin.post(f"/people/kim/{undone}").status_code == 303
        assert kim.get("/today").status_code == 303, "what ended stays ended"
        kim = site.as_("supervisor", "kim")
    assert admin.post("/people/kim/logout").status_code == 303
    assert kim.get("/today").status_code == 303
    assert [what for _, what, _, _ in deeds(site.store)] == [
        "people.locked", "people.unlocked", "people.removed", "people.restored", "people.logged_out",
    ]  # fmt: skip


def test_another_role_counts_at_once(site: Site) -> None:
    site.person("kim", "supervisor")
    admin = site.as_("admin")
    assert admin.post("/people/kim/role", {"role": "auditor", "desks": ["tuition"]}).status_code == 303
    kim = site.as_("auditor", "kim")
    assert (kim.get("/audit/verify").status_code, kim.get("/cases").status_code) == (200, 403)
    refused = admin.post("/people/admin/role", {"role": "auditor"})
    assert (refused.status_code, "관리자가 한 명도" in refused.text) == (422, True)
    assert admin.post("/people/nobody/role", {"role": "auditor"}).status_code == 404
    assert deeds(site.store) == [("page:admin", "people.role", "person:kim", "auditor")]


def test_an_auditor_sees_people_and_changes_none(site: Site) -> None:
    auditor = site.as_("auditor")
    assert '<form method="post" action="/people' not in auditor.get("/people").text + auditor.get("/people/desk").text
    assert auditor.post("/people/desk/lock").status_code == 403


def test_systems_are_shown_without_their_secret(site: Site) -> None:
    with site.store.transaction() as session:
        token = tokens.issue(session, "saeol", ["reports:read"], [], registry.NOW)
    text = site.as_("admin").get("/people").text
    assert "reports:read" in text
    assert token not in text


def a_call(site: Site) -> str:
    keys = site.office.keys
    call = Call(
        id="n1-1.1", node="n1", line="1000", flow="main", language="ko", office=None, caller=keys.seal(MOBILE),
        who=keys.who(MOBILE), started_at=registry.NOW, ended_at=None, outcome="self_service", static=None, source=None,
    )  # fmt: skip
    with site.store.transaction() as session:
        session.add(call)
    return "/calls/n1-1.1/number"


def test_a_number_is_shown_for_a_reason_and_noted_before(site: Site) -> None:
    path = a_call(site)
    visitor = site.as_("supervisor")
    for reason in ("", "    a    ", "x" * 201):
        refused = visitor.post(path, {"reason": reason})
        assert refused.status_code == 422
        assert MOBILE not in refused.text
    assert deeds(site.store) == []
    shown = visitor.post(path, {"reason": "다시 걸어 달라고 함"})
    assert MOBILE in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert deeds(site.store) == [("page:supervisor", "number.shown", "call:n1-1.1", "다시 걸어 달라고 함")]


def test_a_number_that_can_not_be_noted_is_not_shown(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_call(site)
    visitor = site.as_("supervisor")
    csrf = visitor.csrf

    def fails(*_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("ivr.records.audit.note", fails)
    with pytest.raises(RuntimeError, match="no audit"):
        visitor.client.post(path, data={"csrf": csrf, "reason": "다시 걸어 달라고 함"})


def test_a_sensitive_case_shows_its_number_to_nobody_but_its_desk(site: Site) -> None:
    site.office.add(GRIEVANCE, SECRET)
    reason = {"reason": "보완 서류를 부탁하려고"}
    for visitor in (site.as_("admin"), site.as_("supervisor")):
        assert "+821012345678" in visitor.post(f"/case/{GRIEVANCE['receipt']}/number", reason).text
        assert visitor.post(f"/case/{SECRET['receipt']}/number", reason).status_code == 404
    assert site.as_("desk").post(f"/case/{GRIEVANCE['receipt']}/number", reason).status_code == 403


def ivr(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ivr.cli", "--config", str(folder / "config.yaml"), "people", *args]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    settings = {"office": str(offices.SAMPLE), "lines": {"1000": {"flow": "main"}}, "exchange": {"practice": True}}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(settings))
    return tmp_path


def test_people_at_the_keyboard(installation: Path) -> None:
    assert "there is nobody yet" in ivr(installation, "list").stderr
    added = ivr(installation, "add", "kim", "--role", "admin")
    password = added.stdout.strip()
    store = Store(f"sqlite:///{installation / 'var/data/onestop.db'}")
    keys = Keys(installation / "var/keys")
    assert login.login(store, keys, "kim", password, "192.0.2.1", datetime.now(UTC))
    assert ivr(installation, "add", "lee", "--role", "desk").stderr.startswith("ivr: the role desk needs desks")
    assert ivr(installation, "add", "lee", "--role", "desk", "--desk", "tuition").returncode == 0
    assert "nobody else could administer" in ivr(installation, "lock", "kim").stderr
    for command in ("lock", "unlock", "password", "logout", "remove", "restore"):
        assert ivr(installation, command, "lee").returncode == 0, command
    assert "there is nobody of this name" in ivr(installation, "logout", "nobody").stderr
    assert ivr(installation, "role", "lee", "supervisor").returncode == 0
    assert "lee  supervisor  never logged in  one-time password" in ivr(installation, "list").stdout
    assert [what for _, what, _, _ in deeds(store) if what.startswith("people.")] == [
        "people.added", "people.added", "people.locked", "people.unlocked", "people.password", "people.logged_out",
        "people.removed", "people.restored", "people.role",
    ]  # fmt: skip
    log = b"".join(file.read_bytes() for file in installation.rglob("*") if file.is_file())
    assert password.encode() not in log


def test_the_first_admin_is_told_to_a_terminal_alone(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ivr.cli import Program

    program = Program(installation / "config.yaml")
    store = Store(program.config.database_url)
    store.migrate()
    assert "ivr people add" in (first_admin.told(program, store) or "")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    told = first_admin.told(program, store) or ""
    password = told.split("password ")[1].split("\n")[0]
    assert login.login(store, Keys(program.config.keys_dir), "admin", password, "192.0.2.1", datetime.now(UTC))
    assert first_admin.told(program, store) is None
