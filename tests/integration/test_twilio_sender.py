"""The Twilio sender against a Twilio that keeps its protocol and breaks in every way; and that Twilio itself against
its own published description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from callback.sender import Accepted, Delivery, Outcome, Outgoing, Refused, Unclear
from callback.senders.twilio import Twilio
from ivr.errors import ForeignError
from tests.exchange import wait_for
from tests.fakes.server import Fault
from tests.fakes.twilio import ACCOUNT, MESSAGES, NUMBER, TOKEN, TwilioFake

DESCRIPTION = Path(__file__).parents[2].parent / "shared/data/twilio_api_v2010.json"
TO = "+821012345678"


@pytest.fixture
def fake() -> Iterator[TwilioFake]:
    with TwilioFake() as running:
        yield running


def sender(fake: TwilioFake, token: str = TOKEN) -> Twilio:
    return Twilio(ACCOUNT, token, NUMBER, api=fake.url, answer_s=0.3)


def message(text: str = "접수번호 20261234: 완료", to: str = TO) -> Outgoing:
    return Outgoing("a" * 32, to, text, "ko", submitted=datetime.now(UTC))


def test_a_message_is_accepted_and_arrives(fake: TwilioFake) -> None:
    twilio = sender(fake)
    outcome = twilio.send(message())
    assert isinstance(outcome, Accepted)
    assert outcome.delivery == "sending"
    wait_for(lambda: twilio.delivery(outcome.reference) == ("delivered", ""))
    assert fake.counts() == {message().text: 1}


CLEAR: dict[Fault, Outcome] = {
    "busy": Refused("20429", "Twilio is asked too often", again=True),
    "busy_wait": Refused("20429", "Twilio is asked too often", again=True, after_s=3.0),
}
UNCLEAR: dict[Fault, int] = {"unheard": 0, "unanswered": 1, "error": 0, "reset": 0, "reset_after": 1}


@pytest.mark.parametrize(("fault", "expected"), CLEAR.items())
def test_a_limit_is_a_clear_refusal(fake: TwilioFake, fault: Fault, expected: Outcome) -> None:
    fake.inject(fault)
    assert sender(fake).send(message()) == expected
    assert not fake.counts()


@pytest.mark.parametrize(("fault", "accepted"), UNCLEAR.items())
def test_a_doubtful_message_is_found_when_it_was_accepted(fake: TwilioFake, fault: Fault, accepted: int) -> None:
    fake.inject(fault)
    twilio = sender(fake)
    assert isinstance(twilio.send(message()), Unclear)
    assert fake.counts().total() == accepted
    found = twilio.find(message())
    assert ([found.reference] if found else []) == list(fake.held)


def test_nobody_there_is_a_clear_refusal() -> None:
    with TwilioFake() as gone:
        pass
    outcome = sender(gone).send(message())
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.again) == ("network", True)


def test_an_answer_that_makes_no_sense_is_unclear(fake: TwilioFake, monkeypatch: pytest.MonkeyPatch) -> None:
    nonsense: list[object] = ["no object", {}, []]
    for content in nonsense:
        monkeypatch.setattr(fake, "resource", lambda held, content=content: content)
        assert isinstance(sender(fake).send(message()), Unclear)


def test_a_lagging_list_shows_it_later() -> None:
    with TwilioFake(lag_s=0.3) as fake:
        fake.inject("unanswered")
        twilio = sender(fake)
        assert isinstance(twilio.send(message()), Unclear)
        fake.lag_s = 5.0
        assert twilio.find(message()) is None
        fake.lag_s = 0.0
        assert twilio.find(message()) is not None


def test_another_message_is_not_mistaken_for_it(fake: TwilioFake) -> None:
    twilio = sender(fake)
    twilio.send(message("접수번호 20261234: 접수"))
    twilio.send(message(to="+821099999999"))
    assert twilio.find(message()) is None
    twilio.send(message())
    assert twilio.find(replace(message(), submitted=datetime.now(UTC) + timedelta(minutes=2))) is None
    assert twilio.find(replace(message(), submitted=None)) is not None


def test_the_newest_of_two_alike_is_found(fake: TwilioFake) -> None:
    twilio = sender(fake)
    twilio.send(message())
    second = twilio.send(message())
    assert isinstance(second, Accepted)
    found = twilio.find(message())
    assert found is not None
    assert found.reference == second.reference


REFUSALS = {21211: False, 21408: False, 21610: False, 21614: False, 21606: True}


@pytest.mark.parametrize(("code", "again"), REFUSALS.items())
def test_refusals_have_a_reason(fake: TwilioFake, code: int, again: bool) -> None:
    fake.refusals[TO] = code
    outcome = sender(fake).send(message())
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.again, outcome.after_s) == (str(code), again, None)
    assert str(code) not in outcome.reason  # in words
    assert TO[-8:] not in outcome.reason


def test_a_code_nobody_knows_is_told_as_it_is(fake: TwilioFake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MESSAGES, 21999, (400, "New"))
    fake.refusals[TO] = 21999
    assert sender(fake).send(message()) == Refused("21999", "Twilio refuses it with error 21999", again=False)


def test_a_wrong_token_is_set_right_by_somebody(fake: TwilioFake) -> None:
    stranger = sender(fake, "0" * 32)
    outcome = stranger.send(message())
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.again) == ("20003", True)
    with pytest.raises(ForeignError, match="list of messages can't be read"):
        stranger.find(message())


FAILURES = [30003, 30005, 30006, 30007, 30008]


@pytest.mark.parametrize("code", FAILURES)
def test_what_does_not_arrive_is_told_with_its_code(fake: TwilioFake, code: int) -> None:
    fake.failures[TO] = code
    twilio = sender(fake)
    outcome = twilio.send(message())
    assert isinstance(outcome, Accepted)
    ended: tuple[Delivery, str] = ("undelivered", str(code))
    wait_for(lambda: twilio.delivery(outcome.reference) == ended)


@pytest.mark.parametrize("fault", ["busy", "error", "reset", "unheard"])
def test_a_provider_that_cant_be_asked_is_a_foreign_error(fake: TwilioFake, fault: Fault) -> None:
    fake.inject(fault, fault, on="read")
    with pytest.raises(ForeignError):
        sender(fake).find(message())
    with pytest.raises(ForeignError):
        sender(fake).delivery("SM" + "0" * 32)


def test_a_message_nobody_knows_is_a_foreign_error(fake: TwilioFake) -> None:
    with pytest.raises(ForeignError, match="20404"):
        sender(fake).delivery("SM" + "0" * 32)


def test_the_list_is_read_over_its_pages(fake: TwilioFake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callback.senders.twilio.LOOKED_AT", 3)
    fake.largest_page = 2
    twilio = sender(fake)
    for text in ("하나", "둘", "셋", "넷"):
        twilio.send(message(text))
    assert twilio.find(message("둘")) is not None
    assert twilio.find(message("하나")) is None


def described(path: str, method: str, status: str) -> jsonschema_rs.Validator:
    """Twilio's own schema of an answer, every property of it required and no other allowed."""
    if not DESCRIPTION.exists():
        pytest.skip(f"Twilio's API description is not at hand ({DESCRIPTION})")
    api = json.loads(DESCRIPTION.read_text())
    answer = api["paths"][f"/2010-04-01/Accounts/{{AccountSid}}{path}"][method]["responses"][status]
    schema = strict(answer["content"]["application/json"]["schema"])
    schemas = {name: strict(s) for name, s in api["components"]["schemas"].items()}
    return jsonschema_rs.validator_for(schema | {"components": {"schemas": schemas}})


def strict(schema: Any) -> Any:
    """OpenAPI 3.0's `nullable` in JSON Schema's words; objects with all their properties and no others."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items() if key not in ("nullable", "format")}
    if schema.get("type") == "object" and "properties" in schema:
        made |= {"required": list(schema["properties"]), "additionalProperties": False}
    if schema.get("nullable") and isinstance(schema.get("type"), str):
        made["type"] = [schema["type"], "null"]
    return made


def test_the_fake_answers_as_twilio_describes_itself(fake: TwilioFake) -> None:
    with httpx.Client(base_url=fake.url, auth=(ACCOUNT, TOKEN)) as client:
        form = {"To": TO, "From": NUMBER, "Body": "안녕"}
        made = client.post(fake.send_path, data=form)
        assert made.status_code == 201
        described("/Messages.json", "post", "201").validate(made.json())
        fake.failures[TO] = 30003
        wait_for(lambda: client.get(made.json()["uri"]).json()["status"] == "undelivered")
        described("/Messages/{Sid}.json", "get", "200").validate(client.get(made.json()["uri"]).json())
        client.post(fake.send_path, data=form)
        listed = client.get(fake.send_path, params={"To": TO, "PageSize": "1"})
        described("/Messages.json", "get", "200").validate(listed.json())


def test_the_schema_can_fail() -> None:
    message = described("/Messages.json", "post", "201")
    with TwilioFake() as fake:
        made = httpx.post(
            fake.url + fake.send_path, data={"To": TO, "From": NUMBER, "Body": "안녕"}, auth=(ACCOUNT, TOKEN)
        ).json()
    assert message.is_valid(made)
    for spoiled in ({"sid": "X"}, {"status": "gone"}, {"error_code": "30003"}, {"num_segments": 1}, {"more": 1}):
        assert not message.is_valid(made | spoiled)
    assert not message.is_valid({k: v for k, v in made.items() if k != "uri"})
