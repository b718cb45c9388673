"""Takes: any wav is made fit for the line, judged, put in place whole, and can be taken back."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from ivr.cli import Program
from ivr.cli.prompts import prompts
from ivr.errors import OnestopError, SpeechError
from ivr.speech import takes, wav
from ivr.speech.level import Samples
from ivr.speech.shelf import Shelf
from tests import offices

HELLO = "안녕하십니까. 한빛광역시교육청입니다."


def tone(seconds: float, loud: float = 0.2, rate: int = wav.RATE) -> Samples:
    return (loud * np.sin(np.arange(round(seconds * rate)) * 2 * math.pi * 440 / rate)).astype(np.float32)


def write(path: Path, samples: Samples, rate: int = wav.RATE, channels: int = 1, width: int = 2) -> Path:
    """A wav file of any format, the same on all channels."""
    full = 2 ** (8 * width - 1) - 1
    whole = np.repeat((samples.astype(np.float64) * full).astype(np.int64), channels)
    raw = b"".join(int(n + (full + 1 if width == 1 else 0)).to_bytes(width, "little", signed=width > 1) for n in whole)
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(raw)
    return path


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_any_wav_becomes_the_lines(tmp_path: Path, rate: int, channels: int, width: int) -> None:
    take = takes.read(write(tmp_path / "take.wav", tone(0.5, rate=rate), rate, channels, width))
    assert len(take) / wav.RATE == pytest.approx(0.5, abs=0.05)
    assert takes.decibels(take) == pytest.approx(20 * math.log10(0.2 / math.sqrt(2)), abs=0.5)


def test_silence_around_it_is_cut_off(tmp_path: Path) -> None:
    quiet = np.zeros(2 * wav.RATE, np.float32)
    take = takes.read(write(tmp_path / "take.wav", np.concatenate([quiet, tone(1), quiet])))
    assert 1.0 < len(take) / wav.RATE < 1.5


@pytest.mark.parametrize(
    ("take", "expected_s", "flaw"),
    [
        (tone(2), 2, None),
        (tone(2, loud=0.015), 2, "too quiet"),
        (np.clip(tone(2, loud=3), -1, 1), 2, "too loud"),
        (tone(2), 6, "too short"),
        (tone(2), 0.7, "too long"),
    ],
)
def test_a_take_is_judged(take: Samples, expected_s: float, flaw: str | None) -> None:
    found = takes.flaws(take, expected_s)
    assert [text.partition(":")[0] for text in found] == ([flaw] if flaw else [])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"no sound",
        b"RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff",
        b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 3, 1, 8000, 32000, 4, 32) + b"data\0\0\0\0",
        b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16) + b"data\0\0\0\0",
        b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 1, 1, 1, 2, 2, 16) + b"data\0\0\0\0",
    ],
)
def test_what_is_no_sound_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "take.wav").write_bytes(content)
    with pytest.raises(SpeechError, match=r"take\.wav"):
        takes.read(tmp_path / "take.wav")


def test_undo_brings_the_recording_before_back_and_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    with pytest.raises(SpeechError, match="no recording was there before"):
        shelf.undo("main/greeting", "ko")
    first, second = tone(1), tone(2)
    path = shelf.put("main/greeting", "ko", first)
    shelf.put("main/greeting", "ko", second)
    for take in (first, second):
        shelf.undo("main/greeting", "ko")
        assert wav.read(path) == takes.pcm(take)
    assert sorted(p.name for p in path.parent.iterdir()) == ["greeting.wav", "greeting.wav.before"]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    offices.copy_of_sample(tmp_path)
    (tmp_path / "config.yaml").write_text("office: office\nlines: {'1000': {flow: main}}\nexchange: {practice: true}\n")
    return Program(tmp_path / "config.yaml")


def record(program: Program, *arguments: str) -> Result:
    return CliRunner().invoke(prompts, ["record", *arguments], obj=program, catch_exceptions=False)


def test_a_file_becomes_a_prompts_recording(program: Program, tmp_path: Path) -> None:
    take = write(tmp_path / "take.wav", tone(4, rate=44_100), 44_100, 2)
    listed = CliRunner().invoke(prompts, ["--language", "ko"], obj=program, catch_exceptions=False).stdout
    assert "prompts/ko/main/greeting.wav" in listed
    before = program.office.version
    result = record(program, "main/greeting", "--file", str(take))
    assert result.exit_code == 0, result.output
    assert wav.seconds(wav.read(tmp_path / "office/prompts/ko/main/greeting.wav")) == pytest.approx(4, abs=0.3)
    again = Program(tmp_path / "config.yaml")
    assert again.office.version != before
    listed = CliRunner().invoke(prompts, ["--language", "ko"], obj=again, catch_exceptions=False).stdout
    assert "prompts/ko/main/greeting.wav" not in listed


def test_labels_and_the_keys_that_calls_give_them_are_listed_apart(program: Program) -> None:
    listed: dict[str, str] = {}
    for language in ("ko", "en"):
        lines = CliRunner().invoke(prompts, ["--language", language], obj=program, catch_exceptions=False).stdout
        listed |= dict(line.split("\t") for line in lines.splitlines())
    assert listed["prompts/ko/tables/transfers/고등학교.wav"] == "고등학교는"
    assert listed["prompts/ko/officers/101.wav"] == "김하늘은"
    assert listed["prompts/ko/keys/3.wav"] == "3번,"
    assert listed["prompts/en/phrases/this_language.wav"] == "For English,"
    assert listed["prompts/en/keys/3.wav"] == "press 3."
    assert listed["prompts/ko/main/purpose/options/3.wav"] == "학원과 교습소는 3번,"


def test_an_unfit_file_changes_nothing(program: Program, tmp_path: Path) -> None:
    take = write(tmp_path / "take.wav", tone(4, loud=0.015))
    with pytest.raises(SpeechError, match="too quiet"):
        record(program, "main/greeting", "--file", str(take))
    assert not (tmp_path / "office/prompts/ko").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("main/greetin", "--file", "x.wav"), "did you mean “main/greeting”"),
        (("../../evil", "--file", "x.wav"), "no text is called"),
        (("status/tell", "--file", "x.wav"), "has variables"),
        (("main/greeting", "--language", "fr", "--file", "x.wav"), "doesn't speak “fr”"),
        (("main/greeting", "--phone", "999"), "no telephone has the extension 999"),
        (("main/greeting", "--file", "missing.wav"), "can't be read"),
    ],
)
def test_what_cannot_be_recorded_is_told(program: Program, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(OnestopError, match=said):
        record(program, *arguments)
