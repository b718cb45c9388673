"""Messages on their way to a provider: taken up in one transaction, the provider asked outside any, the results
written in the next. "submitting", the text and the attempt are stored with the claim, before the provider hears of it.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from callback import outbox, rate, retry
from callback.destination import e164
from callback.rules import Later, Never, Rules
from callback.sender import Accepted, Outgoing, Sender, Unclear
from callback.text import render
from ivr.config import Messages
from ivr.errors import BadInput, ForeignError, KeyMissing, Problem
from ivr.language.message_texts import FILE
from ivr.language.office import Office
from ivr.records.keys import Keys
from ivr.records.message_tables import Message
from ivr.records.store import Store

MARGIN = timedelta(seconds=20)
"""What must be left of a lease when the provider is called: longer than a sender's time limit."""

FIRST_ASK = timedelta(seconds=2)
FIRST_ASK_WITH_CALLBACKS = timedelta(minutes=1)
"""When a provider is first asked how a message ended: soon on a closed network; else only if a callback got lost."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed message. task: to be sent, looked for, or asked after; ends: when the lease does."""

    task: Literal["send", "find", "ask"]
    message: Outgoing
    fence: int
    attempts: int
    submitted: datetime
    reference: str
    ends: datetime


Result = tuple[Job, Mapping[str, Any]]
"""A job, and what is to be changed in its message."""


class Dispatch:
    """Takes messages out of the outbox to one sender. Safe between threads."""

    def __init__(
        self, store: Store, keys: Keys, sender: Sender, office: Office, settings: Messages, owner: str
    ) -> None:
        """`owner`: name of this worker, no other's."""
        self._store, self._keys, self._sender = store, keys, sender
        self._templates, self._settings, self._owner = office.messages, settings, owner
        self._rules = Rules(office.calendar, settings)
        self._unresolved = timedelta(minutes=settings.unresolved)
        self._first_ask = FIRST_ASK_WITH_CALLBACKS if settings.callback else FIRST_ASK

    def turn(self, results: Sequence[Result], limit: int) -> list[Job]:
        """Write results down and claim at most `limit` messages that are due: doubtful ones, then those to be sent as
        far as the provider's limit goes, then those to be asked after. Raises StoreUnavailable; then nothing is
        written, and the results are to be given again."""
        now = datetime.now(UTC)
        with self._store.transaction() as session:
            for job, changes in results:
                self._settle(session, job, changes, now)
            jobs = self._follow(session, "find", limit, now)
            jobs += self._submit(session, limit - len(jobs), now)
            return jobs + self._follow(session, "ask", limit - len(jobs), now)

    def call(self, job: Job) -> Result:
        """Ask the provider: what is to be changed in the message then."""
        work = {"send": self._send, "find": self._find, "ask": self._ask}[job.task]
        return job, work(job)

    def _settle(self, session: Session, job: Job, changes: Mapping[str, Any], now: datetime) -> None:
        if self._taken(session, changes):  # see Twilio: of two alike each finds the other's
            changes = self._unseen(job, now)
        before: outbox.Claimable = "accepted" if job.task == "ask" else "submitting"
        if not outbox.settle(session, job.message.id, job.fence, before, **changes):
            log.warning("a result came too late", extra={"id": job.message.id})

    def _follow(self, session: Session, task: Literal["find", "ask"], limit: int, now: datetime) -> list[Job]:
        jobs = []
        for message in outbox.claim(session, "submitting" if task == "find" else "accepted", self._owner, now, limit):
            try:
                jobs.append(self._job(task, message))
            except KeyMissing as error:  # when its lease ends it is tried again
                log.warning("a message can't be followed: %s", error, extra={"id": message.id})
        return jobs

    def _submit(self, session: Session, limit: int, now: datetime) -> list[Job]:
        per_second = self._settings.per_second
        bucket = rate.bucket(session, self._sender.name, now, per_second)
        allowed = int(rate.refill(bucket.tokens, bucket.at, now, per_second))
        claimed = outbox.claim(session, "waiting", self._owner, now, min(limit, allowed))
        jobs = [job for message in claimed if (job := self._prepare(session, message, now))]
        if jobs:
            rate.spend(bucket, len(jobs), now, per_second)
        return jobs

    def _prepare(self, session: Session, message: Message, now: datetime) -> Job | None:
        """Make a claimed message ready to go; None when it doesn't go (now), with the reason written into it."""
        message.changed_at = now
        try:
            number = self._keys.open(message.number)
            text = self._text(message)
            urgent = message.priority == outbox.URGENT or self._templates[message.template].urgent
            hindrance = self._rules.verdict(session, message, number, now, urgent=urgent)
        except BadInput as error:
            hindrance = Never("dead", "text", "; ".join(problem.message for problem in error.problems))
        except KeyMissing as error:
            hindrance = Never("dead", "key", str(error))
        if isinstance(hindrance, Never):
            message.state, message.code, message.reason = hindrance.state, hindrance.code, hindrance.reason
            return None
        if isinstance(hindrance, Later):
            message.due, message.reason = hindrance.until, hindrance.reason
            return None
        message.state, message.submitted_at, message.attempts = "submitting", now, message.attempts + 1
        message.text, message.sender = self._keys.seal(text), self._sender.name
        message.reference = message.code = message.reason = None
        session.flush()  # the next message's limits count this one
        return self._job("send", message)

    def _text(self, message: Message) -> str:
        template = self._templates.get(message.template)
        if template is None:
            raise BadInput([Problem(FILE, 0, 0, f"{FILE} has no “{message.template}” any more")])
        text = render(template, json.loads(self._keys.open(message.values)), message.language)
        if problems := self._sender.measure(text).problems:
            raise BadInput(Problem(FILE, 0, 0, problem) for problem in problems)
        return text

    def _job(self, task: Literal["send", "find", "ask"], message: Message) -> Job:
        submitted = message.submitted_at or message.created_at
        template = self._templates.get(message.template)
        outgoing = Outgoing(
            id=message.id,
            to=e164(self._keys.open(message.number)),
            text=self._keys.open(message.text or ""),
            language=message.language,
            template=template.alimtalk if template else "",
            values=json.loads(self._keys.open(message.values)),
            submitted=submitted,
        )
        ends = message.due or submitted
        return Job(task, outgoing, message.fence, message.attempts, submitted, message.reference or "", ends)

    def _send(self, job: Job) -> dict[str, Any]:
        if datetime.now(UTC) > job.ends - MARGIN:  # this worker was stopped: another may be looking for it soon
            return {"state": "waiting", "due": datetime.now(UTC)}
        try:
            outcome = self._sender.send(job.message)
        except Exception:  # a fault of ours says nothing about whether it went out
            log.exception("the sender failed", extra={"id": job.message.id})
            outcome = Unclear("a fault of the sender, see the log")
        now = datetime.now(UTC)
        match retry.decide(outcome, job.attempts, now, random.random()):  # noqa: S311
            case retry.Done(state, reference):
                return self._accepted(job, state, reference, now)
            case retry.Again(at, code, reason):
                return {"state": "waiting", "due": at, "code": code, "reason": reason}
            case retry.Look(at, reason):
                return {"due": at, "reason": reason}
            case retry.Dead(code, reason):
                return {"state": "dead", "code": code, "reason": reason}

    def _find(self, job: Job) -> dict[str, Any]:
        try:
            found = self._sender.find(job.message)
        except ForeignError as error:
            return self._unseen(job, datetime.now(UTC), str(error))
        now = datetime.now(UTC)
        if isinstance(found, Accepted):
            state = "accepted" if found.delivery == "sending" else found.delivery
            return self._accepted(job, state, found.reference, now)
        if self._sender.idempotent:
            return {"state": "waiting", "due": now}
        return self._unseen(job, now)

    def _ask(self, job: Job) -> dict[str, Any]:
        try:
            delivery, code = self._sender.delivery(job.reference)
        except ForeignError as error:
            log.info("a delivery can't be asked for: %s", error)
            delivery, code = "sending", ""
        if delivery != "sending":
            return {"state": delivery, "code": code or None}
        return {"due": retry.ask_again(job.submitted, datetime.now(UTC), self._first_ask)}

    def _accepted(self, job: Job, state: str, reference: str, now: datetime) -> dict[str, Any]:
        due = retry.ask_again(job.submitted, now, self._first_ask)
        return {"state": state, "reference": reference, "due": due, "code": None, "reason": None}

    def _unseen(self, job: Job, now: datetime, reason: str = "the provider's list doesn't show it") -> dict[str, Any]:
        if at := retry.look_again(job.submitted, now, self._unresolved):
            return {"due": at, "reason": reason}
        return {"state": "unknown", "due": None, "reason": f"perhaps sent, perhaps not: {reason}"}

    def _taken(self, session: Session, changes: Mapping[str, Any]) -> bool:
        reference = changes.get("reference")
        taken = select(Message.id).where(Message.sender == self._sender.name, Message.reference == reference)
        return reference is not None and session.scalar(taken) is not None
