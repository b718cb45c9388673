"""Where messages may go, and why not."""

from __future__ import annotations

import pytest

from callback.destination import e164, excluded

ALLOWED = ["01012345678", "010-1234-5678", "+82 10-1234-5678", "+821012345678", "0161234567"]

EXCLUDED = {
    "0601234567": "premium",
    "060-700-1234": "premium",
    "+8260 700 1234": "premium",
    "112": "short",
    "1345": "short",
    "12": "short",
    "042-123-4567": "landline",
    "02-123-4567": "landline",
    "070-1234-5678": "landline",
    "1588-1588": "service",
    "080-123-4567": "service",
    "0505-123-4567": "service",
    "+1 415 555 2671": "foreign",
    "+86 138 0013 8000": "foreign",
    "+8816 3141 4143": "foreign",
    "010-1234": "short",
    "010-1234-56789": "invalid",
    "": "invalid",
    "전화": "invalid",
    "+999 1234567890": "invalid",
}


@pytest.mark.parametrize("number", ALLOWED)
def test_mobile_telephones_get_messages(number: str) -> None:
    assert excluded(number) is None


@pytest.mark.parametrize(("number", "kind"), EXCLUDED.items())
def test_others_are_excluded_with_the_reason(number: str, kind: str) -> None:
    found = excluded(number)
    assert found is not None
    assert found.kind == kind
    assert not any(digits in found.reason for digits in (number[-4:],) if digits.isdigit())


def test_an_office_may_allow_foreign_mobiles_but_nothing_dearer() -> None:
    assert excluded("+86 138 0013 8000", foreign=True) is None
    assert excluded("+1 415 555 2671", foreign=True) is None  # there, landlines can't be told from mobiles
    satellite, premium, landline = "+881631414143", "+19002345678", "+442083661177"
    kinds = [found.kind for number in (satellite, premium, landline) if (found := excluded(number, foreign=True))]
    assert kinds == ["foreign", "premium", "landline"]


def test_numbers_are_handed_over_in_one_form() -> None:
    assert {e164(n) for n in ("01012345678", "010-1234-5678", "+82 10 1234 5678")} == {"+821012345678"}
    with pytest.raises(ValueError, match="no telephone number"):
        e164("전화")
