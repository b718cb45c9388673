"""The rules of retention on the database: what is old enough, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from callback.senders.console import Console
from callback.status import FINAL
from ivr.config import Retention
from ivr.records.answer_tables import Answer
from ivr.records.case_tables import ApiRequest, Case, CaseEvent, LookupAttempt
from ivr.records.holds import held
from ivr.records.import_tables import Imported
from ivr.records.mailbox import Mailbox
from ivr.records.message_tables import Bulk, Message, State
from ivr.records.models import Base, Call, Fact
from ivr.records.notice_tables import Hearing, Request
from ivr.records.promise_tables import Promise
from ivr.records.voicemail_tables import Voicemail
from ivr.records.wish_tables import Wish

_OVER: tuple[State, ...] = ("accepted", "delivered", "undelivered", "dead", "unknown", "cancelled")

Also = Callable[[Session, Sequence[str]], None]


@dataclass(frozen=True)
class Rule:
    """Rows of `table` older than `days` by the column `at`, of which `which` is true: deleted, or given `values`
    instead. `also`: what goes with them, by the values of their column `key`."""

    kind: str
    days: int
    table: type[Base]
    key: InstrumentedAttribute[str]
    at: InstrumentedAttribute[Any]
    which: tuple[ColumnElement[bool], ...] = ()
    also: Also | None = None
    values: Mapping[str, Any] | None = None

    def old(self, before: datetime) -> Select[Any]:
        """Key and time of what is older, the oldest first."""
        return select(self.key, self.at).where(self.at < before, *self.which).order_by(self.at)

    def apply(self, session: Session, keys: Sequence[str], before: datetime) -> int:
        """Do it to what is older of these keys; how many rows it was."""
        those = (self.key.in_(keys), self.at < before, *self.which)
        change = update(self.table).values(**self.values) if self.values else delete(self.table)
        done = session.execute(change.where(*those).execution_options(synchronize_session=False))
        if self.also:
            self.also(session, keys)
        return cast(CursorResult[Any], done).rowcount


def rules(of: Retention, mailbox: Mailbox, console: Console) -> list[Rule]:
    """Every rule, in an order in which what hangs on something goes before it."""
    free = ~held(call=Call.id, who=Call.who)
    closed = Case.status.in_(FINAL), ~held(case=Case.receipt, who=Case.who)
    messages = Message.state.in_(_OVER), ~held(case=Message.case, who=Message.who)
    empty = ~select(Message.id).where(Message.bulk == Bulk.id).exists()
    numbered = or_(Call.caller.is_not(None), Call.who.is_not(None))
    noted = select(CaseEvent.n).where(CaseEvent.receipt == Case.receipt, CaseEvent.note.is_not(None)).exists()
    personal = or_(Case.number.is_not(None), noted)
    nobody = {"caller": None, "who": None}
    sounds = _sounds(mailbox)
    return [
        Rule("voicemails", of.voicemails, Voicemail, Voicemail.file, Voicemail.at, _free(Voicemail.call), sounds),
        Rule("messages", of.messages, Message, Message.id, Message.changed_at, messages, _files(console)),
        Rule("messages", of.messages, Promise, Promise.call, Promise.kept_at, _free(Promise.call)),
        Rule("messages", of.messages, Request, Request.call, Request.kept_at, _free(Request.call)),
        Rule("messages", of.messages, Bulk, Bulk.id, Bulk.created_at, (empty,)),
        Rule("numbers", of.numbers, Call, Call.id, Call.started_at, (numbered, free), values=nobody),
        Rule("answers", of.answers, Answer, Answer.call, Answer.at, _free(Answer.call)),
        Rule("calls", of.calls, Call, Call.id, Call.started_at, (free,), _details),
        Rule("case_numbers", of.case_numbers, Case, Case.receipt, Case.changed_at, (personal, *closed), _words,
             {"number": None, "who": None, "consent": False}),
        Rule("cases", of.cases, Case, Case.receipt, Case.changed_at, closed),
        Rule("wishes", of.wishes, Wish, Wish.who, Wish.at, (~held(who=Wish.who),)),
        Rule("requests", of.requests, ApiRequest, ApiRequest.key, ApiRequest.at),
        Rule("attempts", of.attempts, LookupAttempt, LookupAttempt.call, LookupAttempt.at),
    ]  # fmt: skip


def _free(call: InstrumentedAttribute[str]) -> tuple[ColumnElement[bool]]:
    """What belongs to a call that isn't held, nor is its caller."""
    caller = select(Call.who).where(Call.id == call).correlate(call.class_).scalar_subquery()
    return (~held(call=call, who=caller),)


def _sounds(mailbox: Mailbox) -> Also:
    def delete_(session: Session, files: Sequence[str]) -> None:
        for file in files:
            mailbox.delete(file)

    return delete_


def _files(console: Console) -> Also:
    def delete_(session: Session, ids: Sequence[str]) -> None:
        for id in ids:
            console.delete(id)

    return delete_


def _details(session: Session, ids: Sequence[str]) -> None:
    for table in (Fact, Hearing, Imported):
        session.execute(delete(table).where(table.call.in_(ids)))


def _words(session: Session, receipts: Sequence[str]) -> None:
    session.execute(update(CaseEvent).where(CaseEvent.receipt.in_(receipts)).values(note=None))
