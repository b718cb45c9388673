"""calls/*.yaml: conversations that must keep working. What an admin writes, with the place of every line of it.

They aren't part of an office's version: they say what callers should hear, and change nothing of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ivr.errors import BadInput, Problem
from ivr.language.cases import Status
from ivr.language.conduct import Conducts, listed
from ivr.language.fields import Duration, Extension, Form, Language, Name, Text
from ivr.language.office import Office
from ivr.language.source import Source, did_you_mean, shown

Outage = Literal["lookup", "disk"]
"""What can be out of order: the database (look-ups), the disk (promises, voicemails)."""
Kind = Literal["heard", "press", "happens", "whisper", "desk", "ends"]
KINDS: tuple[Kind, ...] = ("heard", "press", "happens", "whisper", "desk", "ends")


def _keys(value: object) -> object:
    """ "2,1,4" as what is pressed at each question."""
    if isinstance(value, list):
        return value
    pressed = [keys.strip() for keys in str(value or "").split(",")]
    for keys in pressed:
        if not keys or not (keys == "-" or set(keys) <= set("0123456789*#")):
            raise ValueError('write keys, a comma between questions, and "-" for waiting too long; quote "#" and "*"')
    return pressed


def _instant(value: object) -> object:
    """Local date and time; one that is already a time stays."""
    if value is None or isinstance(value, datetime.datetime):
        return value
    try:
        at = datetime.datetime.fromisoformat(str(value))
    except ValueError:
        at = None
    if at is None or at.tzinfo is not None:
        raise ValueError(f"“{value}” is no time: write date and time of the office, e.g. 2027-01-22T15:00")
    return at


class QueueLoad(Form):
    """What a desk's queue looks like while the call takes place."""

    waiting: int = Field(0, ge=0, description="Callers who wait.")
    longest_wait: Duration = Field(0, description="How long the first of them has waited.")
    expected_wait: Duration | None = Field(
        None, description="How long the next caller will wait; default: nobody knows."
    )
    free: int = Field(1, ge=0, description="Officers who are free.")
    logged_in: int = Field(1, ge=0, description="Officers who are logged in.")


class StoredCase(Form):
    """A case that a look-up finds."""

    type: Name | None = Field(None, description="Kind, from cases.yaml; default: its first.")
    status: Status = Field("처리중", description="Status.")
    number: Extension = Field("01000005678", description="Registered number: proves the caller, takes the messages.")
    desk: Name = Field("operators", description="Desk in charge.")
    deadline: datetime.date | None = Field(None, description="When its period ends.")
    sensitive: bool = Field(False, description="Open to the desk in charge alone.")
    blocked: bool = Field(False, description="Asked for too often before this call.")


class Circumstances(Form):
    """Under which circumstances a call takes place. Above `calls` they hold for all calls of the file."""

    line: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")] | None = Field(
        None, description="Number dialled; decides flow and language as in config.yaml."
    )
    flow: Name = Field("main", description="Flow that the call enters.")
    language: Language | None = Field(None, description="Language; default: the one that flows are written in.")
    at: Annotated[datetime.datetime | None, BeforeValidator(_instant)] = Field(
        None, description="When: date and time of the office, 2027-01-22T15:00. Needed."
    )
    caller: Extension | None = Field(None, description="Caller's number; default: withheld.")
    slow: bool = Field(False, description="Whether the call begins in slow and easy mode, as the caller once wished.")
    again: Name | None = Field(None, description="Desk that this caller talked to last; default: none.")
    queues: dict[Name, QueueLoad] = Field(default_factory=dict, description="Desk to what its queue looks like.")
    notices: Annotated[list[Name] | None, BeforeValidator(listed)] = Field(
        None, description="The notices on the air, and no others. Default: those whose time it is by themselves."
    )
    desks: dict[Name, Conducts] = Field(
        default_factory=dict,
        description="Desk to how it takes calls: answered (default), no_answer, empty, full, failed; desk/NAME: hands "
        "the caller over there; key/1: the caller presses 1 in the queue; a list: one call after the other.",
    )
    down: Annotated[list[Outage], BeforeValidator(listed)] = Field(
        default_factory=list, description="What is out of order: lookup, disk."
    )
    speech: Duration = Field(5_000, description="How long the caller speaks where a step records; 0s: not at all.")
    answers: dict[str, Any] = Field(
        default_factory=dict, description="Address, variables filled in, to what another system answers there."
    )
    cases: dict[Extension, StoredCase] = Field(default_factory=dict, description="Receipt number to the case found.")


class Entry(Form):
    """One thing of a conversation."""

    heard: Annotated[list[Text], BeforeValidator(listed)] = Field(
        default_factory=list,
        description="What is heard, up to the next key, desk or end: a text, a prompt's id, or a list of them; “…” "
        "stands for anything. Not written: isn't compared. Empty: `ivr test --update` fills it in.",
    )
    press: Annotated[list[str], BeforeValidator(_keys)] = Field(
        default_factory=list, description="Keys pressed, a comma between questions; “-” waits too long."
    )
    happens: Text | None = Field(None, description="What happens unheard, e.g. a promise; “…” stands for anything.")
    whisper: Text | None = Field(None, description="What the officer hears before; “…” stands for anything.")
    desk: Name | None = Field(None, description="Desk that the call goes to. As the last thing: the call stays there.")
    ends: Literal["done", "failed", "hangup"] | None = Field(
        None, description="done: the flow ended the call. failed: nobody could be reached. hangup: the caller hangs up."
    )

    @model_validator(mode="after")
    def _one(self) -> Entry:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"one of these, please: {', '.join(KINDS)}")
        return self

    @property
    def kind(self) -> Kind:
        """Which of them it is."""
        return next(kind for kind in KINDS if kind in self.model_fields_set)


class CallForm(Circumstances):
    """One call: what is different from the rest of the file, and the conversation."""

    talk: list[Entry] = Field(min_length=1, description="The conversation.")

    @model_validator(mode="after")
    def _ends(self) -> CallForm:
        for entry in self.talk[:-1]:
            if entry.kind == "ends":
                raise ValueError("nothing comes after `ends`")
        if self.talk[-1].kind not in ("desk", "ends"):
            raise ValueError("doesn't say where the call ends: write `desk` or `ends` last")
        return self


class CallsForm(Circumstances):
    """A file of calls/."""

    calls: dict[Text, CallForm] = Field(min_length=1, description="The calls, by what they are about.")


@dataclass(frozen=True, slots=True)
class Conversation:
    """A call of a file: its name, circumstances (with flow, language and time) and the conversation."""

    source: Source
    name: str
    circumstances: Circumstances
    talk: tuple[Entry, ...]

    @property
    def file(self) -> str:
        """Name of its file, bare."""
        return self.source.path.stem

    def place(self, entry: int, item: int | None = None) -> str:
        """File, line and column of an entry of the conversation, or of an item of what is heard in it."""
        path = ("calls", self.name, "talk", entry, *(() if item is None else ("heard", item)))
        at = self.source.problem(path, "")
        return f"{at.file}:{at.line}:{at.column}"


Lines = Mapping[str, tuple[str, str]]
"""Number dialled → flow and language."""


def examine(office: Office, lines: Lines) -> tuple[list[Conversation], list[Problem]]:
    """The conversations of an office's calls/, in order of their files, and everything that is wrong with them.

    `lines` may be empty when nobody knows them; then a `line` is but a number.
    """
    conversations: list[Conversation] = []
    problems: list[Problem] = []
    for path in sorted((office.folder / "calls").glob("*.yaml")):
        try:
            source = Source(path, shown(path))
        except BadInput as error:
            problems += error.problems
            continue
        form = source.validate(CallsForm)
        for name, call in form.calls.items() if form else ():
            circumstances = _settled(office, lines, form or call, call)
            source.problems += _misfits(office, lines, source, name, circumstances, call)
            conversations.append(Conversation(source, name, circumstances, tuple(call.talk)))
        problems += source.problems
    return conversations, problems


def _settled(office: Office, lines: Lines, file: Circumstances, call: Circumstances) -> Circumstances:
    """What holds for one call: its own settings, else the file's, else those of the line."""
    own = {name: getattr(form, name) for form in (file, call) for name in form.model_fields_set - {"talk", "calls"}}
    flow, language = lines.get(own.get("line") or "", ("main", office.languages[0]))
    return Circumstances.model_validate({"flow": flow, "language": language} | own)


def _misfits(
    office: Office, lines: Lines, source: Source, name: str, it: Circumstances, call: CallForm
) -> Iterator[Problem]:
    """What the office doesn't have."""
    at = ("calls", name)

    def unknown(path: tuple[str | int, ...], what: str, wrong: str, known: Mapping[str, object]) -> Problem:
        place = (*at, *path) if path[0] in call.model_fields_set else path
        return source.problem(place, f"there is no {what} “{wrong}”", did_you_mean(wrong, known))

    desks = office.desks.desks
    if it.at is None:
        yield source.problem(at, "`at` is missing: when the call takes place", "at: 2027-01-22T15:00", key=True)
    if it.flow not in office.flows and it.flow not in {flow for flow, _ in lines.values()}:  # else told of there
        yield unknown(("flow",), "flow", it.flow, office.flows)
    if it.language not in office.languages:
        yield unknown(("language",), "language", it.language or "", dict.fromkeys(office.languages))
    if it.line is not None and lines and it.line not in lines:
        yield unknown(("line",), "line", it.line, lines)
    named = [(("queues", desk), desk) for desk in it.queues] + [(("desks", desk), desk) for desk in it.desks]
    named += [(("desks", desk), to[5:]) for desk, does in it.desks.items() for to in does if to.startswith("desk/")]
    if it.again is not None:
        named.append((("again", it.again), it.again))
    for path, desk in named:
        if desk not in desks:
            yield unknown(path, "desk", desk, desks)
    for i, notice in enumerate(it.notices or ()):
        if notice not in office.notices:
            yield unknown(("notices", i), "notice", notice, office.notices)
    for receipt, case in it.cases.items():
        if case.type is not None and case.type not in office.cases.types:
            yield unknown(("cases", receipt, "type"), "kind of case", case.type, office.cases.types)
    for index, entry in enumerate(call.talk):
        if entry.desk is not None and entry.desk not in desks:
            yield unknown(("talk", index, "desk"), "desk", entry.desk, desks)
