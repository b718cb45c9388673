"""A connection to Asterisk's manager interface (AMI).

`Manager` is asterisk-ami's client with its rim rebuilt. As it comes, the client ends an idle listener without saying
so, splits at every character that str.splitlines knows, so that U+2028 in a caller's name forges a header, passes line
breaks in values on as further headers, and sends without a lock. Here a packet is bounded and split at CRLF alone,
values are checked, the listener's end is told to everybody who waits, and events go to a queue instead of callbacks.
"""

from __future__ import annotations

import logging
import queue
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from asterisk.ami import Action, AMIClient, Event, Response

from ivr.config import Config, host_port
from ivr.errors import ExchangeError
from ivr.telephony import passwords

log = logging.getLogger(__name__)

_TIMEOUT_S = 5
_LONGEST_PACKET = 65_536
_MOST_EVENTS = 10_000
"""Events that may wait for us; beyond that the connection is given up: a fresh picture is cheaper than the backlog."""


class _Answer:
    """Where the client puts the response to an action, and what else comes under its id."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._done: queue.SimpleQueue[Response | None] = queue.SimpleQueue()

    def _put(self, response: Response | None) -> None:
        self._done.put(response)

    response = property(fset=_put)

    def get(self) -> Response | None:
        """The response, or what ends the list; None when the connection is lost, or nothing came in time."""
        try:
            return self._done.get(timeout=_TIMEOUT_S)
        except queue.Empty:
            return None


class Manager(AMIClient):  # type: ignore[misc]
    """A logged-in connection. `finished` is set when it has ended. Safe for use by several threads."""

    def __init__(self, address: str, account: str, secret: str) -> None:
        """Connect and log in. Raises ExchangeError."""
        host, port = host_port(address)
        super().__init__(host, port, timeout=_TIMEOUT_S)
        self._lock = threading.Lock()
        self._lists: dict[str, _Answer] = {}
        self._events: queue.Queue[Event | None] = queue.Queue(_MOST_EVENTS)
        try:
            self.connect()
            self.request("Login", Username=account, Secret=secret)
        except BaseException:
            self.close()
            raise

    def request(self, action: str, **values: object) -> Response:
        """Do an action. Raises ExchangeError when Asterisk refuses it, or doesn't answer within 5 s.

        values: its headers. An ActionID among them is one of the caller's own, never used before; else the
        connection counts, and other connections as well.
        """
        id, answer = self._begin(action, str(values.get("ActionID", "")))
        return self._finish(id, answer, Action(action, {**values, "ActionID": id}))

    def listing(self, action: str) -> list[Event]:
        """Do an action that is answered by a list of events. Raises ExchangeError."""
        id, answer = self._begin(action)
        self._lists[id] = answer
        try:
            self._finish(id, answer, Action(action, {"ActionID": id}))
            if answer.get() is None:
                raise ExchangeError(f"the exchange left its answer to {action} unfinished")
            return answer.events
        finally:
            self._lists.pop(id, None)

    def next_event(self, timeout: float) -> Event | None:
        """The next event; None when none came within `timeout` s, or the connection has ended."""
        try:
            return self._events.get(timeout=timeout)
        except queue.Empty:
            return None

    def close(self) -> None:
        """End the connection; no error when it has ended already."""
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)  # wakes the listener, which does the rest
            except OSError:
                self._socket.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_TIMEOUT_S)

    # What follows replaces parts of AMIClient.

    def connect(self) -> None:
        """Connect and start listening. Raises ExchangeError."""
        try:
            self._socket = socket.create_connection((self._address, self._port), timeout=_TIMEOUT_S)
        except OSError as error:
            refused = isinstance(error, ConnectionRefusedError)
            reason = "nobody answers; is the line running? `ivr up` starts it" if refused else error
            raise ExchangeError(f"the manager interface at {self._address}:{self._port}: {reason}") from error
        # Listening waits as long as it takes, sending doesn't: a stopped Asterisk must not hold our threads.
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _TIMEOUT_S, 0))
        self.finished = threading.Event()
        self._thread = threading.Thread(target=self.listen, name="ami", daemon=True)
        self._thread.start()

    def listen(self) -> None:
        """Read until the connection ends, then tell everybody."""
        try:
            for packet in self._next_pack():
                self.fire_recv_pack(packet)
        except (OSError, ExchangeError, queue.Full) as error:
            log.warning("the manager interface: %s", error or type(error).__name__)
        finally:
            self.finished.set()
            self._socket.close()
            with self._lock:
                waiting = [*self._futures.values(), *self._lists.values()]
                self._futures.clear()
            for answer in waiting:
                answer.response = None

    def send(self, pack: Action) -> None:
        """Send an action whole. Raises ExchangeError: a line break in a value would begin another header."""
        lines = [f"Action: {pack.name}", *(f"{key}: {value}" for key, value in pack.keys.items())]
        if any(mark in line for line in lines for mark in "\r\n\0"):
            raise ExchangeError(f"a line break in a value of {pack.name}")
        data = "".join(f"{line}\r\n" for line in [*lines, ""]).encode()
        try:
            with self._lock:
                self._socket.sendall(data)
        except OSError as error:
            raise ExchangeError(f"the manager interface: {error}") from error

    def fire_recv_pack(self, pack: str) -> None:
        """Sort a packet. Events under an action's id are its list's, all others go to the queue."""
        head, *lines = pack.split("\r\n")
        kind, _, name = head.partition(": ")
        values: dict[str, str] = {}
        for line in lines:
            key, _, value = line.partition(":")
            values.setdefault(key, value.strip(" "))  # the first stands: nothing later can replace it
        if kind == "Response":
            self.fire_recv_reponse(Response(name, values))
        elif kind == "Event":
            self._take(Event(name, values))

    def _take(self, event: Event) -> None:
        answer = self._lists.get(event.keys.get("ActionID", ""))
        if answer is None:
            self._events.put_nowait(event)
        elif event.keys.get("EventList") == "Complete":
            answer.response = Response("Complete", event.keys)
        else:
            answer.events.append(event)

    def _next_pack(self) -> Iterator[str]:
        """The greeting's line is dropped; then packets, without their empty line."""
        data, end = b"", b"\r\n"
        while chunk := self._socket.recv(_LONGEST_PACKET):
            data += chunk
            while end in data:
                packet, data = data.split(end, 1)
                if end == b"\r\n":
                    end = b"\r\n\r\n"
                else:
                    yield packet.decode("utf-8", errors="replace")
            if len(data) > _LONGEST_PACKET:
                raise ExchangeError(f"a packet of more than {_LONGEST_PACKET} bytes")

    def _begin(self, action: str, id: str = "") -> tuple[str, _Answer]:
        answer = _Answer()
        with self._lock:
            if self.finished.is_set():
                raise ExchangeError(f"the exchange is gone ({action})")
            id = id or str(self.next_action_id())
            self._futures[id] = answer
        return id, answer

    def _finish(self, id: str, answer: _Answer, action: Action) -> Response:
        try:
            self.send(action)
            response = answer.get()
        finally:
            self._futures.pop(id, None)
        if response is None:
            raise ExchangeError(f"the exchange does not answer ({action.name})")
        if response.is_error():
            raise ExchangeError(f"the exchange refuses {action.name}: {response.keys.get('Message', '')}")
        return response


@contextmanager
def connected(config: Config, account: str) -> Iterator[Manager]:
    """A connection for a few actions. Raises ExchangeError."""
    manager = open_manager(config, account)
    try:
        yield manager
    finally:
        manager.close()


def open_manager(config: Config, account: str) -> Manager:
    """Connect and log in with an account of ivr.telephony.passwords. Raises ExchangeError."""
    return Manager(config.exchange.ami, account, passwords.managers(config)[account])
