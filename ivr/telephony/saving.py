"""A simulated call, saved as a conversation that must keep working."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from ivr.errors import BadInput, OnestopError
from ivr.language.conversation import CallsForm, Circumstances
from ivr.language.office import Office
from ivr.language.source import Source, shown
from ivr.telephony.script import entry, put, scalar
from ivr.telephony.simulator import Simulator, presses

Talk = list[tuple[str, list[str]]]
"""Entries of a conversation: kind and values."""


def save(office: Office, file: Path, circumstances: Circumstances, talk: Talk) -> str:
    """Add a call to a file of calls, which is made when there is none; the name it is given.

    Raises BadInput when the file can't be read or added to, OnestopError when it can't be written.
    """
    settings = _settings(office, circumstances)
    lines, margin, names = ["calls:"], "  ", set[str]()
    if file.exists():
        source = Source(file, shown(file))
        form = source.validate(CallsForm)
        if form is None or source.problems:
            raise BadInput(source.problems)
        margin = _margin(source)
        lines, names = list(source.lines), set(form.calls)
        settings = _for_all(source, form, office) | settings
    name = _name(talk, names)
    lines.append(f"{margin}{scalar(name)}:")
    lines += [f"{margin * 2}{key}: {value}" for key, value in settings.items()]
    lines.append(f"{margin * 2}talk:")
    lines += [line for kind, values in talk for line in entry(kind, [_one_line(v) for v in values], margin * 3)]
    try:
        file.parent.mkdir(exist_ok=True)
        put(file, "\n".join(lines) + "\n")
    except OSError as error:
        raise OnestopError(f"{file} can't be written: {error.strerror}") from error
    return name


def needed(office: Office, it: Circumstances, talk: Talk) -> Circumstances:
    """The circumstances to save: without the line, where the call goes the same way by its flow and language alone."""
    keys = [key for kind, values in talk if kind == "press" for key in values]
    without = it.model_copy(update={"line": None})
    again = Simulator(office, lambda _: None, presses(",".join(keys)))
    again.call(without)
    return without if again.talk == talk else it


def _settings(office: Office, it: Circumstances) -> dict[str, str]:
    """What is written of the circumstances, by key: what differs from doing without it."""
    data: dict[str, Any] = it.model_dump(mode="json", exclude_defaults=True)
    if data.get("language") == office.languages[0]:
        del data["language"]
    for load in data.get("queues", {}).values():
        for duration in load.keys() & {"longest_wait", "expected_wait"}:
            load[duration] = f"{load[duration]}ms"
    if "speech" in data:
        data["speech"] = f"{data['speech']}ms"
    written = {key: json.dumps(data[key], ensure_ascii=False) for key in Circumstances.model_fields if key in data}
    return written | ({"at": f"{it.at:%Y-%m-%dT%H:%M}"} if it.at else {})


def _for_all(source: Source, form: CallsForm, office: Office) -> dict[str, str]:
    """What undoes the circumstances that a file names for all of its calls."""
    without = {"flow": "main", "language": office.languages[0], "queues": "{}", "desks": "{}", "down": "[]"}
    without |= {"cases": "{}", "speech": "5s"}
    for key in ("caller", "line", "notices"):
        if key in form.model_fields_set:
            what = key.removesuffix("s")
            raise BadInput([source.problem([key], f"names a {what} for all calls", "save to another file", key=True)])
    return {key: value for key, value in without.items() if key in form.model_fields_set}


def _margin(source: Source) -> str:
    """What stands before the names of the calls of a file, whose calls must come last in it."""
    calls = source.node(["calls"])
    last = source.root.value[-1][1] if isinstance(source.root, yaml.MappingNode) else None
    if calls is not last or (isinstance(calls, yaml.MappingNode) and calls.flow_style):
        message = "must be the last key, with one call below the other, for a call to be added"
        raise BadInput([source.problem(["calls"], message, "save to another file", key=True)])
    return " " * int(calls.start_mark.column)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _name(talk: Talk, taken: Sequence[str] | set[str]) -> str:
    """A name for a call: its keys and where they lead; a number when there is such a call already."""
    keys = ",".join(value for kind, values in talk if kind == "press" for value in values)
    end = next((values[0] for kind, values in reversed(talk) if kind == "desk"), talk[-1][1][0])
    name = f"{keys} → {end}" if keys else f"→ {end}"
    numbered = (f"{name} ({n})" for n in range(2, len(taken) + 3))
    return name if name not in taken else next(other for other in numbered if other not in taken)
