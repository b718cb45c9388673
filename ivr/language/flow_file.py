"""A flow's file: from YAML to a `Flow`, each step by its kind."""

from __future__ import annotations

from pydantic import Field

from ivr.language.draft import Draft
from ivr.language.fields import Form, Name, Text
from ivr.language.office import Flow
from ivr.language.slips import glued, with_space
from ivr.language.source import Source, did_you_mean
from ivr.language.steps import KINDS, Step
from ivr.language.steps.lookup import CASE

_OPTIONS = {field.alias or name for kind in KINDS.values() for name, field in kind.model_fields.items()} - KINDS.keys()


class FlowForm(Form):
    """A flow's file, its steps still raw."""

    title: Text = Field(description="What the flow is about; reports print it.")
    start: Name | None = Field(None, description="Step that a call enters by; default: the first one.")
    steps: dict[Name, dict[str, object]] = Field(min_length=1, description="The steps, by name.")


def read(draft: Draft, name: str, source: Source) -> None:
    """Add the flow to the draft; what is wrong with it goes to the source's problems."""
    form = source.validate(FlowForm)
    if form is None:
        return
    steps: dict[str, Step] = {}
    for step_name, raw in form.steps.items():
        step = _step(source, step_name, raw)
        if step is not None:
            steps[step_name] = step
        else:
            draft.broken_variables |= _seems_to_set(raw)
    start = form.start or next(iter(form.steps))
    if start not in form.steps:
        source.problems.append(
            source.problem(["start"], f"there is no step “{start}”", did_you_mean(start, form.steps))
        )
    draft.flows[name] = Flow(name, form.title, start, steps)
    draft.declared[name] = set(form.steps)


def _step(source: Source, name: str, raw: dict[str, object]) -> Step | None:
    at = ["steps", name]
    kinds = [key for key in raw if key in KINDS]
    if len(kinds) > 1:  # one may be an option of another: `collect` has its own `confirm`
        kinds = [key for key in kinds if set(kinds) - {key} <= KINDS[key].model_fields.keys()] or kinds
    if len(kinds) == 1:
        return source.validate(KINDS[kinds[0]], at, raw)
    if kinds:
        message = f"is two kinds of step at once: {' and '.join(kinds)}"
        source.problems.append(source.problem([*at, kinds[1]], message, "make two steps of it", key=True))
        return None
    for key in raw:
        if key not in _OPTIONS and (hint := _meant(key)):
            source.problems.append(source.problem([*at, key], f"“{key}” is no kind of step", hint, key=True))
            return None
    hint = "one of: " + ", ".join(KINDS)
    if wrong := next((key for key in raw if key not in _OPTIONS and glued(key) is None), None):
        source.problems.append(source.problem([*at, wrong], f"“{wrong}” is no kind of step", hint, key=True))
        return None
    source.problems.append(source.problem(at, f"the step “{name}” has no kind", hint, key=True))
    return None


def _meant(key: str) -> str:
    """The hint for a key that looks like a step's kind, mistyped or glued to its value; "" when it doesn't."""
    kind, _ = glued(key) or (key, "")
    near = did_you_mean(kind, KINDS)
    return with_space(key) if kind in KINDS else near if near.startswith("did") else ""


def _seems_to_set(raw: dict[str, object]) -> set[str]:
    """The variables that a step with errors would set, without them."""
    given = (raw.get(key) for key in ("set", "returns", "with"))
    names = {name for mapping in given if isinstance(mapping, dict) for name in mapping}
    return names | ({str(raw["as"])} if "as" in raw else set()) | (set(CASE) if "lookup" in raw else set())
