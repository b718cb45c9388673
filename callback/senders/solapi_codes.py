"""Solapi's codes (docs.solapi.com: message status codes, API errors): what they say of a message, and in words for
whoever looks after it."""

from __future__ import annotations

from callback.sender import Delivery

ACCEPTED, AT_CARRIER, ARRIVED = "2000", "3000", "4000"

REASONS = {
    "InvalidAPIKey": "Solapi doesn't know this API key",
    "SignatureDoesNotMatch": "Solapi doesn't accept this API secret",
    "RequestTimeTooSkewed": "this machine's clock is more than 15 minutes off",
    "DuplicatedSignature": "a request was repeated",
    "TooManyRequests": "Solapi is asked too often",
    "1020": "Solapi doesn't know this account or its secret",
    "1024": "Solapi had a fault of its own",
    "1026": "the same number twice in a request",
    "1028": "the text holds a control character",
    "1029": "the text holds a character that Korean carriers don't take",
    "1030": "the Solapi account has run out of money",
    "1031": "the text is longer than its kind of message takes",
    "1041": "the Kakao channel isn't one of this Solapi account",
    "1042": "the 알림톡 template isn't one of this Kakao channel",
    "1043": "the text differs from the approved 알림톡 template",
    "1058": "there is no way to the recipient",
    "1060": "the number is blocked",
    "1061": "the recipient has stopped messages of this sender",
    "1062": "the number it comes from isn't registered",
    "1064": "the sender is blocked after a report to KISA",
    "2024": "Solapi had a fault of its own",
    "2060": "the number is blocked",
    "2061": "the recipient has stopped messages of this sender",
    "2062": "the number it comes from isn't registered",
    "2063": "the Solapi account is blocked",
    "2230": "the Solapi account has run out of money",
    "3010": "the number is no valid telephone number",
    "3031": "it can't be transmitted",
    "3032": "the number isn't in use",
    "3040": "it could not be delivered in time",
    "3041": "the telephone was busy",
    "3042": "the telephone was out of range",
    "3043": "the telephone was switched off",
    "3044": "the telephone's memory was full",
    "3045": "the number is suspended",
    "3047": "the recipient refused it",
    "3050": "the telephone takes no SMS",
    "3054": "the carrier filtered the message out",
    "3055": "the carrier filtered the message out",
    "3058": "there is no way to the recipient",
    "3059": "the number it comes from is protected against misuse",
    "3102": "the recipient hasn't added the Kakao channel",
    "3103": "the text differs from the approved 알림톡 template",
    "3104": "the recipient doesn't use KakaoTalk",
    "3107": "the recipient hasn't used KakaoTalk for 72 hours, or takes no 알림톡",
}

PASSING = frozenset(
    {
        *("InvalidAPIKey", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "DuplicatedSignature", "TooManyRequests"),
        *("1020", "1024", "1030", "1041", "1042", "1062"),
    }
)
"""Refusals that are not about the message: a limit, a fault, or an account that somebody sets right."""


def explain(code: str) -> str:
    """What a code means."""
    return REASONS.get(code, f"Solapi refuses it with code {code}")


def delivery_of(kind: str, code: str) -> Delivery:
    """How far a message of a kind ("SMS", "ATA") with a status code has come. An 알림톡 that fails goes on as SMS."""
    if code == ARRIVED:
        return "delivered"
    return "sending" if kind == "ATA" or code in (ACCEPTED, AT_CARRIER) else "undelivered"
