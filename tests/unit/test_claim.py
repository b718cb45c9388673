"""A data folder and its ports are one line's; the others are told so, and by which settings that line was started."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import Program, pbx
from ivr.cli import up as up_command
from ivr.errors import ExchangeError
from ivr.telephony import claim
from tests.exchange import settings

FILE = Path("/nowhere/config.yaml")


def unheard(_: str) -> None:
    """Nobody listens."""


def test_a_second_line_in_the_same_folder_is_refused_and_told_the_way_out(tmp_path: Path) -> None:
    config = settings(tmp_path)
    with claim.held(config, FILE, unheard):
        assert claim.is_held(config)
        with pytest.raises(ExchangeError, match=r"a line runs in .*/data already, process \d+\n→ .*ivr reload"):
            claim.held(config, FILE, unheard).__enter__()
        assert claim.is_held(config), "the refused one leaves the claim as it was"
    assert not claim.is_held(config)
    with claim.held(config, FILE, unheard):
        pass


def test_up_refuses_before_it_touches_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = settings(tmp_path)
    file = tmp_path / "config.yaml"
    file.write_text(json.dumps(config.model_dump(mode="json", exclude={"base"}, exclude_unset=True)))
    monkeypatch.setattr(up_command, "find", lambda _: None)
    with claim.held(config, FILE, unheard):
        before = sorted(tmp_path.rglob("*"))
        done = CliRunner().invoke(up_command.up, [], obj=Program(file))
        assert "a line runs in" in str(done.exception)
        assert done.output == ""
        assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("key", ["engine.agi", "web.listen"])
def test_a_port_that_another_has_is_named(tmp_path: Path, key: str) -> None:
    config = settings(tmp_path)
    port = int({"engine.agi": config.engine.agi, "web.listen": config.web.listen}[key].rpartition(":")[2])
    taken = rf"127.0.0.1:{port} \(config.yaml: {key}\): Address already in use\n→ "
    with socket.create_server(("127.0.0.1", port)), pytest.raises(ExchangeError, match=taken):
        claim.held(config, FILE, unheard).__enter__()
    assert not claim.is_held(config)


def test_settings_changed_since_the_start_are_named_and_those_of_the_lines_refused(tmp_path: Path) -> None:
    config, file = settings(tmp_path), tmp_path / "config.yaml"
    hushed = config.model_copy(update={"log": config.log.model_copy(update={"level": "error"})})
    longer = config.model_copy(update={"lines": {**config.lines, "1002": config.lines["1000"]}})
    with claim.held(config, FILE, unheard):
        assert claim.other_settings(config, file) == []
        assert claim.other_settings(hushed, file) == ["log"]
        with pytest.raises(ExchangeError, match=r"config.yaml has changed since .*\(lines\).*\n→ end `ivr up`"):
            claim.other_settings(longer, file)
        file.write_text(json.dumps(longer.model_dump(mode="json", exclude={"base"}, exclude_unset=True)))
        done = CliRunner().invoke(pbx.pbx, ["config", "--reload"], obj=Program(file))
        assert "(lines)" in str(done.exception)
        assert not (tmp_path / "data/asterisk").exists(), "the exchange's configuration is left alone"
    assert claim.other_settings(longer, file) == [], "no line runs"


def test_the_claim_holds_no_setting_in_the_clear(tmp_path: Path) -> None:
    config = settings(tmp_path, database="postgresql://ivr:geheim@db/ivr")
    with claim.held(config, FILE, unheard):
        assert "geheim" not in (config.data_dir / claim.FILE).read_text()
        assert (config.data_dir / claim.FILE).stat().st_mode & 0o077 == 0
