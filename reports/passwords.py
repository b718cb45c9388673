"""Passwords of people: kept as argon2id, made where they are to be used once."""

from __future__ import annotations

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 128

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""None that is taken for another when it is read out or copied: no l, o, 0, 1."""

_HASHER = PasswordHasher()  # argon2id, 64 MB, three passes: RFC 9106's choice for where memory is dear
_AT_ONCE = threading.BoundedSemaphore(2)
"""A hash takes 64 MB: many who log in at once wait for one another instead of taking all there is."""


def hashed(password: str) -> str:
    """The password as it is kept."""
    with _AT_ONCE:
        return _HASHER.hash(_canonical(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept. None, for nobody's, takes as long and never fits."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _NOBODYS, _canonical(password)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def length(password: str) -> int:
    """Its characters, of one that is too long as many as make it so."""
    return len(_canonical(password))


def generated() -> str:
    """A password to be used once: 80 random bits in four groups, to be copied by hand."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _canonical(password: str) -> str:
    """Hangul typed on one machine comes as syllables, on another as letters: the same password. Cut to the longest
    allowed, so that nobody has us hash a megabyte."""
    return unicodedata.normalize("NFC", password[: LONGEST * 4])[: LONGEST + 1]


_NOBODYS = _HASHER.hash(secrets.token_urlsafe(16))
