"""Profiles: rules that an office may be held to beyond what works, by the name that `ivr check --profile` takes."""

from __future__ import annotations

from collections.abc import Callable

from ivr.language.checks.profiles import kr_public
from ivr.language.checks.profiles.look import Look

PROFILES: dict[str, Callable[[Look], None]] = {"kr-public": kr_public.check}

__all__ = ["PROFILES", "Look"]
