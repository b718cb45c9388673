"""FastAGI: pyst2's AGI made fit for threads and for strangers, and the server that gives each visit a thread.

What pyst2 0.5.1 does wrong on a socket, and is mended here: its constructor sets a signal handler (fails outside the
main thread); an end of the stream reads as success or as `int('')`; `511` (dead channel) and the bare `HANGUP` line
are unknown to it; names that aren't UTF-8 kill the call; quoting escapes nothing, so that a caller's name could add
a command of its own; `GET DATA` loses whether the input timed out.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterable

from asterisk.agi import AGI

from ivr.errors import CallerGone, ExchangeError
from ivr.telephony import header

LINES = 100
"""Most lines of a refusal."""
LINE = 4096
"""Longest line of a reply, in bytes."""
COMMAND = 2047
"""Longest command in bytes: Asterisk's AGI buffer is 2,048 (res_agi.c)."""
SHORTEST_MS = 1
"""Timeout that is over at once; Asterisk takes 0 for its own default."""
REPLY_S = 900.0
"""Longest wait for a command's reply: far above any prompt."""
BESIDE = ("ping", "renew")
"""Requests of the watchdog and of `ivr reload`: no visit of a call, and served beside however many there are."""
SPARE = 8
"""Connections beyond the visits: for those, and until a header shows what a connection is."""

log = logging.getLogger(__name__)

_REPLY = re.compile(r"^200 result=(?P<result>\S*)(?: \((?P<data>[^)]*)\))?")


class Channel(AGI):  # type: ignore[misc]  # pyst2 is untyped
    """One AGI visit: the caller's channel, to be told what to play and asked for keys."""

    def __init__(self, connection: socket.socket) -> None:
        """Read the header. Raises CallerGone when it doesn't arrive whole, in time and in bounds."""
        self._socket = connection
        self._lines = connection.makefile("rb")
        self.env = header.read(connection, self._lines)
        connection.settimeout(REPLY_S)

    @property
    def script(self) -> str:
        """What is asked for, e.g. "visit"."""
        return self.env.get("agi_request", "").rpartition("/")[2].partition("?")[0]

    def _line(self) -> str:
        """One line of a reply, without its end."""
        try:
            raw = self._lines.readline(LINE)
        except OSError as error:
            raise CallerGone(f"the channel is gone: {error}") from error
        if not raw.endswith(b"\n"):
            raise CallerGone("a line is too long" if len(raw) >= LINE else "the channel is gone")
        return header.text(raw)

    def _quote(self, string: object) -> str:
        text = str(string).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{text}"'

    def execute(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        """Send a command and wait for its reply: {"result": (result, what stood in brackets)}.

        Raises CallerGone when the caller or the channel is gone, ExchangeError when Asterisk refuses the command,
        ValueError when it can't be sent safely.
        """
        line = " ".join([command, *map(str, args)])
        if any(c in line for c in "\r\n\0"):
            raise ValueError("a command must be one line")
        raw = line.encode() + b"\n"
        if len(raw) > COMMAND:
            raise ValueError(f"a command must be shorter than {COMMAND} bytes")
        try:
            self._socket.sendall(raw)
        except OSError as error:
            raise CallerGone(f"the channel is gone: {error}") from error
        return self._reply(command)

    def _reply(self, command: str) -> dict[str, tuple[str, str]]:
        line = self._line()
        while line == "HANGUP":  # sent between commands and replies; the reply still follows
            line = self._line()
        match = _REPLY.match(line)
        if match is not None:
            return {"result": (match["result"], match["data"] or "")}
        if line.startswith("511"):
            raise CallerGone("the channel is dead")
        for _ in range(LINES if line.startswith("520-") else 0):
            if self._line().startswith("520 "):
                break
        raise ExchangeError(f"{command}: Asterisk answered “{line[:80]}”")

    def pong(self) -> None:
        """Answer the watchdog's ping: any line shows that this process isn't frozen. Raises CallerGone."""
        try:
            self._socket.sendall(b"NOOP\n")
        except OSError as error:
            raise CallerGone("the watchdog didn't wait") from error

    def get_data(self, filename: str, timeout: int = 0, max_digits: int = 1) -> tuple[str, bool]:
        """Play a sound (path without extension) and take up to `max_digits` keys, ended by `#` or `timeout` ms; with
        a timeout of 0 by the end of the sound.

        Returns the keys and whether waiting ended them. Raises CallerGone; ExchangeError when it can't be played.
        """
        result, data = self.execute("GET DATA", self._quote(filename), timeout or SHORTEST_MS, max_digits)["result"]
        if result == "-1":
            self._lost("GET DATA")
        return result, data == "timeout"

    def stream_file(self, filename: str, escape_digits: str = "", sample_offset: int = 0) -> str:
        """Play a sound (path without extension); the key of `escape_digits` that ended it, or "".

        Raises CallerGone; ExchangeError when it can't be played.
        """
        args = (self._quote(filename), self._quote(escape_digits), sample_offset)
        result, _ = self.execute("STREAM FILE", *args)["result"]
        if result == "-1":
            self._lost("STREAM FILE")
        return "" if result in ("0", "") else chr(int(result))

    def record_file(self, filename: str, escape_digits: str, timeout: int, silence: int, *, beep: bool = True) -> bool:
        """Beep, unless told otherwise, then record to a `.wav` (path without extension), until a key of
        `escape_digits`, `silence` seconds without speech, or `timeout` ms: whether it was that. Returns when the file
        is closed, also when the caller hung up meanwhile: the next command tells that, and there may be no file.
        Raises ExchangeError when it can't be recorded.
        """
        args = (self._quote(filename), "wav", self._quote(escape_digits), timeout, f"s={silence}")
        try:
            if beep:  # RECORD FILE's own would count as recording time, and a key in it would end all without a file
                self.stream_file("beep")
            began = time.monotonic()
            result, why = self.execute("RECORD FILE", *args)["result"]
            # Asterisk answers before it closes the file, and takes the next command, or hangs up, after it.
            self.execute("NOOP")
        except CallerGone:
            return False
        if result == "-1" and why != "hangup":
            raise ExchangeError(f"RECORD FILE failed: {why}")
        # Silence is answered as a time-out is.
        return result == "0" and why == "timeout" and time.monotonic() - began >= timeout / 1000

    def _lost(self, command: str) -> None:
        """Tell a hang-up from a sound that can't be played: both are answered by -1."""
        state, _ = self.execute("CHANNEL STATUS")["result"]
        if state == "6":
            raise ExchangeError(f"{command} failed on a channel that is up: is the sound there, 8 kHz mono?")
        raise CallerGone("the caller hung up")


class Server(socketserver.ThreadingTCPServer):
    """The FastAGI listener: visits from allowed addresses, at most `most` at a time, each in its own thread.

    A visit past the limit is closed at once: the dialplan then takes its static way to the operators.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 1024  # while the engine is frozen callers queue here; the watchdog frees them

    def __init__(
        self, address: tuple[str, int], visit: Callable[[Channel], None], allow: Iterable[str], most: int
    ) -> None:
        """Bind to `address` (host, port; IPv6 as well). `visit` must not raise."""
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._visit = visit
        self._allow = [ipaddress.ip_network(network) for network in allow]
        self._places = threading.BoundedSemaphore(most)
        self._connections = threading.BoundedSemaphore(most + SPARE)
        super().__init__(address, _Handler)

    def verify_request(self, request: object, client_address: object) -> bool:
        """Whether the peer is allowed and not one too many."""
        peer = client_address[0] if isinstance(client_address, tuple) else ""
        if not any(ipaddress.ip_address(peer) in network for network in self._allow):
            log.warning("refused a FastAGI connection", extra={"peer": peer})
            return False
        if not self._connections.acquire(blocking=False):
            log.warning("no place for another connection: a call takes the static way")
            return False
        return True

    def serve(self, connection: socket.socket) -> None:
        """One connection: its header, then the visit."""
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._admit(Channel(connection))
        except CallerGone as gone:
            log.info("a visit ended before it began", extra={"reason": str(gone)})
        finally:
            self._connections.release()

    def _admit(self, channel: Channel) -> None:
        """A visit needs a place, what is asked beside them doesn't."""
        if channel.script in BESIDE:
            self._visit(channel)
        elif self._places.acquire(blocking=False):
            try:
                self._visit(channel)
            finally:
                self._places.release()
        else:
            log.warning("no place for another visit: the call takes the static way")


class _Handler(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        self.server.serve(self.request)
