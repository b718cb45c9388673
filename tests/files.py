"""Files that may go while a test looks at them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def content(path: Path) -> bytes:
    """What a file holds; nothing when it has gone meanwhile, as SQLite's -wal goes with the last connection."""
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return b""
