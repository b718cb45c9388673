"""A sender that does what the test says, for tests of what the outbox makes of it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from callback.sender import Accepted, Delivery, Outcome, Outgoing, Size
from callback.text import korean
from ivr.errors import ForeignError


class Scripted:
    """Answers each message by `outcome`; `found` and `deliveries` are what `find` and `delivery` say."""

    name = "scripted"

    def __init__(self, outcome: Callable[[Outgoing], Outcome] | None = None, *, idempotent: bool = False) -> None:
        self.outcome = outcome or (lambda message: Accepted(message.id))
        self.idempotent = idempotent
        self.sent: list[Outgoing] = []
        self.looked = 0
        self.found: Accepted | ForeignError | None = None
        self.deliveries: dict[str, tuple[Delivery, str]] = {}
        self._lock = threading.Lock()

    def measure(self, text: str) -> Size:
        return korean(text)

    def send(self, message: Outgoing) -> Outcome:
        with self._lock:
            self.sent.append(message)
        return self.outcome(message)

    def find(self, message: Outgoing) -> Accepted | None:
        self.looked += 1
        if isinstance(self.found, ForeignError):
            raise self.found
        return self.found

    def delivery(self, reference: str) -> tuple[Delivery, str]:
        if reference not in self.deliveries:
            raise ForeignError("can't be asked")
        return self.deliveries[reference]
