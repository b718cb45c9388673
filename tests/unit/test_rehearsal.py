"""The rehearsal finds what callers can hear long before it has walked every way."""

import pytest

from ivr.language.loader import load
from ivr.telephony import rehearsal
from tests import offices


def test_the_sample_is_heard_through_well_within_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    office = load(offices.SAMPLE)
    heard = set(rehearsal.utterances(office, "main", "ko"))
    monkeypatch.setattr(rehearsal, "STATES", 1_000)
    monkeypatch.setattr(rehearsal, "STATES_A_STEP", 1)
    assert set(rehearsal.utterances(office, "main", "ko")) == heard
    said = {prompt.id for prompts, _ in heard for prompt in prompts}
    assert {"main/purpose/menu", "status/receipt", "desks/exams/connecting", "notices/busy"} <= said
