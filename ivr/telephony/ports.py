"""Whether a port of the installation is still to be had: asked before anything starts that would need it."""

from __future__ import annotations

import socket

from ivr.config import host_port
from ivr.errors import ExchangeError


def refuse_taken(address: str, key: str, kind: socket.SocketKind = socket.SOCK_STREAM) -> None:
    """Raise ExchangeError when nobody can listen at HOST:PORT just now. `key`: its place in config.yaml."""
    family = socket.AF_INET6 if address.startswith("[") else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind is socket.SOCK_STREAM:  # connections of a former life that still linger don't matter
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(host_port(address))
            if kind is socket.SOCK_STREAM:
                probe.listen()
        except OSError as error:
            hint = "`ss -lntup` tells who listens there: end it, or give config.yaml another port"
            raise ExchangeError(f"{address} (config.yaml: {key}): {error.strerror}\n→ {hint}") from error
