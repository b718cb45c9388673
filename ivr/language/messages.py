"""messages.yaml: what citizens and officers are written. A message's name says what feeds it: the names in EVENTS are
fed by the product, each with its own variables; any other is for bulk, with the columns of the bulk's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import Field

from ivr.errors import Problem, Severity
from ivr.language.fields import Form, Name, Text
from ivr.language.template import Template


@dataclass(frozen=True, slots=True)
class Event:
    """Something that writes a message: when, and the variables it offers. `step`: only in an office with a step of
    this kind."""

    when: str
    variables: tuple[str, ...]
    step: str = ""


EVENTS: Mapping[str, Event] = {
    "case_status": Event("a case gets a new status, to the citizen", ("receipt", "type", "status")),
    "case_extended": Event("its period is extended, to the citizen", ("receipt", "type", "status", "deadline")),
    "case_refused": Event("it is refused, to the citizen", ("receipt", "type", "status", "remedy")),
    "case_neutral": Event("anything happens to a sensitive case, to the citizen", ("receipt",)),
    "case_due": Event(
        "a deadline is today or on the next working day, to the officer", ("receipt", "type", "deadline")
    ),
    "case_overdue": Event("a deadline has passed, to the supervisor", ("receipt", "type", "deadline", "desk")),
    "voicemail": Event("a caller leaves a voicemail, to the desk's officers", ("desk", "at", "length"), "record"),
    "desk_digest": Event("a desk opens, to its officers", ("desk", "open", "due", "overdue")),
}


class MessageForm(Form):
    """A message in the office's first language."""

    text: Text = Field(description="What is written; {name} stands for a variable.")
    urgent: bool = Field(False, description="Goes out in quiet hours, too.")
    alimtalk: str | None = Field(
        None, min_length=1, max_length=100, description="Id of the approved 알림톡 template with the same words."
    )


class MessagesForm(Form):
    """messages.yaml as a whole."""

    messages: dict[Name, MessageForm] = Field(min_length=1, description="The messages, by name.")


@dataclass(frozen=True, slots=True)
class Wording:
    """A message in one language, and where it stands."""

    template: Template
    place: Problem

    def problem(self, message: str, hint: str = "", severity: Severity = "error") -> Problem:
        """Something that is wrong with it."""
        return replace(self.place, message=message, hint=hint, severity=severity)


@dataclass(frozen=True, slots=True)
class Message:
    """A message in every language of the office. alimtalk: its 알림톡 template, "" for none."""

    name: str
    urgent: bool
    alimtalk: str
    wordings: Mapping[str, Wording] = field(default_factory=dict)
