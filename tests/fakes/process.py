"""A fake as a process of its own: `python -m tests.fakes.twilio --port 9001 --state FILE`."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path
from typing import cast

from tests.fakes.server import Fake, Fault


def main(kind: type[Fake]) -> None:
    """Run until SIGTERM or SIGINT; says where it listens on standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path, help="file that gets a line for every accepted message")
    parser.add_argument("--lag", type=float, default=0.0, help="seconds until the list shows a message")
    parser.add_argument("--step", type=float, default=0.05, help="seconds that a status lasts")
    parser.add_argument("--odds", default="", help="FAULT=PROBABILITY,…")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    odds = {cast(Fault, name): float(p) for name, _, p in (o.partition("=") for o in args.odds.split(",") if o)}
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    with kind(args.port, args.state, args.lag, args.step, odds, args.seed) as fake:
        print(fake.url, flush=True)  # noqa: T201 (whoever started it reads the address here)
        done.wait()
