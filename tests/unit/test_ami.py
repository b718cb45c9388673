"""The manager connection against a peer that behaves as badly as we like."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from asterisk.ami import Event

from ivr.errors import ExchangeError
from ivr.telephony import ami
from ivr.telephony import supervisor as supervising
from ivr.telephony.ami import Manager
from ivr.telephony.supervisor import Supervisor
from tests.exchange import wait_for

GREETING = b"Asterisk Call Manager/11.0.0\r\n"


class Peer:
    """A fake manager interface. `say` is what it answers to an action: the text, in which {id} stands for its id."""

    def __init__(self) -> None:
        self.say: Callable[[str], str] = lambda action: "Response: Success\r\nActionID: {id}\r\n\r\n"
        self.heard: list[str] = []
        self.connections: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def send(self, data: bytes) -> None:
        self.connections[-1].sendall(data)

    def reset(self) -> None:
        """End the connection with RST, as a crash or a firewall does."""
        self.connections[-1].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connections[-1].shutdown(socket.SHUT_RD)  # its thread wakes up and closes

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)  # wakes its thread
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections.append(connection)
            connection.sendall(GREETING)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        heard = b""
        with connection, suppress(OSError):
            while data := connection.recv(65_536):
                *packets, heard = (heard + data).split(b"\r\n\r\n")
                for packet in packets:
                    lines = packet.decode().split("\r\n")
                    self.heard += lines
                    values = dict(line.split(": ", 1) for line in lines)
                    connection.sendall(self.say(values["Action"]).replace("{id}", values["ActionID"]).encode())


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    with suppress(OSError):
        peer.close()


@pytest.fixture
def manager(peer: Peer) -> Iterator[Manager]:
    manager = Manager(peer.address, "engine", "secret")
    yield manager
    manager.close()


def test_events_arrive_whole_from_half_packets(peer: Peer, manager: Manager) -> None:
    for byte in "Event: A\r\nName: 김하늘\r\n\r\nEvent: B\r\n\r\n".encode():
        peer.send(bytes([byte]))
    first, second = manager.next_event(5), manager.next_event(5)
    assert first is not None
    assert (first.name, first.keys) == ("A", {"Name": "김하늘"})
    assert second is not None
    assert second.name == "B"


@pytest.mark.parametrize("mark", ["\u2028", "\x0b", "\x85", "\n", "\r"])
def test_a_callers_name_forges_no_header(peer: Peer, manager: Manager, mark: str) -> None:
    peer.send(f"Event: A\r\nCallerIDName: x{mark}Queue: forged\r\nQueue: real\r\n\r\n".encode())
    event = manager.next_event(5)
    assert event is not None
    assert event["Queue"] == "real"
    assert "forged" in event["CallerIDName"]


def test_an_action_can_have_an_id_of_its_own(peer: Peer, manager: Manager) -> None:
    assert manager.request("Originate", ActionID="n1-1.t1").keys["ActionID"] == "n1-1.t1"
    peer.send(b"Event: OriginateResponse\r\nActionID: n1-1.t1\r\nResponse: Failure\r\n\r\n")
    event = manager.next_event(5)
    assert event is not None
    assert event["ActionID"] == "n1-1.t1"


def test_a_later_header_replaces_none(peer: Peer, manager: Manager) -> None:
    peer.send(b"Event: A\r\nUniqueid: 1\r\nUniqueid: 2\r\n\r\n")
    event = manager.next_event(5)
    assert event is not None
    assert event["Uniqueid"] == "1"


def test_bytes_that_are_no_utf8_do_no_harm(peer: Peer, manager: Manager) -> None:
    peer.send(b"Event: A\r\nCallerIDName: " + "김".encode("cp949") + b"\r\n\r\n")
    assert manager.next_event(5) is not None


@pytest.mark.parametrize("value", ["a\r\nAction: Command", "a\nb", "a\0b"])
def test_a_line_break_in_a_value_is_refused(peer: Peer, manager: Manager, value: str) -> None:
    with pytest.raises(ExchangeError, match="line break"):
        manager.request("Originate", CallerID=value)
    assert not any("Originate" in line or "Command" in line for line in peer.heard)


def test_an_endless_packet_ends_the_connection(peer: Peer, manager: Manager) -> None:
    try:
        while not manager.finished.is_set():
            peer.send(b"x" * 10_000)
    except OSError:
        pass
    wait_for(manager.finished.is_set)
    with pytest.raises(ExchangeError, match="gone"):
        manager.request("Ping")


def test_a_refusal_is_an_error_with_its_reason(peer: Peer, manager: Manager) -> None:
    peer.say = lambda action: "Response: Error\r\nActionID: {id}\r\nMessage: Permission denied\r\n\r\n"
    with pytest.raises(ExchangeError, match="refuses Redirect: Permission denied"):
        manager.request("Redirect")


def test_a_refused_login_is_an_error(peer: Peer) -> None:
    peer.say = lambda action: "Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n\r\n"
    with pytest.raises(ExchangeError, match="Authentication failed"):
        Manager(peer.address, "engine", "wrong")


def test_a_list_is_collected_apart_from_other_events(peer: Peer, manager: Manager) -> None:
    peer.say = lambda action: (
        "Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"
        "Event: Row\r\nActionID: {id}\r\nA: 1\r\n\r\nEvent: Other\r\n\r\nEvent: Row\r\nActionID: {id}\r\nA: 2\r\n\r\n"
        "Event: Done\r\nActionID: {id}\r\nEventList: Complete\r\n\r\n"
    )
    assert [event["A"] for event in manager.listing("QueueStatus")] == ["1", "2"]
    other = manager.next_event(5)
    assert other is not None
    assert other.name == "Other"


def test_a_reset_ends_what_waits_at_once(peer: Peer, manager: Manager) -> None:
    def reset(action: str) -> str:
        peer.reset()
        return ""

    peer.say = reset
    began = time.monotonic()
    with pytest.raises(ExchangeError, match="does not answer"):
        manager.request("QueueStatus")
    assert time.monotonic() - began < 2
    wait_for(manager.finished.is_set)


def test_silence_is_an_error(peer: Peer, manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami, "_TIMEOUT_S", 0.1)
    peer.say = lambda action: ""
    with pytest.raises(ExchangeError, match="does not answer"):
        manager.request("Ping")


def test_nobody_there_is_an_error(peer: Peer) -> None:
    peer.close()
    with pytest.raises(ExchangeError, match="manager interface at"):
        Manager(peer.address, "engine", "secret")


def test_many_threads_send_whole_actions(peer: Peer, manager: Manager) -> None:
    threads = [threading.Thread(target=manager.request, args=("Ping",), kwargs={"Pad": "x" * 5000}) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(line == f"Pad: {'x' * 5000}" for line in peer.heard) == 20


class Watched:
    """A supervisor's handlers that note what they are told."""

    def __init__(self, peer: Peer) -> None:
        self.seen: list[str] = []
        self.stop = threading.Event()
        self.supervisor = Supervisor(
            lambda: Manager(peer.address, "engine", "secret"),
            fresh=lambda manager: self.seen.append("fresh"),
            event=self.event,
            lost=lambda: self.seen.append("lost"),
        )
        self.thread = threading.Thread(target=self.supervisor.run, args=(self.stop,), daemon=True)
        self.thread.start()

    def event(self, event: Event) -> None:
        if event.name == "Bad":
            raise KeyError("a bug")
        self.seen.append(event.name)


@pytest.fixture
def watched(peer: Peer) -> Iterator[Watched]:
    watched = Watched(peer)
    yield watched
    watched.stop.set()
    watched.thread.join()


def test_after_a_reset_it_connects_logs_in_and_looks_again(peer: Peer, watched: Watched) -> None:
    wait_for(lambda: watched.seen == ["fresh"])
    peer.reset()
    wait_for(lambda: watched.seen == ["fresh", "lost", "fresh"])
    peer.send(b"Event: A\r\n\r\n")
    wait_for(lambda: watched.seen[-1] == "A")
    assert peer.heard.count("Action: Login") == 2
    watched.supervisor.manager().request("Ping")


def test_a_moment_without_the_exchange_is_no_warning_and_a_longer_time_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, tries = threading.Event(), 0

    def connect() -> Manager:
        nonlocal tries
        tries += 1
        if tries == 4:
            stop.set()
        raise ExchangeError("nobody answers")

    monkeypatch.setattr(supervising, "_PAUSES_S", (0.001, 0.008))
    monkeypatch.setattr(supervising, "_NEWS_S", 0.003)
    caplog.set_level("INFO")
    Supervisor(connect, fresh=lambda _: None, event=lambda _: None, lost=lambda: None).run(stop)
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO", "WARNING", "WARNING"]


def test_a_handlers_bug_ends_nothing(peer: Peer, watched: Watched) -> None:
    wait_for(lambda: watched.seen == ["fresh"])
    peer.send(b"Event: Bad\r\n\r\n")
    wait_for(lambda: watched.seen == ["fresh", "lost", "fresh"])


def test_a_peer_that_hangs_is_left(peer: Peer, watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for(lambda: watched.seen == ["fresh"])
    monkeypatch.setattr(ami, "_TIMEOUT_S", 0.2)
    peer.say = lambda action: ""
    wait_for(lambda: "lost" in watched.seen)
    with pytest.raises(ExchangeError):
        watched.supervisor.manager()
