"""What the API answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from callback import case_change
from callback.case_notes import language
from callback.refusal import Detail, Refusal
from ivr.language.office import Office
from ivr.records.case_tables import Case, CaseEvent
from ivr.records.keys import Keys


class Event(BaseModel):
    """A change of status."""

    status: str = Field(description="What it became.", examples=["처리중"])
    at: datetime
    by: str = Field(description="Who told it.", examples=["api:saeol"])
    desk: str | None = Field(description="Desk in charge then; with 이송 the one that is to take it.")
    note: str | None = Field(description="Words of the officer.")


class CaseAnswer(BaseModel):
    """A case as it stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "receipt": "20261234",
                    "type": "grievance",
                    "status": "처리중",
                    "allowed": ["이송", "보완요구", "기간연장", "완료", "거부", "반려", "취하", "종결"],
                    "desk": "school_life",
                    "moving_to": None,
                    "school": "한빛초등학교",
                    "officer": "116",
                    "received_at": "2026-11-23T10:00:00+09:00",
                    "deadline": "2026-12-01T18:00:00+09:00",
                    "extended": False,
                    "sensitive": False,
                    "consent": True,
                    "language": "ko",
                    "number": "010-****-5678",
                    "remedy": None,
                    "version": 2,
                }
            ]
        }
    )

    receipt: str
    type: str
    status: str
    allowed: list[str] = Field(description="The statuses that may follow; none: it is final.")
    desk: str = Field(description="Desk in charge.")
    moving_to: str | None = Field(description="While in status 이송: the desk that is to take it.")
    school: str | None
    officer: str | None
    received_at: datetime
    deadline: datetime | None = Field(description="null while the citizen is to supplement (보완요구): it doesn't run.")
    extended: bool
    sensitive: bool
    consent: bool
    language: str
    number: str | None = Field(description="Registered number, masked.")
    remedy: str | None = Field(description="After a refusal (거부): what the citizen is told about objecting.")
    version: int = Field(description="Grows with every change; send it along to be sure of what you change.")


class CaseWithHistory(CaseAnswer):
    """A case with everything that became of it."""

    history: list[Event]


class BulkAnswer(BaseModel):
    """The cases of a bulk, in its order."""

    cases: list[CaseAnswer]


class ErrorDetail(BaseModel):
    """One thing that is wrong."""

    message: str
    field: str | None = None
    index: int | None = Field(None, description="Row of a bulk, counted from 0.")
    hint: str | None = None
    allowed: list[str] | None = Field(None, description="The statuses that may follow.")


class ErrorBody(BaseModel):
    """What is wrong: `code` for programs, `message` for people, `details` with everything at once."""

    code: str
    message: str
    details: list[ErrorDetail]


class ErrorAnswer(BaseModel):
    """Every error of the API has this shape."""

    error: ErrorBody


def answer(case: Case, office: Office, keys: Keys) -> CaseAnswer:
    """A case as the API tells it. Raises KeyMissing when the registered number can't be opened."""
    zone = office.calendar.tz
    words = office.cases.words.get(language(case, office))
    return CaseAnswer(
        receipt=case.receipt,
        type=case.type,
        status=case.status,
        allowed=list(case_change.allowed(case)),
        desk=case.desk,
        moving_to=case.moving_to,
        school=case.school,
        officer=case.officer,
        received_at=case.received_at.astimezone(zone),
        deadline=case.deadline and case.deadline.astimezone(zone),
        extended=case.extension > 0,
        sensitive=case.sensitive,
        consent=case.consent,
        language=case.language,
        number=keys.mask(keys.open(case.number)) if case.number else None,
        remedy=words.remedy if words and case.status == "거부" else None,
        version=case.version,
    )


def with_history(case: Case, history: Sequence[CaseEvent], office: Office, keys: Keys) -> CaseWithHistory:
    """A case with its history, as the API tells it. Raises KeyMissing."""
    events = [
        Event(
            status=event.to_status,
            at=event.at.astimezone(office.calendar.tz),
            by=event.by,
            desk=event.desk,
            note=keys.open(event.note) if event.note else None,
        )
        for event in history
    ]
    return CaseWithHistory(**answer(case, office, keys).model_dump(), history=events)


def error(code: str, message: str, details: Sequence[Detail] = ()) -> ErrorAnswer:
    """The one shape of errors."""
    told = [ErrorDetail(**asdict(detail)) for detail in details]
    return ErrorAnswer(error=ErrorBody(code=code, message=message, details=told))


def refused(refusal: Refusal) -> ErrorAnswer:
    """A refusal in that shape."""
    return error(refusal.code, refusal.message, refusal.details)
