"""The installation's database, as commands open it."""

from __future__ import annotations

from ivr.cli import Program
from ivr.records.store import Store


def opened(program: Program) -> Store:
    """The database, with its tables also where nothing was recorded yet. Raises StoreUnavailable."""
    store = Store(program.config.database_url)
    store.migrate()
    return store
