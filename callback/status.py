"""Which status of a case may follow which. Pure: a table and one question.

접수 ──▶ 이송, 처리중, 반려, 취하          이송 ──▶ 접수 (at the new desk)
처리중 ─▶ 이송, 보완요구, 기간연장 (once), 완료, 거부, 반려, 취하, 종결
기간연장 ▶ as 처리중                       보완요구 ▶ 처리중, 반려, 취하, 종결
완료, 거부, 반려, 취하, 종결 are final.     Certificates: 접수 ──▶ 처리중 ──▶ 완료, 반려
"""

from __future__ import annotations

from collections.abc import Mapping

from ivr.language.cases import STATUSES, Status

_WORKING: tuple[Status, ...] = ("이송", "보완요구", "기간연장", "완료", "거부", "반려", "취하", "종결")

PETITION: Mapping[Status, tuple[Status, ...]] = {
    "접수": ("이송", "처리중", "반려", "취하"),
    "이송": ("접수",),
    "처리중": _WORKING,
    "기간연장": _WORKING,
    "보완요구": ("처리중", "반려", "취하", "종결"),
}
"""What may follow in the way of a petition; a status that isn't here is final."""

CERTIFICATE: Mapping[Status, tuple[Status, ...]] = {"접수": ("처리중",), "처리중": ("완료", "반려")}
"""The same for certificates (제증명)."""

OPEN: tuple[Status, ...] = tuple(PETITION)
"""The statuses that something may follow."""

FINAL: tuple[Status, ...] = tuple(status for status in STATUSES if status not in OPEN)


def allowed(status: Status, *, certificate: bool, extended: bool) -> tuple[Status, ...]:
    """The statuses that may follow; none after a final one. A period is extended once (행정절차법 19조 2항)."""
    following = (CERTIFICATE if certificate else PETITION).get(status, ())
    return tuple(next for next in following if not (extended and next == "기간연장"))
