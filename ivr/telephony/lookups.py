"""Looking cases up for callers: within a second, a limited number of times, and never more than they may hear."""

from __future__ import annotations

import datetime
import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor

from ivr.engine.events import Looked, Recalled
from ivr.errors import KeyMissing, StoreUnavailable
from ivr.language.office import Office
from ivr.language.prompt import Value
from ivr.records import case_lookup, recent
from ivr.records.case_lookup import CaseView
from ivr.records.keys import Keys, is_mobile
from ivr.records.store import Store
from ivr.telephony.fetches import Fetches

LIMIT_S = 1.0
"""Longest that a caller waits for the database."""
READERS = 4
"""Look-ups at once. While the database hangs they all do, and further ones are turned away after LIMIT_S."""
WINDOW = datetime.timedelta(hours=1)
BY_CALLER, BY_RECEIPT = 6, 10
"""Failed look-ups within WINDOW, of one caller and of one receipt number, after which a person takes over. Ten thousand
endings of a number would take guessing at this pace more than a month."""

log = logging.getLogger(__name__)

Failed = Callable[[str], None]
"""Journals that a look-up failed, under a subject."""


class Lookups:
    """The look-ups of all calls of this process. Safe between threads."""

    def __init__(
        self, store: Store, keys: Keys, now: Callable[[], datetime.datetime], internal: Collection[str] = ()
    ) -> None:
        """`now`: aware. internal: hosts of the own network that may be asked."""
        self.fetches = Fetches(internal)
        self._store, self._keys, self._now = store, keys, now
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="lookup")
        self._failed: dict[str, deque[datetime.datetime]] = defaultdict(deque)
        self._lock = threading.Lock()

    def find(self, office: Office, language: str, receipt: str, last4: str, caller: str, failed: Failed) -> Looked:
        """Look a case up. `caller`: the number that calls, or "". `failed` is told each subject of a failure."""
        subjects = {receipt: BY_RECEIPT} | ({self._keys.who(caller): BY_CALLER} if caller else {})
        since = self._now() - WINDOW
        future = self._pool.submit(self._read, receipt, last4, caller, subjects, since)
        try:
            blocked, view = future.result(LIMIT_S)
        except TimeoutError:
            future.cancel()
            log.warning("the database took too long for a look-up")
            return Looked("unavailable")
        except (StoreUnavailable, KeyMissing) as error:
            log.warning("a look-up failed", extra={"reason": str(error)})
            return Looked("unavailable")
        if blocked:
            return Looked("blocked")
        if view is None:
            for subject in subjects:
                self._note(subject)
                failed(subject)
            return Looked("missing")
        if view.sensitive:
            return Looked("sensitive")
        return Looked("found", tuple(told(office, language, view).items()), self._mobile(view))

    def recall(self, caller: str, within_ms: int) -> Recalled:
        """The desk that a caller talked to last. `caller`: the number that calls, or "", which nobody is known by."""
        if not caller:
            return Recalled("")
        since = self._now() - datetime.timedelta(milliseconds=within_ms)
        future = self._pool.submit(self._recent, self._keys.who(caller), since)
        try:
            return Recalled(future.result(LIMIT_S) or "")
        except TimeoutError:
            future.cancel()
            log.warning("the database took too long to tell the caller's last desk")
        except StoreUnavailable as error:
            log.warning("the caller's last desk isn't known", extra={"reason": str(error)})
        return Recalled("")

    def close(self) -> None:
        """Wait for no look-up that hangs."""
        self.fetches.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _read(
        self, receipt: str, last4: str, caller: str, subjects: dict[str, int], since: datetime.datetime
    ) -> tuple[bool, CaseView | None]:
        """Whether any subject has used its attempts up (then nothing is looked for), and the case."""
        with self._store.reading() as session:
            for subject, most in subjects.items():
                here = self._noted(subject, since)
                if max(here, case_lookup.failures(session, subject, since)) >= most:
                    return True, None
            view = case_lookup.find(session, self._keys, receipt, last4=last4 or None, caller=caller or None)
            return False, view

    def _recent(self, who: str, since: datetime.datetime) -> str | None:
        with self._store.reading() as session:
            return recent.desk(session, who, since)

    def _note(self, subject: str) -> None:
        """Remember a failure at once; the journal brings it to the database, and to other nodes, a moment later."""
        now = self._now()
        with self._lock:
            for old in [name for name, times in self._failed.items() if times[-1] < now - WINDOW]:
                del self._failed[old]  # most receipt numbers that callers try are never tried again
            self._failed[subject].append(now)

    def _noted(self, subject: str, since: datetime.datetime) -> int:
        with self._lock:
            times = self._failed.get(subject)
            while times and times[0] < since:
                times.popleft()
            if not times:
                self._failed.pop(subject, None)
                return 0
            return len(times)

    def _mobile(self, view: CaseView) -> bool:
        """Whether the registered number can take messages."""
        return view.number is not None and is_mobile(self._keys.open(view.number))


def told(office: Office, language: str, view: CaseView) -> dict[str, Value]:
    """What a case is spoken with, in the language of the call, by variable."""
    words = office.cases.words[language]
    desk = office.desk_names[language].get(view.desk, view.desk)
    values = {
        "case.receipt": Value("digits", view.receipt),
        "case.type": Value("text", words.types.get(view.type or "", view.type or ""), view.type or ""),
        "case.status": Value("text", words.statuses.get(view.status or "", view.status or ""), view.status or ""),
        "case.desk": Value("text", desk, view.desk),
        "case.remedy": Value("text", words.remedy if view.status == "거부" else ""),
    }
    if view.deadline is not None:
        day = view.deadline.astimezone(office.calendar.tz).date()
        values["case.deadline"] = Value("date", day.isoformat())
    return values
