"""The words of the pages. A file of this folder is a page, with its words in every language: `t("nav.today")`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml

Lang = Literal["ko", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)


@cache
def words() -> Mapping[Lang, Mapping[str, str]]:
    """Each language's words by page and word; deeper ones by "page.group.word"."""
    found: dict[Lang, dict[str, str]] = {lang: {} for lang in LANGS}
    for file in sorted(Path(__file__).parent.glob("*.yaml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for lang in LANGS:
            _flatten(file.stem, content[lang], found[lang])
    return found


def _flatten(name: str, content: object, into: dict[str, str]) -> None:
    if isinstance(content, dict):
        for key, value in content.items():
            _flatten(f"{name}.{key}", value, into)
    else:
        into[name] = str(content)


def told(lang: Lang, key: str, **values: object) -> str:
    """A word in a language, with `{names}` filled in. Raises KeyError when there is no such word."""
    text = words()[lang][key]
    return text.format(**values) if values else text
