"""The data folder is stolen, every page is read: no telephone number that was used is seen, however it is written.

The same is looked for after every line of the acceptance tests (tests/acceptance/line.py).
"""

from __future__ import annotations

import base64
import gzip
import json
import logging
import re
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from callback import tokens
from callback.dispatch import Dispatch
from callback.senders import open_sender
from ivr import logs
from ivr.cli import Program, ivr
from ivr.records import facts, mailbox
from ivr.records.journal import Journal
from ivr.records.keys import Keys
from ivr.records.mailbox import Mailbox
from ivr.records.message_tables import Message
from ivr.records.models import Call
from ivr.records.recorder import Recorder
from tests.fakes import twilio
from tests.leaks import leaks, spellings, within
from tests.messaging import Installation, fake_twilio
from tests.registry import GRIEVANCE
from tests.routes import routes
from tests.site import Site

CALLER, ASKED, CASE, BULK, API, IMPORTED, MENDED, HELD, OPTED = (f"0104{n}37915{n}" for n in range(1, 10))
NUMBERS = (CALLER, ASKED, CASE, BULK, API, IMPORTED, MENDED, HELD, OPTED)
CALL = "n1-1795824000.1"


class Office:
    """An installation where every way that a number takes into it was gone."""

    def __init__(self, folder: Path, api: str) -> None:
        self.folder = folder
        self.installation = Installation(folder, api)
        (folder / "keys").symlink_to(folder / "var/keys")
        self.config = Program(self.installation.file).config
        self.site = Site(folder, str(self.config.database_url))
        self.store, self.keys = self.installation.store, Keys(folder / "var/keys")

    def ivr(self, *words: str, typed: str = "") -> str:
        done = CliRunner().invoke(ivr, ["--config", str(self.installation.file), *words], input=typed)
        assert done.exit_code == 0, (words, done.output, done.exception)
        return done.output

    def call(self) -> None:
        """A call, as the engine writes it down, with a voicemail and a message asked for."""
        journal = Journal(self.config.data_dir / "journal")
        at = int(time.time() * 1000)
        file = Mailbox(self.config.data_dir / mailbox.FOLDER, self.keys).put(CALLER.encode() * 100)
        note = self.keys.seal(json.dumps({"to": ASKED, "values": {}}))
        for kind, more in (
            ("call", {"line": "1000", "flow": "main", "language": "ko", "office": "v",
                      "caller": self.keys.seal(CALLER), "who": self.keys.who(CALLER)}),
            ("wish", {"who": self.keys.who(CALLER), "slow": True}),
            ("voicemail", {"file": file, "desk": "exams", "ms": 3000, "language": "ko"}),
            ("request", {"template": "notice", "language": "ko", "about": "notice/x", "note": note}),
            ("attempt", {"subject": self.keys.who(CALLER)}),
            ("end", {"reason": "done"}),
        ):  # fmt: skip
            journal.append({"k": kind, "call": CALL, "t": at, **more}, durable=True)
        Recorder(journal.folder, self.folder / "witness", self.store, "n1").once()
        journal.append({"k": "nonsense", "call": CALL, "t": at, "caller": self.keys.seal(CALLER)})
        Recorder(journal.folder, self.folder / "witness", self.store, "n1").once()  # set aside
        journal.append({"k": "cut", "call": "n1-2.2", "t": at, "who": self.keys.who(CALLER)})
        journal.close()

    def commands(self) -> None:
        """Everything that an officer types a number into, or reads one from."""
        cases = self.folder / "cases.csv"
        cases.write_text(f"receipt,type,desk,number,consent\n20261236,grievance,school_life,{CASE},yes\n")
        bulk = self.folder / "bulk.csv"
        bulk.write_text(f"number,name,school\n{spellings(BULK)[1]},김한빛,한빛중\n")
        old = self.folder / "queue_log"
        begins = int(time.time()) - 86400
        old.write_text(
            f"{begins}|t9-{begins}.1|desk-operators|NONE|ENTERQUEUE||{IMPORTED}|1\n"
            f"{begins + 9}|t9-{begins}.1|desk-operators|PJSIP/101|CONNECT|9|x|1\n"
            f"{begins + 40}|t9-{begins}.1|desk-operators|PJSIP/101|COMPLETECALLER|9|31|1\n"
        )
        case = ["case", "add", "20261235", "--type", "grievance", "--desk", "school_life", "--consent"]
        self.ivr(*case, "--number", spellings(CASE)[1])
        self.ivr("cases", "import", str(cases))
        self.ivr("bulk", "send", str(bulk), "--template", "assignment")
        self.ivr("import", "calls", str(old))
        self.ivr("hold", "set", "-", "--reason", f"소송, {HELD}", typed=f"{HELD}\n")
        self.ivr("messages", "opt-out", OPTED)
        self.ivr("notice", "off", "counter_evening", "--reason", f"문의는 {spellings(CASE)[1]}")
        for file in (cases, bulk, old):
            file.unlink()  # the office's own files

    def requests(self) -> None:
        """Another system's request, and the same again."""
        with self.store.transaction() as session:
            token = tokens.issue(session, "saeol", tokens.SCOPES, [], datetime.now(UTC))
        head = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
        client = self.site.as_(None).client
        for _ in range(2):
            row = {**GRIEVANCE, "receipt": "20269999", "number": API}
            assert client.post("/cases", json=row, headers=head).status_code == 201

    def sending(self) -> None:
        """Messages go out and fail; one is mended; the log is as talkative as it gets."""
        logs.setup(self.config.data_dir / "log", "worker", "debug")
        try:
            sender = open_sender(self.config, self.config.keys_dir)
            dispatch = Dispatch(self.store, self.keys, sender, self.site.office.office, self.config.messages, "w")
            for _ in range(3):
                dispatch.turn([dispatch.call(job) for job in dispatch.turn([], 50)], 0)
            logging.getLogger("callback").error("a number in a message: %s", CASE)
        finally:
            logging.basicConfig(force=True)
        with self.store.transaction() as session:
            for message in session.scalars(select(Message)):
                message.state = "dead"
            id = message.id
        with self.store.reading() as session:
            one = session.scalars(select(Message.id).where(Message.bulk.is_not(None))).first()
        self.ivr("messages", "repair", one or id, "--to", MENDED)

    def take_away(self) -> None:
        """Exports of every form, and a backup."""
        for form in ("csv", "xlsx", "pdf"):
            self.ivr("export", "figures", "--format", form, "--out", str(self.folder / f"figures.{form}"))
        for form in ("csv", "xlsx"):
            out = str(self.folder / f"calls.{form}")
            self.ivr("export", "calls", "--format", form, "--out", out, "--reason", f"민원 {CASE}")
        self.ivr("backup", str(self.folder))

    def pages(self) -> dict[str, bytes]:
        """Every page that can be had by its address, as every role, and every list of the command line."""
        with self.store.reading() as session:
            values = {
                "id": session.scalars(select(Message.id)).first() or "", "receipt": "20261235", "name": "admin",
                "call": CALL, "file": "x",
            }  # fmt: skip
            calls = session.scalars(select(Call.id)).all()
        found = {}
        for role in ("admin", "supervisor", "desk", "auditor"):
            visitor = self.site.as_(role)
            for route in routes(self.site.app):
                if route.method == "GET":
                    ways = [re.sub(r"{(\w+)[^}]*}", lambda match: values.get(match[1], "x"), route.path)]
                    ways += [f"/calls/{id}" for id in calls] if route.path.startswith("/calls/{") else []
                    for way in ways:
                        found[f"{role} {way}"] = visitor.get(way).content
        for line in ("calls", f"calls {CALL}", "case list", "case show 20261235", "messages list", "inbox list",
                     "bulk status", "import list", "hold list", "audit list", "audit list --format csv", "report",
                     "report --by desk --format csv", "retention run --dry-run"):  # fmt: skip
            found[f"ivr {line}"] = self.ivr(*line.split(" ")).encode()
        return found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("stolen")
    with pytest.MonkeyPatch.context() as patch, fake_twilio(folder.parent / "accepted.jsonl") as api:
        patch.setenv("TWILIO_AUTH_TOKEN", twilio.TOKEN)
        office = Office(folder, api)
        office.call()
        office.commands()
        office.requests()
        office.sending()
        office.take_away()
    return office


def test_every_number_is_there_for_who_has_the_keys(office: Office) -> None:
    """Else what follows would prove nothing."""
    with office.store.reading() as session:
        sealed = [*session.scalars(select(Message.number)), *session.scalars(select(Call.caller))]
        opened = {office.keys.open(text)[-8:] for text in sealed if text}
    assert {number[-8:] for number in (CALLER, IMPORTED, CASE, API, MENDED)} <= opened


def test_the_data_folder_shows_no_number(office: Office) -> None:
    with office.store.held():  # the write-ahead log stands beside the database
        assert (office.config.data_dir / "onestop.db-wal").exists()
        assert leaks(office.folder, NUMBERS) == []
    assert len([*office.folder.glob("*.tar.gz"), *office.folder.glob("calls.*"), *office.folder.glob("*.pdf")]) == 4
    assert [path.name for path in office.config.data_dir.rglob("*.bad")] != []
    assert "a number in a message" in (office.config.data_dir / "log/worker.log").read_text()


def test_no_page_and_no_list_shows_a_number(office: Office) -> None:
    pages = office.pages()
    assert len(pages) > 40
    assert {name: within(content, NUMBERS) for name, content in pages.items() if within(content, NUMBERS)} == {}


def test_only_who_gives_a_reason_is_shown_a_number(office: Office) -> None:
    admin, auditor = office.site.as_("admin"), office.site.as_("auditor")
    way = f"/calls/{CALL}/number"
    shown = admin.post(way, {"reason": "민원인이 다시 걸어 달라고 함"})
    assert within(shown.content, NUMBERS) == {CALLER}
    assert within(admin.post(way, {"reason": ""}).content, NUMBERS) == set()
    assert within(auditor.post(way, {"reason": "민원인이 다시 걸어 달라고 함"}).content, NUMBERS) == set()
    assert leaks(office.folder, NUMBERS) == []  # nor does the audit log keep it


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    number = "01043179151"
    for n, text in enumerate(spellings(number)):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert within(f"von {text} an".encode(encoding), [number]), (text, encoding)
        for pad in ("", "x", "xx"):
            assert within(base64.b64encode(f"{pad}{text} and more".encode()), [number]), (text, pad)
        (tmp_path / f"{n}.gz").write_bytes(gzip.compress(text.encode()))
        with zipfile.ZipFile(tmp_path / f"{n}.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("sheet.xml", f"<v>{text}</v>" * 10)
    (tmp_path / f"call-{number}.txt").write_text("nothing")
    assert len(leaks(tmp_path, [number])) == 2 * len(spellings(number)) + 1
    assert within(b"010-4317-9152", [number]) == set()
    assert facts.CALL_ID.fullmatch(CALL)
