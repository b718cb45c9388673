"""An office: everything its files say, typed, linked and ready to be asked by the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ivr.language.calendar import Calendar
from ivr.language.cases import CaseBook
from ivr.language.condition import Condition
from ivr.language.desks import Desks
from ivr.language.fields import Destination, Form, Language, Text
from ivr.language.messages import Message
from ivr.language.notices import Notice
from ivr.language.prompt import Prompt, Value
from ivr.language.steps import Step
from ivr.language.table import Table
from ivr.language.template import Template


class Slow(Form):
    """Slow and easy mode, which 9 turns on at any menu that has no option 9 of its own."""

    offer: bool = Field(False, description="true: the first menu says that 9 is for it.")
    to: Annotated[Destination, Field(pattern=r"^desk/")] | None = Field(
        None,
        description="desk/NAME: whoever turns it on comes to this desk; who has done so in an earlier call, or rings "
        "a line that is slow, does instead of hearing the first menu.",
    )


class OfficeForm(Form):
    """office.yaml: who we are."""

    name: Text = Field(description="Name of the office.")
    language: Language = Field("ko", description="The language that the flows are written in.")
    slow: Slow = Field(default_factory=Slow, description="Slow and easy mode.")


@dataclass(frozen=True, slots=True)
class Flow:
    """One file of steps. `start` is where a call enters it."""

    name: str
    title: str
    start: str
    steps: Mapping[str, Step]


@dataclass(frozen=True)
class Office:
    """A loaded, checked office.

    version: hash of all its files. languages: the flows' own first. texts: language → prompt id → text, complete
    for every language. conditions: of every `when`, by "flow/step", in the order of its branches; of a notice by
    "notices/NAME". desk_names:
    language → desk → what it is called; officer_names: the same of officers, by extension. folder: where it was read
    from (recordings lie below it).
    """

    folder: Path
    version: str
    name: str
    slow: Slow
    languages: tuple[str, ...]
    flows: Mapping[str, Flow]
    desks: Desks
    desk_names: Mapping[str, Mapping[str, str]]
    officer_names: Mapping[str, Mapping[str, str]]
    calendar: Calendar
    tables: Mapping[str, Table]
    cases: CaseBook
    messages: Mapping[str, Message]
    notices: Mapping[str, Notice]
    texts: Mapping[str, Mapping[str, Prompt | Template]]
    conditions: Mapping[str, tuple[Condition, ...]]

    def prompt(self, language: str, id: str, values: Mapping[str, Value]) -> Prompt:
        """The text `id` in a language, its variables filled in."""
        text = self.texts[language][id]
        return text if isinstance(text, Prompt) else text.fill(values)

    def fixed_prompts(self) -> Iterator[tuple[str, Prompt]]:
        """Every prompt that has always the same words, with its language: what can be spoken beforehand."""
        for language, texts in self.texts.items():
            for text in texts.values():
                if isinstance(text, Prompt):
                    yield language, text
