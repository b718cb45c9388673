"""The way of one call as a drawing: stops along a rail, from the line down to the end, with the time of each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Literal

from markupsafe import Markup

from reports.table import width

Kind = Literal["line", "step", "notice", "queue", "officer", "answer", "end", "bad"]

_ROW, _RAIL, _TOP = 40, 96, 26
_WIDE = 500
_LONGEST = 52
"""Cells of a stop's text: longer ones are cut; the table beside the drawing has them whole."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Something that the call met. title: what; note: what came of it, "" for nothing to say."""

    at: datetime
    kind: Kind
    title: str
    note: str = ""


def drawn(stops: Sequence[Stop], title: str, told: str) -> Markup:
    """The stops from top to bottom; times on the wall clock that `at` is in.

    A stop's shape says its kind: a square is the line, a diamond a notice, a ring a step, a disc an officer. Waiting
    is a dotted rail, a conversation a thick one.
    """
    high = _TOP + _ROW * max(0, len(stops) - 1) + 34
    rails = [
        f'<line class="{_rail(stop)}" x1="{_RAIL}" x2="{_RAIL}" y1="{_y(n)}" y2="{_y(n + 1)}"/>'
        for n, stop in enumerate(stops[:-1])
    ]
    marks = [
        f'<text class="soft" x="{_RAIL - 18}" y="{_y(n) + 5}" text-anchor="end">{stop.at:%H:%M:%S}</text>'
        f"{_shape(stop.kind, _y(n))}"
        f'<text x="{_RAIL + 22}" y="{_y(n) + (0 if stop.note else 5)}">{escape(_cut(stop.title))}</text>'
        + (
            f'<text class="soft" x="{_RAIL + 22}" y="{_y(n) + 16}">{escape(_cut(stop.note))}</text>'
            if stop.note
            else ""
        )
        for n, stop in enumerate(stops)
    ]
    return Markup(  # noqa: S704 - texts are escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" class="way" role="img" aria-labelledby="way-t" '
        f'aria-describedby="way-d" viewBox="0 0 {_WIDE} {high}"><title id="way-t">{escape(title)}</title>'
        f'<desc id="way-d">{escape(told)}</desc>{"".join(rails)}{"".join(marks)}</svg>'
    )


def _y(n: int) -> int:
    return _TOP + _ROW * n


def _rail(stop: Stop) -> str:
    return {"queue": "rail wait", "officer": "rail talk"}.get(stop.kind, "rail")


def _shape(kind: Kind, y: int) -> str:
    x = _RAIL
    if kind == "line":
        return f'<rect class="stop" x="{x - 8}" y="{y - 8}" width="16" height="16" rx="2"/>'
    if kind == "notice":
        return f'<path class="stop" d="M{x} {y - 9}L{x + 9} {y}L{x} {y + 9}L{x - 9} {y}Z"/>'
    if kind == "officer":
        return f'<circle class="stop good" cx="{x}" cy="{y}" r="9"/>'
    if kind == "queue":
        return f'<circle class="stop" cx="{x}" cy="{y}" r="9"/><path class="stop" d="M{x} {y - 5}V{y}H{x + 4}"/>'
    if kind == "bad":
        cross = f"M{x - 5} {y - 5}L{x + 5} {y + 5}M{x - 5} {y + 5}L{x + 5} {y - 5}"
        return f'<circle class="stop bad" cx="{x}" cy="{y}" r="9"/><path class="stop bad" d="{cross}"/>'
    if kind == "end":
        return f'<rect class="stop" x="{x - 9}" y="{y - 3}" width="18" height="6"/>'
    return f'<circle class="stop" cx="{x}" cy="{y}" r="6"/>'


def _cut(text: str) -> str:
    while width(text) > _LONGEST:
        text = text[:-2].rstrip() + "…"
    return text
