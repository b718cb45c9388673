"""Whatever somebody types or sends: no fault of ours, nothing of it becomes code, no file but those to be had."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote

import httpx
import pytest
from sqlalchemy import select

from ivr.records.case_tables import Case
from reports import people
from reports.people import ROLES
from tests import offices, routes
from tests.integration.test_matrix import OPEN, SYSTEMS, VALUES
from tests.postgres import EITHER, database
from tests.registry import GRIEVANCE
from tests.routes import Found
from tests.site import Site, Visitor

MARK = "wXq7"
PATIENCE_S = 60
HOSTILE = {
    "script": f"<script>{MARK}</script>\"'><img src=x onerror={MARK}>",
    "attribute": f'" onfocus={MARK} autofocus x="',
    "sql": "' OR 1=1; DROP TABLE calls; --",
    "like": "%_\\%",
    "template": "{{ 1337 * 1337 }}{% raw %}${1337*1337}{0.__class__}%s%n",
    "header": f"/x\r\nSet-Cookie: {MARK}=1\r\n\r\n<b>",
    "nul": "a\0b",
    "long": "가" * 600,
    "direction": "\u202e\u2066abc\u200b\ufeff\u0007\x1b[31m\u2028",
    "astral": "👩‍👧‍👦\U0010ffff",
    "path": "../../../../etc/passwd",
    "formula": '=HYPERLINK("http://x")',
    "huge": "9" * 40,
    "negative": "-9223372036854775809",
    "float": "1e999",
    "nan": "NaN",
    "early": "0001-01-01",
    "late": "9999-12-31",
    "instant": "0001-01-01T00:00",
    "week": "2026-W99",
}


@pytest.fixture(scope="module", params=EITHER)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """On either database: PostgreSQL refuses what SQLite takes."""
    folder = tmp_path_factory.mktemp("hostile")
    with database(request.param, folder) as url:
        site = Site(folder, url, office=offices.copy_of_sample(folder))
        site.office.add(GRIEVANCE)
        yield site


def pages(site: Site, method: str) -> list[Found]:
    return [
        found
        for found in routes.routes(site.app)
        if found.method == method and found.name not in SYSTEMS and found.name not in OPEN
    ]


SANE = {"stage": "check", "status": "처리중", "version": "1", "reason": "because", "role": "auditor", "hash": "0" * 16}
"""What stands in the other fields of a form, so that the hostile one is reached."""


def sane(names: Iterable[str]) -> dict[str, str]:
    return {name: SANE[name] for name in names if name in SANE} | {"once": secrets.token_urlsafe(16)}


def filled(path: str, hostile: str | None = None) -> str:
    """A path with values for its parameters, or with the hostile one for each."""
    return re.sub(r"{(\w+)}", lambda match: VALUES[match[1]] if hostile is None else quote(hostile, safe=""), path)


def check(visitor: Visitor, answer: httpx.Response) -> None:
    """No fault of ours, and nothing that was sent has become code. What can't be done just now (enough exports are
    being made, the machine is too busy for PostgreSQL's patience) is asked again: what can't for long never can."""
    end = time.monotonic() + PATIENCE_S
    while answer.status_code == 503 and time.monotonic() < end:
        time.sleep(0.2)
        answer = visitor.client.send(answer.request)
    assert answer.status_code < 500, f"{answer.request.method} {answer.request.url}"
    assert MARK not in answer.headers.get("set-cookie", "")
    if answer.headers.get("content-disposition", "").startswith("attachment; "):
        assert answer.headers["content-type"].startswith("text/csv")  # a file, which no browser shows as a page
        return
    text = answer.text
    assert "1787569" not in text
    assert f"<script>{MARK}" not in text
    assert f"onerror={MARK}>" not in text.replace("&#34;", '"').split("<img src=x")[0]
    assert "<img src=x" not in text
    assert not re.search(rf'="[^"]*" onfocus={MARK}', text)
    assert "root:" not in text
    assert "Traceback" not in text


@pytest.mark.slow
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_what_is_asked_for(site: Site, hostile: str) -> None:
    """In every parameter of every page, one at a time and all at once, and in its path."""
    visitor = site.as_("admin")
    for found in pages(site, "GET"):
        for names in {found.query, *((name,) for name in found.query)}:
            check(visitor, visitor.client.get(filled(found.path), params=dict.fromkeys(names, hostile)))
        if "{" in found.path:
            check(visitor, visitor.client.get(filled(found.path, hostile)))
        check(
            visitor,
            visitor.client.get(filled(found.path), params={"lang": hostile, "theme": hostile, "nothing": hostile}),
        )


@pytest.mark.slow
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_what_is_sent(site: Site, hostile: str) -> None:
    """In every field of every form, one at a time and all at once."""
    visitor = site.as_("admin")
    csrf = visitor.csrf
    for found in pages(site, "POST"):
        if found.path == "/logout":
            continue
        for names in {found.form, *((name,) for name in found.form)}:
            data = {**sane(found.form), **dict.fromkeys(names, hostile), "csrf": csrf}
            check(visitor, visitor.client.post(filled(found.path), data=data))
        if "{" in found.path:
            check(visitor, visitor.client.post(filled(found.path, hostile), data={"csrf": csrf}))


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_who_comes_in(site: Site, hostile: str) -> None:
    nobody = site.as_(None)
    check(nobody, nobody.get("/login", next=hostile))
    answer = nobody.post("/login", {"name": hostile, "password": hostile, "next": hostile})
    assert answer.status_code in (400, 403)
    check(nobody, answer)


@pytest.mark.parametrize("raw", ["%ED%A0%80", "%ff%fe", "%00", "%c0%ae%c0%ae/", "%2e%2e%2f", "..%5c", "%25%30%30"])
def test_bytes_that_are_no_text(site: Site, raw: str) -> None:
    visitor = site.as_("admin")
    for found in pages(site, "GET"):
        query = "&".join(f"{name}={raw}" for name in (*found.query, "lang"))
        check(visitor, visitor.client.get(f"{filled(found.path)}?{query}"))
        if "{" in found.path:
            check(visitor, visitor.client.get(re.sub(r"{\w+(:\w+)?}", raw, found.path)))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    check(
        visitor, visitor.client.post("/people", content=f"csrf={visitor.csrf}&name={raw}&role={raw}", headers=headers)
    )


@pytest.mark.parametrize(
    "path",
    [
        "../words/nav.yaml",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "..%5capp.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "style.css/../../app.py",
        "%00",
        "style.css%00.html",
        ".",
    ],
)
def test_no_file_but_the_pages_own(site: Site, path: str) -> None:
    answer = site.as_(None).client.get(f"/static/{path}")
    assert answer.status_code in (303, 400, 404, 405)
    assert "import" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "../config.yaml",
        "..%2fconfig.yaml",
        "%2e%2e/config.yaml",
        "tables/../../config.yaml",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "main.yaml%00",
        "main.yaml/",
        ".schema/flow.json",
        "texts%2f..%2fmain.yaml",
        "prompts/x.wav",
        "MAIN.YAML",
        "main.yml",
    ],
)
def test_no_file_but_the_offices_own(site: Site, name: str) -> None:
    """The editor neither shows nor writes anything else."""
    secret = site.config.base / "config.yaml"
    secret.write_text(f"secret: {MARK}\n")
    visitor = site.as_("admin")
    name = unquote(name)
    edit = {"csrf": visitor.csrf, "stage": "save", "text": "evil: 1", "hash": "0" * 16, "back": "0" * 16}
    edit |= {"name": name, "reason": "because"}
    for answer in (
        visitor.client.get("/flows/file", params={"name": name}),
        visitor.client.post("/flows/file", data=edit),
        visitor.client.post("/flows/restore", data=edit),
    ):
        assert answer.status_code in (400, 404, 405, 422)
        assert MARK not in answer.text
    assert secret.read_text() == f"secret: {MARK}\n"
    assert not [path for path in site.config.base.rglob("*") if path.is_file() and b"evil: 1" in path.read_bytes()]


def test_a_form_that_is_too_large_is_cut_off(site: Site) -> None:
    visitor = site.as_("admin")
    answer = visitor.post("/people", {"name": "x" * 2_000_000})
    assert answer.status_code == 413
    many = visitor.client.post("/people", files=[("f", ("x", b"y"))] * 1500, data={"csrf": visitor.csrf})
    assert many.status_code in (400, 413)


def test_a_body_that_is_no_form_is_none(site: Site) -> None:
    visitor = site.as_("admin")
    for kind, body in (
        ("application/json", f'{{"csrf": "{visitor.csrf}"}}'),
        ("text/plain", f"csrf={visitor.csrf}"),
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=x", "--x\r\nbroken"),
        ("application/x-www-form-urlencoded", "%%%=&&=;"),
    ):
        answer = visitor.client.post("/people", content=body, headers={"Content-Type": kind})
        assert answer.status_code in (400, 403), kind


def test_the_hostile_words_changed_nobody_and_nothing(site: Site) -> None:
    """Runs last: the people are who they were, the tables are there."""
    with site.store.reading() as session:
        assert {one.name: one.role for one in people.listed(session)} == {role: role for role in ROLES}
        assert session.scalars(select(Case.receipt)).all() == ["20261234"]
    assert site.as_("admin").get("/people").status_code == 200
