"""The sender of a machine without a provider: every message becomes a file that an admin can read.

`messages/2026-03-02/<id>.txt` below the data folder, for the machine's own date; mode 0600, since it holds the number.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from glob import escape
from pathlib import Path

from callback.sender import Accepted, Delivery, Outcome, Outgoing, Refused, Size
from callback.text import korean
from ivr.config import Config
from ivr.errors import ForeignError


def opened(config: Config, keys: Path) -> Console:
    """The sender for these settings; it has no secret."""
    return Console(config.data_dir / "messages")


class Console:
    """Writes messages into `folder`. A file is there whole or not at all, and one message is one file for ever."""

    name = "console"
    idempotent = True

    def __init__(self, folder: Path) -> None:
        """`folder`: made when the first message comes."""
        self.folder = folder

    def measure(self, text: str) -> Size:
        """As a Korean sender would: the narrowest rule, so that what fits here fits the provider that follows."""
        return korean(text)

    def send(self, message: Outgoing) -> Outcome:
        """Write the message, unless it is there."""
        try:
            return self.find(message) or self._write(message)
        except OSError as error:
            return Refused("disk", f"can't be written: {error.strerror}", again=True)

    def find(self, message: Outgoing) -> Accepted | None:
        """The message's file, whatever day it was written on."""
        found = next(self.folder.glob(f"*/{message.id}.txt"), None)
        return Accepted(self._reference(found), "delivered") if found else None

    def delivery(self, reference: str) -> tuple[Delivery, str]:
        """A file that was written has arrived."""
        if not (self.folder / reference).is_file():
            raise ForeignError(f"{self.folder / reference} is gone")
        return "delivered", ""

    def delete(self, id: str) -> None:
        """Delete a message's file, if there is one. Raises OSError."""
        for found in self.folder.glob(f"*/{escape(id)}.txt"):
            found.unlink(missing_ok=True)

    def _write(self, message: Outgoing) -> Accepted:
        now = datetime.now().astimezone()
        day = self.folder / now.date().isoformat()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        day.mkdir(mode=0o700, exist_ok=True)
        path, draft = day / f"{message.id}.txt", day / f".{message.id}.{secrets.token_hex(4)}"
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(fd, "w", encoding="utf-8") as file:
            file.write(f"To: {message.to}\nAt: {now.isoformat(timespec='seconds')}\n\n{message.text}\n")
            file.flush()
            os.fsync(fd)
        draft.replace(path)
        return Accepted(self._reference(path), "delivered")

    def _reference(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()
