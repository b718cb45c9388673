"""What the commands about cases work with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import click

from callback.access import Told
from callback.cases import Cases
from callback.form_fields import At
from ivr.cli import Program, database, deed
from ivr.language.office import Office
from ivr.records.keys import Keys
from ivr.records.store import Store


@dataclass(frozen=True)
class CaseDesk:
    """What the commands about cases work with; `told` is the person at the keyboard."""

    office: Office
    keys: Keys
    store: Store
    cases: Cases
    told: Told

    @property
    def at(self) -> At:
        """What forms are held against."""
        return At(self.office, self.told.at)


def open_desk(program: Program, desk: str | None) -> CaseDesk:
    """The installation's cases, as somebody sees them who acts for `desk` (None: for none in particular)."""
    office, keys = program.office, Keys(program.config.keys_dir)
    if desk is not None and desk not in office.desks.desks:
        raise click.BadParameter(f"there is no desk “{desk}”; there are: {', '.join(office.desks.desks)}")
    told = Told(deed.user(), None if desk is None else frozenset([desk]), datetime.now(UTC))
    return CaseDesk(office, keys, database.opened(program), Cases(office, keys), told)
