"""A provider played over real HTTP on loopback: remembers what it accepted, and fails in the ways that providers do.

Used within a test (`with TwilioFake() as fake:`) or as a process of its own, which outlives the worker it serves.
"""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Literal, Self
from urllib.parse import parse_qsl, urlsplit

Fault = Literal["unheard", "unanswered", "busy", "busy_wait", "error", "reset", "reset_after"]
"""unheard: swallowed, no answer. unanswered: accepted, no answer. busy, busy_wait: 429 without and with Retry-After.
error: 500. reset, reset_after: connection reset before and after acceptance."""

HOLD_S = 60.0
RETRY_AFTER_S = 3


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: object
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Held:
    """A message the provider accepted. id: what the test can recognise it by; at: when, monotonic seconds."""

    reference: str
    to: str
    text: str
    id: str
    at: float
    fields: dict[str, Any]


class Fake:
    """What every provider's fake has in common. A subclass says what an address answers (`respond`)."""

    send_path: ClassVar[str]
    """End of the path that takes messages."""

    def __init__(
        self,
        port: int = 0,
        state: Path | None = None,
        lag_s: float = 0.0,
        step_s: float = 0.05,
        odds: dict[Fault, float] | None = None,
        seed: int = 1,
    ) -> None:
        """`state`: file that gets a line of JSON for every accepted message. `lag_s`: how long the list takes to show
        one. `step_s`: how long a status lasts. `odds`: probability of each fault when a message comes in."""
        self.lag_s, self.step_s, self.odds = lag_s, step_s, odds or {}
        self.lock = threading.Lock()
        self.held: dict[str, Held] = {}
        self.refusals: dict[str, Any] = {}
        """Numbers that a message is refused for, with the provider's code."""
        self.failures: dict[str, Any] = {}
        """Numbers that an accepted message doesn't reach, with the provider's code."""
        self._faults: dict[str, deque[Fault]] = {"send": deque(), "read": deque()}
        self._random = random.Random(seed)
        self._state = state.open("a", encoding="utf-8", buffering=1) if state else None
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.fake = self
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        if self._state:
            self._state.close()

    def inject(self, *faults: Fault, on: Literal["send", "read"] = "send") -> None:
        """The next requests fail so, in this order."""
        self._faults[on].extend(faults)

    def fault(self, request: Request) -> Fault | None:
        """How this request shall fail."""
        send = request.method == "POST" and request.path.endswith(self.send_path)
        with self.lock:
            planned = self._faults["send" if send else "read"]
            if planned:
                return planned.popleft()
            if not send:
                return None
            chosen, drawn = 0.0, self._random.random()
            for fault, odds in self.odds.items():
                chosen += odds
                if drawn < chosen:
                    return fault
        return None

    def hold(self, held: Held) -> None:
        """Accept a message."""
        with self.lock:
            self.held[held.reference] = held
            if self._state:
                line = {"reference": held.reference, "to": held.to, "text": held.text, "id": held.id}
                self._state.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.accepted(held)

    def accepted(self, held: Held) -> None:
        """Called after each acceptance; a fake that reports deliveries starts to here."""

    def counts(self, by: Literal["id", "text", "to"] = "text") -> Counter[str]:
        """How often each message was accepted: 0 is lost, 2 is twice."""
        with self.lock:
            return Counter(getattr(held, by) for held in self.held.values())

    def listed(self) -> list[Held]:
        """Accepted messages that the list shows by now, newest first."""
        with self.lock:
            shown = [held for held in self.held.values() if time.monotonic() - held.at >= self.lag_s]
        return sorted(shown, key=lambda held: held.at, reverse=True)

    def age(self, held: Held) -> int:
        """How many statuses the message has passed."""
        return int((time.monotonic() - held.at) / self.step_s)

    def respond(self, request: Request) -> Answer:
        raise NotImplementedError

    def broken(self) -> Answer:
        raise NotImplementedError

    def busy(self) -> Answer:
        raise NotImplementedError


def accepted(state: Path, by: Literal["id", "text", "to"] = "text") -> Counter[str]:
    """The same counts from the state file of a fake that runs as a process."""
    return Counter(json.loads(line)[by] for line in state.read_text(encoding="utf-8").splitlines())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    fake: Fake


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        fake, url = self.server.fake, urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, url.path, dict(parse_qsl(url.query)), headers, body)
        fault = fake.fault(request)
        if fault == "unheard":
            self._wait()
        elif fault == "reset":
            self._reset()
        elif fault == "error":
            self._reply(fake.broken())
        elif fault in ("busy", "busy_wait"):
            busy = fake.busy()
            wait = {"Retry-After": str(RETRY_AFTER_S)} if fault == "busy_wait" else {}
            self._reply(Answer(busy.status, busy.content, wait))
        else:
            answer = fake.respond(request)
            if fault == "unanswered":
                self._wait()
            elif fault == "reset_after":
                self._reset()
            else:
                self._reply(answer)

    def _reply(self, answer: Answer) -> None:
        content = json.dumps(answer.content, ensure_ascii=False).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _wait(self) -> None:
        """Say nothing until the other side has had enough."""
        self.connection.settimeout(0.05)
        end = time.monotonic() + HOLD_S
        while time.monotonic() < end and not self.server.fake.closing.is_set():
            try:
                if not self.connection.recv(1):
                    break
            except TimeoutError:
                continue
        self.close_connection = True

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True
