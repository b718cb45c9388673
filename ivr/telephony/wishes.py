"""What a caller has wished for in earlier calls: read as a call begins, within a second, or taken for nothing."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from ivr.errors import StoreUnavailable
from ivr.records import wish_tables
from ivr.records.keys import Keys
from ivr.records.store import Store

LIMIT_S = 1.0
"""Longest that a call waits for the database."""
READERS = 4
"""Wishes read at once. While the database hangs they all do, and further calls begin without waiting."""

log = logging.getLogger(__name__)


class Wishes:
    """The wishes of all callers. Safe between threads."""

    def __init__(self, store: Store, keys: Keys) -> None:
        """Nothing is read before a call begins."""
        self._store, self._keys = store, keys
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="wishes")
        self._places = BoundedSemaphore(READERS)

    def slow(self, caller: str) -> bool:
        """Whether the caller ("": unknown) wants slow and easy mode; False as well when that can't be told in time."""
        if not caller or not self._places.acquire(blocking=False):
            return False
        future = self._pool.submit(self._read, self._keys.who(caller))
        future.add_done_callback(lambda _: self._places.release())
        try:
            return future.result(LIMIT_S)
        except (TimeoutError, StoreUnavailable) as error:
            log.warning("a caller's wish can't be read", extra={"reason": str(error) or "the database took too long"})
            return False

    def close(self) -> None:
        """Wait for no reading that hangs."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _read(self, who: str) -> bool:
        with self._store.reading() as session:
            return wish_tables.slow(session, who)
