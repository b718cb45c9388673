"""The FastAGI channel against a peer that sends anything, ten bytes at a time."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator

import pytest

from ivr.errors import CallerGone, ExchangeError
from ivr.telephony import agi, header
from ivr.telephony.agi import Channel, Server
from tests.exchange import wait_for

HEADER = b"agi_network: yes\nagi_request: agi://x/visit\nagi_uniqueid: n1-1.1\n\n"


class Peer:
    """Asterisk's end of a visit: answers come from a script, commands are kept."""

    def __init__(self, header: bytes, *replies: bytes, chunk: int = 10) -> None:
        self.ours, theirs = socket.socketpair()
        self.commands: list[bytes] = []
        self._thread = threading.Thread(target=self._run, args=(theirs, header, replies, chunk), daemon=True)
        self._thread.start()

    def _run(self, theirs: socket.socket, header: bytes, replies: tuple[bytes, ...], chunk: int) -> None:
        with theirs, theirs.makefile("rb") as lines:
            try:
                for i in range(0, len(header), chunk):
                    theirs.sendall(header[i : i + chunk])
                for reply in replies:
                    self.commands.append(lines.readline())
                    for i in range(0, len(reply), chunk):
                        theirs.sendall(reply[i : i + chunk])
            except OSError:
                pass

    def sent(self) -> list[bytes]:
        self._thread.join(5)
        return self.commands


def test_the_header_is_read_whatever_its_pieces() -> None:
    channel = Channel(Peer(HEADER).ours)
    assert channel.env == {"agi_network": "yes", "agi_request": "agi://x/visit", "agi_uniqueid": "n1-1.1"}


def test_a_name_in_cp949_is_read() -> None:
    header = b"agi_calleridname: " + "홍길동".encode("cp949") + b"\nagi_uniqueid: n1-1.1\n\n"
    assert Channel(Peer(header).ours).env["agi_calleridname"] == "홍길동"


def test_a_name_with_line_separators_stays_one_value() -> None:
    header = "agi_calleridname: a\u2028agi_request: evil\x0b\x85b\nagi_uniqueid: n1-1.1\n\n".encode()
    assert "agi_request" not in Channel(Peer(header).ours).env


@pytest.mark.parametrize("length", range(len(HEADER)))
def test_half_a_header_is_a_caller_gone(length: int) -> None:
    with pytest.raises(CallerGone):
        Channel(Peer(HEADER[:length]).ours)


def test_a_header_line_of_a_megabyte_ends_the_visit() -> None:
    with pytest.raises(CallerGone, match="too long"):
        Channel(Peer(b"agi_x: " + b"x" * 2**20 + b"\n\n", chunk=65536).ours)


def test_a_header_without_end_is_cut_off() -> None:
    with pytest.raises(CallerGone, match="more than 100 lines"):
        Channel(Peer(b"a: b\n" * 200, chunk=1000).ours)


def test_a_slow_header_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(header, "WAIT_S", 0.05)
    ours, _theirs = socket.socketpair()
    with pytest.raises(CallerGone):
        Channel(ours)


def test_a_header_that_comes_by_drops_has_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(header, "WAIT_S", 0.1)
    ours, theirs = socket.socketpair()
    over = threading.Event()

    def drip() -> None:
        while not over.wait(0.01):
            theirs.sendall(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        with pytest.raises(CallerGone, match=r"isn't whole|timed out"):
            Channel(ours)
    finally:
        over.set()
        dripping.join()


def test_the_lines_of_a_header_are_bounded_together() -> None:
    with pytest.raises(CallerGone, match="more than 16384 bytes"):
        Channel(Peer((b"agi_x: " + b"x" * 1000 + b"\n") * 20 + b"\n", chunk=1000).ours)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (b"200 result=12\n", ("12", False)),
        (b"200 result=12 (timeout)\n", ("12", True)),
        (b"200 result= (timeout)\n", ("", True)),
        (b"200 result=\n", ("", False)),
        (b"HANGUP\n200 result=3\n", ("3", False)),
        (b"200 result=*#\n", ("*#", False)),
    ],
)
def test_get_data_tells_a_timeout_from_a_lone_pound(reply: bytes, expected: tuple[str, bool]) -> None:
    peer = Peer(HEADER, reply)
    assert Channel(peer.ours).get_data("/a b/c", 5000, 2) == expected
    assert peer.sent() == [b'GET DATA "/a b/c" 5000 2\n']


@pytest.mark.parametrize("reply", [b"", b"511 Command Not Permitted on a dead channel\n", b"HANGUP\n", b"200 res"])
def test_the_end_of_a_call_is_one_error(reply: bytes) -> None:
    with pytest.raises(CallerGone):
        Channel(Peer(HEADER, reply).ours).get_data("x")


@pytest.mark.parametrize(
    "replies",
    [
        (b"200 result=35 (dtmf) endpos=24000\n", b"200 result=0\n"),
        (b"200 result=0 (timeout) endpos=24000\n", b"200 result=0\n"),
        (b"200 result=-1 (hangup) endpos=24000\n",),
    ],
)
def test_a_recording_is_closed_before_it_is_used(replies: tuple[bytes, ...]) -> None:
    peer = Peer(HEADER, b"200 result=0 endpos=1600\n", *replies, b"")
    Channel(peer.ours).record_file("/a b/c", "#", 120_000, 5)
    recorded = b'RECORD FILE "/a b/c" wav "#" 120000 s=5\n'
    assert peer.sent()[:3] == [b'STREAM FILE "beep" "" 0\n', recorded, b"NOOP\n"]


def test_who_hangs_up_during_the_beep_records_nothing() -> None:
    peer = Peer(HEADER, b"200 result=-1 endpos=0\n", b"200 result=0\n")
    assert not Channel(peer.ours).record_file("x", "#", 1000, 5)
    assert not any(line.startswith(b"RECORD") for line in peer.sent())


def test_of_a_recording_is_told_whether_time_ended_it() -> None:
    def ended(reply: bytes, timeout: int) -> bool:
        return Channel(Peer(HEADER, reply, b"200 result=0\n").ours).record_file("x", "#", timeout, 5, beep=False)

    assert ended(b"200 result=0 (timeout) endpos=0\n", 0)
    assert not ended(b"200 result=0 (timeout) endpos=0\n", 60_000), "silence is answered the same way"
    assert not ended(b"200 result=35 (dtmf) endpos=0\n", 0)
    assert not ended(b"200 result=-1 (hangup) endpos=0\n", 0)


def test_what_cannot_be_recorded_is_an_exchange_error() -> None:
    peer = Peer(HEADER, b"200 result=-1 (writefile)\n", b"200 result=0\n")
    with pytest.raises(ExchangeError, match="writefile"):
        Channel(peer.ours).record_file("x", "#", 1000, 5, beep=False)


def test_minus_one_is_a_hangup_only_on_a_channel_that_is_down() -> None:
    with pytest.raises(CallerGone):
        Channel(Peer(HEADER, b"200 result=-1\n", b"200 result=0\n").ours).get_data("x")
    with pytest.raises(ExchangeError, match="on a channel that is up"):
        Channel(Peer(HEADER, b"200 result=-1 endpos=0\n", b"200 result=6\n").ours).stream_file("x")


@pytest.mark.parametrize(
    "reply",
    [b"510 Invalid or unknown command\n", b"520-Invalid command syntax.\n520 End of proper usage.\n", b"what?\n"],
)
def test_a_refused_command_is_an_exchange_error(reply: bytes) -> None:
    with pytest.raises(ExchangeError):
        Channel(Peer(HEADER, reply).ours).execute("NOOP")


def test_usage_that_never_ends_is_a_caller_gone() -> None:
    with pytest.raises(CallerGone):
        Channel(Peer(HEADER, b"520-Invalid\n").ours).execute("NOOP")


def test_quotes_and_backslashes_are_escaped() -> None:
    peer = Peer(HEADER, b"200 result=1\n")
    Channel(peer.ours).set_variable("X", 'a" \\b')
    assert peer.sent() == [b'SET VARIABLE "X" "a\\" \\\\b"\n']


@pytest.mark.parametrize("evil", ['x" evil\nEXEC System "id', "x\r", "x\0", "가" * 700])
def test_what_would_be_another_command_is_refused(evil: str) -> None:
    peer = Peer(HEADER, b"200 result=1\n")
    with pytest.raises(ValueError, match="command must be"):
        Channel(peer.ours).set_variable("X", evil)


@pytest.fixture
def server() -> Iterator[tuple[Server, list[str], threading.Event]]:
    visits: list[str] = []
    hold = threading.Event()

    def visit(channel: Channel) -> None:
        if channel.script == "renew":
            channel.pong()
            return
        visits.append(channel.env["agi_uniqueid"])
        hold.wait(5)

    server = Server(("127.0.0.1", 0), visit, ["127.0.0.1/32"], most=2)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server, visits, hold
    hold.set()
    server.shutdown()
    server.server_close()
    thread.join()


def connect(server: Server, header: bytes, source: str = "127.0.0.1") -> socket.socket:
    address = ("127.0.0.1", server.server_address[1])
    connection = socket.create_connection(address, timeout=5, source_address=(source, 0))
    connection.sendall(header)
    return connection


def test_past_the_cap_a_visit_is_closed_at_once(server: tuple[Server, list[str], threading.Event]) -> None:
    listener, visits, hold = server
    kept = [connect(listener, HEADER) for _ in range(2)]
    wait_for(lambda: len(visits) == 2)
    with connect(listener, HEADER) as third:
        assert third.recv(10) == b""
    hold.set()
    for connection in kept:
        assert connection.recv(10) == b""
        connection.close()
    assert len(visits) == 2


def test_what_is_no_visit_is_served_beside_the_cap(server: tuple[Server, list[str], threading.Event]) -> None:
    listener, visits, _ = server
    kept = [connect(listener, HEADER) for _ in range(2)]
    wait_for(lambda: len(visits) == 2)
    for _ in range(2 * agi.SPARE):
        with connect(listener, HEADER.replace(b"visit", b"renew")) as asking:
            assert asking.recv(10) == b"NOOP\n"
            assert asking.recv(10) == b""
    for connection in kept:
        connection.close()


def test_connections_without_a_header_are_bounded(server: tuple[Server, list[str], threading.Event]) -> None:
    kept = [connect(server[0], b"agi_x: 1\n") for _ in range(2 + agi.SPARE)]
    with connect(server[0], b"") as one_more:
        assert one_more.recv(10) == b""
    for connection in kept:
        connection.close()


def test_only_allowed_addresses_are_served(
    server: tuple[Server, list[str], threading.Event], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), connect(server[0], b"", source="127.0.0.2") as stranger:
        assert stranger.recv(10) == b""
    assert "refused" in caplog.text


def test_half_a_header_frees_its_place(server: tuple[Server, list[str], threading.Event]) -> None:
    listener, visits, hold = server
    hold.set()
    for _ in range(10):
        connection = connect(listener, HEADER[:20])
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(10) == b""
        connection.close()
    assert visits == []
    with connect(listener, HEADER) as good:
        assert good.recv(10) == b""
    assert visits == ["n1-1.1"]
