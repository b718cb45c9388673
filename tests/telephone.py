"""Citizens' telephones for tests: real SIP by SIPp, on the provider's trunk."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

PROVIDER = "127.0.0.2"
"""Address that citizens' calls come from; the exchange knows its trunks by address."""

_SDP = """\
v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
"""
_HEAD = """\
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
Call-ID: [call_id]
"""
_SOUNDS = {"♪": (b"\x8f" * 8 + b"\x0f" * 8) * 5, "_": b"\xd5" * 80}
"""10 ms in A-law: 500 Hz, and silence."""
_PCAPS = Path("/usr/share/sip-tester")


def _send(text: str, **attributes: str) -> str:
    extra = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<send{extra}><![CDATA[\n\n{text}\n]]></send>\n"


def _within(method: str, number: int, body: str = "", content: str = "") -> str:
    """A request within the dialogue."""
    head = (
        f"{method} [next_url] SIP/2.0\n{_HEAD}From: {_FROM};tag=[pid]c[call_number]\n"
        "To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]\n"
    )
    return f"{head}CSeq: {number} {method}\n{content}Content-Length: [len]\n\n{body}"


_FROM = "[fromuser]"


class Caller:
    """A citizen's telephone. `acts` of a call, in order:

    "2", "*", "#": press a key · "~500": wait 500 ms · "bye": hang up · "end": wait until the line hangs up ·
    "♪2000": speak for 2000 ms · "_2000": be silent on an open line (with "~" nothing is sent at all).
    """

    def __init__(self, exchange: str, folder: Path) -> None:
        """exchange: HOST:PORT of its SIP. folder: for SIPp's files."""
        self._exchange, self._folder = exchange, folder
        self._count = 0

    def start(
        self,
        line: str,
        acts: Sequence[str],
        *,
        caller: str = "01012345678",
        name: str = "",
        rfc4733: bool = False,
        calls: int = 1,
        rate: int = 20,
        patience: float = 60,
    ) -> subprocess.Popen[bytes]:
        """Begin `calls` calls (`rate` a second) in the background; SIPp's exit code is 0 when all went as acted."""
        self._count += 1
        scenario = self._folder / f"call{self._count}.xml"
        shown = f'"{name}" ' if name else ""
        source = f"{shown}<sip:{caller}@{PROVIDER}>".replace("&", "&amp;")
        scenario.write_text(_calling(acts, source, rfc4733, self._folder))
        command = [
            *sipp(), self._exchange, "-i", PROVIDER, "-sf", str(scenario), "-s", line, "-m", str(calls),
            "-r", str(rate), "-l", str(calls), "-nostdin", "-timeout", f"{patience:g}s", "-timeout_error",
            "-trace_err", "-error_file", str(scenario.with_suffix(".err")), "-recv_timeout", f"{patience * 1000:.0f}",
        ]  # fmt: skip
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder
        )

    def call(self, line: str, *acts: str, patience: float = 60, **options: object) -> None:
        """One call, to its end; the test fails when it doesn't go as acted."""
        process = self.start(line, acts, patience=patience, **options)  # type: ignore[arg-type]
        code = process.wait(patience + 10)
        if code:
            error = self._folder / f"call{self._count}.err"
            pytest.fail(f"the call {acts} did not go so: {error.read_text()[:800] if error.exists() else code}")


def _calling(acts: Sequence[str], source: str, rfc4733: bool, folder: Path) -> str:
    invite = (
        f"INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n{_HEAD}From: {source};tag=[pid]c[call_number]\n"
        "To: <sip:[service]@[remote_ip]:[remote_port]>\nCSeq: 1 INVITE\n"
        "Contact: <sip:citizen@[local_ip]:[local_port]>\nContent-Type: application/sdp\n"
        "Content-Length: [len]\n\n" + _SDP
    )
    parts = [
        _send(invite, retrans="500"),
        '<recv response="100" optional="true"/>\n<recv response="180" optional="true"/>\n',
        '<recv response="183" optional="true"/>\n<recv response="200" rrs="true"/>\n',
        _send(_within("ACK", 1).replace(_FROM, source)),
    ]
    number = 1
    for act in acts:
        number += 1
        if act.startswith("~"):
            parts.append(f'<pause milliseconds="{act[1:]}"/>\n')
        elif act[0] in _SOUNDS:
            speech = folder / f"{act}.alaw"
            if not speech.exists():  # a SIPp of an earlier call may be reading it
                speech.write_bytes(_SOUNDS[act[0]] * (int(act[1:]) // 10))
            parts.append(f'<nop><action><exec rtp_stream="{speech},1,8,PCMA/8000"/></action></nop>\n')
            parts.append(f'<pause milliseconds="{act[1:]}"/>\n')
        elif act == "bye":
            parts += [_send(_within("BYE", number).replace(_FROM, source), retrans="500"), '<recv response="200"/>\n']
        elif act == "end":
            parts.append('<recv request="BYE"/>\n')
            parts.append(_send(f"SIP/2.0 200 OK\n{_LAST}Content-Length: 0\n"))
        elif rfc4733:
            name = {"*": "star", "#": "pound"}.get(act, act)
            parts.append(f'<nop><action><exec play_pcap_audio="{_PCAPS}/dtmf_2833_{name}.pcap"/></action></nop>\n')
            parts.append('<pause milliseconds="700"/>\n')
        else:
            info = _within("INFO", number, f"Signal={act}\nDuration=160\n", "Content-Type: application/dtmf-relay\n")
            parts += [_send(info.replace(_FROM, source), retrans="500"), '<recv response="200"/>\n']
    return f'<?xml version="1.0" encoding="UTF-8" ?>\n<scenario name="onestop">\n{"".join(parts)}</scenario>\n'


_LAST = "[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n"


def sipp() -> list[str]:
    """SIPp's command; the test is skipped, with the reason, where there is none."""
    if reason := os.environ.get("ONESTOP_MISSING_SIPP"):
        pytest.skip(reason)
    found = shutil.which("sipp")
    if found is None:
        pytest.skip("SIPp is not installed: scripts/setup/sipp gets it")
    return [found]
