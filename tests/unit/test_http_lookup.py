"""Looking up in another system: what is asked, what is taken of the answer, and whom the line refuses to ask."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.engine.effects import Connect, Fetch
from ivr.engine.events import Looked
from ivr.language import address, answer, loader
from ivr.language.answer import Wanted
from ivr.language.prompt import Value
from ivr.language.template import parse
from ivr.telephony import fetches
from ivr.telephony.fetches import Fetches
from tests import offices
from tests.engine_call import Call
from tests.fakes.library import WANTED, Library

OFFICE = loader.load(offices.STEPS)


@pytest.fixture
def library() -> Iterator[Library]:
    running = Library()
    yield running
    running.close()


@pytest.fixture
def asker() -> Iterator[Fetches]:
    made = Fetches(["127.0.0.1", "library.test"])
    yield made
    made.close()


def test_values_are_taken_by_their_types(library: Library, asker: Fetches) -> None:
    library.json("/loans?card=1", {"count": 2})
    assert asker.find(library.wanted("/loans?card=1")) == Looked("found", (("count", Value("number", "2")),))


@pytest.mark.parametrize(
    ("page", "result"),
    [
        ((404, {}, b""), "missing"),
        ((204, {}, b""), "missing"),
        ((410, {}, b""), "missing"),
        ((500, {}, b""), "unavailable"),
        ((503, {}, b""), "unavailable"),
        ((429, {}, b""), "unavailable"),
        ((403, {}, b""), "failed"),
        ((302, {"Location": "/elsewhere"}, b""), "failed"),
        ((200, {}, b"not JSON"), "failed"),
        ((200, {}, b'{"count": "many"}'), "failed"),
        ((200, {}, b"{}"), "failed"),
        ((200, {}, b"[" * 999), "failed"),
        ((200, {}, b'{"count": 1}' + b" " * 1000), "failed"),
        ((200, {"Content-Encoding": "gzip"}, b'{"count": 1}'), "failed"),
    ],
)
def test_each_way_of_answering_has_its_exit(
    library: Library, asker: Fetches, page: tuple[int, dict[str, str], bytes], result: str
) -> None:
    library.pages["/"] = page
    library.json("/elsewhere", {"count": 1})
    assert asker.find(library.wanted("/")).result == result
    assert [path for path, _ in library.asked] == ["/"]


def test_who_does_not_answer_in_time_is_unavailable(library: Library, asker: Fetches) -> None:
    assert asker.find(library.wanted("/hangs", timeout_ms=200)).result == "unavailable"


def test_who_is_not_there_is_unavailable(asker: Fetches) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert asker.find(Fetch(url, WANTED, 2_000, 1000)).result == "unavailable"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0.0.0.0", "2130706433"])
def test_the_own_network_is_not_asked_unless_allowed(library: Library, host: str) -> None:
    library.json("/", {"count": 1})
    stranger = Fetches(["elsewhere.example"])
    assert stranger.find(library.wanted("/", host)).result == "unavailable"
    assert library.asked == []
    stranger.close()


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(text: str, public: bool) -> None:
    assert fetches._public(text) is public


def test_a_name_is_resolved_once_and_its_first_answer_is_connected_to(
    library: Library, asker: Fetches, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: whatever the name means the second time, nobody asks a second time."""
    library.json("/", {"count": 1})
    resolved: list[object] = []
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *args: Any, **named: Any) -> Any:
        if host == "library.test":
            resolved.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        return real(host, port, *args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert asker.find(library.wanted("/", "library.test")).result == "found"
    assert resolved == ["library.test"]
    assert library.asked == [("/", f"library.test:{library.port}")]


def test_a_name_that_points_inside_is_refused(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", library.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
    stranger = Fetches()
    assert stranger.find(library.wanted("/", "rebound.example")).result == "unavailable"
    assert library.asked == []
    stranger.close()


def test_a_call_hears_what_the_other_system_answers() -> None:
    call = Call(OFFICE, "loans").send("1234")
    wait = call.wait
    assert isinstance(wait, Fetch)
    assert (wait.url, wait.timeout_ms, wait.limit) == ("https://library.example/loans/1234", 2_000, 64 * 1024)
    found = (("count", Value("number", "2")), ("due", Value("date", "2026-12-01")))
    assert call.send(Looked("found", found)).heard == ["loans/tell"]


@pytest.mark.parametrize(
    ("result", "step"),
    [("missing", "loans/card"), ("unavailable", "loans/unavailable"), ("failed", "desks/operators/connecting")],
)
def test_each_exit_of_a_call(result: Any, step: str) -> None:
    assert Call(OFFICE, "loans").send("1234", Looked(result)).heard[0] == step


def test_without_a_variable_nobody_is_asked(tmp_path: Path) -> None:
    flow = "  a: {menu: 무엇?, options: {1: {label: x, next: b}, 2: {label: y, next: c}}}\n"
    flow += "  b: {collect: digits, length: 1, as: n, prompt: 수, next: c}\n"
    flow += "  c: {lookup: http, url: https://x.example/a, by: [n], values: {v: text}, next: hangup}\n"
    office = offices.small(tmp_path, flow)
    assert Call(office).send("2").wait == Connect("operators")
    wait = Call(office).send("1", "7").wait
    assert isinstance(wait, Fetch)
    assert wait.url == "https://x.example/a?n=7"


@given(st.text(max_size=20))
def test_a_value_stays_one_piece_of_the_path(text: str) -> None:
    filled = address.filled(parse("", "https://x.example/a/{v}/b"), [], {"v": Value("text", text)})
    assert filled is not None
    assert filled.count("/") == 5
    assert not set(filled) & set("?#@ \r\n")
    assert "/../" not in filled
    assert filled.isascii()


@pytest.mark.parametrize(
    ("type", "raw", "content"),
    [
        ("text", "가\n나", "가 나"),
        ("text", "x" * 600, "x" * 500),
        ("digits", "0123", "0123"),
        ("number", -1.5, "-1.5"),
        ("amount", 12000, "12000"),
        ("date", "2026-12-01", "2026-12-01"),
        ("time", "09:30:00", "09:30"),
        ("phone", "042-123-4567", "0421234567"),
    ],
)
def test_types_of_an_answer(type: Any, raw: object, content: str) -> None:
    assert answer.values({"v": Wanted(type=type, at="a.0")}, {"a": [raw]}) == {"v": Value(type, content)}


@pytest.mark.parametrize(
    ("type", "raw"),
    [
        ("text", None),
        ("text", {}),
        ("number", True),
        ("number", "1e9"),
        ("digits", "١"),
        ("date", "soon"),
        ("phone", "x"),
    ],
)
def test_what_is_of_another_type_is_no_answer(type: Any, raw: object) -> None:
    with pytest.raises(ValueError, match="“v” isn't in the answer, or is no"):
        answer.values({"v": Wanted(type=type, at=None)}, {"v": raw})


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("{lookup: http, url: 'https://{n}.example/', values: {v: text}, next: hangup}", "is no address"),
        ("{lookup: http, url: 'https://a@b.example/', values: {v: text}, next: hangup}", "is no address"),
        ("{lookup: http, url: 'file:///etc/passwd', values: {v: text}, next: hangup}", "is no address"),
        ("{lookup: http, url: 'https://x.example/', next: hangup}", "needs `url` and `values`"),
        ("{lookup: http, url: 'https://x.example/', values: {v: text}, timeout: 6s, next: hangup}", "at most 5s"),
        ("{lookup: http, url: 'https://x.example/', values: {v: text}, limit: 2MB, next: hangup}", "at most 1MB"),
        ("{lookup: http, url: 'https://x.example/', values: {v: words}, next: hangup}", ""),
        ("{lookup: http, url: 'https://x.example/{m}', values: {v: text}, next: hangup}", "no variable “m”"),
        ("{lookup: case, next: hangup}", "needs `by`"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, step: str, message: str) -> None:
    _, problems = loader.examine(offices.write(tmp_path, f"  a: {step}\n"))
    assert [p for p in problems if message in p.message and p.line == 3], problems
