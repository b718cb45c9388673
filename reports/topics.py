"""What a call was about, as far as its way tells.

The **topic** of a call is the desk it first came to (`desk/NAME`), else the flow it walked last (`flow/NAME`); "?" when
neither is known. A caller who chose a desk's topic in a menu and left before its queue counts for the flow of the menu.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, literal, select

from ivr.records.models import Call, Leg, Step

UNKNOWN = "?"


def topic() -> ColumnElement[str]:
    """The topic of `Call`, for a statement about calls."""
    first = select("desk/" + Leg.desk).where(Leg.call == Call.id, Leg.n == 0).correlate(Call).scalar_subquery()
    walked = (
        select("flow/" + Step.flow)
        .where(Step.call == Call.id)
        .order_by(Step.turn.desc(), Step.n.desc())
        .limit(1)
        .correlate(Call)
        .scalar_subquery()
    )
    return func.coalesce(first, walked, literal(UNKNOWN))
