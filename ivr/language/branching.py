"""The conditions of an office, those of every `when` and of its notices, compiled: what is wrong with one is told at
its own line and column."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.language.cel import Compiler
from ivr.language.condition import Condition, compile_plain
from ivr.language.draft import Draft
from ivr.language.names import names
from ivr.language.notices import FOLDER
from ivr.language.steps import When

Conditions = tuple[Condition, ...]


def compose(draft: Draft) -> dict[str, Conditions]:
    """The conditions by step ("flow/step"), in the order of its branches, and by notice ("notices/NAME"); problems go
    to the draft."""
    steps = [
        (flow.name, name, step)
        for flow in draft.flows.values()
        for name, step in flow.steps.items()
        if isinstance(step, When)
    ]
    notices = [(name, notice.if_) for name, notice in draft.notices.items() if notice.if_ is not None]
    if not steps and not notices:
        return {}
    composer = _Composer(draft)
    return {f"{flow}/{name}": composer.step(flow, name, step) for flow, name, step in steps} | {
        f"{FOLDER}/{name}": composer.notice(name, written) for name, written in notices
    }


class _Composer:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._names = names(draft)
        self._cel = Compiler(self._names)

    def step(self, flow: str, name: str, step: When) -> Conditions:
        """The conditions of one step."""
        compiled = [
            self._compile(f"{flow}.yaml", ("steps", name, "when", i, "if"), branch.if_)
            for i, branch in enumerate(step.when)
            if branch.if_ is not None
        ]
        return tuple(condition for condition in compiled if condition is not None)

    def notice(self, name: str, written: str | dict[str, str | list[str]]) -> Conditions:
        """The condition of a notice."""
        condition = self._compile(f"{FOLDER}.yaml", (FOLDER, name, "if"), written)
        return () if condition is None else (condition,)

    def _compile(
        self, file: str, at: tuple[str | int, ...], written: str | dict[str, str | list[str]]
    ) -> Condition | None:
        source = self._draft.sources[file]
        if isinstance(written, str):
            return self._cel.compile(
                written,
                lambda index, message, hint: self._draft.problems.append(source.inside(at, index, message, hint)),
            )

        def complain(below: Sequence[str | int], message: str, hint: str, key: bool) -> None:
            self._draft.complain(file, (*at, *below), message, hint, key=key)

        return compile_plain(written, self._names, complain)
