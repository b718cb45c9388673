"""Passwords that are made once and kept in the key folder: of the telephones, and of the manager interface."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from ivr.config import Config
from ivr.errors import ExchangeError, KeyMissing
from ivr.language.desks import Desks

ENGINE = "engine"
WATCHDOG = "watchdog"
CALLER = "caller"
"""The accounts of the manager interface."""


def phones(config: Config, desks: Desks) -> dict[str, str]:
    """Extension → SIP password, for every officer and the softphone; new extensions get one (keys/sip.json)."""
    extensions = [*desks.agents, *filter(None, [config.exchange.softphone])]
    return _kept(config.keys_dir / "sip.json", extensions)


def of(config: Config, extension: str) -> str:
    """The SIP password of one extension. Raises KeyMissing before `phones` has made it."""
    try:
        password: str = json.loads((config.keys_dir / "sip.json").read_text())[extension]
    except (OSError, ValueError, KeyError) as error:
        raise KeyMissing(f"the extension {extension} has no password yet: run `ivr pbx config`") from error
    return password


def managers(config: Config) -> dict[str, str]:
    """Account → password of the manager interface, made at first use (keys/ami.json)."""
    return _kept(config.keys_dir / "ami.json", [ENGINE, WATCHDOG, CALLER])


def trunk(config: Config, name: str) -> str:
    """The password that a telephone company or district gave us, one line in a file of its own.

    Raises KeyMissing when that isn't there.
    """
    file = config.keys_dir / f"sip-{name}"
    try:
        password = file.read_text().strip()
    except OSError as error:
        raise KeyMissing(f"the SIP trunk “{name}” has a username; write its password into {file}") from error
    if not password.isprintable() or not password:
        raise KeyMissing(f"{file} must hold one line: the password of the SIP trunk “{name}”")
    return password.replace(";", r"\;")  # in Asterisk's files a bare ; begins a comment


def _kept(file: Path, names: Iterable[str]) -> dict[str, str]:
    """The passwords of `names`; those that are new are made and written before anybody is told them."""
    try:
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        wanted = dict.fromkeys(names)
        if missing := [name for name in wanted if name not in known]:
            known |= {name: secrets.token_urlsafe(12) for name in missing}
            _write_private(file, json.dumps(known, indent=1))
    except (OSError, ValueError) as error:
        raise ExchangeError(f"{file}: {error}") from error
    return {name: known[name] for name in wanted}


def _write_private(file: Path, text: str) -> None:
    """Replace the file in one step, never readable by others, not even while it is written."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_suffix(f".{os.getpid()}")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(text)
    new.replace(file)
