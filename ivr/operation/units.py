"""systemd's units of an installation: each process by itself, started again when it ends, allowed little.

The exchange is a unit of its own, so that calls go on while engine, worker or web process are restarted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.config import Config
from ivr.errors import OnestopError

TARGET = "onestop.target"

PROCESSES: Mapping[str, tuple[str, str, str]] = {
    "exchange": ("telephone exchange", "pbx run", "Before=onestop-engine.service onestop-watchdog.service"),
    "engine": ("call engine", "engine", "Wants=onestop-exchange.service"),
    "watchdog": ("watchdog, which frees callers from a frozen engine", "watchdog", "Wants=onestop-exchange.service"),
    "worker": ("worker: messages and the clock", "worker", ""),
    "web": ("pages and API", "web", ""),
}
"""Name → what it is, the command, and what else stands in its [Unit]."""

_HARDENING = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
LockPersonality=yes
CapabilityBoundingSet=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
UMask=0077
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an installation is and who runs it. program: the command `ivr`; file: its config.yaml."""

    program: Path
    file: Path
    user: str


def units(place: Place, config: Config) -> dict[str, str]:
    """The text of each unit by its file name. Raises OnestopError when a path can't stand in one."""
    paths = [place.program, place.file, *(path for name in PROCESSES for path in writes(name, config))]
    if odd := [path for path in paths if any(c in str(path) for c in " \t\n\"'\\%$")]:
        raise OnestopError(f"{odd[0]}: systemd takes no blank, quote, backslash, % or $ in a path: move it")
    wanted = " ".join(f"onestop-{name}.service" for name in PROCESSES)
    target = f"[Unit]\nDescription=Onestop: the phone line\nWants={wanted}\n\n[Install]\nWantedBy=multi-user.target\n"
    return {TARGET: target} | {f"onestop-{name}.service": _unit(name, place, config) for name in PROCESSES}


def writes(name: str, config: Config) -> list[Path]:
    """The folders that a process may write."""
    more = {
        "web": [config.office_dir],  # the page Flows edits it
        "worker": [(config.base / config.reports.folder).resolve()] if config.reports.files else [],
    }
    return sorted({config.data_dir, config.keys_dir, *more.get(name, [])})


def _unit(name: str, place: Place, config: Config) -> str:
    what, command, more = PROCESSES[name]
    # Asterisk's files are written before it starts, as `ivr pbx start` does; a call gets time to end by itself.
    before = f"ExecStartPre={place.program} --config {place.file} pbx config\n" if name == "exchange" else ""
    return f"""\
[Unit]
Description=Onestop: {what}
After=network-online.target time-sync.target
Wants=network-online.target
PartOf={TARGET}
{more + chr(10) if more else ""}StartLimitIntervalSec=0

[Service]
Type=exec
User={place.user}
WorkingDirectory={place.file.parent}
{before}ExecStart={place.program} --config {place.file} {command}
Restart=always
RestartSec=2
TimeoutStopSec=30
KillMode=mixed
LimitNOFILE=65536
ReadWritePaths={" ".join(map(str, writes(name, config)))}
{_HARDENING}
[Install]
WantedBy={TARGET}
"""
