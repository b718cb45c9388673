"""A promise is on the disk before it is spoken, and never spoken when it can't be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ivr.config import Config
from ivr.language.prompt import Prompt
from ivr.office.versions import Versions
from ivr.records.journal import Journal, decode
from ivr.telephony.host import Host
from ivr.telephony.lookups import Lookups
from ivr.telephony.wishes import Wishes
from ivr.telephony.worlds import Worlds
from tests import offices, registry
from tests.registry import GRIEVANCE
from tests.unit.test_host import OPEN, FakeChannel, FullDisk, variable, visit

KEYS = ("20261234", "5678", "1")


class Spoken:
    """What the line says, and what the journal holds at that moment."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self.kinds: dict[str, list[str]] = {}

    def __call__(self, _: object, prompts: tuple[Prompt, ...], language: str, slow: bool) -> str:
        lines = [line for file in self._journal.glob("*.journal") for line in file.read_bytes().splitlines()]
        self.kinds |= {prompt.id: [decode(line)["k"] for line in lines] for prompt in prompts}
        return "sound"


def call(folder: Path, journal: Any) -> tuple[FakeChannel, Spoken]:
    """A caller who asks for a case and wants messages."""
    office = registry.make(folder)
    office.add({**GRIEVANCE, "consent": False})
    lines = {"1006": {"flow": "status"}}
    config = Config.model_validate({"base": folder, "office": str(offices.SAMPLE), "lines": lines})
    versions, spoken = Versions(folder / "versions"), Spoken(folder / "journal")
    lookups = Lookups(office.store, office.keys, lambda: OPEN)
    versions.adopt(config.office_dir)
    host = Host(
        config, versions, journal, office.keys, spoken, lookups, Wishes(office.store, office.keys), Worlds(lambda: OPEN)
    )
    channel = visit(host, FakeChannel(*KEYS, args=("1006",)))
    lookups.close()
    return channel, spoken


def test_a_promise_is_on_the_disk_before_it_is_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    durable: list[str] = []
    plain = Journal.append

    def append(self: Journal, record: dict[str, Any], durable_: bool = False, **named: bool) -> None:
        if named.get("durable", durable_):
            durable.append(record["k"])
        plain(self, record, **named)

    monkeypatch.setattr(Journal, "append", append)
    channel, spoken = call(tmp_path, Journal(tmp_path / "journal"))
    assert "promise" in spoken.kinds["phrases/promised"]
    assert "promise" not in spoken.kinds["phrases/yes_no"]
    assert durable == ["promise"]
    assert variable(channel, "IVR_NEXT") == "hangup,s,1"


def test_on_a_full_disk_nothing_is_promised(tmp_path: Path) -> None:
    channel, spoken = call(tmp_path, FullDisk())
    assert "phrases/promised" not in spoken.kinds
    assert variable(channel, "IVR_NEXT") == "desk-operators,s,1"
