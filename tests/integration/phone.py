"""An officer's telephone for tests: registers, answers OPTIONS, and takes calls as it is told; or dials."""

from __future__ import annotations

import hashlib
import re
import socket
import threading
from types import TracebackType
from typing import Literal

from ivr.config import Config, host_port
from ivr.telephony import passwords

Manner = Literal["answer", "busy", "ring"]
"""What it does with a call: picks up at once, is busy, or rings until the caller gives up."""


class Phone:
    """A SIP telephone on UDP with digest authentication (RFC 3261), just enough of one."""

    def __init__(self, config: Config, extension: str, manner: Manner = "answer") -> None:
        self.manner = manner
        self.calls = 0
        self._extension = extension
        self._password = passwords.of(config, extension)
        self._exchange = host_port(config.exchange.sip)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._host = "127.0.0.1:{}".format(self._socket.getsockname()[1])
        self._sequence = 0
        self._gone = False
        self._thread = threading.Thread(target=self._answer, name=f"phone {extension}", daemon=True)

    def __enter__(self) -> Phone:
        """Register, and take calls from now on."""
        assert self.request("REGISTER", "") == 200
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Gone without a word, as when somebody pulls the plug."""
        self._gone = True
        self._socket.sendto(b"", self._socket.getsockname())  # wakes the thread
        self._thread.join()
        self._socket.close()

    def request(self, method: str, user: str, caller: str | None = None) -> int:
        """Send a request, with credentials when asked for; the final status. Only before calls are taken."""
        status, reply = self._send(method, user, caller, "")
        challenge = re.search(r'nonce="([^"]+)"', reply)
        if status == 401 and challenge:
            status, _ = self._send(method, user, caller, challenge[1])
        return status

    def _send(self, method: str, user: str, caller: str | None, nonce: str) -> tuple[int, str]:
        self._sequence += 1
        host, port = self._exchange
        uri = f"sip:{user}@{host}:{port}" if user else f"sip:{host}:{port}"
        me = f"sip:{caller or self._extension}@{self._host}"
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._host};branch=z9hG4bK{self._host[-5:]}{self._sequence}",
            f"From: <{me}>;tag=1",
            f"To: <{uri if user else me}>",
            f"Call-ID: {method}-{self._host}",
            f"CSeq: {self._sequence} {method}",
            f"Contact: <sip:{self._extension}@{self._host}>",
            "Max-Forwards: 70",
        ]
        if nonce:
            lines.append(f"Authorization: {self._credentials(method, uri, nonce)}")
        body = self._session() if method == "INVITE" else ""
        self._socket.sendto(_message(lines, body), self._exchange)
        self._socket.settimeout(5)
        while True:
            reply = self._socket.recv(65_536).decode()
            status = int(reply.split(" ", 2)[1]) if reply.startswith("SIP/2.0") else 0
            if status >= 200:
                return status, reply

    def _credentials(self, method: str, uri: str, nonce: str) -> str:
        def md5(text: str) -> str:
            return hashlib.md5(text.encode()).hexdigest()

        secret = md5(f"{self._extension}:asterisk:{self._password}")
        response = md5(f"{secret}:{nonce}:00000001:1:auth:{md5(f'{method}:{uri}')}")
        return (
            f'Digest username="{self._extension}", realm="asterisk", nonce="{nonce}", uri="{uri}", '
            f'response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="1"'
        )

    def _session(self) -> str:
        host, port = self._host.split(":")
        return (
            f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
        )

    def _answer(self) -> None:
        self._socket.settimeout(None)
        invite = ""
        while not self._gone:
            data, peer = self._socket.recvfrom(65_536)
            if data[:1] == b"\x80":  # speech
                continue
            text = data.decode(errors="replace")
            method = text.split(" ", 1)[0]
            if method == "INVITE":
                self.calls += 1
                invite = text
                status, body = {"busy": ("486 Busy Here", ""), "ring": ("180 Ringing", "")}.get(
                    self.manner, ("200 OK", self._session())
                )
                self._reply(text, status, peer, body)
            elif method == "CANCEL":
                self._reply(text, "200 OK", peer)
                self._reply(invite, "487 Request Terminated", peer)
            elif method in ("OPTIONS", "BYE"):
                self._reply(text, "200 OK", peer)

    def _reply(self, request: str, status: str, peer: tuple[str, int], body: str = "") -> None:
        kept = [line for line in request.split("\r\n") if re.match(r"(Via|From|To|Call-ID|CSeq):", line, re.I)]
        kept = [f"{line};tag=2" if line.lower().startswith("to:") and "tag=" not in line else line for line in kept]
        lines = [f"SIP/2.0 {status}", *kept, f"Contact: <sip:{self._extension}@{self._host}>"]
        self._socket.sendto(_message(lines, body), peer)


def _message(lines: list[str], body: str) -> bytes:
    kind = ["Content-Type: application/sdp"] if body else []
    return "\r\n".join([*lines, *kind, f"Content-Length: {len(body)}", "", body]).encode()
