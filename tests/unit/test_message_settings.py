"""The settings of messages: which sender they open, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from callback.senders import open_sender
from ivr import config
from ivr.config import Config
from ivr.errors import BadInput

TWILIO = "{sender: twilio, account: AC1, number: '+827012345678'}"
SOLAPI = "{sender: solapi, account: NCS1, number: '0421234567'}"


def load(tmp_path: Path, messages: str) -> Config:
    (tmp_path / "config.yaml").write_text(f"lines: {{}}\nmessages: {messages}\n")
    return config.load(tmp_path / "config.yaml")


@pytest.mark.parametrize(("messages", "name"), [("{}", "console"), (TWILIO, "twilio"), (SOLAPI, "solapi")])
def test_the_sender_that_is_named_is_opened(tmp_path: Path, messages: str, name: str) -> None:
    for secret in ("twilio-token", "solapi-secret"):
        (tmp_path / secret).write_text("x\n")
    assert open_sender(load(tmp_path, messages), tmp_path).name == name


BAD = {
    "unknown sender": ("{sender: twillio}", "sender: must be 'console', 'twilio' or 'solapi'"),
    "nobody to send as": ("{sender: twilio}", "the sender twilio needs account and number"),
    "no number": ("{sender: solapi, account: NCS1}", "the sender solapi needs number"),
    "a number with dashes": ("{number: 042-123-4567}", "number: must fit the pattern"),
    "no rate": ("{per_second: 0}", "per_second: must be greater than 0"),
    "an address with a slash at its end": ("{callback: 'https://office.example/'}", "callback: must fit the pattern"),
    "no address": ("{callback: office.example}", "callback: must fit the pattern"),
    "a secret in the file": ("{token: x}", "unknown key “token”"),
}


@pytest.mark.parametrize(("messages", "message"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_told_at_its_line(tmp_path: Path, messages: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        load(tmp_path, messages)
    (problem,) = caught.value.problems
    assert problem.line == 2
    assert problem.message.startswith(message)


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(tmp_path, TWILIO)
    with pytest.raises(BadInput, match=r"twilio-token: error: can't be read(.|\n)*TWILIO_AUTH_TOKEN"):
        open_sender(settings, tmp_path)
    (tmp_path / "twilio-token").write_text("\n")
    with pytest.raises(BadInput, match="twilio-token: error: is empty"):
        open_sender(settings, tmp_path)
    (tmp_path / "twilio-token").write_bytes(b"\xff")
    with pytest.raises(BadInput, match="isn't UTF-8"):
        open_sender(settings, tmp_path)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "x")
    assert open_sender(settings, tmp_path).name == "twilio"
