"""The step types: one file each, named after the key that an admin writes."""

from __future__ import annotations

from ivr.language.steps.again import Again
from ivr.language.steps.announce import Announce
from ivr.language.steps.base import Step
from ivr.language.steps.call import CallStep
from ivr.language.steps.collect import Collect
from ivr.language.steps.confirm import Confirm
from ivr.language.steps.desk import DeskStep
from ivr.language.steps.extension import ExtensionStep
from ivr.language.steps.hangup import HangupStep
from ivr.language.steps.hours import Hours
from ivr.language.steps.language import LanguageStep
from ivr.language.steps.lookup import Lookup
from ivr.language.steps.menu import Menu
from ivr.language.steps.message import MessageStep
from ivr.language.steps.record import Record
from ivr.language.steps.route import Route
from ivr.language.steps.say import Say
from ivr.language.steps.set import SetStep
from ivr.language.steps.survey import Survey
from ivr.language.steps.when import When

KINDS: dict[str, type[Step]] = {
    step.kind: step
    for step in (
        Say,
        Announce,
        LanguageStep,
        Menu,
        Confirm,
        Collect,
        Hours,
        When,
        SetStep,
        Lookup,
        MessageStep,
        Record,
        DeskStep,
        ExtensionStep,
        Again,
        Route,
        CallStep,
        Survey,
        HangupStep,
    )
}
"""Every step type by its key."""

__all__ = [
    "KINDS",
    "Again",
    "Announce",
    "CallStep",
    "Collect",
    "Confirm",
    "DeskStep",
    "ExtensionStep",
    "HangupStep",
    "Hours",
    "LanguageStep",
    "Lookup",
    "Menu",
    "MessageStep",
    "Record",
    "Route",
    "Say",
    "SetStep",
    "Step",
    "Survey",
    "When",
]
