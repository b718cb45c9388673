"""Telephone numbers looked for where none may be: in every spelling, in every file of a folder, archives opened."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from pypdf import PdfReader

_BETWEEN = b"-. ()/\x00"
"""What stands between a number's digits; NUL, so that UTF-16 is read as well."""

_SOUNDS = {".wav", ".sln", ".alaw", ".pcap"}


def spellings(number: str) -> list[str]:
    """Ways of writing a Korean mobile number, 010…, in full."""
    a, b, c = number[:3], number[3:7], number[7:]
    return [
        number, f"{a}-{b}-{c}", f"{a} {b} {c}", f"{a}.{b}.{c}", f"+82{number[1:]}", f"82{number[1:]}",
        f"+82 {a[1:]}-{b}-{c}", f"+82-{a[1:]}-{b}-{c}", f"tel:+82-{a[1:]}-{b}-{c}",
    ]  # fmt: skip


def within(data: bytes, numbers: Iterable[str]) -> set[str]:
    """The numbers that `data` shows: the last eight digits, whatever stands between them; in base64; hashed openly."""
    digits = data.translate(None, _BETWEEN)
    return {number for number in numbers if number[-8:].encode() in digits or any(p in data for p in _coded(number))}


def leaks(folder: Path, numbers: Iterable[str]) -> list[str]:
    """Each file below `folder` that shows one of the numbers, and which."""
    numbers = list(numbers)
    shown = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix not in _SOUNDS:
            with suppress(FileNotFoundError):  # a running line tidies up
                found = set[str]().union(*(within(data, numbers) for data in _unpacked(path.read_bytes())))
                shown += [f"{path}: {number}" for number in sorted(found)]
        if found := within(path.name.encode(), numbers):
            shown.append(f"{path}: {min(found)} in its name")
    return shown


def _coded(number: str) -> Iterator[bytes]:
    for text in spellings(number):
        for name in ("md5", "sha1", "sha256"):
            yield hashlib.new(name, text.encode()).hexdigest().encode()
        for encoding in ("utf-8", "utf-16-le"):
            for offset in range(3):  # base64 of something longer, wherever in it the number stands
                coded = base64.b64encode(b"x" * offset + text.encode(encoding))
                yield coded[4 if offset else 0 : -4]


def _unpacked(data: bytes) -> Iterator[bytes]:
    """The data itself, and whatever is in it when it is an archive."""
    yield data
    with suppress(OSError, EOFError, zlib.error):
        yield from _unpacked(gzip.decompress(data)) if data[:2] == b"\x1f\x8b" else ()
    if data.startswith(b"%PDF"):
        yield "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).encode()
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from _unpacked(archive.read(name))
    with suppress(tarfile.TarError), tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for member in archive:
            if file := archive.extractfile(member):
                yield from _unpacked(file.read())
