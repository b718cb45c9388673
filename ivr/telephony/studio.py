"""The studio: a telephone in the office as a microphone. It rings, plays a prompt as callers hear it now, records it
anew, plays that, and takes 1 to keep it or 2 to record again.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.config import Config, host_port
from ivr.errors import CallerGone, ExchangeError, SpeechError
from ivr.language.prompt import Prompt
from ivr.speech import takes, wav
from ivr.speech.level import Samples
from ivr.telephony import passwords
from ivr.telephony.agi import Channel, Server
from ivr.telephony.ami import connected

RING_S = 30
"""How long the telephone rings."""
TRIES = 9
"""Times that one prompt is recorded before the studio goes on to the next."""
LENGTH_MS, SILENCE_S = 120_000, 5
KEY_MS = 10_000
KEYS = "0123456789*#"

LINES = {
    "ko": {
        "begin": "녹음할 문장을 먼저 들려 드립니다. 삐 소리가 나면 읽으시고 우물 정자를 눌러 주십시오.",
        "unfit": "다시 읽어 주십시오.",
        "choose": "저장은 일번, 다시 녹음은 이번을 눌러 주십시오.",
        "end": "녹음이 끝났습니다.",
    },
    "en": {
        "begin": "You will hear the words first. Read them after the beep, then press pound.",
        "unfit": "Please read it again.",
        "choose": "To keep it, press 1. To record again, press 2.",
        "end": "That was all.",
    },
}
"""What the studio says to whoever records, in the language that is recorded, else in English."""

log = logging.getLogger(__name__)

Say = Callable[[Prompt], str]
"""A prompt → path of its sound, without extension. Raises SpeechError."""


@dataclass(frozen=True)
class Studio:
    """What recording by telephone needs.

    say: speaks. expected_s: how long a prompt takes to be read. keep: takes a good take. told: hears how it goes.
    folder: for the takes in progress; the exchange writes there.
    """

    language: str
    say: Say
    expected_s: Callable[[Prompt], float]
    keep: Callable[[Prompt, Samples], None]
    told: Callable[[str], None]
    folder: Path

    def session(self, channel: Channel, prompts: Sequence[Prompt]) -> None:
        """Record prompts, one after the other. Raises CallerGone, ExchangeError or SpeechError."""
        channel.stream_file(self._line("begin"), KEYS)
        for prompt in prompts:
            self._record(channel, prompt)
        channel.stream_file(self._line("end"))

    def _record(self, channel: Channel, prompt: Prompt) -> None:
        take = self.folder / f"{secrets.token_hex(8)}.wav"
        try:
            for _ in range(TRIES):
                channel.stream_file(self.say(prompt), KEYS)
                samples = self._take(channel, prompt, take)
                if samples is None:
                    channel.stream_file(self._line("unfit"), KEYS)
                    continue
                channel.stream_file(str(take.with_suffix("")), KEYS)
                if channel.get_data(self._line("choose"), KEY_MS, 1)[0] == "1":
                    self.keep(prompt, samples)
                    return
            self.told(f"{prompt.id}: not kept after {TRIES} takes")
        finally:
            take.unlink(missing_ok=True)

    def _take(self, channel: Channel, prompt: Prompt, take: Path) -> Samples | None:
        """One take, as it will be heard; None, told why, when it isn't fit."""
        take.unlink(missing_ok=True)
        channel.record_file(str(take.with_suffix("")), "#", LENGTH_MS, SILENCE_S)
        try:
            samples = takes.read(take)
        except SpeechError:
            self.told(f"{prompt.id}: nobody speaks, or far too quietly")
            return None
        found = takes.flaws(samples, self.expected_s(prompt))
        for flaw in found:
            self.told(f"{prompt.id}: {flaw}")
        wav.write(take, takes.pcm(samples))
        return None if found else samples

    def _line(self, name: str) -> str:
        words = LINES.get(self.language, LINES["en"])[name]
        return self.say(Prompt(f"studio/{name}", (words,)))


def ring(config: Config, extension: str, session: Callable[[Channel], None]) -> None:
    """Ring a telephone of the office and hold a session with whoever picks up; returns when it is over.

    Raises ExchangeError: nobody picked up, or the exchange isn't there; and what the session raises.
    """
    host, _ = host_port(config.engine.agi)
    picked_up, over = threading.Event(), threading.Event()
    script, failures = secrets.token_hex(16), list[BaseException]()

    def visit(channel: Channel) -> None:
        if not channel.env.get("agi_request", "").endswith(f"/{script}") or picked_up.is_set():
            return
        picked_up.set()
        try:
            session(channel)
        except CallerGone:
            log.info("whoever recorded hung up")
        except Exception as error:  # noqa: BLE001  # it is raised where the session was asked for
            failures.append(error)
        finally:
            over.set()

    with _listening((host, 0), visit, config.engine.allow) as port:
        with connected(config, passwords.ENGINE) as manager:
            manager.request(
                "Originate",
                Channel=f"PJSIP/{extension}",
                Application="AGI",
                Data=f"agi://{host if ':' not in host else f'[{host}]'}:{port}/{script}",
                Timeout=RING_S * 1000,
                Async="true",
            )
        if not picked_up.wait(RING_S + 1):
            raise ExchangeError(f"the telephone {extension} wasn't picked up in {RING_S} s: is it registered?")
        over.wait()
    for failure in failures:
        raise failure


@contextmanager
def _listening(address: tuple[str, int], visit: Callable[[Channel], None], allow: Sequence[str]) -> Iterator[int]:
    """A FastAGI listener for one visit; its port. Raises ExchangeError."""
    try:
        server = Server(address, visit, allow, 1)
    except OSError as error:
        raise ExchangeError(f"{address[0]} (config.yaml: engine.agi): {error.strerror}") from error
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="studio", daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
