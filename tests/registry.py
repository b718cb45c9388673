"""The sample office with its cases in a database of a test's own."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from callback import forms, intake
from callback.access import Desks, Told
from callback.cases import Cases
from callback.form_fields import At
from callback.forms import StatusForm
from ivr.language import loader
from ivr.language.office import Office
from ivr.records.case_tables import Case
from ivr.records.keys import Keys
from ivr.records.message_tables import Message
from ivr.records.store import Store
from tests import offices

MOBILE = "010-1234-5678"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, ten o'clock in Seoul."""

GRIEVANCE = {"receipt": "20261234", "type": "grievance", "desk": "school_life", "number": MOBILE, "consent": True}
SECRET = {**GRIEVANCE, "receipt": "20265555", "type": "school_violence", "school": "가나초등학교"}


@dataclass
class Registry:
    """An office's cases. Each method is a transaction of its own."""

    office: Office
    keys: Keys
    store: Store

    @property
    def cases(self) -> Cases:
        return Cases(self.office, self.keys)

    def add(self, *rows: Mapping[str, Any], at: datetime = NOW, desks: Desks = None) -> list[bool]:
        """Take rows in; which of them were new."""
        new = intake.read(rows, At(self.office, at), self.keys)
        with self.store.transaction() as session:
            return [fresh for _, fresh in self.cases.add(session, new, Told("test", desks, at))]

    def change(
        self,
        status: str,
        *,
        receipt: str = "20261234",
        key: str = "",
        at: datetime = NOW,
        desks: Desks = None,
        **more: Any,
    ) -> Case:
        """Change a case; the case as it then stands. Without `key` every change is another."""
        form = forms.read(StatusForm, {"status": status, **more}, At(self.office, at))
        assert not isinstance(form, list), form
        told = Told("test", desks, at)
        with self.store.transaction() as session:
            case = self.cases.change(session, receipt, form, key or secrets.token_hex(8), told)
            session.flush()
            session.expunge_all()
            return case

    def case(self, receipt: str = "20261234") -> Case:
        with self.store.reading() as session:
            case = session.get_one(Case, receipt)
            session.expunge(case)
            return case

    def history(self, receipt: str = "20261234") -> list[str]:
        with self.store.reading() as session:
            return [event.to_status for event in self.cases.history(session, session.get_one(Case, receipt))]

    def messages(self) -> list[tuple[str, dict[str, str]]]:
        """Template and values of every message promised."""
        with self.store.reading() as session:
            rows = session.scalars(select(Message).order_by(Message.created_at)).all()
            return [(row.template, json.loads(self.keys.open(row.values))) for row in rows]


def make(folder: Path, url: str = "") -> Registry:
    """The sample office with its keys in `folder`, and an empty database: there too, or at `url`."""
    store = Store(url or f"sqlite:///{folder / 'onestop.db'}")
    store.migrate()
    return Registry(loader.load(offices.SAMPLE), Keys(folder / "keys"), store)
