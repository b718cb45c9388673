"""The text of a CEL expression, before anybody compiles it."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_CHAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")


def mentioned(text: str) -> list[str]:
    """What could be names in it, each once, in order: `x.startsWith('a')` may mean `x` or `x.startsWith`."""
    found: list[str] = []
    for chain in _CHAIN.findall(_QUOTED.sub("''", text)):
        parts = chain.split(".")
        found += [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
    return list(dict.fromkeys(found))
