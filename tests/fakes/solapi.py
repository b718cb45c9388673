"""Solapi's message API (docs.solapi.com), as far as its package speaks it, with reports to a webhook.

    python -m tests.fakes.solapi --port 9002 --state accepted.jsonl --odds unanswered=0.01,busy=0.02 --lag 2

An 알림톡 to a number in `no_kakao` fails with 3104 and goes on as an SMS, a second message of the same group.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import re
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.process import main
from tests.fakes.reports import Report, Reporter
from tests.fakes.server import Answer, Fake, Held, Request
from tests.fakes.solapi_answers import ACCOUNT, WORDS, error, group_info

KEY = "NCSAAAAAAAAAAAAA"
SECRET = "s" * 32
NUMBER = "0421234567"
CHANNEL = "KA01PF" + "0" * 26
TEMPLATE = "KA01TP" + "0" * 26
WEBHOOK_SECRET = "w" * 20
STATUSES = ("2000", "3000", "4000")
_AUTHORIZATION = re.compile(r"^HMAC-SHA256 apiKey=(\w+), date=(\S+), salt=(\w+), signature=(\w+)$", re.IGNORECASE)
_SKEW = timedelta(minutes=15)


class SolapiFake(Fake):
    """One account. `refusals` and `failures` hold status codes by number as dialled; `webhook` takes reports."""

    send_path = "/messages/v4/send-many/detail"
    webhook = ""

    def __enter__(self) -> SolapiFake:
        self._signatures: set[str] = set()
        self.no_kakao: set[str] = set()
        self._reporter = Reporter(self.closing)
        self.answers = self._reporter.answers
        super().__enter__()
        return self

    def respond(self, request: Request) -> Answer:
        if wrong := self._unauthorised(request.headers.get("authorization", "")):
            return wrong
        if request.path == self.send_path and request.method == "POST":
            return self._send(json.loads(request.body))
        if request.path == "/messages/v4/list-old" and request.method == "GET":
            return self._list(request.query)
        return error(404, "ResourceNotFound", "해당 리소스를 찾을 수 없습니다.")

    def broken(self) -> Answer:
        return error(500, "InternalServerError", "서버 오류")

    def busy(self) -> Answer:
        return error(429, "TooManyRequests", "요청이 너무 많습니다.")

    def accepted(self, held: Held) -> None:
        if self.webhook:
            end = held.at + (len(STATUSES) - 1) * self.step_s
            self._reporter.add(end, functools.partial(self.report, held, 0))
            if self._falls_back(held):
                self._reporter.add(end + self.step_s, functools.partial(self.report, held, 1))

    def _unauthorised(self, header: str) -> Answer | None:
        """Their four ways to say 403 (docs.solapi.com: API Key)."""
        match = _AUTHORIZATION.match(header)
        if match is None or match[1] != KEY:
            return error(403, "InvalidAPIKey", "유효한 API Key가 아닙니다.")
        _, date, salt, signature = match.groups()
        if not hmac.compare_digest(
            signature, hmac.new(SECRET.encode(), (date + salt).encode(), hashlib.sha256).hexdigest()
        ):
            return error(403, "SignatureDoesNotMatch", "생성한 Signature가 일치하지 않습니다.")
        if abs(datetime.fromisoformat(date) - datetime.now(UTC)) > _SKEW:
            return error(403, "RequestTimeTooSkewed", "시간 값이 서버 시간을 15분 이상 벗어났습니다.")
        with self.lock:
            if signature in self._signatures:
                return error(403, "DuplicatedSignature", "15분 안에 동일한 signature 값입니다.")
            self._signatures.add(signature)
        return None

    def _send(self, content: dict[str, Any]) -> Answer:
        messages = content.get("messages")
        if not isinstance(messages, list) or not messages:
            return error(400, "ValidationError", "messages 의 데이터 타입은 배열이어야 됩니다.")
        group, now = "G4V" + _stamp(), datetime.now(UTC).isoformat()
        failed, made = [], []
        for message in messages:
            code = self._fault_of(message)
            base = {
                "to": message.get("to"),
                "from": message.get("from"),
                "type": message.get("type"),
                "country": message.get("country", "82"),
                "messageId": "M4V" + _stamp(),
                "statusCode": code,
                "statusMessage": WORDS.get(code, ""),
                "accountId": ACCOUNT,
                "customFields": message.get("customFields", {}),
            }
            if code != "2000":
                failed.append(base)
                continue
            made.append({k: base[k] for k in ("messageId", "statusCode", "statusMessage", "customFields")})
            fields = base | {"groupId": group, "created": now, "kakaoOptions": message.get("kakaoOptions")}
            words = message.get("text") or json.dumps(message["kakaoOptions"]["variables"], ensure_ascii=False)
            id = str(message.get("customFields", {}).get("onestop", ""))
            self.hold(Held(base["messageId"], message["to"], words, id, time.monotonic(), fields))
        shown = {"messageList": made} if content.get("showMessageList") else {}
        info = group_info(group, now, len(made), len(failed))
        return Answer(200, {"failedMessageList": failed, "groupInfo": info, **shown})

    def _fault_of(self, message: dict[str, Any]) -> str:
        kind, text, kakao = message.get("type"), message.get("text", ""), message.get("kakaoOptions") or {}
        if not message.get("to") or not message.get("from"):
            return "1010"
        if message["from"] != NUMBER:
            return "1062"
        if message["to"] in self.refusals:
            return str(self.refusals[message["to"]])
        if kind == "ATA":
            if kakao.get("pfId") != CHANNEL:
                return "1041"
            return "2000" if kakao.get("templateId") == TEMPLATE else "1042"
        if kind not in ("SMS", "LMS"):
            return "1025"
        try:
            size = len(text.encode("cp949"))
        except UnicodeEncodeError:
            return "1029"
        return "2000" if 0 < size <= (90 if kind == "SMS" else 2000) else "1031"

    def _falls_back(self, held: Held) -> bool:
        return (
            held.fields["type"] == "ATA" and held.to in self.no_kakao and not held.fields["kakaoOptions"]["disableSms"]
        )

    def _rows(self, held: Held) -> list[dict[str, Any]]:
        """The message as the list shows it, and the SMS that a failed 알림톡 went on as."""
        age = self.age(held)
        last = len(STATUSES) - 1
        end = self.failures.get(held.to, STATUSES[last])
        no_kakao = held.fields["type"] == "ATA" and held.to in self.no_kakao
        first_end = "3104" if no_kakao else end
        rows = [self._row(held, held.reference, held.fields["type"], first_end if age >= last else STATUSES[age])]
        if self._falls_back(held) and age > last:
            rows.append(self._row(held, held.reference[:-1] + "_", "SMS", end))
        return rows

    def _row(self, held: Held, id: str, kind: str, code: str) -> dict[str, Any]:
        fields = held.fields
        return {
            "_id": id,
            "messageId": id,
            "groupId": fields["groupId"],
            "accountId": ACCOUNT,
            "type": kind,
            "to": held.to,
            "from": fields["from"],
            "country": fields["country"],
            "text": held.text,
            "subject": None,
            "kakaoOptions": fields["kakaoOptions"],
            "customFields": fields["customFields"],
            "statusCode": code,
            "status": "PENDING" if code == "2000" else "SENDING" if code == "3000" else "COMPLETE",
            "reason": WORDS.get(code),
            "replacement": id != held.reference,
            "autoTypeDetect": False,
            "resendCount": 0,
            "log": [],
            "dateCreated": fields["created"],
            "dateUpdated": fields["created"],
            "networkName": "ETC",
        }

    def _list(self, query: dict[str, str]) -> Answer:
        limit, found = int(query.get("limit", 20)), {}
        start = query.get("startDate")
        for held in self.listed():
            fields = held.fields
            if query.get("to", held.to) != held.to or query.get("groupId", fields["groupId"]) != fields["groupId"]:
                continue
            if start and datetime.fromisoformat(fields["created"]) < datetime.fromisoformat(start):
                continue
            found.update({row["messageId"]: row for row in self._rows(held)})
        shown = dict(list(found.items())[:limit])
        more = list(found)[limit] if len(found) > limit else None
        return Answer(200, {"startKey": query.get("startKey"), "nextKey": more, "limit": limit, "messageList": shown})

    def report(self, held: Held, which: int) -> Report:
        """A SINGLE-REPORT, as the package's SingleReportPayload has it."""
        row = self._rows(held)[which]
        data = {
            k: row[k]
            for k in ("messageId", "groupId", "type", "to", "from", "statusCode", "customFields", "kakaoOptions")
        }
        body = [{"eventDataId": secrets.token_hex(12), "data": data, "retryCount": 0}]
        headers = {
            "Content-Type": "application/json",
            "X-Solapi-Event-Name": "SINGLE-REPORT",
            "X-Solapi-Secret": hashlib.sha1(WEBHOOK_SECRET.encode()).hexdigest(),
        }
        return Report(self.webhook, headers, json.dumps(body).encode())


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%d%H%M%S") + secrets.token_hex(8).upper()[:15]


if __name__ == "__main__":
    main(SolapiFake)
