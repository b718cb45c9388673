"""What tests of pages look for in them."""

from __future__ import annotations

import re
from html import unescape

SPICE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
"""What a caller, a citizen or an officer might write to see it run."""


def once(text: str) -> str:
    """The token of the first form on a page that is to be sent once."""
    return text.split('name="once" value="')[1].split('"', maxsplit=1)[0]


def plain(text: str) -> str:
    """What a page says, without its marks."""
    main = text.split("<main", 1)[-1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def heard(text: str) -> bool:
    """Whether spice got into a page as something that runs."""
    return "<script>alert" in text or "<img src=x" in text
