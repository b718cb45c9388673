"""Twilio, by its own package (libraries.md): its client and resources, over a connection with time limits.

Twilio has no idempotency key and no field for an id of ours. After an answer that never came, a message is known again
by whom it went to, what it says and since when; two alike at once find the same one, so a reference must be taken
once only (a duty of the outbox). The list isn't filtered by the day of sending, since what still queues has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.response import Response
from twilio.rest import Client

from callback.sender import Accepted, Delivery, Outcome, Outgoing, Refused, Size, Unclear
from callback.senders import TWILIO_PATH
from callback.senders import twilio_codes as codes
from callback.senders.connection import ANSWER_S, Broken, Connection, Unreached, retry_after
from callback.senders.secret import TWILIO, secret
from callback.text import international
from ivr.config import Config
from ivr.errors import ForeignError

API = "https://api.twilio.com"
SKEW = timedelta(minutes=1)
"""How far Twilio's clock may lie behind ours."""
WINDOW = timedelta(hours=1)
"""How far back a message is looked for when nobody noted its submission."""
LOOKED_AT = 100
"""Newest messages to a number among which one is looked for."""

_NONSENSE = (TwilioException, ValueError, TypeError, AttributeError)
"""What the package raises over an answer that isn't as described: it takes every field for granted."""


def opened(config: Config, keys: Path) -> Twilio:
    """The sender for these settings. Raises BadInput when the account's token is nowhere."""
    settings = config.messages
    token = secret(keys, *TWILIO)
    callback = settings.callback + TWILIO_PATH if settings.callback else None
    return Twilio(settings.account, token, settings.number, callback, settings.api or API)


class Twilio:
    """One Twilio account and the number it sends from."""

    name = "twilio"
    idempotent = False

    def __init__(
        self,
        account: str,
        token: str,
        number: str,
        callback: str | None = None,
        api: str = API,
        answer_s: float = ANSWER_S,
    ) -> None:
        """`number`: E.164. `callback`: where Twilio reports deliveries. `api`: its address, or a gateway's."""
        self._number = number
        self._callback = {"status_callback": callback} if callback else {}
        self._client = Client(account, token, http_client=_Wire(Connection(api, answer_s)))

    def measure(self, text: str) -> Size:
        """Segments of GSM-7 or UCS-2."""
        return international(text)

    def send(self, message: Outgoing) -> Outcome:
        """Ask Twilio to send it."""
        try:
            made = self._client.messages.create(to=message.to, from_=self._number, body=message.text, **self._callback)
        except _Busy as busy:
            return Refused("20429", codes.explain("20429"), again=True, after_s=busy.after_s)
        except Unreached as error:
            return Refused("network", str(error), again=True)
        except Broken as error:
            return Unclear(str(error))
        except (TwilioRestException, TwilioServiceException) as error:
            return _refusal(error.status, str(error.code))
        except _NONSENSE as error:
            return Unclear(f"Twilio's answer makes no sense: {type(error).__name__}")
        if not made.sid:
            return Unclear("Twilio's answer names no message")
        return Accepted(made.sid, codes.delivery_of(made.status))

    def find(self, message: Outgoing) -> Accepted | None:
        """The newest message to the number with this text, made since it was submitted."""
        since = (message.submitted or datetime.now(UTC) - WINDOW) - SKEW
        try:
            newest = self._client.messages.list(to=message.to, limit=LOOKED_AT)
        except _NONSENSE as error:
            raise ForeignError(f"Twilio's list of messages can't be read: {_kind(error)}") from error
        for known in newest:
            if known.body == message.text and known.date_created and known.date_created >= since:
                return Accepted(known.sid, codes.delivery_of(known.status))
        return None

    def delivery(self, reference: str) -> tuple[Delivery, str]:
        """What Twilio's message resource says."""
        try:
            known = self._client.messages(reference).fetch()
        except _NONSENSE as error:
            raise ForeignError(f"Twilio can't be asked about a message: {_kind(error)}") from error
        return codes.delivery_of(known.status), str(known.error_code or "")


def _refusal(status: int, code: str) -> Outcome:
    """A fault of Twilio's own may have come after it took the message (docs/api/errors/20500: a retry can reach the
    recipient twice); 503 says that it takes none now (20503: try again)."""
    if status >= 500 and status != 503:
        return Unclear(f"Twilio broke down (HTTP {status})")
    return Refused(code, codes.explain(code), again=status == 503 or code in codes.PASSING)


def _kind(error: Exception) -> str:
    return f"error {error.code}" if isinstance(error, TwilioRestException) else type(error).__name__


class _Busy(ForeignError):
    """HTTP 429: not carried out, says Twilio; `after_s` when it said how long to wait."""

    def __init__(self, after_s: float | None) -> None:
        self.after_s = after_s
        super().__init__("Twilio is asked too often")


class _Wire:
    """What Twilio's client takes for its HttpClient: sends to the connection's address whatever host it names.

    Not a subclass of theirs: that one has no limit to connecting, hides Retry-After and logs telephone numbers.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_: object,
    ) -> Response:
        url = urlsplit(uri)
        path = f"{url.path}?{url.query}" if url.query else url.path  # a next page's address carries its query
        answer = self._connection.request(method, path, params=params, form=data, headers=headers, auth=auth)
        if answer.status_code == 429:
            raise _Busy(retry_after(answer))
        return Response(answer.status_code, answer.text, answer.headers)
