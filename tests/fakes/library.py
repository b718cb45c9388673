"""Another system that flows ask (`lookup: http`), played over real HTTP on loopback."""

from __future__ import annotations

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from ivr.engine.effects import Fetch
from ivr.language.answer import Wanted

WANTED = (("count", Wanted(type="number", at=None)),)


class Library:
    """Another system on real HTTP: `pages` by path are status, headers and body; `asked` what came."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        """tls: with it the system speaks HTTPS."""
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.hold = threading.Event()
        library = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                library.asked.append((self.path, self.headers["Host"]))
                if self.path == "/hangs":
                    library.hold.wait(20)
                status, headers, body = library.pages.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._scheme = "http" if tls is None else "https"
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def json(self, path: str, document: Any) -> None:
        self.pages[path] = (200, {}, json.dumps(document).encode())

    def wanted(self, path: str, host: str = "127.0.0.1", timeout_ms: int = 4_000, limit: int = 1000) -> Fetch:
        return Fetch(f"{self._scheme}://{host}:{self.port}{path}", WANTED, timeout_ms, limit)

    def close(self) -> None:
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()
