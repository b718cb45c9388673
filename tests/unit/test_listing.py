"""Before there is anything: lists of a new installation say that they are empty, help needs no installation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ivr.cli import ivr
from tests import offices


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("messages list", "there is no message yet"),
        ("messages list --state dead --state unknown", "no message is dead or unknown"),
        ("inbox list", "there is no voicemail that is not done"),
        ("inbox list --desk exams --done", "there is no voicemail for exams"),
        ("bulk status", "no bulk was handed in yet"),
        ("case list", "no case is open"),
        ("case list --status 처리중", "no case is 처리중"),
        ("import list", "no file was brought in yet"),
        ("token list", "no token was issued yet: ivr token add"),
        ("calls", "no call was recorded yet"),
        ("notice list --changes", "no notice was switched yet"),
        ("reload --list", "no version of the office was put in place yet: ivr up, ivr reload"),
    ],
)
def test_an_empty_list_says_so_beside_what_a_script_reads(tmp_path: Path, command: str, said: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(f"office: {offices.SAMPLE}\nlines: {{'1000': {{flow: main}}}}\nexchange: {{practice: true}}\n")
    result = CliRunner().invoke(ivr, ["--config", str(file), *command.split()], catch_exceptions=False)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"{said}\n")


def _commands(command: click.Command, *way: str) -> Iterator[tuple[str, ...]]:
    yield way
    if isinstance(command, click.Group):
        for name in command.list_commands(context := click.Context(command)):
            if (below := command.get_command(context, name)) is not None:
                yield from _commands(below, *way, name)


def test_help_is_there_before_an_installation_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("IVR_CONFIG", raising=False)
    silent = [way for way in _commands(ivr) if CliRunner().invoke(ivr, [*way, "--help"]).exit_code]
    assert silent == []
    assert list(tmp_path.iterdir()) == []
