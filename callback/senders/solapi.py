"""Solapi: SMS, LMS and 알림톡 in Korea. Its package signs the requests and shapes the messages.

The package's own way of sending is not used: it hides Retry-After and the HTTP status behind a bare Exception and opens
a new connection each time. A message goes alone, so its group is its name (`reference`): when a phone doesn't take
the 알림톡, Solapi sends the words as an SMS, another message of the same group. Our id goes along as a custom field.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import phonenumbers
from solapi.lib.authenticator import Authenticator
from solapi.model import KakaoOption
from solapi.model.request.message import Message
from solapi.model.request.send_message_request import SendMessageRequest

from callback.sender import Accepted, Delivery, Outcome, Outgoing, Refused, Size, Unclear
from callback.senders import solapi_codes as codes
from callback.senders.connection import ANSWER_S, Broken, Connection, Unreached, retry_after
from callback.senders.secret import SOLAPI, secret
from callback.text import korean
from ivr.config import Config
from ivr.errors import ForeignError

API = "https://api.solapi.com"
FIELD = "onestop"
"""Custom field that holds our id."""
SKEW = timedelta(minutes=5)
"""How far Solapi's clock may lie behind ours."""
LOOKED_AT = "100"


def opened(config: Config, keys: Path) -> Solapi:
    """The sender for these settings. Raises BadInput when the API secret is nowhere."""
    settings = config.messages
    return Solapi(settings.account, secret(keys, *SOLAPI), settings.number, settings.kakao, settings.api or API)


class Solapi:
    """One Solapi account and the number it sends from."""

    name = "solapi"
    idempotent = False

    def __init__(
        self, key: str, secret: str, number: str, kakao: str | None = None, api: str = API, answer_s: float = ANSWER_S
    ) -> None:
        """`number`: registered there, as dialled at home. `kakao`: id of the Kakao channel, without which there is no
        알림톡. `api`: Solapi's address, or a gateway's."""
        self._number, self._kakao = number, kakao
        self._authenticator = Authenticator(key, secret)
        self._connection = Connection(api, answer_s)

    def measure(self, text: str) -> Size:
        """Bytes of cp949; SMS or LMS."""
        return korean(text)

    def send(self, message: Outgoing) -> Outcome:
        """Ask Solapi to send it: as 알림톡 when the message has a template and there is a channel."""
        request = SendMessageRequest(messages=[self._shaped(message)], show_message_list=True)
        try:
            answer = self._ask("POST", "send-many/detail", json=request.model_dump(exclude_none=True, by_alias=True))
        except Unreached as error:
            return Refused("network", str(error), again=True)
        except Broken as error:
            return Unclear(str(error))
        if not answer.is_success:
            return _refusal(answer)
        try:
            content = answer.json()
            for failed in content.get("failedMessageList") or ():
                return _refused(str(failed["statusCode"]))
            return Accepted(content["groupInfo"]["groupId"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return Unclear(f"Solapi's answer makes no sense: {type(error).__name__}")

    def find(self, message: Outgoing) -> Accepted | None:
        """The message that carries our id, among those to its number."""
        _, number = _dialled(message.to)
        query = {"to": number, "limit": LOOKED_AT}
        if message.submitted:
            query |= {"dateType": "CREATED", "startDate": (message.submitted - SKEW).isoformat()}
        for known in self._list(query):
            if (known.get("customFields") or {}).get(FIELD) == message.id:
                return Accepted(known["groupId"])
        return None

    def delivery(self, reference: str) -> tuple[Delivery, str]:
        """How far the group has come: delivered as soon as one of its messages is, whether 알림톡 or SMS."""
        known = list(self._list({"groupId": reference}))
        alone = len(known) == 1  # else the SMS is there that a failed 알림톡 went on as, and counts
        told = [
            (codes.delivery_of(m.get("type") or "" if alone else "", m["statusCode"]), m["statusCode"]) for m in known
        ]
        ends = dict(told)
        if "delivered" in ends:
            return "delivered", ""
        if "sending" in ends or not ends:  # nothing at all: the list lags behind
            return "sending", ""
        return "undelivered", ends["undelivered"]

    def _shaped(self, message: Outgoing) -> Message:
        country, number = _dialled(message.to)
        common = {"from_": self._number, "to": number, "country": country, "custom_fields": {FIELD: message.id}}
        if message.template and self._kakao:
            option = KakaoOption(pf_id=self._kakao, template_id=message.template, variables=dict(message.values))
            return Message(**common, type="ATA", kakao_options=option)
        return Message(**common, type=korean(message.text).kind, text=message.text)

    def _list(self, query: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        answer = self._ask("GET", "list-old", params=query)
        try:
            if answer.is_success:
                return list(answer.json()["messageList"].values())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ForeignError(f"Solapi's list of messages makes no sense: {type(error).__name__}") from error
        raise ForeignError(f"Solapi's list of messages can't be read: HTTP {answer.status_code}")

    def _ask(self, method: str, what: str, **content: Any) -> httpx.Response:
        headers = {"Authorization": self._authenticator.get_auth_info()}
        return self._connection.request(method, f"/messages/v4/{what}", headers=headers, **content)


def _dialled(to: str) -> tuple[str, str]:
    """Country code and the number as dialled within that country, which is how Solapi takes them."""
    parsed = phonenumbers.parse(to)
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return str(parsed.country_code), "".join(filter(str.isdigit, national))


def _refusal(answer: httpx.Response) -> Outcome:
    """A fault of Solapi's own may have come after it took the message; 503 says that it takes none."""
    if answer.status_code == 429:
        return Refused("TooManyRequests", codes.explain("TooManyRequests"), again=True, after_s=retry_after(answer))
    if answer.status_code == 503:
        return Refused("503", "Solapi is out of service", again=True)
    if answer.status_code >= 500:
        return Unclear(f"Solapi broke down (HTTP {answer.status_code})")
    try:
        return _refused(str(answer.json()["errorCode"]))
    except (json.JSONDecodeError, KeyError, TypeError):
        return _refused(f"HTTP {answer.status_code}")


def _refused(code: str) -> Refused:
    return Refused(code, codes.explain(code), again=code in codes.PASSING)
