"""Reminders (민원처리 사전예보): every working morning officers hear which cases are due today or on the next working
day, the supervisor which are overdue, desks how they stand. Messages: case_due, case_overdue, desk_digest."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callback.outbox import Note, enqueue
from callback.status import FINAL
from ivr.language.office import Office
from ivr.office.openings import next_working_day
from ivr.office.schedule import Schedule
from ivr.records.case_tables import Case
from ivr.records.keys import Keys

SUPERVISOR = "supervisor"
"""The contact that overdue cases go to."""

HIDDEN = "***"
"""Stands for a sensitive case's type: the message may be read by somebody outside its desk."""

log = logging.getLogger(__name__)


class Reminders:
    """The morning's messages of an office, to the contacts of config.yaml (messages.contacts)."""

    def __init__(self, office: Office, keys: Keys, contacts: Mapping[str, str]) -> None:
        """`contacts`: mobile numbers by officer's extension, desk, or `supervisor`. An officer without one is reminded
        through the desk, a desk without one through the supervisor."""
        self._office, self._keys, self._contacts = office, keys, contacts
        self.schedule = Schedule(office.calendar, office.calendar.clocks[office.cases.clock])

    def remind(self, session: Session, at: datetime) -> None:
        """Promise the messages of the morning that began at `at`, the opening of the petition clock."""
        cases = session.scalars(select(Case).where(Case.status.not_in(FINAL)).order_by(Case.deadline)).all()
        today = self._day(at)
        soon = {today, next_working_day(self.schedule, today)}
        for case in cases:
            if case.deadline and case.deadline < at:
                self._promise(session, at, "case_overdue", case.receipt, [SUPERVISOR], self._values(case))
            elif case.deadline and self._day(case.deadline) in soon:
                officer = [case.officer] if case.officer else []
                names = [*officer, case.desk, SUPERVISOR]
                self._promise(session, at, "case_due", case.receipt, names, self._values(case))
        for desk in sorted({case.desk for case in cases}):
            own = [case for case in cases if case.desk == desk]
            self._promise(session, at, "desk_digest", desk, [desk, SUPERVISOR], self._digest(desk, own, at))

    def _promise(
        self, session: Session, at: datetime, template: str, about: str, names: Sequence[str], values: dict[str, str]
    ) -> None:
        """Promise a message of the morning that began at `at` to the first of `names` that has a number."""
        name = next((name for name in names if name in self._contacts), None)
        if name is None:
            log.warning("nobody hears %s: messages.contacts has no %s", template, " and no ".join(names))
            return
        key, language = f"{template}/{about}/{self._day(at)}", self._office.languages[0]
        enqueue(session, self._keys, Note(key, self._contacts[name], template, language, values, since=at))

    def _values(self, case: Case) -> dict[str, str]:
        words = self._office.cases.words[self._office.languages[0]]
        return {
            "receipt": case.receipt,
            "type": HIDDEN if case.sensitive else words.types.get(case.type, case.type),
            "deadline": str(self._day(case.deadline)) if case.deadline else "",
            "desk": self._name(case.desk),
        }

    def _digest(self, desk: str, cases: Sequence[Case], at: datetime) -> dict[str, str]:
        overdue = [case for case in cases if case.deadline and case.deadline < at]
        due = [case for case in cases if case.deadline and case.deadline >= at]
        today = sum(self._day(case.deadline) == self._day(at) for case in due if case.deadline)
        return {
            "desk": self._name(desk),
            "open": str(len(cases)),
            "due": str(today),
            "overdue": str(len(overdue)),
        }

    def _name(self, desk: str) -> str:
        known = self._office.desks.desks.get(desk)
        return known.name if known else desk

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.schedule.zone).date()
