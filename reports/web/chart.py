"""Drawings of figures: an Altair chart made into SVG on the server, in the colours of style.css, so that it follows
light, dark and paper. Nothing is fetched, and no script runs. For the eye: a table stands behind each.
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

from reports.table import width

_INK, _SOFT, _LINE = "#0c00f0", "#0c00f1", "#0c00f2"
_HUES = [f"#0c00{n:02x}" for n in range(1, 12)]
"""Stand-ins while the chart is made; style.css has the true colours, by theme."""
_TRUE = {_INK: "var(--ink)", _SOFT: "var(--soft)", _LINE: "var(--line)"} | {
    hue: f"var(--c{n})" for n, hue in enumerate(_HUES, 1)
}
_DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]
"""Lines differ in their dashes too: nobody must tell them apart by colour."""

WIDE, HIGH = 720, 240


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


def lines(
    title: str, told: str, names: Sequence[str], series: Mapping[str, Sequence[float | None]], unit: str
) -> Markup:
    """A line for each series over `names`; unit: "share" (0 to 1, drawn as per cent) or "count". A gap is None."""
    values = [
        {"x": name, "kind": kind, "n": n}
        for kind, numbers in series.items()
        for name, n in zip(names, numbers, strict=True)
        if n is not None
    ]
    axis = alt.Axis(format="%" if unit == "share" else "d", tickCount=5)
    domain = alt.Scale(domain=[0, 1]) if unit == "share" else alt.Scale(zero=True)
    hues = dict(zip(series, (1, 6, 4, 7), strict=False))
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_line(point=alt.OverlayMarkDef(size=42), strokeWidth=2.5)
        .encode(
            x=alt.X("x:O", sort=list(names), title=None, axis=_names([(name, {}) for name in names])),
            y=alt.Y("n:Q", title=None, axis=axis, scale=domain),
            color=alt.Color("kind:N", scale=_scale(hues), sort=list(series), title=None),
            strokeDash=alt.StrokeDash(
                "kind:N", scale=alt.Scale(domain=list(series), range=_DASHES[: len(series)]), legend=None
            ),
        )
        .properties(width=WIDE, height=HIGH)
    )
    return drawn(chart, title, told)


def bars(title: str, told: str, rows: Sequence[tuple[str, float]], unit: str, hue: int = 1) -> Markup:
    """A bar for each row with its number at the end; unit as in `lines`."""
    form = ".0%" if unit == "share" else ",d"
    room = max((7 * width(name) for name, _ in rows), default=0)  # the renderer may have no Hangul to measure it by
    axis = alt.Axis(labelLimit=320, minExtent=min(370, room), domain=False, ticks=False)
    base = alt.Chart(alt.InlineData(values=[{"y": name, "n": n} for name, n in rows])).encode(
        y=alt.Y("y:N", sort=None, title=None, axis=axis),
        x=alt.X("n:Q", title=None, axis=None, scale=alt.Scale(domainMin=0)),
    )
    chart = base.mark_bar(color=_HUES[hue - 1], height=18) + base.mark_text(
        align="left", dx=6, color=_INK, fontSize=13
    ).encode(text=alt.Text("n:Q", format=form))
    return drawn(chart.properties(width=WIDE - 260, height=alt.Step(30)), title, told)


def parts(title: str, told: str, rows: Sequence[tuple[str, float, int]]) -> Markup:
    """One bar made of parts: name, how many, number of its colour; a part of 4 % and more says its share within."""
    whole = sum(n for _, n, _ in rows) or 1.0
    values, at = [], 0.0
    for name, n, _ in rows:
        share = n / whole
        values.append({"kind": name, "from": at, "to": at + share, "mid": at + share / 2, "share": share})
        at += share
    base = alt.Chart(alt.InlineData(values=values))
    chart = base.mark_bar(height=44, stroke=_LINE, strokeWidth=1).encode(
        x=alt.X("from:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1], nice=False)),
        x2="to:Q",
        color=alt.Color("kind:N", scale=_scale({name: hue for name, _, hue in rows}), sort=None, title=None),
    ) + base.transform_filter("datum.share >= 0.04").mark_text(dy=-34, color=_INK, fontSize=13).encode(
        x="mid:Q", text=alt.Text("share:Q", format=".0%")
    )
    return drawn(chart.properties(width=WIDE, height=92), title, told)


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
    Thread(target=lambda: bars("", "", [("", 1.0)], "count"), name="charts", daemon=True).start()


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
