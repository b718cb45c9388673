"""The keys of an installation: telephone numbers sealed at rest, found again by a keyed hash, shown masked.

The key folder holds `number-ID.key` (AES-256-GCM; the highest ID seals, every ID opens) and `lookup.key`
(HMAC-SHA256), 32 random bytes each. It lies outside the data folder, so that no backup holds both. A key that is put
there while a process runs is used from then on.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import phonenumbers
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ivr.errors import KeyMissing

REGION = "KR"
KEY_BYTES = 32
NONCE_BYTES = 12
_SETTLED_NS = 100_000_000
"""A folder's time of change ticks in steps of some milliseconds: within one, a second change can't be told apart."""

EXTENSION_DIGITS = 5
"""Up to this many digits a number is an office's extension or a service number: nobody's personal data."""

_MOBILE = re.compile(r"(?:0|\+82)10[0-9]{4}([0-9]{4})")
"""What most callers have: in a list of 100,000 the library's way to the same mask takes four seconds."""
_FILE = re.compile(r"number-([1-9][0-9]{0,8})\.key")
_BETWEEN = r"[-. ()/]{0,3}"
_NUMBER = re.compile(rf"(?<!\d)(?:\+?82{_BETWEEN}0?{_BETWEEN}|0)\d{{1,2}}{_BETWEEN}\d{{3,4}}{_BETWEEN}\d{{4}}(?!\d)")


@dataclass(frozen=True, slots=True)
class _Ring:
    """The keys of a folder. stamp: when it had changed last, in ns; -1 when its clock might not tell the next change
    from that, since it is so short ago or a file is only half there."""

    ciphers: Mapping[int, AESGCM]
    newest: int
    prefix: bytes
    stamp: int

    def sealed(self, data: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self.ciphers[self.newest].encrypt(nonce, data, self.prefix)


class Keys:
    """Seals and opens personal texts, hashes and masks telephone numbers. Safe to share between threads."""

    def __init__(self, folder: Path, *, make: bool = True) -> None:
        """Load the keys in `folder`; at the first start make them.

        The folder's mode becomes 0700. make=False only looks: it changes nothing. Raises KeyMissing when none is there,
        or only half of one, and OSError when the folder can't be read or made.
        """
        if make:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.stat().st_mode & 0o077:
                folder.chmod(0o700)
            if not list(folder.glob("number-*.key")):
                _make(folder / "number-1.key")
            _make(folder / "lookup.key")
        self._lookup = _read(folder / "lookup.key")
        self._folder, self._path = folder, str(folder)
        self._ring = _load(folder)

    @property
    def newest(self) -> int:
        """Id of the key that seals."""
        return self._current().newest

    @property
    def ids(self) -> list[int]:
        """Ids of the keys that open, old ones first."""
        return sorted(self._current().ciphers)

    def add(self) -> int:
        """Make a new key, which seals from now on, in every process; its id. Raises OSError."""
        id = self.newest + 1
        _make(self._folder / f"number-{id}.key")
        return id

    def remove(self, id: int) -> None:
        """Delete a key for good, and with it whatever it sealed. Raises OSError."""
        (self._folder / f"number-{id}.key").unlink(missing_ok=True)

    def made(self, id: int) -> float:
        """When a key was put into the folder, as a timestamp. Raises OSError."""
        return (self._folder / f"number-{id}.key").stat().st_mtime

    def seal(self, text: str) -> str:
        """`text` encrypted: "KEYID.base64url(nonce, ciphertext, tag)"; never the same twice."""
        ring = self._current()
        return (ring.prefix + base64.urlsafe_b64encode(ring.sealed(text.encode()))).decode()

    def seal_bytes(self, data: bytes) -> bytes:
        """`data` encrypted: "KEYID.", nonce, ciphertext, tag; never the same twice."""
        ring = self._current()
        return ring.prefix + ring.sealed(data)

    def open(self, sealed: str) -> str:
        """The text that `seal` took.

        Raises KeyMissing when the key it names isn't here, or isn't the one it was sealed with.
        """
        key_id, _, body = sealed.partition(".")
        try:
            return self._opened(key_id, base64.urlsafe_b64decode(body)).decode()
        except (binascii.Error, ValueError) as error:
            raise KeyMissing(f"key {key_id[:8]!r} does not open this value: it was sealed with another") from error

    def open_bytes(self, sealed: bytes) -> bytes:
        """The data that `seal_bytes` took. Raises KeyMissing, as `open` does."""
        key_id, _, body = sealed.partition(b".")
        return self._opened(key_id[:8].decode("ascii", "replace"), body)

    def _current(self) -> _Ring:
        """The keys as the folder has them: asking when it changed costs a microsecond. While it can't be read, those
        known go on."""
        with contextlib.suppress(OSError, KeyMissing):
            if os.stat(self._path).st_mtime_ns != self._ring.stamp:
                self._ring = _load(self._folder)
        return self._ring

    def _opened(self, key_id: str, raw: bytes) -> bytes:
        number = int(key_id) if key_id.isascii() and key_id.isdigit() else -1
        cipher = self._ring.ciphers.get(number) or self._current().ciphers.get(number)
        if cipher is None:
            raise KeyMissing(f"key {key_id[:8]!r} is not in the key folder")
        try:
            return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], f"{key_id}.".encode())
        except (InvalidTag, ValueError) as error:
            raise KeyMissing(f"key {key_id} does not open this value: it was sealed with another") from error

    def who(self, number: str) -> str:
        """Look-up hash of a telephone number: 64 hex digits, the same however the number is written."""
        return hmac.digest(self._lookup, _canonical(number).encode(), hashlib.sha256).hex()

    def sign(self, text: str) -> str:
        """A signature of `text` (HMAC, under a key of its own made from the look-up key): 64 hex digits."""
        return hmac.digest(hmac.digest(self._lookup, b"sign", hashlib.sha256), text.encode(), hashlib.sha256).hex()

    def signed(self, text: str, signature: str) -> bool:
        """Whether a signature is this installation's, of this text."""
        return hmac.compare_digest(self.sign(text).encode(), signature.encode("utf-8", "replace"))

    def shown(self, sealed: str) -> str:
        """A sealed number as `mask` shows it; in words that its key is gone, so that a list still tells the rest."""
        try:
            return self.mask(self.open(sealed))
        except KeyMissing:
            return "(key missing)"

    @staticmethod
    def mask(number: str) -> str:
        """A number fit to be shown: 010-****-5678. Extensions stay; what is no number at all is ****."""
        if mobile := _MOBILE.fullmatch(number):
            return f"010-****-{mobile[1]}"
        digits = re.sub(r"[^0-9]", "", number)
        if not digits:
            return "****"
        if len(digits) <= EXTENSION_DIGITS:
            return digits
        parsed = _parse(number)
        if parsed is None:
            return "*" * (len(digits) - 4) + digits[-4:]
        style = phonenumbers.PhoneNumberFormat
        home = parsed.country_code == phonenumbers.country_code_for_region(REGION)
        shown = phonenumbers.format_number(parsed, style.NATIONAL if home else style.INTERNATIONAL)
        groups = re.split(r"([^0-9+]+)", shown)  # digits at even places, what stands between them at odd ones
        last = groups[-1] if len(groups) == 3 else groups[-1][:-4]
        hidden = [*groups[2:-1], last]
        stars = re.sub(r"[0-9]", "*", "".join(hidden))
        return "".join(groups[:2]) + stars + groups[-1][len(last) :]


def without_numbers(text: str) -> str:
    """What somebody wrote, each telephone number in it as `#`: reasons and the like are kept and shown in plain."""
    return _NUMBER.sub("#", text)


def is_mobile(number: str) -> bool:
    """Whether it is a mobile telephone's number, which takes messages (Korea's providers refuse landlines)."""
    parsed = _parse(number)
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return parsed is not None and phonenumbers.number_type(parsed) in kinds


def _load(folder: Path) -> _Ring:
    changed = folder.stat().st_mtime_ns
    settled = time.time_ns() - changed > _SETTLED_NS
    files = {int(named[1]): path.read_bytes() for path in folder.iterdir() if (named := _FILE.fullmatch(path.name))}
    ciphers = {id: AESGCM(key) for id, key in files.items() if len(key) == KEY_BYTES}  # one may be on its way here
    if not ciphers:
        raise KeyMissing(f"{folder} holds no number key that is whole")
    newest = max(ciphers)
    return _Ring(ciphers, newest, f"{newest}.".encode(), changed if settled and len(ciphers) == len(files) else -1)


def _read(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        raise KeyMissing(f"{path.parent} holds no keys") from None
    if len(key) != KEY_BYTES:
        raise KeyMissing(f"{path} is no key: it has {len(key)} bytes instead of {KEY_BYTES}; was it copied whole?")
    return key


def _make(path: Path) -> None:
    """Make the key in `path` if there is none; when two processes make it at once, one wins for both."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(fd, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(fd)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # whole or not at all, and never over a key that is in use
        draft.unlink()


def _parse(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_valid_number(parsed) else None


def _canonical(number: str) -> str:
    """E.164 of a public number; extensions, and what isn't a number, as they are."""
    parsed = _parse(number)
    if parsed is None:
        return number.strip()
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
