"""The Solapi sender against a Solapi that keeps its protocol and breaks in every way."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from solapi.model.response.messages.get_messages import GetMessagesResponse
from solapi.model.response.send_message_response import SendMessageResponse
from solapi.model.webhook.single_report import SingleReportPayload

from callback.sender import Accepted, Delivery, Outcome, Outgoing, Refused, Unclear
from callback.senders.solapi import Solapi
from ivr.errors import ForeignError
from tests.exchange import wait_for
from tests.fakes.server import Answer, Fault, Held, Request
from tests.fakes.solapi import CHANNEL, KEY, NUMBER, SECRET, TEMPLATE, SolapiFake

TO, DIALLED = "+821012345678", "01012345678"


@pytest.fixture
def fake() -> Iterator[SolapiFake]:
    with SolapiFake() as running:
        yield running


def sender(fake: SolapiFake, secret: str = SECRET) -> Solapi:
    return Solapi(KEY, secret, NUMBER, CHANNEL, fake.url, 0.3)


def message(id: str = "a" * 32, text: str = "접수번호 20261234: 완료", **more: object) -> Outgoing:
    made = Outgoing(id, TO, text, "ko", submitted=datetime.now(UTC))
    return replace(made, **more)  # type: ignore[arg-type]


def only(fake: SolapiFake) -> Held:
    (held,) = fake.held.values()
    return held


def test_a_short_message_goes_as_sms_and_arrives(fake: SolapiFake) -> None:
    solapi = sender(fake)
    outcome = solapi.send(message())
    assert isinstance(outcome, Accepted)
    assert outcome.reference == only(fake).fields["groupId"]
    assert (only(fake).fields["type"], only(fake).to, only(fake).fields["country"]) == ("SMS", DIALLED, "82")
    wait_for(lambda: solapi.delivery(outcome.reference) == ("delivered", ""))
    assert fake.counts("id") == {"a" * 32: 1}


def test_what_is_longer_than_90_bytes_goes_as_lms(fake: SolapiFake) -> None:
    assert isinstance(sender(fake).send(message(text="가" * 45)), Accepted)
    assert isinstance(sender(fake).send(message(text="가" * 45 + "a")), Accepted)
    assert [held.fields["type"] for held in fake.held.values()] == ["SMS", "LMS"]


def test_a_foreign_number_is_dialled_within_its_country(fake: SolapiFake) -> None:
    sender(fake).send(message(to="+8613800138000"))
    assert (only(fake).to, only(fake).fields["country"]) == ("13800138000", "86")


def test_a_template_goes_as_alimtalk_with_its_variables(fake: SolapiFake) -> None:
    sender(fake).send(message(template=TEMPLATE, values={"receipt": "20261234", "status": "완료"}))
    options = only(fake).fields["kakaoOptions"]
    assert options["variables"] == {"#{receipt}": "20261234", "#{status}": "완료"}
    assert (options["pfId"], options["templateId"], options["disableSms"]) == (CHANNEL, TEMPLATE, False)


def test_without_a_channel_a_template_goes_as_sms(fake: SolapiFake) -> None:
    Solapi(KEY, SECRET, NUMBER, api=fake.url).send(message(template=TEMPLATE))
    assert only(fake).fields["type"] == "SMS"


def test_alimtalk_that_fails_goes_on_as_sms(fake: SolapiFake) -> None:
    fake.no_kakao.add(DIALLED)
    fake.step_s = 0.2
    solapi = sender(fake)
    outcome = solapi.send(message(template=TEMPLATE, values={"receipt": "1"}))
    assert isinstance(outcome, Accepted)
    seen: list[tuple[Delivery, str]] = []

    def arrived() -> bool:
        seen.append(solapi.delivery(outcome.reference))
        return seen[-1] == ("delivered", "")

    wait_for(arrived)
    assert set(seen[:-1]) == {("sending", "")}


def test_an_sms_that_stands_in_can_fail_too(fake: SolapiFake) -> None:
    fake.no_kakao.add(DIALLED)
    fake.failures[DIALLED] = "3032"
    solapi = sender(fake)
    outcome = solapi.send(message(template=TEMPLATE, values={"receipt": "1"}))
    assert isinstance(outcome, Accepted)
    wait_for(lambda: solapi.delivery(outcome.reference)[0] == "undelivered")


CLEAR: dict[Fault, Outcome] = {
    "busy": Refused("TooManyRequests", "Solapi is asked too often", again=True),
    "busy_wait": Refused("TooManyRequests", "Solapi is asked too often", again=True, after_s=3.0),
}
UNCLEAR: dict[Fault, int] = {"unheard": 0, "unanswered": 1, "error": 0, "reset": 0, "reset_after": 1}


@pytest.mark.parametrize(("fault", "expected"), CLEAR.items())
def test_a_limit_is_a_clear_refusal(fake: SolapiFake, fault: Fault, expected: Outcome) -> None:
    fake.inject(fault)
    assert sender(fake).send(message()) == expected
    assert not fake.counts()


@pytest.mark.parametrize(("fault", "accepted"), UNCLEAR.items())
def test_a_doubtful_message_is_found_when_it_was_accepted(fake: SolapiFake, fault: Fault, accepted: int) -> None:
    fake.inject(fault)
    solapi = sender(fake)
    assert isinstance(solapi.send(message()), Unclear)
    assert fake.counts().total() == accepted
    found = solapi.find(message())
    assert ([found.reference] if found else []) == [held.fields["groupId"] for held in fake.held.values()]


def test_a_message_is_found_by_our_id_alone(fake: SolapiFake) -> None:
    solapi = sender(fake)
    solapi.send(message("a" * 32))
    assert solapi.find(message("b" * 32)) is None
    assert solapi.find(message("a" * 32, submitted=None)) is not None
    assert solapi.find(message("a" * 32, submitted=datetime.now(UTC) + timedelta(minutes=10))) is None


def test_nobody_there_is_a_clear_refusal() -> None:
    with SolapiFake() as gone:
        pass
    outcome = sender(gone).send(message())
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.again) == ("network", True)


REFUSALS = {"1061": False, "1060": False, "1030": True, "1062": True}


@pytest.mark.parametrize(("code", "again"), REFUSALS.items())
def test_refusals_have_a_reason(fake: SolapiFake, code: str, again: bool) -> None:
    fake.refusals[DIALLED] = code
    outcome = sender(fake).send(message())
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.again) == (code, again)
    assert code not in outcome.reason


def test_a_wrong_secret_is_set_right_by_somebody(fake: SolapiFake) -> None:
    outcome = sender(fake, "x").send(message())
    assert outcome == Refused("SignatureDoesNotMatch", "Solapi doesn't accept this API secret", again=True)


def test_an_answer_that_makes_no_sense_is_unclear(fake: SolapiFake, monkeypatch: pytest.MonkeyPatch) -> None:
    nonsense: list[object] = ["no object", {}, [], {"groupInfo": {}}, {"failedMessageList": [{}]}]
    for content in nonsense:
        monkeypatch.setattr(fake, "respond", lambda request, content=content: Answer(200, content))
        assert isinstance(sender(fake).send(message()), Unclear)
        with pytest.raises(ForeignError):
            sender(fake).find(message())


@pytest.mark.parametrize(
    ("code", "delivery"), [("3032", "undelivered"), ("3104", "undelivered"), ("4000", "delivered")]
)
def test_how_it_ended(fake: SolapiFake, code: str, delivery: Delivery) -> None:
    fake.failures[DIALLED] = code
    solapi = sender(fake)
    outcome = solapi.send(message())
    assert isinstance(outcome, Accepted)
    wait_for(lambda: solapi.delivery(outcome.reference) == (delivery, code if delivery == "undelivered" else ""))


def test_a_lagging_list_means_under_way() -> None:
    with SolapiFake(lag_s=60) as fake:
        outcome = sender(fake).send(message())
        assert isinstance(outcome, Accepted)
        assert sender(fake).find(message()) is None
        assert sender(fake).delivery(outcome.reference) == ("sending", "")


@pytest.mark.parametrize("fault", ["busy", "error", "reset", "unheard"])
def test_a_provider_that_cant_be_asked_is_a_foreign_error(fake: SolapiFake, fault: Fault) -> None:
    fake.inject(fault, fault, on="read")
    with pytest.raises(ForeignError):
        sender(fake).find(message())
    with pytest.raises(ForeignError):
        sender(fake).delivery("G4V")


def test_a_signature_is_taken_once_and_in_time(fake: SolapiFake) -> None:
    def answer(date: str, salt: str) -> object:
        signature = hmac.digest(SECRET.encode(), (date + salt).encode(), hashlib.sha256).hex()
        header = f"HMAC-SHA256 apiKey={KEY}, date={date}, salt={salt}, signature={signature}"
        content = fake.respond(Request("GET", "/messages/v4/list-old", {}, {"authorization": header}, b"")).content
        assert isinstance(content, dict)
        return content.get("errorCode")

    now, old = datetime.now(UTC).isoformat(), (datetime.now(UTC) - timedelta(minutes=16)).isoformat()
    assert [answer(now, "salt12345678"), answer(now, "salt12345678"), answer(old, "salt12345678")] == [
        None,
        "DuplicatedSignature",
        "RequestTimeTooSkewed",
    ]


def test_the_fake_answers_as_the_package_expects(fake: SolapiFake, monkeypatch: pytest.MonkeyPatch) -> None:
    """No description of Solapi's API is published; its own package's models are the nearest thing."""
    answers: list[object] = []
    respond = fake.respond

    def listened(request: Request) -> Answer:
        answer = respond(request)
        answers.append(answer.content)
        return answer

    monkeypatch.setattr(fake, "respond", listened)
    solapi = sender(fake)
    solapi.send(message())
    fake.refusals[DIALLED] = "1061"
    solapi.send(message())
    solapi.find(message())
    good, bad, listed = (json.loads(json.dumps(answer)) for answer in answers)
    accepted = SendMessageResponse.model_validate(good)
    assert accepted.message_list[0].custom_fields == {"onestop": "a" * 32}
    assert SendMessageResponse.model_validate(bad).failed_message_list[0].status_code == "1061"
    assert [m.to for m in GetMessagesResponse.model_validate(listed).message_list.values()] == [DIALLED]
    report = SingleReportPayload.model_validate_json(fake.report(only(fake), 0).body)
    assert report.root[0].data.message_id == only(fake).reference
