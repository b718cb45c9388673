"""The types of variables: one that is digits here and a text there would be spoken, and compared, in two ways."""

from __future__ import annotations

from ivr.language.draft import Draft
from ivr.language.names import Type, given, types


def check(draft: Draft) -> None:
    """Every place that sets a variable gives it the same type. Told at the place that is otherwise than the first."""
    settled = types(draft.flows.values())
    first: dict[str, tuple[Type, str]] = {}
    for flow in draft.flows.values():
        for name, step in flow.steps.items():
            copied = step.copies()
            for variable, own in given(step).items():
                type = settled.get(copied[variable], own) if variable in copied else own
                before, place = first.setdefault(variable, (type, f"{flow.name}/{name}"))
                if before != type:
                    message = f"the variable “{variable}” is of the type {type} here, but {before} at {place}"
                    at = ("steps", name, *step.set_at(variable))
                    draft.complain(f"{flow.name}.yaml", at, message, "give one of them another name", key=True)
