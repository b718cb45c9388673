"""The worker: one thread that talks to the database, and several that talk to the provider."""

from __future__ import annotations

import logging
import math
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from callback.dispatch import Dispatch, Job, Result
from ivr.errors import StoreUnavailable

POLL_S = 0.1
"""Longest pause between looks at the outbox: how long a new message waits."""

PAUSE_S = 1.0
"""Pause when the database can't be used."""

BATCH = 8
"""Messages taken up at once. What is taken up and not yet with the provider when the process is killed is in doubt,
so it is few; what is with the provider is found there."""

ANSWER_S = 0.5
"""A slow provider's time to take a message: so many threads are needed as the rate has messages in it."""

MOST_THREADS = 64

log = logging.getLogger(__name__)


def threads(per_second: float) -> int:
    """How many threads it takes to keep up with a rate."""
    return min(max(math.ceil(per_second * ANSWER_S), 4), MOST_THREADS)


class Worker:
    """Runs until told to stop. What it has begun with the provider then is finished and written down first."""

    def __init__(self, dispatch: Dispatch, threads: int) -> None:
        """`threads`: messages at once."""
        self._dispatch = dispatch
        self._threads = threads
        self._stop = threading.Event()
        self._done: queue.SimpleQueue[Result | None] = queue.SimpleQueue()
        self._results: list[Result] = []
        self._busy = 0

    def stop(self) -> None:
        """Ask it to end; from any thread, or a signal's handler."""
        self._stop.set()

    def run(self) -> None:
        """Work until `stop`."""
        pause = 0.0
        with ThreadPoolExecutor(self._threads, thread_name_prefix="send") as pool:
            while self._busy or self._results or not self._stop.is_set():
                self._collect(pause)
                pause = self._turn(pool)

    def _turn(self, pool: ThreadPoolExecutor) -> float:
        """Write results down and hand out what is due; how long to wait for results then, in seconds."""
        room = 0 if self._stop.is_set() else min(self._threads - self._busy, BATCH)
        if not room and not self._results:
            return POLL_S
        start = time.monotonic()
        try:
            jobs = self._dispatch.turn(self._results, room)
        except StoreUnavailable as error:
            log.warning("the outbox can't be used, trying again: %s", error)
            return PAUSE_S
        except Exception:  # whatever it is, results must not be lost, nor later messages stay for it
            log.exception("the outbox can't be used, trying again")
            return PAUSE_S
        self._results.clear()
        self._busy += len(jobs)
        for job in jobs:
            pool.submit(self._call, job)
        # SQLite gives its lock to whoever asks at the right moment: others get as much time as this turn took
        self._stop.wait(time.monotonic() - start)
        return 0.0 if room and len(jobs) == room else POLL_S

    def _collect(self, pause: float) -> None:
        """The results that are there, or the first that comes within `pause`."""
        try:
            result = self._done.get(timeout=pause) if pause else self._done.get_nowait()
            while True:
                self._busy -= 1
                if result:
                    self._results.append(result)
                result = self._done.get_nowait()
        except queue.Empty:
            return

    def _call(self, job: Job) -> None:
        try:
            self._done.put(self._dispatch.call(job))
        except Exception:
            log.exception("a message failed; it will be looked for", extra={"id": job.message.id})
            self._done.put(None)
