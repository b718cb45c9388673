"""The senders, one file each, and the one that an installation's settings name."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import cast

from callback.sender import Sender
from ivr.config import Config

TWILIO_PATH = "/webhooks/twilio"
SOLAPI_PATH = "/webhooks/solapi"
"""Where reports of delivery come in, below the address by which the provider reaches this machine."""


def open_sender(config: Config, keys: Path) -> Sender:
    """The sender that `config.messages` names. Raises BadInput when its secret is nowhere.

    Each module has its own `opened`, and only the one that is named is imported: the providers' packages are large.
    """
    module = importlib.import_module(f"callback.senders.{config.messages.sender}")
    return cast(Sender, module.opened(config, keys))
