"""Threads that keep promises and tell of voicemails: a fault ends none of them."""

from __future__ import annotations

import datetime
import threading
from pathlib import Path
from typing import Any

import pytest

from callback import promises, voicemails
from ivr.language import loader
from ivr.records.keys import Keys
from ivr.records.store import Store
from ivr.records.voicemail_tables import Voicemail
from tests import offices


@pytest.mark.parametrize("module", [promises, voicemails], ids=["promises", "voicemails"])
def test_after_a_fault_it_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
    stop, tried = threading.Event(), list[int]()

    def broken(*_: object) -> int:
        tried.append(1)
        if len(tried) > 2:
            stop.set()
        raise RuntimeError("a fault of ours")

    store, office, keys = Store(f"sqlite:///{tmp_path / 'x.db'}"), loader.load(offices.SAMPLE), Keys(tmp_path / "keys")
    store.migrate()
    monkeypatch.setattr(module, "POLL_S", 0.01)
    if module is promises:
        monkeypatch.setattr(promises, "keep", broken)
        promises.keep_until(stop, store, office, keys)
    else:
        monkeypatch.setattr(voicemails, "tell", broken)
        with store.transaction() as session:
            at = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
            session.add(Voicemail(file="a", call="c", desk="exams", language="ko", at=at, seconds=3))
        voicemails.tell_until(stop, store, office, keys, {})
    assert len(tried) == 3
