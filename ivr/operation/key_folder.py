"""The key folder beside a backup: copied apart, and known to be the right one when it comes back."""

from __future__ import annotations

import hmac
import os
import shutil
from pathlib import Path

from ivr.errors import KeyMissing, OnestopError
from ivr.records.keys import Keys

_PROOF = "onestop"
"""What is sealed and looked up to tell keys apart: no number, nobody's."""

_NEVER_CHANGES = ".key"


def seal(keys: Keys) -> tuple[str, str]:
    """What a backup carries to know its keys by: a sealed text, and a look-up hash."""
    return keys.seal(_PROOF), keys.who(_PROOF)


def opened(folder: Path) -> Keys:
    """The keys in a folder, as they are. Raises KeyMissing when there are none: new ones would open nothing."""
    return Keys(folder, make=False)


def fits(folder: Path, sealed: str, lookup: str) -> None:
    """Raise OnestopError unless the keys in a folder are those that a backup was made with."""
    keys = opened(folder)
    try:
        right = keys.open(sealed) == _PROOF and hmac.compare_digest(keys.who(_PROOF), lookup)
    except KeyMissing:
        right = False
    if not right:
        raise OnestopError(f"the keys in {folder} are not those of this backup: nothing sealed in it would open")


def copy(source: Path, target: Path) -> None:
    """Copy the key folder, its files 0600; what is there already is brought up to date.

    Raises OnestopError, with nothing changed, when `target` holds another installation's keys.
    """
    files = sorted(path for path in source.iterdir() if path.is_file() and not path.name.startswith("."))
    for path in files:
        there = target / path.name
        if path.suffix == _NEVER_CHANGES and there.exists() and there.read_bytes() != path.read_bytes():
            raise OnestopError(f"{there} is another key than {path}: name a folder of this installation's own")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.chmod(0o700)
    for path in files:
        draft = target / f".{path.name}.{os.getpid()}"
        with path.open("rb") as read, open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            shutil.copyfileobj(read, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target / path.name)
