"""The worker: sends what is due with several threads, and keeps the clock when no other worker does."""

from __future__ import annotations

import logging
import math
import threading
from concurrent.futures import ThreadPoolExecutor

from callback.dispatch import Dispatch, Job
from ivr.errors import StoreUnavailable

POLL_S = 0.1
"""Pause between looks at the outbox when there was nothing to do: how long a new message waits."""

PAUSE_S = 1.0
"""Pause when the database can't be used."""

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
        self._free = threading.Semaphore(threads)
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask it to end; from any thread, or a signal's handler."""
        self._stop.set()

    def run(self) -> None:
        """Work until `stop`."""
        with ThreadPoolExecutor(self._threads, thread_name_prefix="send") as pool:
            while not self._stop.is_set():
                self._stop.wait(self._round(pool))

    def _round(self, pool: ThreadPoolExecutor) -> float:
        """Take up what is due; how long to pause then, in seconds."""
        self._free.acquire()  # at least one thread is idle
        idle = 1
        while idle < self._threads and self._free.acquire(blocking=False):
            idle += 1
        try:
            jobs = self._dispatch.take(idle)
            pause = 0.0 if len(jobs) == idle else POLL_S
        except StoreUnavailable as error:
            log.warning("the outbox can't be read, trying again: %s", error)
            jobs, pause = [], PAUSE_S
        except Exception:  # whatever it is, later messages must not stay for it
            log.exception("the outbox can't be read, trying again")
            jobs, pause = [], PAUSE_S
        self._free.release(idle - len(jobs))
        for job in jobs:
            pool.submit(self._run, job)
        return pause

    def _run(self, job: Job) -> None:
        try:
            self._dispatch.run(job)
        except Exception:
            log.exception("a message failed; it will be looked for", extra={"message": job.message.id})
        finally:
            self._free.release()
