"""A provider's secret: in the environment or a file of the key folder, never in config.yaml."""

from __future__ import annotations

import os
from pathlib import Path

from ivr.errors import BadInput, Problem

TWILIO = ("twilio-token", "TWILIO_AUTH_TOKEN")
SOLAPI = ("solapi-secret", "SOLAPI_API_SECRET")
SOLAPI_WEBHOOK = ("solapi-webhook", "SOLAPI_WEBHOOK_SECRET")
"""File in the key folder and environment variable of each secret."""


def secret(keys: Path, name: str, variable: str) -> str:
    """What the environment holds, else the key folder's file. Raises BadInput when it is in neither."""
    if found := os.environ.get(variable):
        return found
    path, way_out = keys / name, f"write the provider's secret into it (chmod 600), or set {variable}"
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "isn't UTF-8"
        raise BadInput([Problem(str(path), 0, 0, f"can't be read: {reason}", way_out)]) from error
    if not found:
        raise BadInput([Problem(str(path), 0, 0, "is empty", way_out)])
    return found
