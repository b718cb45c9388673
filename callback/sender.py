"""What a sender is: the one small interface between the outbox and whoever carries a message to the citizen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

Delivery = Literal["sending", "delivered", "undelivered"]
"""How far a message that a provider accepted has come."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready to go.

    id: the outbox's own, unique for ever; goes along wherever the provider has a field for it. to: E.164, "+8210…".
    text: complete. template and values: for providers with approved templates (알림톡), else unused. submitted: when it
    was handed over last, None before; `find` needs it where a provider has no field for our id.
    """

    id: str
    to: str
    text: str
    language: str
    template: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    submitted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it. `reference` names it there; `delivery` is what is known already."""

    reference: str
    delivery: Delivery = "sending"


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will not send it. `again`: trying later makes sense (limit, fault of theirs); `after_s` if they
    said when. `code` is theirs, `reason` ours, for a person to read; neither holds the number or the text."""

    code: str
    reason: str
    again: bool
    after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows whether the provider has it: a time-out or a broken connection after the request went out.
    It is looked for (`find`) before anything else is done, and never simply sent again."""

    reason: str


Outcome = Accepted | Refused | Unclear


@dataclass(frozen=True, slots=True)
class Size:
    """What a text amounts to with this sender: the kind of message ("SMS", "LMS"), its parts (segments), its length
    and limit in the sender's own `unit` ("bytes", "units"), and what is wrong with it (empty: nothing)."""

    kind: str
    parts: int
    length: int
    limit: int
    unit: str
    problems: tuple[str, ...] = ()


class Sender(Protocol):
    """One provider. Safe to share between threads. Every foreign error is mapped: `send` never raises for one.

    idempotent: handing the same message (by its id) over twice sends it once, so that a doubtful one can go again.
    """

    name: str
    idempotent: bool

    def measure(self, text: str) -> Size:
        """Size and problems of a text, by this provider's own rule."""
        ...

    def send(self, message: Outgoing) -> Outcome:
        """Hand the message over, within the sender's time limit."""
        ...

    def find(self, message: Outgoing) -> Accepted | None:
        """After `Unclear`: look whether the provider has it. None: not seen (which, with a lagging list, is no
        proof). Raises ForeignError when the provider can't be asked."""
        ...

    def delivery(self, reference: str) -> tuple[Delivery, str]:
        """How far an accepted message has come, and the provider's error code ("" for none): for closed networks
        where no callback arrives. Raises ForeignError when the provider can't be asked."""
        ...
