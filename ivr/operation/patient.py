"""What the doctor's checks are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from ivr.config import Config
from ivr.errors import OnestopError
from ivr.language.office import Office
from ivr.office.versions import Versions
from ivr.records.store import Store


@dataclass(frozen=True)
class Patient:
    """An installation that is looked at. file: its config.yaml; now: when (aware)."""

    config: Config
    file: Path
    now: datetime

    @cached_property
    def store(self) -> Store:
        """Its database; opening touches nothing."""
        return Store(self.config.database_url)

    def marked(self) -> str:
        """The version of the office that new calls take, "" when none was put in place yet. Makes no folder."""
        folder = self.config.data_dir / "offices"
        return Versions(folder).marked() if folder.is_dir() else ""

    def office(self) -> Office:
        """That version. Raises OnestopError when there is none, and BadInput when it can't be read."""
        if not self.marked():
            raise OnestopError("no version of the office was put in place yet")
        return Versions(self.config.data_dir / "offices").newest_good()
