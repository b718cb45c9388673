"""The real voice in its own process, and the sounds kept from it."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ivr.errors import SpeechError
from ivr.language.prompt import Prompt, Value
from ivr.speech import cache, wav
from ivr.speech.cache import Sounds
from ivr.speech.espeak import for_telephone
from ivr.speech.voice import Voice

GREETING = Prompt("main/greeting", ("안녕하십니까. 한빛광역시교육청입니다.",))
OPTION = Prompt("main/purpose/1", ("제증명 발급",), key="1")
STATUS = Prompt("main/tell", ("접수번호 ", Value("digits", "20261234"), " 민원은 처리중입니다."))


class CountingVoice(Voice):
    """The real voice, remembering what it was asked to say."""

    def __init__(self, limit: float = 8.0) -> None:
        super().__init__(limit)
        self.texts: list[str] = []

    def say(self, text: str, language: str, out: Path, rate: float = 1.0) -> None:
        self.texts.append(text)
        super().say(text, language, out, rate)


@pytest.fixture(scope="module")
def shared_voice() -> Iterator[CountingVoice]:
    speaker = CountingVoice()
    yield speaker
    speaker.close()


@pytest.fixture
def speaker(shared_voice: CountingVoice) -> CountingVoice:
    shared_voice.texts.clear()
    return shared_voice


@pytest.fixture
def sounds(tmp_path: Path, speaker: CountingVoice) -> Iterator[Sounds]:
    made = Sounds(tmp_path / "sounds", tmp_path / "prompts", speaker)
    yield made
    made.close()


def record(folder: Path, prompt_id: str, samples: bytes) -> Path:
    path = folder / "prompts" / "ko" / f"{prompt_id}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    wav.write(path, samples)
    return path


def length(path: str) -> float:
    return wav.seconds(wav.read(Path(f"{path}.wav")))


def worker_pid(speaker: Voice) -> int:
    assert speaker._worker is not None
    return speaker._worker.pid


@pytest.mark.parametrize(
    ("language", "text", "shortest", "longest"),
    [
        ("ko", "안녕하십니까. 한빛광역시교육청입니다.", 2.5, 6.0),
        ("en", "Welcome to the Hanbit office of education.", 1.5, 5.0),
    ],
)
def test_voice_speaks(
    tmp_path: Path, speaker: Voice, language: str, text: str, shortest: float, longest: float
) -> None:
    out = tmp_path / "out.wav"
    speaker.say(text, language, out)
    with wave.open(str(out)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
    samples = memoryview(wav.read(out)).cast("h")
    assert shortest < len(samples) / 8000 < longest
    assert 10_000 < max(samples) < 30_000, "loud enough, not clipped"
    assert any(abs(sample) > 300 for sample in samples[:400]), "no silence to begin with"
    assert not any(samples[-900:]), "a tail of silence"


@pytest.mark.parametrize("amplitude", [0.03, 0.5])
def test_quiet_and_loud_speech_come_out_alike(amplitude: float) -> None:
    tone = (amplitude * np.sin(np.arange(22_050) * 2 * np.pi * 440 / 22_050)).astype(np.float32)
    silence = np.zeros(22_050, np.float32)
    samples = np.frombuffer(for_telephone(np.concatenate([silence, tone, silence])), "<i2") / 32768
    assert len(samples) == pytest.approx((0.02 + 1 + 0.12) * 8000, abs=40), "silence around it is gone"
    assert np.sqrt(np.mean(samples[400:7000] ** 2)) == pytest.approx(0.1, rel=0.1)


def test_slow_speech_is_longer(tmp_path: Path, speaker: Voice) -> None:
    speaker.say("천천히 말씀드리겠습니다", "ko", tmp_path / "normal.wav")
    speaker.say("천천히 말씀드리겠습니다", "ko", tmp_path / "slow.wav", rate=0.8)
    assert length(str(tmp_path / "slow")) > 1.15 * length(str(tmp_path / "normal"))


def test_voice_refuses_what_it_cannot_say(tmp_path: Path, speaker: Voice) -> None:
    with pytest.raises(SpeechError, match="fr"):
        speaker.say("Bonjour", "fr", tmp_path / "out.wav")
    with pytest.raises(SpeechError, match="too long"):
        speaker.say("가" * 10_001, "ko", tmp_path / "out.wav")
    with pytest.raises(SpeechError, match="No such file"):
        speaker.say("안녕하십니까", "ko", tmp_path / "missing" / "out.wav")
    speaker.say("안녕하십니까", "ko", tmp_path / "out.wav")


def test_killed_worker_is_replaced(tmp_path: Path, speaker: Voice) -> None:
    speaker.say("하나", "ko", tmp_path / "one.wav")
    first = worker_pid(speaker)
    os.kill(first, signal.SIGKILL)
    speaker.say("둘", "ko", tmp_path / "two.wav")
    assert length(str(tmp_path / "two")) > 0.2
    assert worker_pid(speaker) != first


def test_stuck_worker_is_given_up_in_time(tmp_path: Path) -> None:
    speaker = Voice(limit=5.0)
    speaker.say("하나", "ko", tmp_path / "one.wav")
    speaker._limit = 0.3
    os.kill(worker_pid(speaker), signal.SIGSTOP)
    begin = time.monotonic()
    with pytest.raises(SpeechError, match="too long"):
        speaker.say("둘", "ko", tmp_path / "two.wav")
    with pytest.raises(SpeechError, match="resting"):  # the next call doesn't wait at all
        speaker.say("셋", "ko", tmp_path / "three.wav")
    assert time.monotonic() - begin < 1.0
    speaker.close()


def test_worker_that_cannot_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SpeechError, match="can't be had"):
        Voice().say("하나", "ko", tmp_path / "one.wav")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    with pytest.raises(SpeechError, match="can't be had"):
        Voice().say("하나", "ko", tmp_path / "one.wav")


def test_an_utterance_is_one_file_made_once(tmp_path: Path, sounds: Sounds, speaker: CountingVoice) -> None:
    path = sounds.path((GREETING, OPTION), "ko")
    assert Path(path).is_absolute()
    assert not path.endswith(".wav")
    alone = length(sounds.path((GREETING,), "ko")) + length(sounds.path((OPTION,), "ko"))
    assert length(path) == pytest.approx(alone + 0.15)
    assert sounds.path((GREETING, OPTION), "ko") == path
    assert Sounds(tmp_path / "sounds", tmp_path / "prompts", speaker).path((GREETING, OPTION), "ko") == path
    assert speaker.texts == ["안녕하십니까. 한빛광역시교육청입니다.", "제증명 발급은 1번,"]


def test_a_sound_that_was_deleted_is_made_again(sounds: Sounds) -> None:
    path = sounds.path((GREETING,), "ko")
    Path(f"{path}.wav").unlink()
    assert length(sounds.path((GREETING,), "ko")) > 2


def test_what_was_heard_before_is_only_looked_up(sounds: Sounds, monkeypatch: pytest.MonkeyPatch) -> None:
    menu = tuple(Prompt(f"main/purpose/{key}", (f"업무 {key}",), str(key)) for key in range(1, 9))
    path = sounds.path(menu, "ko")
    monkeypatch.setattr(Sounds, "_piece", lambda *_: pytest.fail("it was read and worded again"))
    assert sounds.path(menu, "ko") == path


def test_slow_speech_is_a_sound_of_its_own_and_recordings_stay_as_they_are(tmp_path: Path, sounds: Sounds) -> None:
    plain, slow = (sounds.path((GREETING,), "ko", rate) for rate in (1.0, cache.SLOW))
    assert length(slow) > 1.1 * length(plain)
    assert sounds.path((GREETING,), "ko") == plain
    record(tmp_path, OPTION.id, wav.silence(0.5))
    recorded = Prompt(OPTION.id, OPTION.parts)
    assert sounds.path((recorded,), "ko", cache.SLOW) == sounds.path((recorded,), "ko")


def test_a_recording_stands_for_its_prompt(tmp_path: Path, sounds: Sounds, speaker: CountingVoice) -> None:
    beep = bytes(range(256)) * 32
    record(tmp_path, "main/purpose/1", beep)
    assert wav.read(Path(sounds.path((OPTION,), "ko") + ".wav")) == beep
    assert speaker.texts == []
    assert sounds.path((OPTION,), "en") != sounds.path((OPTION,), "ko")
    assert speaker.texts == ["For 제증명 발급, press 1."]


def test_a_label_is_recorded_without_the_key_that_the_call_gives_it(
    tmp_path: Path, sounds: Sounds, speaker: CountingVoice
) -> None:
    def heard(label: str, key: str) -> bytes:
        option = Prompt(f"tables/schools/{label}", (label,), key, loose=True)
        return wav.read(Path(sounds.path((option,), "ko") + ".wav"))

    east, third = b"\1\0" * 800, b"\3\0" * 800
    record(tmp_path, "tables/schools/동구", east)
    record(tmp_path, "keys/3", third)
    assert heard("동구", "3") == east + wav.silence(0.15) + third
    assert heard("동구", "1").startswith(east)
    assert not heard("동구", "1").endswith(third)
    heard("서구", "3")
    assert speaker.texts == ["1번,", "서구는 3번,"]


def test_a_new_recording_makes_a_new_sound(tmp_path: Path, speaker: Voice) -> None:
    paths = set()
    for samples in (b"\1\0" * 800, b"\2\0" * 800):
        record(tmp_path, "main/greeting", samples)
        paths.add(Sounds(tmp_path / "sounds", tmp_path / "prompts", speaker).path((GREETING,), "ko"))
    assert len(paths) == 2


def test_a_recording_never_stands_for_a_prompt_with_values(tmp_path: Path, sounds: Sounds) -> None:
    record(tmp_path, "main/tell", b"\1\0" * 800)
    assert length(sounds.path((STATUS,), "ko")) > 2


def test_unfit_recordings_are_named(tmp_path: Path, sounds: Sounds) -> None:
    wide = record(tmp_path, "main/greeting", b"")
    with wave.open(str(wide), "wb") as file:
        file.setparams((2, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(1600))
    with pytest.raises(SpeechError, match=re.escape(f"{wide} has 16000 Hz, 2 channel(s)") + ".*ffmpeg"):
        sounds.path((GREETING,), "ko")
    broken = record(tmp_path, "main/purpose/1", b"")
    broken.write_bytes(b"ID3 this is no wav")
    with pytest.raises(SpeechError, match=re.escape(str(broken)) + ".*ffmpeg"):
        sounds.path((OPTION,), "ko")


def test_build_reports_every_problem_and_does_the_rest(tmp_path: Path, sounds: Sounds, speaker: CountingVoice) -> None:
    for prompt_id in ("main/one", "main/two"):
        record(tmp_path, prompt_id, b"").write_bytes(b"no wav")
    one, two = Prompt("main/one", ("하나",)), Prompt("main/two", ("둘",))
    seen: list[tuple[int, int]] = []
    wanted = [((one,), "ko"), ((two, GREETING), "ko"), ((OPTION, STATUS), "ko"), ((one, two), "ko")]
    with pytest.raises(SpeechError) as raised:
        sounds.build(wanted, lambda done, total: seen.append((done, total)))
    assert len(str(raised.value).splitlines()) == 2
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert speaker.texts == ["제증명 발급은 1번,"], "of an utterance with values only what is fixed"


def test_synthetic_lists_what_could_be_recorded(tmp_path: Path, sounds: Sounds) -> None:
    record(tmp_path, "main/greeting", b"\1\0" * 800)
    assert sounds.synthetic([GREETING, OPTION, STATUS, OPTION], "ko") == ["main/purpose/1"]
    assert sounds.synthetic([GREETING], "en") == ["main/greeting"]


def test_values_are_kept_apart_and_not_for_long(
    tmp_path: Path, sounds: Sounds, speaker: CountingVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(sounds.path((GREETING, STATUS), "ko") + ".wav")
    passing = tmp_path / "sounds" / "passing"
    assert passing in path.parents
    assert len(list(passing.rglob("*.wav"))) == 2, "the whole, and the one prompt with values"
    assert sounds.path((GREETING, STATUS), "ko") == str(path.with_suffix(""))
    assert len(speaker.texts) == 2

    os.utime(path, (time.time() - 400, time.time() - 400))  # old enough to vanish before it is played
    sounds.path((GREETING, STATUS), "ko")
    assert time.time() - path.stat().st_mtime < 60

    sounds.sweep()
    assert path.exists()
    os.utime(path, (time.time() - 601, time.time() - 601))
    sounds.sweep()
    assert not path.exists()

    sounds.path((GREETING, STATUS), "ko")
    monkeypatch.setattr(cache, "_MOST", 1)
    sounds.sweep()
    assert [*passing.rglob("*.wav")] == [path], "the youngest stays"
    sounds.close()
    assert not any(passing.iterdir())


def test_names_of_personal_sounds_tell_nothing(tmp_path: Path, sounds: Sounds, speaker: Voice) -> None:
    other = Sounds(tmp_path / "sounds", tmp_path / "prompts", speaker)
    assert Path(sounds.path((STATUS,), "ko")).name != Path(other.path((STATUS,), "ko")).name
    other.close()
    assert Path(sounds.path((STATUS,), "ko") + ".wav").exists(), "each process deletes its own"


def test_what_a_dead_process_left_is_cleared_at_the_start(tmp_path: Path, speaker: Voice) -> None:
    left = tmp_path / "sounds" / "passing" / "died" / "old.wav"
    left.parent.mkdir(parents=True)
    wav.write(left, b"")
    os.utime(left, (0, 0))
    Sounds(tmp_path / "sounds", tmp_path / "prompts", speaker).close()
    assert not left.exists()


def test_the_sweeper_works_by_itself(tmp_path: Path, speaker: Voice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_SWEEP", 0.05)
    monkeypatch.setattr(cache, "_KEEP", 0.3)
    left = tmp_path / "sounds" / "passing" / "died"
    left.mkdir(parents=True)
    wav.write(left / "old.wav", b"")
    sounds = Sounds(tmp_path / "sounds", tmp_path / "prompts", speaker)
    sounds.path((STATUS,), "ko")
    deadline = time.monotonic() + 5
    while any((tmp_path / "sounds" / "passing").rglob("*.wav")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any((tmp_path / "sounds" / "passing").rglob("*.wav"))
    sounds.close()


def test_many_threads_make_a_sound_once(sounds: Sounds, speaker: CountingVoice) -> None:
    barrier = threading.Barrier(16)

    def hear(index: int) -> str:
        own = Prompt(f"main/own/{index % 4}", (f"업무 {index % 4}",))
        barrier.wait()
        return sounds.path((GREETING, own), "ko")

    with ThreadPoolExecutor(16) as pool:
        paths = list(pool.map(hear, range(16)))
    assert len(set(paths)) == 4
    assert sorted(speaker.texts) == sorted([str(GREETING.parts[0]), *(f"업무 {i}" for i in range(4))])
    assert all(length(path) > 2 for path in paths)


def test_without_a_voice_there_is_a_clear_error(tmp_path: Path, speaker: Voice) -> None:
    folder = tmp_path / "sounds"
    sounds = Sounds(folder, tmp_path / "prompts", speaker)
    (folder / "fixed").rmdir()
    with pytest.raises(SpeechError, match="No such file"):
        sounds.path((GREETING,), "ko")
