"""`ivr hold` and `ivr retention` as an admin types them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import Program, ivr
from ivr.errors import OnestopError
from ivr.records.keys import Keys
from ivr.records.models import Call
from ivr.records.store import Store
from tests import offices


@pytest.fixture
def program(tmp_path: Path) -> Program:
    (tmp_path / "config.yaml").write_text(
        f"office: {offices.SAMPLE}\nlines: {{'1000': {{flow: main}}}}\nexchange: {{practice: true}}\n"
        "retention: {numbers: 30}\n"
    )
    program = Program(tmp_path / "config.yaml")
    store, keys = Store(program.config.database_url), Keys(program.config.keys_dir)
    store.migrate()
    old = datetime.now(UTC) - timedelta(days=31)
    with store.transaction() as session:
        for id, number in (("n1-1", "01012345678"), ("n1-2", "01087654321")):
            caller, who = keys.seal(number), keys.who(number)
            session.add(Call(id=id, node="n1", caller=caller, who=who, started_at=old, outcome="answered"))
    return program


def run(program: Program, line: str, typed: str = "") -> Result:
    command = ["--config", str(program.path), *line.split(" ")]
    return CliRunner().invoke(ivr, command, input=typed, catch_exceptions=False)


def test_a_hold_keeps_what_is_too_old(program: Program) -> None:
    assert run(program, "hold list").stderr == "nothing is held\n"
    held = run(program, "hold set - --reason 소송", "010-1234-5678\n")
    assert held.stdout == "010-****-5678: held\n"
    assert run(program, "hold set - --reason again", "010-1234-5678\n").stdout == "010-****-5678: was held already\n"
    assert run(program, "retention run --dry-run").stdout.split()[:2] == ["numbers", "1"]
    assert run(program, "retention run").exit_code == 0
    assert run(program, "retention protocol").stdout.split()[1:6] == ["numbers", "older", "than", "30", "days"]
    assert "010-****-5678  since" in run(program, "hold list").stdout
    assert run(program, "hold lift -", "01012345678\n").stdout == "010-****-5678: no longer held\n"
    with pytest.raises(OnestopError, match="isn't held"):
        run(program, "hold lift call:n1-1")
    assert run(program, "retention run --dry-run").stdout.split()[:2] == ["numbers", "1"]
    deeds = run(program, "audit list").stdout
    assert "hold.set" in deeds
    assert "hold.lifted" in deeds
    assert "010-" not in deeds


@pytest.mark.parametrize(
    ("subject", "typed", "known"),
    [
        ("call:n1-1", "", True),
        ("call:n1-11", "", False),
        ("case:20261234", "", False),
        ("-", "01012345678\n", True),
        ("-", "01011112222\n", False),
        ("20261234", "", False),
    ],
)
def test_a_hold_on_what_nobody_knows_says_so(program: Program, subject: str, typed: str, known: bool) -> None:
    held = run(program, f"hold set {subject} --reason 소송", typed)
    assert held.exit_code == 0
    assert ("is it written right?" in held.stderr) is not known


def test_what_is_kept_how_long_is_shown(program: Program) -> None:
    shown = run(program, "retention show").stdout
    assert "numbers          30 days  Callers' numbers;" in shown
    assert "audit           730 days" in shown
    assert run(program, "retention protocol").stderr == "nothing was deleted yet\n"
