"""The journal's segments, as the recorder reads them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from ivr.records import facts, journal
from ivr.records.journal_records import from_journal
from ivr.records.tail import File

KEEP_S = 24 * 3600
"""A segment stays this long after its last record: sessions at a desk are taken up from it after a restart."""


class JournalTail:
    """The tail of the journal in a folder. Segments are begun by the journal itself, so there is nothing to tidy."""

    name = "journal"

    def __init__(self, folder: Path) -> None:
        """`folder` need not exist yet."""
        self._folder = folder

    def files(self, marks: Mapping[str, int]) -> list[File]:
        """All segments; the newest is never final."""
        del marks  # segments are numbered by their names
        segments = journal.segments(self._folder)
        over = time.time() - KEEP_S
        return [File(p.stem, p, p != segments[-1] and p.stat().st_mtime < over) for p in segments]

    def parse(self, line: bytes) -> tuple[list[facts.Known], str]:
        """What a record says, or what is wrong with it."""
        try:
            return from_journal(journal.decode(line)), ""
        except ValueError as error:
            return [], str(error)

    def tidy(self, marks: Mapping[str, int]) -> None:
        """Nothing to do."""
