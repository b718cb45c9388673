"""The clock of the pages, stopped."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Self

import pytest

import reports.web.visit
import tests.site

FRIDAY = datetime(2026, 11, 27, 6, 20, tzinfo=UTC)
"""Twenty past three in Seoul."""


def stop(patch: pytest.MonkeyPatch, at: datetime = FRIDAY) -> None:
    """From now on it is `at` (aware) for every page, and for the sessions of tests.site."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(at.timestamp(), tz)

    for module in (reports.web.visit, tests.site):
        patch.setattr(module, "datetime", Stopped)
