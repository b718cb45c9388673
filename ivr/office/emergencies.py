"""Emergency notices in words of their own, which stand in no file: an office with them added, and which are heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ivr.language.notices import FOLDER, Notice
from ivr.language.office import Office
from ivr.language.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Emergency:
    """Words put on the air in a hurry: by language, the first standing in for the others, until an instant (aware)."""

    name: str
    texts: Mapping[str, str]
    until: datetime
    on: bool = True

    def prompt(self, language: str) -> Prompt:
        """What is heard by callers in a language."""
        first = next(iter(self.texts))
        spoken = language if language in self.texts else first
        return Prompt(f"{FOLDER}/{self.name}", (self.texts[spoken],), language=spoken)

    def heard(self, at: datetime) -> bool:
        """Whether it is on the air at an aware instant."""
        return self.on and at < self.until


def added(office: Office, emergencies: Sequence[Emergency]) -> Office:
    """The office with these notices, heard at every line, to their end, before all others."""
    if not emergencies:
        return office
    notices = {
        one.name: Notice(
            say=next(iter(one.texts.values())),
            owner=one.name,
            until=(one.until + timedelta(days=2)).date(),  # it is the switch that ends it
            emergency=True,
            barge_in=False,
        )
        for one in emergencies
    }
    texts = {
        language: {**known, **{prompt.id: prompt for one in emergencies for prompt in [one.prompt(language)]}}
        for language, known in office.texts.items()
    }
    return replace(office, notices={**notices, **office.notices}, texts=texts)
