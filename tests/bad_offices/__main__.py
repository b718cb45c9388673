"""Writes what is told of each spoiled office as the program tells it now: `python -m tests.bad_offices`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import yaml

from tests.bad_offices import CASES, cases, told


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as they are."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text.rstrip("\n") or text.endswith("\n") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def main() -> None:
    """Rewrite cases.yaml."""
    entries = {}
    for name, case in cases().items():
        with tempfile.TemporaryDirectory() as folder:
            entry = {"file": case.file, "old": case.old, "new": case.new, "told": told(case, Path(folder))}
        entries[name] = {key: value for key, value in entry.items() if value is not None}
    text = yaml.dump(entries, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    CASES.write_text(text)


if __name__ == "__main__":
    main()
