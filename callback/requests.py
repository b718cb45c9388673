"""Requests done once: what was answered to an idempotency key is answered to it again, and nothing else happens."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from callback.refusal import Refusal
from ivr.records.case_tables import ApiRequest
from ivr.records.keys import Keys
from ivr.records.store import insert_new


def once(session: Session, keys: Keys, system: str, key: str, asked: str, now: datetime, do: Callable[[], str]) -> str:
    """The answer that `do` gives, or the one it gave when this system asked the same with this key before.

    Part of the transaction of `do`: when that refuses, the key is as good as unused. Of two requests at once, one
    waits for the other and gets its answer. Raises Refusal ("key_reused") when the key came with something else.
    """
    digest = hashlib.sha256(asked.encode()).hexdigest()
    row = {"system": system, "key": key, "digest": keys.seal(digest), "answer": "", "at": now}  # it may hold a number
    new = insert_new(session, ApiRequest, row)
    request = session.get_one(ApiRequest, (system, key))
    if new:
        answer = do()
        request.answer = keys.seal(answer)
        return answer
    if keys.open(request.digest) != digest:
        raise Refusal("key_reused", "this Idempotency-Key was used for another request")
    return keys.open(request.answer)
