"""Notices: whether what they name is there, whether they can be heard, and whether anybody would listen to them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Set

from ivr.language.checks.graph import Graph, Node
from ivr.language.checks.review import Review
from ivr.language.draft import Draft
from ivr.language.message_texts import FILE as MESSAGES
from ivr.language.notices import FOLDER, Notice
from ivr.language.office import Office
from ivr.language.seconds import seconds
from ivr.language.source import did_you_mean
from ivr.language.steps import Announce, Menu
from ivr.language.template import parse

FILE = f"{FOLDER}.yaml"
MANDATORY_S = 20
"""Longest speech that nobody can interrupt, in seconds."""

Trouble = tuple[tuple[str | int, ...], str, str]
"""What is wrong with a notice: path below it, message, hint."""


def check(draft: Draft) -> None:
    """Add what keeps a notice from being what it says."""
    for name, notice in draft.notices.items():
        for found in (_validity(draft, notice), _offers(draft, notice), _places(draft, notice)):
            for path, message, hint in found:
                draft.complain(FILE, (FOLDER, name, *path), message, hint)


def review(draft: Draft, office: Office, asked: Review, graph: Graph, reached: Set[Node]) -> None:
    """Warn of notices that nobody will hear, and of those that nobody can bear; advise to clear away old ones."""
    announced = any(isinstance(graph.steps.get(node), Announce) for node in reached)
    for name, notice in office.notices.items():
        last = notice.until.date() if isinstance(notice.until, datetime.datetime) else notice.until
        if last < asked.today:
            message, hint = f"the notice “{name}” is over since {last}", "delete it, or give it a new `until`"
            draft.complain(FILE, (FOLDER, name, "until"), message, hint, key=True, severity="advice")
        for path, message, hint in (*_unheard(notice, asked, announced), *_unbearable(name, notice, office)):
            draft.complain(FILE, (FOLDER, name, *path), message, hint, key=not path, severity="warning")


def _validity(draft: Draft, notice: Notice) -> Iterator[Trouble]:
    if draft.calendar is None:
        return
    begins, ends = notice.validity(draft.calendar.tz)
    if ends <= begins:
        yield ("until",), "it ends before it begins", f"a time after {str(notice.from_)[:16]}"


def _offers(draft: Draft, notice: Notice) -> Iterator[Trouble]:
    offered = list(notice.keys.values())
    for key, offer in notice.offers.items():
        if offered.count(offer) > 1:
            yield ("offers", key), f"“{offer}” is offered by two keys", "keep one of them"
        if offer in ("details", "message") and getattr(notice, offer) is None:
            yield ("offers", key), f"there is no `{offer}` to offer", f"write {offer}: … beside"
        desk = offer.removeprefix("desk/")
        if desk != offer and draft.desks and desk not in draft.desks.desks:
            yield ("offers", key), f"there is no desk “{desk}”", did_you_mean(desk, draft.desks.desks)
    for offer in ("details", "message"):
        if getattr(notice, offer) is not None and offer not in offered:
            yield (offer,), f"no key offers `{offer}`", f"offers: {{1: {offer}}}"
    messages = draft.messages.messages if draft.messages else {}
    if notice.message is None or (not messages and MESSAGES in draft.sources):
        return
    if notice.message not in messages:
        yield ("message",), f"there is no message “{notice.message}”", did_you_mean(notice.message, messages)
    elif variables := _variables(messages[notice.message].text):
        message = f"the message “{notice.message}” has variables: nobody fills in “{{{variables[0]}}}” here"
        yield ("message",), message, "name one that is the same for everybody"


def _variables(text: str) -> list[str]:
    try:
        return list(parse("", text).variables)
    except ValueError:
        return []


def _places(draft: Draft, notice: Notice) -> Iterator[Trouble]:
    for i, place in enumerate(notice.menus):
        flow, _, step = place.partition("/")
        form = draft.flows.get(flow)
        if flow not in draft.files:
            yield ("menus", i), f"there is no flow “{flow}”", did_you_mean(flow, draft.files)
        elif form and step not in draft.declared[flow]:
            menus = [name for name, it in form.steps.items() if isinstance(it, Menu)]
            yield ("menus", i), f"there is no step “{step}” in {flow}.yaml", did_you_mean(step, menus)
        elif form and step in form.steps and not isinstance(form.steps[step], Menu):
            kind = form.steps[step].kind
            yield ("menus", i), f"“{place}” is no menu but `{kind}`", "a notice is heard before a menu"
    desks = draft.desks.desks if draft.desks else None
    named: list[tuple[tuple[str | int, ...], str]] = [(("desks", i), desk) for i, desk in enumerate(notice.desks)]
    named += [(("load", "desks", i), desk) for i, desk in enumerate(notice.load.desks if notice.load else ())]
    for path, desk in named:
        if desks is not None and desk not in desks:
            yield path, f"there is no desk “{desk}”", did_you_mean(desk, desks)


def _unheard(notice: Notice, asked: Review, announced: bool) -> Iterator[Trouble]:
    for i, line in enumerate(notice.lines or ()):
        if asked.lines and line not in asked.lines:
            yield ("lines", i), f"config.yaml has no line “{line}”", did_you_mean(line, asked.lines)
    if not announced and notice.at_any_line:
        yield (), "nobody hears it: no call comes to a step `announce`", "e.g. announcements: {announce: line, next: …}"
    first = notice.from_.isoformat()[:10] if notice.from_ else ""
    for key in notice.windows:
        if key[0].isdigit() and not first <= key <= notice.until.isoformat()[:10]:
            yield ("windows", key), f"it isn't valid on {key}", "a day from `from` until `until`"


def _unbearable(name: str, notice: Notice, office: Office) -> Iterator[Trouble]:
    if notice.barge_in:
        return
    id = f"{FOLDER}/{name}" + ("/say" if notice.details else "")
    for language in office.languages:
        took = seconds("".join(str(part) for part in office.texts[language][id].parts), language)
        if took > MANDATORY_S:
            tongue = "" if language == office.languages[0] else f" in “{language}”"
            message = f"takes about {took:.0f} s{tongue}, and nobody can interrupt it"
            yield ("say",), message, f"at most {MANDATORY_S} s; the rest as `details`"
            return
