"""The program's log: one JSON object a line, the call's id on each line of a call, rotated, no numbers in it."""

from __future__ import annotations

import datetime
import json
import logging
import logging.handlers
import re
import sys
from pathlib import Path

BYTES = 10 * 1024 * 1024
FILES = 10
_OWN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_NUMBER = re.compile(r"\d{7,}|(?<!\d)(?:\+?82[-. ]?)?\(?0?\d{2,3}\)?[-. ]\d{3,4}[-. ]\d{4}(?!\d)")


class Lines(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, logger, event, call, and whatever was given as `extra`.

    A visit's thread is named `call ID`. Runs of seven and more digits, and what is written like a telephone number,
    become `#`: one that slips into a message or a traceback must not stay. JSON's escapes keep hostile text on its
    line.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": _masked(record.getMessage()),
        }
        if record.threadName and record.threadName.startswith("call "):
            line["call"] = record.threadName[5:]
        line |= {
            k: _masked(v) if isinstance(v, str) and k != "call" else v
            for k, v in record.__dict__.items()
            if k not in _OWN
        }
        if record.exc_info:
            line["error"] = _masked(self.formatException(record.exc_info))
        return json.dumps(line, default=str)


def _masked(text: str) -> str:
    return _NUMBER.sub("#", text)


def setup(folder: Path, process: str, level: str) -> None:
    """Log to `folder`/`process`.log, and warnings to standard error as well."""
    folder.mkdir(parents=True, exist_ok=True)
    file = logging.handlers.RotatingFileHandler(folder / f"{process}.log", maxBytes=BYTES, backupCount=FILES - 1)
    console = logging.StreamHandler(sys.stderr)
    console.setLevel(logging.WARNING)
    for handler in (file, console):
        handler.setFormatter(Lines())
    logging.basicConfig(level=level.upper(), handlers=[file, console], force=True)
    logging.raiseExceptions = False  # a full disk must not turn every log line into a traceback
