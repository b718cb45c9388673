"""What one file says of another: destinations, desks, officers, clocks, tables, variables that have to exist."""

from __future__ import annotations

from ivr.language.draft import Draft
from ivr.language.message_texts import FILE as MESSAGES
from ivr.language.source import did_you_mean
from ivr.language.steps import DeskStep, Hours, LanguageStep, Lookup, Route, SetStep, Step
from ivr.language.template import parse


def check(draft: Draft) -> None:
    """Everything that is named has to be there."""
    _desks(draft)
    _cases(draft)
    _slow(draft)
    variables = draft.variables()
    for flow in draft.flows:
        _destinations(draft, flow)
        _references(draft, flow, variables)


def _desks(draft: Draft) -> None:
    desks = draft.desks
    if desks is None:
        return
    for name, desk in desks.desks.items():
        at = ("desks", name)
        for i, agent in enumerate(desk.agents):
            if agent not in desks.agents:
                draft.unknown("desks.yaml", (*at, "agents", i), "agent", agent, desks.agents)
        _flow_of_desk(draft, (*at, "after"), desk.after)
        if desk.offer:
            _flow_of_desk(draft, (*at, "offer", "voicemail"), desk.offer.voicemail)
            _message_of_desk(draft, (*at, "offer", "message"), desk.offer.message)
        if desk.hours is not None and draft.calendar and desk.hours not in draft.calendar.clocks:
            draft.unknown("desks.yaml", (*at, "hours"), "clock", desk.hours, draft.calendar.clocks)


def _flow_of_desk(draft: Draft, at: tuple[str, ...], to: str | None) -> None:
    flow = (to or "").removeprefix("flow/")
    if flow and flow not in draft.files:  # one that is there but broken is told of already
        draft.unknown("desks.yaml", at, "flow", flow, draft.files)


def _message_of_desk(draft: Draft, at: tuple[str, ...], name: str | None) -> None:
    messages = draft.messages.messages if draft.messages else {}
    if name is None or (not messages and MESSAGES in draft.sources):  # one that can't be read is told of already
        return
    if name not in messages:
        draft.unknown("desks.yaml", at, "message", name, messages)
    elif found := [variable for variable in _variables(messages[name].text) if variable != "desk"]:
        message = f"the message “{name}” has variables: nobody fills in “{{{found[0]}}}” here"
        draft.complain("desks.yaml", at, message, "{desk} is the only one")


def _variables(text: str) -> list[str]:
    try:
        return parse("", text).variables
    except ValueError:  # told of where the message stands
        return []


def _cases(draft: Draft) -> None:
    if draft.cases and draft.calendar and draft.cases.clock not in draft.calendar.clocks:
        draft.unknown("cases.yaml", ("clock",), "clock", draft.cases.clock, draft.calendar.clocks)


def _slow(draft: Draft) -> None:
    desk = (draft.slow.to or "").removeprefix("desk/")
    if desk and draft.desks and desk not in draft.desks.desks:
        draft.unknown("office.yaml", ("slow", "to"), "desk", desk, draft.desks.desks)


def _destinations(draft: Draft, flow: str) -> None:
    steps = {*draft.declared[flow], "back", "return", "hangup"}
    for name, step in draft.flows[flow].steps.items():
        for path, destination in step.destinations():
            at = ("steps", name, *path)
            kind, _, target = destination.rpartition("/")
            if kind == "desk" and draft.desks and target not in draft.desks.desks:
                draft.unknown(f"{flow}.yaml", at, "desk", target, draft.desks.desks)
            elif kind == "flow" and target not in draft.files:  # one that is there but broken is told of already
                draft.unknown(f"{flow}.yaml", at, "flow", target, draft.files)
            elif not kind and destination not in steps:
                hint = _elsewhere(draft, destination) or did_you_mean(destination, steps)
                draft.complain(f"{flow}.yaml", at, f"there is no step “{destination}”", hint)


def _elsewhere(draft: Draft, name: str) -> str:
    """The hint for a desk or flow that is named as if it were a step."""
    desks = draft.desks.desks if draft.desks else {}
    found = [f"“desk/{name}”"] * (name in desks) + [f"“flow/{name}”"] * (name in draft.files)
    return f"did you mean {' or '.join(found)}?" if found else ""


def _references(draft: Draft, flow: str, variables: set[str]) -> None:
    for name, step in draft.flows[flow].steps.items():
        file, at = f"{flow}.yaml", ("steps", name)
        for path, desk in step.desks():
            if draft.desks and desk not in draft.desks.desks:
                draft.unknown(file, (*at, *path), "desk", desk, draft.desks.desks)
        _exits(draft, file, at, step)
        if isinstance(step, Hours):
            if draft.calendar and step.hours not in draft.calendar.clocks:
                draft.unknown(file, (*at, "hours"), "clock", step.hours, draft.calendar.clocks)
        elif isinstance(step, LanguageStep):
            _languages(draft, file, at, step)
        elif isinstance(step, SetStep):
            _set(draft, file, at, step, variables)
        elif isinstance(step, Lookup):
            _lookup(draft, file, at, step, variables)
        elif isinstance(step, Route):
            _route(draft, file, at, step, variables)


def _exits(draft: Draft, file: str, at: tuple[str, ...], step: Step) -> None:
    """An exit without a way of its own and without one by default would leave a caller in silence."""
    open_ends = [exit for exit in step.exits if step.way(exit) is None]
    if isinstance(step, DeskStep):  # whose exits follow the desks' overflow
        return
    if isinstance(step, Hours):
        open_ends = [exit for exit in open_ends if exit == "closed"]  # the others follow that one
    for exit in open_ends:
        message = f"`{step.kind}` needs to know where to go at “{exit}”: {step.exits[exit]}"
        draft.complain(file, at, message, f"else: {{{exit}: …}}")


def _languages(draft: Draft, file: str, at: tuple[str, ...], step: LanguageStep) -> None:
    """A language is spoken when its texts are there, broken ones too: those are told of already."""
    for key, language in step.language.items():
        if language != draft.language and f"texts/{language}.yaml" not in draft.sources:
            path = (*at, "language", key) if key else (*at, "language")
            draft.complain(file, path, f"the office doesn't speak “{language}”", f"write texts/{language}.yaml")


def _set(draft: Draft, file: str, at: tuple[str, ...], step: SetStep, known: set[str]) -> None:
    for path, name in step.reads():
        if name not in known:
            source = draft.sources[file]
            problem = source.problem((*at, *path), f"no step sets the variable “{name}”", did_you_mean(name, known))
            draft.problems.append(source.moved(problem, f"{{{name}}}"))


def _lookup(draft: Draft, file: str, at: tuple[str, ...], step: Lookup, known: set[str]) -> None:
    if step.lookup == "case" and draft.cases is None and "cases.yaml" not in draft.sources:
        draft.complain(file, (*at, "lookup"), "the office has no cases.yaml", "ivr init DIR shows one")
    for i, name in enumerate(step.by):
        if name not in known:
            draft.unknown(file, (*at, "by", i), "variable", name, known)
    for name in step.url.variables if step.url else ():
        if name not in known:
            draft.unknown(file, (*at, "url"), "variable", name, known)


def _route(draft: Draft, file: str, at: tuple[str, ...], step: Route, known: set[str]) -> None:
    table = draft.tables.get(step.table)
    if table is None or table.path != step.route:
        if step.table not in draft.broken_tables:
            draft.unknown(file, (*at, "route"), "table", step.route, [known.path for known in draft.tables.values()])
        return
    wanted = [column for column in table.columns if column not in step.by]
    if list(step.ask) != wanted or not set(step.by) <= set(table.columns):
        message = f"each column of {table.path} is taken from a variable or asked, in their order"
        hint = f"ask: {{{': …, '.join(wanted)}: …}}" if wanted else "leave ask out"
        draft.complain(file, (*at, "ask"), message, hint)
    for i, name in enumerate(step.by):
        if name not in known:
            draft.unknown(file, (*at, "by", i), "variable", name, known)
