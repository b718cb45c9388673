"""Twilio's statuses of a message, and its error codes (twilio.com/docs/api/errors) in words for a person."""

from __future__ import annotations

from collections.abc import Mapping

from callback.sender import Delivery

_DELIVERY: Mapping[str, Delivery] = {
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "undelivered",
    "canceled": "undelivered",
}

REASONS = {
    "20003": "Twilio doesn't know this account or its token",
    "20005": "the Twilio account isn't active",
    "20429": "Twilio is asked too often",
    "20503": "Twilio is out of service",
    "21211": "the number is no valid telephone number",
    "21408": "the Twilio account isn't allowed to send to this country",
    "21602": "the message has no text",
    "21603": "the number it comes from is missing",
    "21604": "the number it goes to is missing",
    "21606": "the number it comes from isn't one of this Twilio account",
    "21610": "the recipient has stopped messages from this number",
    "21611": "too many messages of this number wait at Twilio",
    "21612": "there is no way from this number to the recipient",
    "21614": "the number is no mobile telephone: a landline takes no SMS",
    "21617": "the text is longer than 1,600 characters",
    "21659": "the number it comes from isn't one of this Twilio account",
    "30001": "too many messages of this number wait at Twilio",
    "30002": "the Twilio account was suspended",
    "30003": "the telephone can't be reached: switched off or out of range",
    "30004": "the message was blocked: the recipient takes none",
    "30005": "the number isn't in use",
    "30006": "the number is a landline, or its carrier can't be reached",
    "30007": "the carrier filtered the message out",
    "30008": "the carrier didn't say why it failed",
    "30010": "the message costs more than allowed",
    "30034": "the number it comes from isn't registered with the carriers",
    "30036": "it could not be delivered in time",
}

PASSING = frozenset({"20003", "20005", "20429", "20503", "21603", "21606", "21611", "21659", "30001", "30002"})
"""Refusals that are not about the message: a limit, or an account and a number that somebody sets right."""


def explain(code: str) -> str:
    """What an error code means."""
    return REASONS.get(code, f"Twilio refuses it with error {code}")


def delivery_of(status: str) -> Delivery:
    """How far a message of this status has come; what is neither end is under way."""
    return _DELIVERY.get(status, "sending")
