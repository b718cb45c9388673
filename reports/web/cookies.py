"""The cookies of the pages: what they are called, and whether they go over TLS alone."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from ivr.config import Config, host_port

VISITOR = "onestop_visitor"
"""Ties a log-in form to the browser it was shown in."""


def session(config: Config) -> str:
    """The cookie of who is logged in. A browser keeps cookies by host alone: by its port each of several installations
    on one machine has its own."""
    return f"onestop_{host_port(config.web.listen)[1]}"


def secure(request: HTTPConnection, config: Config) -> bool:
    """Whether cookies go over TLS alone: always, but where this very machine is asked without."""
    host, _ = host_port(config.web.listen)
    return request.url.scheme == "https" or host not in ("127.0.0.1", "::1", "localhost")
