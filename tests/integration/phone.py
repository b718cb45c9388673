"""Telephones for tests: an officer's, which registers and can dial, and a district office's exchange."""

from __future__ import annotations

import hashlib
import re
import socket
import threading
import time
from collections.abc import Sequence
from typing import Literal, Self

from ivr.config import Config, host_port
from ivr.telephony import passwords

Manner = Literal["answer", "busy", "ring"]
"""What is done with a call: picked up at once, refused as busy, or rung until the caller gives up."""

_ANSWERS = {"answer": "200 OK", "busy": "486 Busy Here", "ring": "180 Ringing"}


class Callee:
    """Answers calls and OPTIONS by SIP on UDP (RFC 3261), just enough of it; no registration, as a district office."""

    def __init__(self, manner: Manner, address: str = "127.0.0.1") -> None:
        self.manner = manner
        self.calls = 0
        self.heard = bytearray()
        """The speech that came, A-law at 8 kHz."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self.host = f"{address}:{self._socket.getsockname()[1]}"
        self._invite, self._told = "", 0
        self._gone = False
        self._thread = threading.Thread(target=self._listen, name=f"telephone {self.host}", daemon=True)

    def __enter__(self) -> Self:
        """Take calls from now on."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Gone without a word, as when somebody pulls the plug."""
        self._gone = True
        self._socket.sendto(b"", self._socket.getsockname())  # wakes the thread
        self._thread.join()
        self._socket.close()

    def hang_up(self) -> None:
        """End the latest call."""
        self._tell("BYE")

    def press(self, keys: str) -> None:
        """Press keys in the latest call, one every 300 ms."""
        for key in keys:
            time.sleep(0.3)  # a person's pace, not a wait for anything
            self._tell("INFO", ["Content-Type: application/dtmf-relay"], f"Signal={key}\r\nDuration=160\r\n")

    def _tell(self, method: str, more: Sequence[str] = (), body: str = "") -> None:
        """Send a request within the latest call."""
        self._told += 1
        values = dict(re.findall(r"^(\S+?): *(.*?)\r$", self._invite, re.M))
        target = re.findall(r"<(sip:[^>]+)>", values["Contact"])[0]
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.host};branch=z9hG4bKtold{self.host.replace(':', '-')}-{self._told}",
            f"From: {values['To']};tag=2",
            f"To: {values['From']}",
            f"Call-ID: {values['Call-ID']}",
            f"CSeq: {self._told} {method}",
            "Max-Forwards: 70",
            *more,
        ]
        self._socket.sendto(_message(lines, body), host_port(target.removeprefix("sip:").rpartition("@")[2]))

    def _session(self) -> str:
        host, port = self.host.split(":")
        return (
            f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
        )

    def _listen(self) -> None:
        self._socket.settimeout(None)
        while not self._gone:
            data, peer = self._socket.recvfrom(65_536)
            if data[:1] == b"\x80":  # RTP: speech is asked for at the same port
                self.heard += data[12:]
                continue
            text = data.decode(errors="replace")
            match text.split(" ", 1)[0]:
                case "INVITE":
                    self.calls += 1
                    self._invite = text
                    self._reply(text, _ANSWERS[self.manner], peer, self._session() if self.manner == "answer" else "")
                case "CANCEL":
                    self._reply(text, "200 OK", peer)
                    self._reply(self._invite, "487 Request Terminated", peer)
                case "OPTIONS" | "BYE":
                    self._reply(text, "200 OK", peer)

    def _reply(self, request: str, status: str, peer: tuple[str, int], body: str = "") -> None:
        kept = [line for line in request.split("\r\n") if re.match(r"(Via|From|To|Call-ID|CSeq):", line)]
        kept = [f"{line};tag=2" if line.startswith("To:") and "tag=" not in line else line for line in kept]
        lines = [f"SIP/2.0 {status}", *kept, f"Contact: <sip:callee@{self.host}>"]
        self._socket.sendto(_message(lines, body), peer)


class Phone(Callee):
    """A telephone with an extension: as a context manager it registers and takes calls; else it can dial."""

    def __init__(self, config: Config, extension: str, manner: Manner = "answer") -> None:
        super().__init__(manner)
        self._extension = extension
        self._password = passwords.of(config, extension)
        self._exchange = host_port(config.exchange.sip)
        self._sequence = 0

    def __enter__(self) -> Self:
        """Register, and take calls from now on."""
        assert self._request("REGISTER", "", self._extension) == 200
        return super().__enter__()

    def dial(self, number: str, caller: str | None = None) -> int:
        """Call a number, as `caller` if given; the final status."""
        return self._request("INVITE", number, caller or self._extension)

    def _request(self, method: str, user: str, caller: str) -> int:
        """Send a request, with credentials when asked for them; the final status."""
        status, reply = self._send(method, user, caller, "")
        challenge = re.search(r'nonce="([^"]+)"', reply)
        if status == 401 and challenge:
            status, _ = self._send(method, user, caller, challenge[1])
        return status

    def _send(self, method: str, user: str, caller: str, nonce: str) -> tuple[int, str]:
        self._sequence += 1
        host, port = self._exchange
        uri = f"sip:{user}@{host}:{port}" if user else f"sip:{host}:{port}"
        me = f"sip:{caller}@{self.host}"
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.host};branch=z9hG4bK{self.host[-5:]}{self._sequence}",
            f"From: <{me}>;tag=1",
            f"To: <{uri if user else me}>",
            f"Call-ID: {method}-{self.host}",
            f"CSeq: {self._sequence} {method}",
            f"Contact: <sip:{self._extension}@{self.host}>",
            "Max-Forwards: 70",
        ]
        if nonce:
            lines.append(f"Authorization: {self._credentials(method, uri, nonce)}")
        self._socket.sendto(_message(lines, self._session() if method == "INVITE" else ""), self._exchange)
        self._socket.settimeout(5)
        while True:
            reply = self._socket.recv(65_536).decode(errors="replace")
            status = int(reply.split(" ", 2)[1]) if reply.startswith("SIP/2.0") else 0
            if status >= 200 and f"CSeq: {self._sequence} " in reply:
                return status, reply

    def _credentials(self, method: str, uri: str, nonce: str) -> str:
        """Digest authentication (RFC 2617); Asterisk's realm is `asterisk`."""

        def md5(text: str) -> str:
            return hashlib.md5(text.encode()).hexdigest()

        secret = md5(f"{self._extension}:asterisk:{self._password}")
        response = md5(f"{secret}:{nonce}:00000001:1:auth:{md5(f'{method}:{uri}')}")
        return (
            f'Digest username="{self._extension}", realm="asterisk", nonce="{nonce}", uri="{uri}", '
            f'response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="1"'
        )


def _message(lines: list[str], body: str = "") -> bytes:
    kind = ["Content-Type: application/sdp"] if body and not any(x.startswith("Content-Type") for x in lines) else []
    return "\r\n".join([*lines, *kind, f"Content-Length: {len(body)}", "", body]).encode()
