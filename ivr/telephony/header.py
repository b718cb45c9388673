"""The header of a FastAGI visit: what Asterisk says of the call before it waits for commands.

Whoever connects has said nothing yet of who he is. So all of it is bounded, its time as well: a byte now and then
would hold a connection for as long as he likes.
"""

from __future__ import annotations

import io
import socket
import time

from ivr.errors import CallerGone

LINES = 100
"""Most lines; Asterisk sends about 25."""
BYTES = 16_384
"""Most bytes; Asterisk sends about 700."""
WAIT_S = 5.0
"""Longest wait for all of it."""


def read(connection: socket.socket, stream: io.BufferedReader) -> dict[str, str]:
    """Names to values; `stream` reads the connection, whose time-out is left changed.

    Raises CallerGone when the header doesn't arrive whole, in time and in bounds.
    """
    values: dict[str, str] = {}
    end, left = time.monotonic() + WAIT_S, BYTES
    for _ in range(LINES):
        raw = _line(connection, stream, end, left)
        left -= len(raw)
        line = text(raw)
        if not line:
            return values
        key, _, value = line.partition(":")
        values[key.strip()] = value.strip()
    raise CallerGone(f"the header has more than {LINES} lines")


def text(line: bytes) -> str:
    """A line without its end. A caller's name may come in CP949: that line alone is read as such."""
    try:
        return line.decode("utf-8").strip("\r\n")
    except UnicodeDecodeError:
        return line.decode("cp949", "replace").strip("\r\n")


def _line(connection: socket.socket, stream: io.BufferedReader, end: float, most: int) -> bytes:
    """A line that is there by the time `end`: byte by byte, for a longer read waits anew after each piece."""
    line = b""
    while not line.endswith(b"\n"):
        left_s = end - time.monotonic()
        if left_s <= 0:
            raise CallerGone(f"the header isn't whole after {WAIT_S:g} s")
        if len(line) == most:
            raise CallerGone(f"the header is too long: more than {BYTES} bytes")
        try:
            connection.settimeout(left_s)
            byte = stream.read1(1)
        except OSError as error:
            raise CallerGone(f"the channel is gone: {error}") from error
        if not byte:
            raise CallerGone("the channel is gone")
        line += byte
    return line
