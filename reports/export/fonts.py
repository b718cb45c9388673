"""A Korean font for PDF, found where the machine keeps its fonts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ivr.errors import OnestopError

NAMES = ("NanumGothic.ttf", "NanumBarunGothic.ttf", "NotoSansKR-Regular.ttf", "NotoSansKR-Regular.otf")
"""Fonts that do, the best first."""
BOLD = {"NanumGothic.ttf": "NanumGothicBold.ttf", "NanumBarunGothic.ttf": "NanumBarunGothicBold.ttf"}
"""Their bold ones; the others have none of their own."""


def korean() -> tuple[Path, Path]:
    """A Korean font and its bold one. Raises OnestopError where there is none."""
    places = list(_places())
    for name in NAMES:
        for place in places:
            if found := next(place.rglob(name), None):
                bold = found.with_name(BOLD.get(name, name))
                return found, bold if bold.exists() else found
    raise OnestopError(
        "there is no Korean font for PDF → scripts/setup/fonts gets one, or install Debian's fonts-nanum"
    )


def _places() -> Iterator[Path]:
    """The folders of fonts: the person's, the machine's, and what scripts/setup unpacked."""
    home = Path.home()
    cache = Path(
        os.environ.get("ONESTOP_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "onestop"
    )
    shares = [
        os.environ.get("XDG_DATA_HOME") or home / ".local/share",
        *(os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":"),
        cache / "debian/usr/share",
    ]
    for share in shares:
        if (place := Path(share) / "fonts").is_dir():
            yield place
