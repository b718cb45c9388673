"""Who of config.yaml's contacts is somebody of the office."""

from __future__ import annotations

from callback.reminders import SUPERVISOR
from ivr.config import Config
from ivr.errors import BadInput, Problem
from ivr.language.office import Office
from ivr.language.source import did_you_mean


def check_contacts(config: Config, office: Office, file: str) -> None:
    """Whether every contact is an officer, a desk or the supervisor. Raises BadInput with each that is none."""
    known = {*office.desks.agents, *office.desks.desks, SUPERVISOR}
    unknown = [name for name in config.messages.contacts if name not in known]
    if unknown:
        raise BadInput(
            Problem(
                file, 0, 0, f"messages.contacts: “{name}” is no officer, desk or supervisor", did_you_mean(name, known)
            )
            for name in unknown
        )
