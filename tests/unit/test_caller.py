"""What is taken for a caller's number."""

from __future__ import annotations

from typing import cast

import pytest

from ivr.telephony import caller
from ivr.telephony.agi import Channel
from tests.unit.test_host import FakeChannel


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("01012345678", "01012345678"),
        ("+821012345678", "+821012345678"),
        ("anonymous", ""),
        ("0", ""),
        ("0" * 21, ""),
        ("01012345678\n", ""),
        ("٠١٠١٢٣٤٥٦٧٨", ""),
        ("", ""),
    ],
)
def test_a_number_is_digits_and_anything_else_is_none(sent: str, number: str) -> None:
    assert caller.number(cast(Channel, FakeChannel(caller=sent))) == number
