"""Where Asterisk is on this machine, and how it is run.

Either it is installed, or Debian's packages lie unpacked in a folder (scripts/setup/asterisk does that). The unpacked
one brings its own C library, newer than the machine's, so it runs through its own loader.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ivr.config import Config
from ivr.errors import ExchangeError

OLDEST = 20
"""The oldest major version that has all that the generated configuration uses."""


@dataclass(frozen=True, slots=True)
class Installation:
    """An Asterisk that runs here.

    command: argv that starts it, to which options are added. version: as it calls itself, e.g. "22.10.1".
    modules, data: its folders, where they aren't the ones it was built with (None: those).
    """

    command: tuple[str, ...]
    version: str
    modules: Path | None = None
    data: Path | None = None


def find(config: Config) -> Installation:
    """The Asterisk that config.yaml names; with `auto` the installed one, else the one in the cache.

    Raises ExchangeError, with the reason and the way out, when there is none that is new enough.
    """
    if config.exchange.asterisk != "auto":
        folder = (config.base / config.exchange.asterisk).resolve()
        return _checked(_unpacked(folder), f"config.yaml (exchange.asterisk) names {folder}")
    installed = shutil.which("asterisk", path=os.environ.get("PATH", os.defpath) + ":/usr/sbin")
    if installed and _major(version := _version((installed,))) >= OLDEST:
        return Installation((installed,), version)
    return _checked(_unpacked(cache() / "asterisk"), f"none is installed, and none lies in {cache()}")


def cache() -> Path:
    """The folder where scripts/setup puts what it fetches."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("ONESTOP_CACHE") or Path(home) / "onestop")


def _unpacked(root: Path) -> Installation | None:
    """The Asterisk of packages that were unpacked into `root`; None when there is none."""
    loaders = sorted(root.glob("usr/lib/*-linux-gnu/ld-linux-*.so.[0-9]"))
    program = root / "usr/sbin/asterisk"
    if not loaders or not program.exists():
        return None
    libraries = loaders[0].parent
    command = (str(loaders[0]), "--library-path", str(libraries), str(program))
    return Installation(command, _version(command), libraries / "asterisk/modules", root / "usr/share/asterisk")


def _checked(installation: Installation | None, where: str) -> Installation:
    if installation is None:
        raise ExchangeError(f"no Asterisk: {where}. Run scripts/setup/asterisk, or install version {OLDEST} or newer.")
    if _major(installation.version) < OLDEST:
        found = installation.version or "one that does not run here"
        raise ExchangeError(f"Asterisk {OLDEST} or newer is needed; {where}: {found}.")
    return installation


def _version(command: tuple[str, ...]) -> str:
    try:
        answer = subprocess.run([*command, "-V"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.match(r"Asterisk (\d+[\d.]*)", answer)
    return match[1] if match else ""


def _major(version: str) -> int:
    return int(version.partition(".")[0] or 0)
