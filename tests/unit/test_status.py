"""Which status may follow which: every pair of them."""

from __future__ import annotations

import pytest

from callback.status import FINAL, OPEN, allowed
from ivr.language.cases import STATUSES, Status

WORKING = {"이송", "보완요구", "기간연장", "완료", "거부", "반려", "취하", "종결"}
MAY_FOLLOW: dict[Status, set[str]] = {
    "접수": {"이송", "처리중", "반려", "취하"},
    "이송": {"접수"},
    "처리중": WORKING,
    "기간연장": WORKING - {"기간연장"},
    "보완요구": {"처리중", "반려", "취하", "종결"},
    "완료": set(),
    "거부": set(),
    "반려": set(),
    "취하": set(),
    "종결": set(),
}


def test_every_status_is_in_the_table() -> None:
    assert set(MAY_FOLLOW) == set(STATUSES)
    assert {*OPEN, *FINAL} == set(STATUSES)


@pytest.mark.parametrize("status", STATUSES)
def test_petitions(status: Status) -> None:
    extended = status == "기간연장"
    assert set(allowed(status, certificate=False, extended=extended)) == MAY_FOLLOW[status]


@pytest.mark.parametrize("status", STATUSES)
def test_a_period_is_extended_once(status: Status) -> None:
    assert set(allowed(status, certificate=False, extended=True)) == MAY_FOLLOW[status] - {"기간연장"}


@pytest.mark.parametrize("status", STATUSES)
def test_certificates_take_the_short_way(status: Status) -> None:
    following = {"접수": ("처리중",), "처리중": ("완료", "반려")}.get(status, ())
    assert allowed(status, certificate=True, extended=False) == following
