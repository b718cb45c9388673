"""Twilio's Messages API as its published description has it, with signed status callbacks.

python -m tests.fakes.twilio --port 9001 --state accepted.jsonl --odds unanswered=0.01,busy=0.02 --lag 2
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import secrets
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlencode

from tests.fakes.process import main
from tests.fakes.reports import Report, Reporter
from tests.fakes.server import Answer, Fake, Held, Request

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "f" * 32
NUMBER = "+827000000000"
SERVICE = "MG" + "0" * 32
STATUSES = ("queued", "sent", "delivered")

MESSAGES = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21211: (400, "Invalid 'To' Phone Number"),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number provided is not a valid, SMS-capable Twilio number"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
}


def signature(token: str, url: str, form: list[tuple[str, str]]) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the address and every field in the order of the names (Twilio's own words,
    twilio.com/docs/usage/security); written down here apart from their package, to hold one against the other."""
    signed = url + "".join(name + value for name, value in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()


class TwilioFake(Fake):
    """One account. `refusals` and `failures` hold Twilio's error codes by number."""

    send_path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"

    largest_page = 1000

    def accepted(self, held: Held) -> None:
        if held.fields["callback"]:
            for i in range(1, len(STATUSES)):
                self._reporter.add(held.at + i * self.step_s, functools.partial(self.report, held, i))

    def __enter__(self) -> TwilioFake:
        self._reporter = Reporter(self.closing)
        self.answers = self._reporter.answers
        super().__enter__()
        return self

    def respond(self, request: Request) -> Answer:
        credentials = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {credentials}":
            return error(20003)
        if request.path == self.send_path:
            return (
                self._create(dict(parse_qsl(request.body.decode())))
                if request.method == "POST"
                else self._list(request)
            )
        held = self.held.get(request.path.rsplit("/", 1)[-1].removesuffix(".json"))
        return Answer(200, self.resource(held)) if held and request.method == "GET" else error(20404)

    def broken(self) -> Answer:
        return error(20500)

    def busy(self) -> Answer:
        return error(20429)

    def resource(self, held: Held) -> dict[str, object]:
        """The message as JSON: every property of the published schema."""
        age = min(self.age(held), len(STATUSES) - 1)
        status, code = self._status(held, age)
        sid = held.reference
        uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}"
        return {
            "body": held.text,
            "num_segments": str(-(-len(held.text.encode("utf-16-le")) // 134)),
            "direction": "outbound-api",
            "from": held.fields["from"],
            "to": held.to,
            "date_updated": held.fields["created"],
            "price": None,
            "error_message": None,
            "uri": f"{uri}.json",
            "account_sid": ACCOUNT,
            "num_media": "0",
            "status": status,
            "messaging_service_sid": None,
            "sid": sid,
            "date_sent": held.fields["created"] if age else None,
            "date_created": held.fields["created"],
            "error_code": code,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }

    def _status(self, held: Held, age: int) -> tuple[str, int | None]:
        failure = self.failures.get(held.to)
        if failure is not None and age == len(STATUSES) - 1:
            return "undelivered", failure
        return STATUSES[age], None

    def _create(self, form: dict[str, str]) -> Answer:
        to, text = form.get("To", ""), form.get("Body", "")
        if not to:
            return error(21604)
        if "From" not in form:
            return error(21603)
        if form["From"] != NUMBER:
            return error(21606)
        if not text:
            return error(21602)
        if len(text) > 1600:
            return error(21617)
        if not (to.startswith("+") and to[1:].isdigit()):
            return error(21211)
        if to in self.refusals:
            return error(self.refusals[to])
        created = format_datetime(datetime.now(UTC).replace(microsecond=0))
        fields = {"from": NUMBER, "created": created, "callback": form.get("StatusCallback", "")}
        held = Held("SM" + secrets.token_hex(16), to, text, text, time.monotonic(), fields)
        self.hold(held)
        return Answer(201, self.resource(held))

    def _list(self, request: Request) -> Answer:
        query = request.query
        size, page = min(int(query.get("PageSize", 50)), self.largest_page), int(query.get("Page", 0))
        found = [held for held in self.listed() if query.get("To", held.to) == held.to]
        rows = [self.resource(held) for held in found[page * size : (page + 1) * size]]

        def uri(number: int) -> str:
            return f"{self.send_path}?{urlencode(query | {'PageSize': str(size), 'Page': str(number)})}"

        content = {
            "end": page * size + max(len(rows) - 1, 0),
            "first_page_uri": uri(0),
            "next_page_uri": uri(page + 1) if len(found) > (page + 1) * size else None,
            "page": page,
            "page_size": size,
            "previous_page_uri": uri(page - 1) if page else None,
            "start": page * size,
            "uri": uri(page),
            "messages": rows,
        }
        return Answer(200, content)

    def report(self, held: Held, age: int) -> Report:
        status, code = self._status(held, age)
        form = [
            ("SmsSid", held.reference),
            ("SmsStatus", status),
            ("MessageStatus", status),
            ("To", held.to),
            ("MessageSid", held.reference),
            ("AccountSid", ACCOUNT),
            ("From", held.fields["from"]),
            ("ApiVersion", "2010-04-01"),
            *([("ErrorCode", str(code))] if code else []),
        ]
        url = held.fields["callback"]
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature(TOKEN, url, form),
        }
        return Report(url, headers, urlencode(form).encode())


def error(code: int) -> Answer:
    """Twilio's error body."""
    status, message = MESSAGES[code]
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Answer(status, {"code": code, "message": message, "more_info": more, "status": status})


if __name__ == "__main__":
    main(TwilioFake)
