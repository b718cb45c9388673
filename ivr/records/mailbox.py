"""The voicemails' sounds at rest: one sealed file each, under a name that nobody can guess."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from ivr.records.journal import sync_folder
from ivr.records.keys import Keys

FOLDER = Path("voicemail")
"""Where they lie within the data folder."""

MOST = 2_000
"""Most voicemails kept: at the usual longest two minutes they come to 4 GB."""

_NAME = re.compile(r"[a-p]{32}")
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
"""Letters alone: a run of digits would be taken for a telephone number in the log, and masked."""


class Mailbox:
    """The sealed sounds of one installation. Safe between threads and processes."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        """Touches no disk."""
        self._folder, self._keys = folder, keys

    def full(self) -> bool:
        """Whether there is no room for another one."""
        return sum(1 for _ in self._folder.glob("*.sealed")) >= MOST

    def put(self, sound: bytes) -> str:
        """Keep a sound; it is on the disk when this returns. Its name. Raises OSError: nothing was kept."""
        name = secrets.token_hex(16).translate(_LETTERS)
        path = self._path(name)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(self._keys.seal_bytes(sound))
                file.flush()
                os.fsync(file.fileno())
            sync_folder(self._folder)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return name

    def get(self, name: str) -> bytes:
        """The sound of that name. Raises OSError, or KeyMissing."""
        return self._keys.open_bytes(self._path(name).read_bytes())

    def delete(self, name: str) -> None:
        """Delete it, if it is there. Raises OSError."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):  # it comes from the database, and becomes a path
            raise FileNotFoundError(f"{name!r} is no voicemail's name")
        return self._folder / f"{name}.sealed"
