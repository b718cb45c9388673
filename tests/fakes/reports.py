"""Reports of delivery that a provider posts to the office, each at its time, one after the other."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True)
class Report:
    """One HTTP request to the office."""

    url: str
    headers: dict[str, str]
    body: bytes


class Reporter:
    """Posts reports when they are due. `answers` holds the status codes the office gave."""

    def __init__(self, closing: threading.Event) -> None:
        """`closing`: ends the thread."""
        self.answers: list[int] = []
        self._closing = closing
        self._due: list[tuple[float, int, Callable[[], Report]]] = []
        self._count = itertools.count()
        self._lock = threading.Lock()
        threading.Thread(target=self._run, daemon=True).start()

    def add(self, at: float, make: Callable[[], Report]) -> None:
        """Post what `make` gives, not before `at` (monotonic seconds)."""
        with self._lock:
            heapq.heappush(self._due, (at, next(self._count), make))

    def _run(self) -> None:
        with httpx.Client(timeout=5) as client:
            while not self._closing.wait(0.005):
                while (make := self._next()) is not None:
                    report = make()
                    with contextlib.suppress(httpx.HTTPError):  # an office that is down gets no second report
                        answer = client.post(report.url, headers=report.headers, content=report.body)
                        self.answers.append(answer.status_code)

    def _next(self) -> Callable[[], Report] | None:
        with self._lock:
            if self._due and self._due[0][0] <= time.monotonic():
                return heapq.heappop(self._due)[2]
        return None
