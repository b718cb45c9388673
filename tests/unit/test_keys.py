"""Keys: sealed, found again, masked; made once."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import KeyMissing
from ivr.records.keys import Keys, without_numbers

NUMBER = "01012345678"


def test_what_is_sealed_opens_again_and_shows_nothing(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    sealed = keys.seal(NUMBER)
    assert NUMBER not in sealed
    assert keys.seal(NUMBER) != sealed
    assert Keys(tmp_path / "keys").open(sealed) == NUMBER


def test_bytes_are_sealed_as_well(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10
    sealed = Keys(tmp_path).seal_bytes(data)
    assert data[:100] not in sealed
    assert Keys(tmp_path).open_bytes(sealed) == data
    for spoiled in (sealed[:-1], b"9" + sealed[1:], b"", sealed[:20], b"\xff." + sealed[2:]):
        with pytest.raises(KeyMissing):
            Keys(tmp_path).open_bytes(spoiled)


def test_a_newer_key_seals_and_the_older_ones_still_open(tmp_path: Path) -> None:
    old = Keys(tmp_path).seal(NUMBER)
    (tmp_path / "number-10.key").write_bytes(bytes(32))
    keys = Keys(tmp_path)
    assert keys.seal(NUMBER).startswith("10.")
    assert keys.open(old) == NUMBER


@pytest.mark.parametrize("change", [lambda s: "7" + s[1:], lambda s: s[:-3], lambda s: "", lambda s: "²." + s[2:]])
def test_another_key_or_a_changed_value_is_a_missing_key(tmp_path: Path, change: object) -> None:
    keys = Keys(tmp_path)
    assert callable(change)
    with pytest.raises(KeyMissing):
        keys.open(change(keys.seal(NUMBER)))


def test_a_value_sealed_with_other_keys_of_the_same_id_does_not_open(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        Keys(tmp_path / "one").open(Keys(tmp_path / "two").seal(NUMBER))


def test_a_key_id_can_not_be_exchanged(tmp_path: Path) -> None:
    sealed = Keys(tmp_path).seal(NUMBER)
    (tmp_path / "number-2.key").write_bytes((tmp_path / "number-1.key").read_bytes())
    with pytest.raises(KeyMissing):
        Keys(tmp_path).open("2." + sealed[2:])


def test_a_key_made_elsewhere_seals_at_once_in_a_running_process(tmp_path: Path) -> None:
    keys, other = Keys(tmp_path), Keys(tmp_path)
    for id in range(2, 12):  # one after the other, within a tick of the file system's clock
        sealed = keys.seal(NUMBER)
        assert other.add() == id
        assert keys.seal(NUMBER).startswith(f"{id}.")
        assert keys.open(other.seal(NUMBER)) == keys.open(sealed) == NUMBER
    assert keys.ids == list(range(1, 12))
    old = time.time() - 60
    os.utime(tmp_path, (old, old))
    settled = Keys(tmp_path)
    other.add()
    assert settled.seal(NUMBER).startswith("12.")
    settled.remove(12)
    assert other.seal(NUMBER).startswith("11.")


def test_a_folder_that_can_not_be_read_for_a_while_stops_nothing(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    (tmp_path / "keys").rename(tmp_path / "away")
    assert keys.open(keys.seal(NUMBER)) == NUMBER


def test_a_key_that_is_only_half_copied_here_seals_once_it_is_whole(tmp_path: Path) -> None:
    keys, half = Keys(tmp_path), tmp_path / "number-2.key"
    (tmp_path / "number-1.old.key").write_bytes(b"somebody's copy")
    half.touch()
    old = time.time() - 60
    os.utime(tmp_path, (old, old))  # long enough ago: the folder doesn't change again when the file is filled
    assert keys.seal(NUMBER).startswith("1.")
    assert Keys(tmp_path).ids == [1]
    half.write_bytes(bytes(32))
    os.utime(tmp_path, (old, old))
    assert keys.seal(NUMBER).startswith("2.")


def test_a_folder_whose_disk_was_taken_away_stops_nothing_that_runs(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    for path in tmp_path.glob("number-*.key"):
        path.unlink()
    assert keys.open(keys.seal(NUMBER)) == NUMBER


def test_a_look_makes_no_keys_and_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match="holds no keys"):
        Keys(tmp_path / "none", make=False)
    assert not (tmp_path / "none").exists()
    folder = tmp_path / "keys"
    sealed = Keys(folder).seal(NUMBER)
    folder.chmod(0o755)
    assert Keys(folder, make=False).open(sealed) == NUMBER
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_half_a_look_up_key_hashes_nothing(tmp_path: Path) -> None:
    Keys(tmp_path)
    (tmp_path / "lookup.key").write_bytes(b"")
    with pytest.raises(KeyMissing, match=r"lookup.key is no key: it has 0 bytes"):
        Keys(tmp_path)


@pytest.mark.parametrize(
    "written",
    ["010-1234-5678", "010 - 1234 - 5678", "(02) 123-4567", "010/1234/5678", "+82 (0)10-1234-5678", "01012345678"],
)
def test_a_number_in_a_text_is_hidden_however_it_is_written(written: str) -> None:
    assert not any(c.isdigit() for c in without_numbers(f"소송, {written} 건"))


@pytest.mark.parametrize(
    "text", ["행정심판 2026-88", "2026-11-27 10:00, 20261234", "소송 2026가합1234", "0 (1,234 rows)"]
)
def test_other_digits_in_a_text_stay(text: str) -> None:
    assert without_numbers(text) == text


@pytest.mark.parametrize("written", ["010-1234-5678", "+82 10 1234 5678", "+82-10-1234-5678", " 01012345678 "])
def test_a_number_is_found_however_it_is_written(tmp_path: Path, written: str) -> None:
    keys = Keys(tmp_path)
    assert keys.who(written) == keys.who(NUMBER)
    assert len(keys.who(written)) == 64


def test_extensions_keep_apart_from_numbers_and_from_each_other(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    assert len({keys.who(n) for n in ("200", "0200", "201", NUMBER, "", "익명")}) == 6
    assert Keys(tmp_path / "other").who(NUMBER) != keys.who(NUMBER)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("01012345678", "010-****-5678"),
        ("+821012345678", "010-****-5678"),
        ("021234567", "02-***-4567"),
        ("042-600-1234", "042-***-1234"),
        ("15881234", "1588-****"),
        ("+12025550123", "+1 ***-***-0123"),
        ("+4915123456789", "+49 **** ***6789"),
        ("00011122233", "*******2233"),
        ("200", "200"),
        ("anonymous", "****"),
        ("", "****"),
    ],
)
def test_a_mask_shows_no_more_than_the_ends(number: str, shown: str) -> None:
    assert Keys.mask(number) == shown


def test_only_the_owner_may_read_the_keys(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    Keys(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()} == {0o600}


def test_processes_that_start_at_once_have_the_same_keys(tmp_path: Path) -> None:
    program = f"""
import sys; from pathlib import Path; from ivr.records.keys import Keys
sys.stdin.read(1)
keys = Keys(Path({str(tmp_path / "keys")!r})); print(keys.who("200"), keys.seal("x"))
"""
    racers = [
        subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("!")
        racer.stdin.flush()
    told = [racer.communicate()[0].split() for racer in racers]
    assert len({who for who, _ in told}) == 1
    keys = Keys(tmp_path / "keys")
    assert [keys.open(sealed) for _, sealed in told] == ["x"] * 6
    assert sorted(p.name for p in (tmp_path / "keys").iterdir()) == ["lookup.key", "number-1.key"]


@given(st.integers(0, 99_999_999))
def test_a_mobile_number_is_masked_as_the_library_divides_it(rest: int) -> None:
    number = f"010{rest:08}"
    first, _, last = phonenumbers.format_number(
        phonenumbers.parse(number, "KR"), phonenumbers.PhoneNumberFormat.NATIONAL
    ).split("-")
    assert Keys.mask(number) == Keys.mask(f"+82{number[1:]}") == f"{first}-****-{last}"
