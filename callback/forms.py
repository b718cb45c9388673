"""What another system, a file's row or an officer writes about a case: the forms, and everything wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from callback.form_fields import (
    At,
    DeskName,
    Extension,
    Language,
    Line,
    Officer,
    Phone,
    Receipt,
    Time,
    TypeName,
    UnknownName,
    Words,
    number_for_consent,
)
from callback.refusal import Detail
from ivr.language.cases import Status
from ivr.language.source import did_you_mean


class CaseForm(BaseModel):
    """A new case."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "receipt": "20261234",
                    "type": "grievance",
                    "desk": "school_life",
                    "school": "한빛초등학교",
                    "officer": "116",
                    "received_at": "2026-11-23T10:00:00+09:00",
                    "consent": True,
                    "language": "ko",
                    "number": "010-1234-5678",
                }
            ]
        },
    )

    receipt: Receipt = Field(description="Receipt number: 6 to 20 digits, to be keyed in by telephone.")
    type: TypeName = Field(description="Kind of case: a type of the office's cases.yaml.")
    desk: DeskName = Field(description="Desk in charge: a desk of the office's desks.yaml.")
    school: Line | None = Field(None, description="School it is about: one line, at most 200 characters.")
    officer: Officer | None = Field(None, description="Extension of the officer in charge, as in desks.yaml.")
    received_at: Time | None = Field(
        None,
        description="Time of receipt, e.g. 2026-11-23T10:00; without an offset in the office's zone. Default: now.",
    )
    sensitive: bool | None = Field(
        None, description="true: the desk in charge alone sees it. Default: as the type says."
    )
    consent: bool = Field(False, description="true: the citizen wants a message at every change.")
    language: Language | None = Field(
        None, description="Language of the messages, one of the office's. Default: its first."
    )
    number: Annotated[Phone | None, AfterValidator(number_for_consent)] = Field(
        None,
        repr=False,
        validate_default=True,
        description="The citizen's telephone number, e.g. 010-1234-5678; never given back in full.",
    )


class StatusForm(BaseModel):
    """A change of status."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"status": "처리중", "officer": "116", "version": 1}]},
    )

    status: Status = Field(description="The new status.")
    note: Words | None = Field(
        None, description="Words for the history, at most 2,000 characters; not sent to the citizen."
    )
    desk: DeskName | None = Field(None, description="With 이송, and needed there: the desk that is to take the case.")
    officer: Officer | None = Field(None, description="Extension of the officer in charge from now on.")
    extension: Extension | None = Field(
        None, description="With 기간연장: by how much, at most the original period, e.g. 3d. Default: all of it."
    )
    version: Annotated[int, Field(ge=1)] | None = Field(
        None, description="The version this was decided on: it is refused if the case has changed since."
    )


Form = TypeVar("Form", bound=BaseModel)


def read(form: type[Form], written: Mapping[str, Any], at: At, index: int | None = None) -> Form | list[Detail]:
    """What was written as a form, or everything that is wrong with it, as of row `index`."""
    try:
        return form.model_validate(written, context=at)
    except ValidationError as error:
        return list(_details(form, error, index))


def _details(form: type[BaseModel], error: ValidationError, index: int | None) -> Iterator[Detail]:
    for wrong in error.errors(include_url=False, include_input=False):  # the input may be a number
        name = str(wrong["loc"][0])[:60] if wrong["loc"] else None
        field = form.model_fields.get(name or "")
        cause = wrong.get("ctx", {}).get("error")
        hint = field.description if field else None
        if wrong["type"] == "extra_forbidden":
            message, hint = "is unknown", did_you_mean(name or "", form.model_fields)
        elif isinstance(cause, UnknownName):
            message, hint = "isn't known to the office", str(cause) or hint
        elif wrong["type"] == "missing":
            message = "is missing"
        elif wrong["type"] == "string_pattern_mismatch":
            message = "isn't written as it should be"
        else:
            message = str(cause or wrong["msg"])
        yield Detail(message, name, index, hint or None)
