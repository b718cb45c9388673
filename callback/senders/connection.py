"""The way to a provider over HTTP: connections are kept, time is limited, and every failure says whether the request
may have gone out, since a message that may have gone out must never simply be sent again."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import httpx

from ivr.errors import ForeignError

logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it logs every address, telephone numbers included

CONNECT_S = 5.0
ANSWER_S = 10.0
"""How long a provider may be silent: between two pieces of its answer, too."""


class Unreached(ForeignError):
    """The request never left: no address, no connection, no trusted certificate."""


class Broken(ForeignError):
    """The request may have left, but no answer came back: whether it was carried out is unknown."""


class Connection:
    """HTTP to one provider. Safe to share between threads."""

    def __init__(self, base: str, answer_s: float = ANSWER_S) -> None:
        """`base`: the provider's address, https://api.example.com. `answer_s`: seconds it may be silent."""
        self._client = httpx.Client(
            base_url=base,
            timeout=httpx.Timeout(answer_s, connect=min(CONNECT_S, answer_s)),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> httpx.Response:
        """The provider's answer, whatever its status. Raises Unreached or Broken when there is none."""
        try:
            return self._client.request(method, path, params=params, data=form, json=json, headers=headers, auth=auth)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol) as error:
            raise Unreached(f"the provider can't be reached: {error}") from error
        except httpx.HTTPError as error:
            raise Broken(f"no answer came: {type(error).__name__}") from error


def retry_after(answer: httpx.Response) -> float | None:
    """Seconds of the header Retry-After; None when it isn't there or holds a date, which no provider here sends."""
    value = answer.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else None
