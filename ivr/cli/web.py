"""`ivr web`: the process that other systems and browsers reach."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from callback import api
from ivr import logs
from ivr.cli import Program, first_admin
from ivr.cli.signals import stop_on_signal
from ivr.config import Config, host_port
from ivr.errors import OnestopError
from ivr.language.office import Office
from ivr.operation import health
from ivr.records.keys import Keys
from ivr.records.store import Store
from reports.web import api_figures, chart
from reports.web import app as pages
from reports.web.beneath import Beneath
from reports.web.headers import Headers

END_S = 10
"""How long requests in progress may take when the process is to end."""


def site(config: Config, office: Callable[[], Office], keys: Keys, store: Store) -> FastAPI:
    """API and pages as one app; the API has the first word on every path. To be served within `Headers`.

    Raises BadInput when the provider's secret is nowhere.
    """
    app = api.build(config, office, keys, store, [health.router(config, office, store), api_figures.router])
    app.mount("", Beneath(app, pages.build(config, office, keys, store)))
    return app


@contextmanager
def serving(app: ASGIApp, listen: str) -> Iterator[None]:
    """The app served at HOST:PORT, in a thread of its own. Raises OnestopError when the address can't be had."""
    listener = _listener(listen)
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=END_S)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="web")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _listener(listen: str) -> socket.socket:
    """A socket at HOST:PORT. It says it is TCP: else asyncio leaves Nagle's algorithm on, 40 ms for every answer."""
    host, port = host_port(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # who comes before the server runs waits, and isn't turned away
    except OSError as error:
        listener.close()
        raise OnestopError(f"{listen} (config.yaml: web.listen): {error.strerror}") from error
    return listener


@click.command()
@click.pass_obj
def web(program: Program) -> None:
    """Serve pages and API in the foreground; the API's description is at /openapi.json.

    \b
    Example: ivr web
    """
    config = program.config
    logs.setup(config.data_dir / "log", "web", config.log.level)
    stop = stop_on_signal()
    store = Store(config.database_url)
    store.migrate()
    program.in_use()
    app = site(config, program.versions.newest_good, Keys(config.keys_dir), store)
    chart.warm()
    with serving(Headers(app), config.web.listen):
        click.echo(f"http://{config.web.listen}")
        if first := first_admin.told(program, store):
            click.echo(first)
        stop.wait()
