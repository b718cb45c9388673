"""The table of the forecast: how many calls are expected when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base


class Forecast(Base):
    """Calls of a topic expected in half an hour, which begins at an instant: no change of summer time matters."""

    __tablename__ = "forecasts"

    topic: Mapped[str] = mapped_column(primary_key=True, doc="`ivr.records.history`: all calls, a line, desk or flow.")
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    minutes: Mapped[int] = mapped_column(doc="Length.")
    expected: Mapped[float] = mapped_column(doc="Calls; fractions matter, e.g. 0.4 of a call.")
