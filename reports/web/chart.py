"""Drawings of figures, made on the server in the colours of style.css, so that they follow light, dark and paper: an
Altair chart as SVG, or bars as wide as the page. Nothing is fetched, no script runs. For the eye: a table is behind.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from threading import Thread
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup

_SOFT, _LINE = "#0c00f1", "#0c00f2"
_HUES = [f"#0c00{n:02x}" for n in range(1, 12)]
"""Stand-ins while the chart is made; style.css has the true colours, by theme."""
_TRUE = {_SOFT: "var(--soft)", _LINE: "var(--line)"} | {hue: f"var(--c{n})" for n, hue in enumerate(_HUES, 1)}
WIDE, HIGH = 720, 240
_LONGEST = 80
"""How much of the width the longest bar takes, per cent: its number stands behind it."""
_TOLD = 8
"""A part of so many per cent has room for its share."""


def columns(title: str, told: str, rows: Sequence[tuple[str, Mapping[str, float]]], hues: Mapping[str, int]) -> Markup:
    """A column for each row (its name, and how many of each kind), the kinds stacked in the order of `hues`.

    told: what is to be seen, in a sentence, for whoever doesn't see it. hues: kind → number of its colour.
    """
    order = {kind: n for n, kind in enumerate(hues)}
    values = [
        {"x": name, "kind": kind, "n": n, "order": order[kind]}
        for name, kinds in rows
        for kind, n in kinds.items()
        if kind in order
    ]
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar(stroke="none")
        .encode(
            x=alt.X("x:O", sort=None, title=None, axis=_names(rows)),
            y=alt.Y("n:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=5)),
            color=alt.Color("kind:N", scale=_scale(hues), sort=list(hues), title=None),
            order=alt.Order("order:Q"),
        )
        .properties(width=WIDE, height=HIGH)
    )
    return drawn(chart, title, told)


def bars(title: str, told: str, rows: Sequence[tuple[str, float]], hue: int = 1) -> Markup:
    """A bar for each row below its name, with its number at the end: as wide as there is room, texts as they are."""
    most = max((n for _, n in rows), default=0) or 1
    body = "".join(
        f'<p>{escape(name)}</p><svg width="100%" height="18"><rect class="k{hue}" width="{_LONGEST * n / most:.2f}%" '
        f'height="18"/><text x="{_LONGEST * n / most:.2f}%" dx="6" y="14">{n:,.0f}</text></svg>'
        for name, n in rows
    )
    return _plain(title, told, body)


def parts(title: str, told: str, rows: Sequence[tuple[str, float, int]]) -> Markup:
    """One bar made of parts, as wide as there is room, with its key: name, how many, number of its colour. A part with
    room for it says its share above."""
    whole = sum(n for _, n, _ in rows) or 1.0
    body, key, at = "", "", 0.0
    for name, n, hue in rows:
        share = 100 * n / whole
        body += f'<rect class="k{hue}" x="{at:.2f}%" y="22" width="{share:.2f}%" height="40"/>'
        if share >= _TOLD:
            body += f'<text x="{at + share / 2:.2f}%" y="15" text-anchor="middle">{share:.0f} %</text>'
        swatch = f'<svg class="swatch" viewBox="0 0 10 10"><rect class="k{hue}" width="10" height="10"/></svg>'
        key += f"<span>{swatch}{escape(name)}</span> "
        at += share
    return _plain(title, told, f'<svg width="100%" height="62">{body}</svg><p class="key">{key}</p>')


def _plain(title: str, told: str, body: str) -> Markup:
    """A drawing of ours, named and described as the others are."""
    named = escape(f"{title}. {told}" if told else title)
    return Markup(f'<div class="bars" role="img" aria-label="{named}">{body}</div>')  # noqa: S704 - texts are escaped


def drawn(chart: Any, title: str, told: str) -> Markup:
    """A chart as SVG to stand in a page, named by its title, described by what it tells."""
    text = {"labelColor": _SOFT, "titleColor": _SOFT, "labelFontSize": 13, "titleFontSize": 13}
    chart = (
        chart.configure(background="transparent", font="sans-serif")
        .configure_axis(gridColor=_LINE, domainColor=_SOFT, tickColor=_SOFT, **text)
        .configure_legend(orient="bottom", columns=5, symbolType="square", labelLimit=260, **text)
        .configure_view(stroke=None)
    )
    body = _svg(json.dumps(chart.to_dict(), sort_keys=True, ensure_ascii=False))
    name = "c" + hashlib.sha256(f"{title}\0{told}\0{body}".encode()).hexdigest()[:12]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="{name}-t" '
        f'aria-describedby="{name}-d" \\1><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(told)}</desc>'
    )
    body = re.sub(r"<svg [^>]*?(viewBox=\"[^\"]*\")[^>]*>", lambda found: head.replace("\\1", found[1]), body, count=1)
    body = re.sub(r"\b(clip|gradient_)(\d+)\b", rf"{name}-\1\2", body)
    return Markup(body)  # noqa: S704 - the renderer escapes texts; title and description are escaped above


def warm() -> None:
    """Make a drawing in a thread of its own, for nobody: the first takes half a second, and no visitor shall wait."""
    Thread(target=lambda: columns("", "", [("", {"": 1.0})], {"": 1}), name="charts", daemon=True).start()


@lru_cache(maxsize=256)
def _svg(spec: str) -> str:
    """The SVG of a chart, in true colours, without what only speaks to a screen reader: title and description do."""
    svg = vl_convert.vegalite_to_svg(spec)
    svg = re.sub(r' (role|aria-[a-z]+)="[^"]*"', "", svg)
    return re.sub(r"#0c00[0-9a-f]{2}", lambda found: _TRUE.get(found[0], found[0]), svg)


def _scale(hues: Mapping[str, int]) -> alt.Scale:
    return alt.Scale(domain=list(hues), range=[_HUES[n - 1] for n in hues.values()])


def _names(rows: Sequence[tuple[str, Mapping[str, float]]]) -> alt.Axis:
    """An axis of names, level as long as there is room."""
    return alt.Axis(labelAngle=0 if len(rows) <= 16 else -45, labelOverlap=True)
