"""Addresses of other systems, with variables in path and query: the host is the admin's alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote, urlencode

from pydantic import BeforeValidator, WithJsonSchema

from ivr.language.prompt import Value
from ivr.language.template import Template, parse

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:\d{1,5})?(/[\x21-\x7e]*)?")
LONGEST = 1000


def _address(value: object) -> Template:
    if isinstance(value, Template):
        return value
    if not isinstance(value, str) or len(value) > LONGEST or not _ADDRESS.fullmatch(value) or "#" in value:
        raise ValueError(
            f"“{value}” is no address: write https://HOST/PATH in ASCII, {{name}} for variables behind the host only"
        )
    return parse("", value)


Address = Annotated[Template, BeforeValidator(_address), WithJsonSchema({"type": "string", "pattern": "^https?://"})]
"""`https://HOST/PATH?QUERY`; `{name}` stands for a variable, in path and query."""


def filled(address: Template, by: list[str], values: Mapping[str, Value]) -> str | None:
    """The address with its variables and, as its query, those named by `by`; None when one of them isn't set.

    A value can't be more than a piece of the path: whatever it holds is encoded, dots by themselves too.
    """
    if any(name not in values for name in [*address.variables, *by]):
        return None
    url = "".join(p if isinstance(p, str) else _encoded(values[p[0]].content) for p in address.parts)
    query = urlencode([(name, values[name].content) for name in by])
    return url + (("&" if "?" in url else "?") + query if query else "")


def _encoded(content: str) -> str:
    return content.replace(".", "%2E") if not content.strip(".") else quote(content, safe="")
