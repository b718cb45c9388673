"""A citizen asks for a case by telephone, is told rightly, subscribes, and gets the next change as a message."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from callback import api, promises, tokens
from callback.dispatch import Dispatch
from callback.senders import open_sender
from callback.tokens import SCOPES
from callback.worker import Worker
from ivr.cli.speech import Speech
from ivr.cli.web import serving
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.records.keys import Keys
from ivr.records.message_tables import Message
from ivr.speech.words import spoken
from ivr.telephony.lookups import BY_CALLER
from tests import offices
from tests.acceptance.line import OPEN, Line, keys, line
from tests.exchange import free_port, wait_for

pytestmark = pytest.mark.slow

RECEIPT, NUMBER, LAST4 = "20261234", "010-9876-5432", "5432"


@dataclass
class Desk:
    """The line, the systems around it, and what was spoken on it."""

    line: Line
    http: httpx.Client
    heard: list[str] = field(default_factory=list)

    def messages(self) -> list[Path]:
        return sorted((self.line.config.data_dir / "messages").rglob("*.txt"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("line")
    files = offices.copy_of_sample(folder)
    offices.never_busy(files)
    for language in ("ko", "en"):
        offices.hush(files, language)
    offices.never_quiet(files)
    heard: list[str] = []
    plain = Speech.speak

    def speak(self: Speech, office: Office, prompts: tuple[Prompt, ...], language: str, slow: bool = False) -> str:
        heard.append(" ".join(spoken(prompt, language) for prompt in prompts))
        return plain(self, office, prompts, language, slow)

    lines = {"1006": {"flow": "status"}, "1007": {"flow": "status", "language": "en"}}
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(Speech, "speak", speak)
        running = stack.enter_context(line(folder, files, lines=lines))
        config, number_keys = running.config, Keys(running.config.keys_dir)
        office = running.office
        listen = f"127.0.0.1:{free_port()}"
        stack.enter_context(serving(api.build(config, lambda: office, number_keys, running.store), listen))
        with running.store.transaction() as session:
            token = tokens.issue(session, "saeol", SCOPES, [], OPEN)
        headers = {"Authorization": f"Bearer {token}"}
        http = stack.enter_context(httpx.Client(base_url=f"http://{listen}", headers=headers, timeout=10))
        sender = open_sender(config, config.keys_dir)
        worker = Worker(Dispatch(running.store, number_keys, sender, office, config.messages, "test"), 4)
        stop = threading.Event()
        keeper = threading.Thread(target=promises.keep_until, args=(stop, running.store, office, number_keys))
        sending = threading.Thread(target=worker.run)
        for thread in (keeper, sending):
            thread.start()
            stack.callback(thread.join)
        stack.callback(worker.stop)
        stack.callback(stop.set)
        yield Desk(running, http, heard)


def add(desk: Desk, receipt: str, number: str = NUMBER, **more: object) -> None:
    case = {"receipt": receipt, "type": "grievance", "desk": "school_life", "number": number, "consent": False, **more}
    answer = desk.http.post("/cases", json=case, headers={"Idempotency-Key": f"add-{receipt}"})
    assert answer.status_code == 201, answer.text
    answer = desk.http.post(
        f"/cases/{receipt}/status", json={"status": "처리중"}, headers={"Idempotency-Key": f"begin-{receipt}"}
    )
    assert answer.status_code == 200, answer.text


def test_a_case_is_told_subscribed_and_its_change_delivered(desk: Desk) -> None:
    add(desk, RECEIPT)
    acts = [*keys(RECEIPT), "~1500", *keys(LAST4)[1:], "~6000", "1", "end"]
    journey = desk.line.dial("1006", *acts)
    assert journey.steps == [f"status/{step}:next" for step in ("receipt", "owner", "find", "tell", "offer", "bye")]
    assert any("고충 민원은 현재 처리중 상태입니다." in words for words in desk.heard)
    assert any("문자로 알려 드리겠습니다." in words for words in desk.heard)
    wait_for(lambda: len(desk.messages()) == 1, 15, "the first message, of the status as it is")
    body = {"status": "완료"}
    assert desk.http.post(f"/cases/{RECEIPT}/status", json=body, headers={"Idempotency-Key": "done"}).status_code == 200
    wait_for(lambda: len(desk.messages()) == 2, 15, "the message of the change")
    assert any("완료" in path.read_text() for path in desk.messages())


def test_in_english_and_declined(desk: Desk) -> None:
    add(desk, "20265678")
    before = len(desk.messages())
    acts = [*keys("20265678"), "~1500", *keys(LAST4)[1:], "~6000", "2", "end"]
    journey = desk.line.dial("1007", *acts)
    assert journey.steps[-2:] == ["status/offer:declined", "status/bye:next"]
    said = next(words for words in desk.heard if "Your case" in words)
    assert "is in progress" in said
    assert len(desk.messages()) == before


def test_a_landline_is_offered_no_message(desk: Desk) -> None:
    add(desk, "20267777", number="042-123-5432")
    journey = desk.line.dial("1006", *keys("20267777"), "~1500", *keys(LAST4)[1:], "end")
    assert "status/offer:landline" in journey.steps


@pytest.mark.timeout(400)  # call after call, each spoken in full
def test_wrong_digits_tell_nothing_and_guessing_is_cut_off(desk: Desk) -> None:
    add(desk, "20269999")
    desk.heard.clear()
    guess = [*keys("20269999"), "~1500", *keys("0000")[1:], "~2500"]
    number = "01022223333"

    def call(*acts: str) -> list[str]:
        process = desk.line.phone.start("1006", acts, caller=number, patience=80)
        assert process.wait(90) == 0
        wait_for(lambda: all(j.outcome != "in_progress" for j in desk.line.of(number)), 15, "the record")
        return desk.line.of(number)[-1].steps

    for _ in range(BY_CALLER // 3):
        steps = call(*guess, *guess, *guess, "end")
        assert steps.count("status/find:missing") == 2
        assert "status/find:failed" in steps
    assert not any("고충" in words for words in desk.heard), "nothing of the case was told"
    assert "status/find:failed" in call(*keys("20269999"), "~1500", *keys(LAST4)[1:], "end")
    assert not any("고충" in words for words in desk.heard), "the right digits come too late"


def test_nothing_on_disk_holds_the_registered_number(desk: Desk) -> None:
    with desk.line.store.reading() as session:
        assert session.scalars(select(Message.id)).first() is not None
    found = []
    for path in desk.line.config.data_dir.rglob("*"):
        with suppress(FileNotFoundError):  # the database's own files come and go
            if path.is_file() and "messages" not in path.parts and b"98765432" in path.read_bytes():
                found.append(path)
    assert found == []
