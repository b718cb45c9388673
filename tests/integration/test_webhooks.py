"""Reports of delivery: those of a true provider are noted, and nobody else's."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from twilio.request_validator import RequestValidator

from callback.sender import Delivery, Outgoing
from callback.senders import open_sender
from callback.webhooks import router
from ivr.config import Config, Messages
from ivr.errors import BadInput, StoreUnavailable
from tests.exchange import free_port, wait_for
from tests.fakes.solapi import KEY, SECRET, WEBHOOK_SECRET, SolapiFake
from tests.fakes.solapi import NUMBER as SOLAPI_NUMBER
from tests.fakes.twilio import ACCOUNT, NUMBER, TOKEN, TwilioFake, signature

Noted = list[tuple[str, Delivery, str]]
FORM = [
    ("MessageSid", "SM" + "1" * 32),
    ("MessageStatus", "delivered"),
    ("To", "+821012345678"),
    ("AccountSid", ACCOUNT),
]
REPORTED: Noted = [("SM" + "1" * 32, "delivered", "")]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    for name, text in {"twilio-token": TOKEN, "solapi-secret": SECRET, "solapi-webhook": WEBHOOK_SECRET}.items():
        (tmp_path / name).write_text(text + "\n")
    return tmp_path


def settings(sender: str, **more: Any) -> Config:
    account, number = {"twilio": (ACCOUNT, NUMBER), "solapi": (KEY, SOLAPI_NUMBER), "console": ("", "")}[sender]
    names = {"account": account, "number": number} if account else {}
    return Config(lines={}, messages=Messages.model_validate({"sender": sender, **names, **more}))


def client(config: Config, keys: Path, noted: Noted) -> TestClient:
    app = FastAPI()
    app.include_router(router(config, keys, lambda *report: noted.append(report)))
    return TestClient(app)


@contextmanager
def listening(config: Config, keys: Path, noted: Noted, port: int) -> Iterator[None]:
    """The router behind a true HTTP server."""
    app = FastAPI()
    app.include_router(router(config, keys, lambda *report: noted.append(report)))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_for(lambda: server.started)
    yield
    server.should_exit = True
    thread.join()


def sign(url: str, form: list[tuple[str, str]], token: str = TOKEN) -> dict[str, str]:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    return headers | {"X-Twilio-Signature": signature(token, url, form)}


def test_twilio_reports_and_is_believed(keys: Path) -> None:
    noted: Noted = []
    port = free_port()
    with TwilioFake() as fake:
        config = settings("twilio", api=fake.url, callback=f"http://127.0.0.1:{port}")
        fake.failures["+821099999999"] = 30005
        with listening(config, keys, noted, port):
            sender = open_sender(config, keys)
            for to in ("+821012345678", "+821099999999"):
                sender.send(Outgoing(to, to, "안녕", "ko"))
            wait_for(lambda: len(fake.answers) == 4)
        first, second = fake.held
    assert fake.answers == [204] * 4
    assert sorted(noted) == sorted(
        [(first, "sending", ""), (first, "delivered", ""), (second, "sending", ""), (second, "undelivered", "30005")]
    )


def test_solapi_reports_and_is_believed(keys: Path) -> None:
    noted: Noted = []
    port = free_port()
    with SolapiFake() as fake:
        config = settings("solapi", api=fake.url, callback=f"http://127.0.0.1:{port}")
        fake.webhook = f"http://127.0.0.1:{port}/webhooks/solapi"
        fake.failures["01099999999"] = "3032"
        with listening(config, keys, noted, port):
            sender = open_sender(config, keys)
            for to in ("+821012345678", "+821099999999"):
                sender.send(Outgoing(to, to, "안녕", "ko"))
            wait_for(lambda: len(fake.answers) == 2)
        first, second = (held.fields["groupId"] for held in fake.held.values())
    assert fake.answers == [204] * 2
    assert noted == [(first, "delivered", ""), (second, "undelivered", "3032")]


ADDRESSES = {
    "a name": ("https://office.example", "https://office.example"),
    "signed with the usual port": ("https://office.example", "https://office.example:443"),
    "signed without our port": ("https://office.example:8443", "https://office.example"),
    "http": ("http://office.example", "http://office.example:80"),
    "below a path": ("https://office.example/onestop", "https://office.example/onestop"),
    "IPv6 with a port": ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
    "IPv6 signed without it": ("https://[2001:db8::1]:8443", "https://[2001:db8::1]"),
    "IPv6 signed with the usual port": ("https://[2001:db8::1]", "https://[2001:db8::1]:443"),
}


@pytest.mark.parametrize(("known", "signed"), ADDRESSES.values(), ids=ADDRESSES)
def test_the_address_twilio_was_told_is_what_it_signed(keys: Path, known: str, signed: str) -> None:
    noted: Noted = []
    office = client(settings("twilio", callback=known), keys, noted)
    for query in ("", "?a=1"):
        headers = sign(f"{signed}/webhooks/twilio{query}", FORM)
        answer = office.post(f"/webhooks/twilio{query}", content=urlencode(FORM), headers=headers)
        assert answer.status_code == 204
    assert noted == REPORTED * 2


URL = "https://office.example/webhooks/twilio"
RIGHT = sign(URL, FORM)
WRONG: dict[str, tuple[dict[str, str], list[tuple[str, str]]]] = {
    "no signature": ({k: v for k, v in RIGHT.items() if k != "X-Twilio-Signature"}, FORM),
    "an empty one": (RIGHT | {"X-Twilio-Signature": ""}, FORM),
    "no ASCII": (RIGHT | {"X-Twilio-Signature": "\xe9" * 28}, FORM),
    "another token": (sign(URL, FORM, "0" * 32), FORM),
    "another address": (sign("https://elsewhere.example/webhooks/twilio", FORM), FORM),
    "a field changed": (RIGHT, [(k, "undelivered" if k == "MessageStatus" else v) for k, v in FORM]),
    "a field added": (RIGHT, [*FORM, ("ErrorCode", "30003")]),
    "a field said twice": (RIGHT, [*FORM, ("MessageStatus", "undelivered")]),
    "no form": (RIGHT | {"Content-Type": "application/json"}, FORM),
}


@pytest.mark.parametrize(("headers", "form"), WRONG.values(), ids=WRONG)
def test_a_wrong_signature_gets_403(keys: Path, headers: dict[str, str], form: list[tuple[str, str]]) -> None:
    noted: Noted = []
    office = client(settings("twilio", callback="https://office.example"), keys, noted)
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    assert office.post("/webhooks/twilio", content=urlencode(form), headers=sent).status_code == 403
    assert noted == []


def test_the_fakes_signature_is_the_packages(keys: Path) -> None:
    """Two writings of Twilio's rule: ours of its documentation, theirs in the package."""
    assert signature(TOKEN, URL, FORM) == RequestValidator(TOKEN).compute_signature(URL, dict(FORM))


def test_a_report_said_again_is_harmless_and_one_about_nothing_is_400(keys: Path) -> None:
    noted: Noted = []
    office = client(settings("twilio", callback="https://office.example"), keys, noted)
    for _ in range(2):
        assert office.post("/webhooks/twilio", content=urlencode(FORM), headers=RIGHT).status_code == 204
    assert noted == REPORTED * 2
    other = [("CallSid", "CA" + "1" * 32)]
    assert office.post("/webhooks/twilio", content=urlencode(other), headers=sign(URL, other)).status_code == 400
    huge = office.post("/webhooks/twilio", content=b"a" * (256 * 1024 + 1), headers=RIGHT)
    assert huge.status_code == 413


SHARED = {"X-Solapi-Secret": hashlib.sha1(WEBHOOK_SECRET.encode()).hexdigest()}


@pytest.mark.parametrize("secret", [None, "", WEBHOOK_SECRET, "0" * 40, "\xe9"])
def test_a_wrong_solapi_secret_gets_403(keys: Path, secret: str | None) -> None:
    noted: Noted = []
    office = client(settings("solapi", callback="https://office.example"), keys, noted)
    headers = {} if secret is None else {"X-Solapi-Secret": secret.encode("latin-1")}
    body = [{"data": {"messageId": "M4V1", "groupId": "G4V1", "type": "SMS", "statusCode": "4000"}}]
    assert office.post("/webhooks/solapi", json=body, headers=headers).status_code == 403
    assert noted == []
    assert office.post("/webhooks/solapi", json=body, headers=SHARED).status_code == 204
    assert noted == [("G4V1", "delivered", "")]


def test_solapi_reports_in_either_shape(keys: Path) -> None:
    noted: Noted = []
    office = client(settings("solapi", callback="https://office.example"), keys, noted)
    told = {"messageId": "M4V1", "groupId": "G4V1", "type": "SMS", "statusCode": "3032"}
    alimtalk = told | {"type": "ATA", "statusCode": "3104"}
    group = {"groupId": "G4V1", "status": "COMPLETE", "count": {}}
    body = [told, {"eventDataId": "1", "data": alimtalk, "retryCount": 0}, {"data": group}]
    assert office.post("/webhooks/solapi", json=body, headers=SHARED).status_code == 204
    assert noted == [("G4V1", "undelivered", "3032"), ("G4V1", "sending", "")]


@pytest.mark.parametrize("body", [b"", b"{", b"3", b'"x"', b'{"a": 1}', b"[1]", b'[{"messageId": "M"}]', b"\xff"])
def test_what_is_no_report_gets_400(keys: Path, body: bytes) -> None:
    office = client(settings("solapi", callback="https://office.example"), keys, [])
    assert office.post("/webhooks/solapi", content=body, headers=SHARED).status_code == 400


def test_a_database_that_is_away_lets_the_provider_tell_again(keys: Path) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("away")

    app = FastAPI()
    app.include_router(router(settings("solapi", callback="https://office.example"), keys, away))
    body = json.dumps([{"messageId": "M4V1", "groupId": "G4V1", "statusCode": "4000"}])
    assert TestClient(app).post("/webhooks/solapi", content=body, headers=SHARED).status_code == 503


def test_nobody_reports_to_an_office_that_polls(keys: Path, tmp_path: Path) -> None:
    for config in (settings("console"), settings("twilio"), settings("solapi")):
        assert router(config, keys, lambda *_: None).routes == []
    with pytest.raises(BadInput, match="solapi-webhook"):
        router(settings("solapi", callback="https://office.example"), tmp_path / "none", lambda *_: None)
