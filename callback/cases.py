"""Cases: taken in, changed, shown. A change, its history and the message about it are one transaction, the caller's.

Whoever may not see a case is told the same as if there were none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callback import case_change, case_notes, outbox
from callback.access import Desks, Told, open_to, visible
from callback.deadlines import deadline
from callback.forms import StatusForm
from callback.intake import NewCase
from callback.refusal import Detail, Refusal
from ivr.errors import OnestopError
from ivr.language.cases import Status, parse_period
from ivr.language.office import Office
from ivr.office.clocks import Clocks
from ivr.records.case_tables import Case, CaseEvent
from ivr.records.keys import Keys

MANY = 500
"""Receipt numbers asked for in one query."""


class Cases:
    """The cases of an office, in whatever database a session belongs to. Safe between threads."""

    def __init__(self, office: Office, keys: Keys) -> None:
        """`office`: the version of it that kinds, periods and words are taken from."""
        self._office = office
        self._keys = keys
        self._clocks = Clocks(office.calendar)

    def add(self, session: Session, new: Sequence[NewCase], told: Told) -> list[tuple[Case, bool]]:
        """Take cases in, all or none; each with whether it is new: one that is there with the same content stays.

        Raises Refusal, "desk_closed" or "receipt_taken", with every row that it is true of.
        """
        self._check_desks(new, told.desks)
        made = {one.form.receipt: self._case(one, told) for one in new}  # before the database is held up by it
        there = self._there(session, new)
        fresh = [(one.key, made[one.form.receipt]) for one in new if one.form.receipt not in there]
        session.add_all(case for _, case in fresh)
        session.flush()
        session.add_all(self._event(case, None, told, key) for key, case in fresh)
        session.flush()
        for _, case in fresh:
            self._promise(session, case)
        return [(there.get(receipt) or made[receipt], receipt not in there) for receipt in made]

    def change(self, session: Session, receipt: str, form: StatusForm, key: str, told: Told) -> Case:
        """Change a case's status. The same idempotency `key` again changes nothing.

        Raises Refusal: "no_case", "key_reused", and what `case_change.check` raises.
        """
        case = self._visible(session.get(Case, receipt, with_for_update=True), told.desks)
        before = session.scalar(select(CaseEvent).where(CaseEvent.key == key))
        if before is not None:
            if (before.receipt, before.to_status) != (receipt, form.status):
                raise Refusal("key_reused", "this idempotency key was used for another change")
            return case
        case_change.check(case, form)
        previous = case.status
        case_change.apply(case, form, told.at)
        session.add(self._event(case, previous, told, key, form.note))
        session.flush()
        case.deadline = None if case.status == "보완요구" else self._deadline(case, self.history(session, case))
        self._promise(session, case)
        return case

    def show(self, session: Session, receipt: str, desks: Desks) -> Case:
        """A case. Raises Refusal ("no_case") when there is none that these desks may see."""
        return self._visible(session.get(Case, receipt), desks)

    def history(self, session: Session, case: Case) -> list[CaseEvent]:
        """What became of a case, from its receipt on."""
        return list(session.scalars(select(CaseEvent).where(CaseEvent.receipt == case.receipt).order_by(CaseEvent.n)))

    def listed(self, session: Session, desks: Desks, among: Sequence[Status], limit: int) -> list[Case]:
        """The cases that are due first, at most `limit`, in one of the statuses `among`."""
        found = select(Case).where(open_to(desks), Case.status.in_(among)).limit(limit)
        return list(session.scalars(found.order_by(Case.deadline.is_(None), Case.deadline, Case.receipt)))

    def _visible(self, case: Case | None, desks: Desks) -> Case:
        if case is None or not visible(case, desks):
            raise Refusal("no_case", "there is no such case, or none that you may see")
        return case

    def _check_desks(self, new: Sequence[NewCase], desks: Desks) -> None:
        problems = [
            Detail("isn't a desk that you act for", "desk", index)
            for index, one in enumerate(new)
            if desks is not None and one.form.desk not in desks
        ]
        if problems:
            raise Refusal("desk_closed", "nothing was taken", problems)

    def _there(self, session: Session, new: Sequence[NewCase]) -> dict[str, Case]:
        """Those taken in before. Raises Refusal for receipt numbers that other cases have."""
        there: dict[str, Case] = {}
        problems = []
        for start in range(0, len(new), MANY):
            wanted = {one.form.receipt: (start + i, one.key) for i, one in enumerate(new[start : start + MANY])}
            found = select(Case, CaseEvent.key).join(CaseEvent, CaseEvent.receipt == Case.receipt)
            for case, key in session.execute(found.where(CaseEvent.n == 1, Case.receipt.in_(wanted))):
                index, same = wanted[case.receipt]
                if key != same:
                    problems.append(Detail("another case has it", "receipt", index))
                there[case.receipt] = case
        if problems:
            raise Refusal("receipt_taken", "nothing was taken", problems)
        return there

    def _case(self, new: NewCase, told: Told) -> Case:
        form = new.form
        case = Case(
            receipt=form.receipt,
            type=form.type,
            certificate=new.type.certificate,
            period=str(new.type.period),
            status="접수",
            school=form.school,
            desk=form.desk,
            moving_to=None,
            officer=form.officer,
            received_at=new.received_at,
            extension=0,
            sensitive=new.sensitive,
            consent=form.consent,
            language=new.language,
            number=self._keys.seal(form.number) if form.number else None,
            who=self._keys.who(form.number) if form.number else None,
            changed_at=told.at,
            version=1,
        )
        case.deadline = self._deadline(case, [])
        return case

    def _deadline(self, case: Case, history: Sequence[CaseEvent]) -> datetime:
        book = self._office.cases
        if not book.types:
            raise OnestopError("there are cases, but no cases.yaml any more: its clock and words are needed")
        period, waits = parse_period(case.period), case_change.supplements(history)
        return deadline(self._clocks[book.clock], period, case.received_at, case.extension, waits)

    def _event(self, case: Case, before: str | None, told: Told, key: str, note: str | None = None) -> CaseEvent:
        return CaseEvent(
            receipt=case.receipt,
            n=case.version,
            key=key,
            from_status=before,
            to_status=case.status,
            at=told.at,
            by=told.by,
            desk=case.moving_to or case.desk,
            note=self._keys.seal(note) if note else None,
        )

    def _promise(self, session: Session, case: Case) -> None:
        if note := case_notes.note(case, self._office, self._keys):
            outbox.enqueue(session, self._keys, note)
