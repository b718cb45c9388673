"""`ivr bulk` and `ivr messages`, as a person types them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from callback import bulk as bulks
from callback.outbox import Note, enqueue
from callback.sender import Size
from callback.text import korean
from ivr.cli import Program
from ivr.cli.bulk import bulk
from ivr.cli.messages import messages
from ivr.errors import BadInput, OnestopError
from ivr.records.keys import Keys
from ivr.records.message_tables import Message
from ivr.records.store import Store
from tests import offices
from tests.messaging import ROOT, until


@pytest.fixture
def program(tmp_path: Path) -> Program:
    (tmp_path / "config.yaml").write_text(
        f"office: {offices.SAMPLE}\nlines: {{'1000': {{flow: main}}}}\nexchange: {{practice: true}}\n"
        "messages: {prices: {SMS: 9, LMS: 30.5}}\n"
    )
    program = Program(tmp_path / "config.yaml")
    store(program).migrate()
    return program


def run(program: Program, command: click.Command, *arguments: str) -> str:
    result = CliRunner().invoke(command, arguments, obj=program, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def store(program: Program) -> Store:
    return Store(program.config.database_url)


def states(program: Program) -> Counter[str]:
    with store(program).reading() as session:
        return Counter(session.scalars(select(Message.state)))


def file(program: Program, *rows: str, head: str = "number,name,school", encoding: str = "utf-8") -> str:
    path = program.path.parent / "assignment.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding=encoding)
    return str(path)


def many(count: int) -> list[str]:
    return [f"010{20000000 + n},학생{n},한빛중학교" for n in range(count)]


def test_a_dry_run_measures_and_sends_nothing(program: Program) -> None:
    path = file(program, *many(3), "010-2999-9999,김하늘,아주 이름이 긴 " + "한" * 30 + " 중학교")
    said = run(program, bulk, "send", path, "--template", "assignment", "--dry-run").splitlines()
    assert said[0] == "assignment: 4 messages"
    assert said[2].split() == ["LMS", "1", "1", "127", "bytes", "30"]
    assert said[3].split() == ["SMS", "3", "3", "54", "bytes", "27"]
    assert states(program) == {}


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_the_same_file_is_the_same_bulk(program: Program, encoding: str) -> None:
    path = file(program, *many(450), encoding=encoding)
    for _ in range(2):
        run(program, bulk, "send", path, "--template", "assignment")
    assert states(program) == {"waiting": 450}


WRONG = [
    (["010-2000-0000,가,나", "042-123-4567,가,나", "060-700-0000,가,나", "12,가,나"], [
        (3, "number: a landline takes no SMS"), (4, "number: a premium-rate number"), (5, "number: a short number"),
    ]),
    ([",가,나"], [(2, "number: is missing")]),
    (["010-2000-0000,,나"], [(2, "name: is empty")]),
    (["010-2000-0000,가"], [(2, "2 cells, the head has 3")]),
    (["010-2000-0000,가,나", "010-2000-0000,가,나"], [(3, "is the same as line 2")]),
    (["010-2000-0000,😀,나"], [(2, "U+1F600 GRINNING FACE can't be sent: Korean carriers take cp949 only")]),
    ([], [(0, "has no rows")]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "problems"), WRONG)
def test_every_wrong_row_is_named_and_nothing_sent(
    program: Program, rows: list[str], problems: list[tuple[int, str]]
) -> None:
    with pytest.raises(BadInput) as caught:
        run(program, bulk, "send", file(program, *rows), "--template", "assignment")
    assert [(p.line, p.message) for p in caught.value.problems] == problems
    assert not any("2000" in str(p) for p in caught.value.problems)  # no number is shown
    assert states(program) == {}


HEADS = {
    "number,name": "the column “school” is missing",
    "number,name,school,scool": "unknown column “scool”",
    "number,name,name,school": "the column “name” stands there twice",
}


@pytest.mark.parametrize(("head", "message"), HEADS.items())
def test_a_wrong_head_is_named(program: Program, head: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        run(program, bulk, "send", file(program, head=head), "--template", "assignment")
    assert message in [p.message for p in caught.value.problems]


@pytest.mark.parametrize("template", ["asignment", "case_status"])
def test_only_a_bulks_own_message_can_be_sent(program: Program, template: str) -> None:
    with pytest.raises(BadInput, match=r"no message .* for bulks"):
        run(program, bulk, "send", file(program, *many(1)), "--template", template)


def test_a_language_of_ones_own(program: Program) -> None:
    rows = [f"{row},{language}" for row, language in zip(many(2), ("ko", "en"), strict=True)]
    run(program, bulk, "send", file(program, *rows, head="number,name,school,language"), "--template", "assignment")
    with store(program).reading() as session:
        assert Counter(session.scalars(select(Message.language))) == {"ko": 1, "en": 1}


def test_pause_resume_and_cancel(program: Program) -> None:
    said = run(program, bulk, "send", path := file(program, *many(3)), "--template", "assignment")
    id = said.splitlines()[-1].split(":")[0]
    assert run(program, bulk, "pause", id) == f"{id}: 3 messages wait\n"
    assert "paused: 3 waiting" in run(program, bulk, "status")
    assert run(program, bulk, "resume", id) == f"{id}: 3 messages go on\n"
    with store(program).transaction() as session:
        session.execute(update(Message).where(Message.key == f"bulk/{id}/0").values(state="delivered"))
    assert run(program, bulk, "cancel", id) == f"{id}: 2 messages called back\n"
    assert states(program) == {"cancelled": 2, "delivered": 1}
    for arguments in (["resume", id], ["send", path, "--template", "assignment"]):
        with pytest.raises(OnestopError, match="was cancelled"):
            run(program, bulk, *arguments)
    with pytest.raises(OnestopError, match="there is no bulk nothing"):
        run(program, bulk, "pause", "nothing")


@pytest.mark.slow
def test_a_crash_while_handing_in_is_made_good_by_the_same_command(program: Program) -> None:
    path = file(program, *many(5000))
    command = [sys.executable, "-m", "ivr.cli", "--config", str(program.path), "bulk", "send", path]
    first = subprocess.Popen([*command, "--template", "assignment"], cwd=ROOT, stderr=subprocess.DEVNULL)
    until(lambda: states(program)["waiting"] > 200 or first.poll() is not None)
    first.kill()
    first.wait()
    assert 200 < states(program)["waiting"] < 5000
    assert "not handed in yet" in run(program, bulk, "status")
    subprocess.run([*command, "--template", "assignment"], cwd=ROOT, check=True, capture_output=True)
    assert states(program) == {"waiting": 5000}


def test_twenty_thousand_rows_are_checked_and_handed_in_within_a_minute(program: Program) -> None:
    start = time.monotonic()
    run(program, bulk, "send", file(program, *many(20_000)), "--template", "assignment")
    assert states(program) == {"waiting": 20_000}
    assert time.monotonic() - start < 60


def test_costs_by_kind() -> None:
    sizes = [korean("가" * 45), korean("가" * 46), korean("가" * 100), Size("MMS", 2, 5, 9, "bytes")]
    table = bulks.costs(sizes, {"SMS": 9, "LMS": 30})
    assert [(c.kind, c.messages, c.parts, c.longest, c.won) for c in table] == [
        ("LMS", 2, 2, 200, 60), ("MMS", 1, 2, 5, None), ("SMS", 1, 1, 90, 9),
    ]  # fmt: skip


@pytest.fixture
def failed(program: Program) -> Program:
    """One message, dead."""
    with store(program).transaction() as session:
        note = Note("a", "010-2000-0000", "assignment", "ko", {"name": "가", "school": "나"})
        enqueue(session, Keys(program.config.keys_dir), note)
        session.execute(update(Message).values(state="dead", code="text", reason="too long", attempts=3))
    return program


def message(program: Program) -> Message:
    with store(program).reading() as session:
        message = session.scalars(select(Message)).one()
        session.expunge(message)
        return message


def put(program: Program, **values: object) -> None:
    with store(program).transaction() as session:
        session.execute(update(Message).values(**values))


def test_messages_are_listed_and_shown_with_their_numbers_masked(failed: Program) -> None:
    listed = run(failed, messages, "list", "--state", "dead")
    assert "010-****-0000" in listed
    assert "too long" in listed
    assert run(failed, messages, "list", "--state", "waiting") == ""
    shown = run(failed, messages, "show", message(failed).id[:6])
    assert "tries:       3" in shown
    assert "2000-0000" not in shown
    with pytest.raises(OnestopError, match="no message whose id begins with zz"):
        run(failed, messages, "show", "zz")


def test_a_dead_message_is_repaired_and_goes_again(failed: Program) -> None:
    before = message(failed)
    run(failed, messages, "repair", before.id, "--to", "010-2000-1111", "--set", "school=한빛중학교")
    after, keys = message(failed), Keys(failed.config.keys_dir)
    assert (after.state, after.attempts, after.code, after.key) == ("waiting", 0, None, "a")
    assert after.id != before.id
    assert (keys.open(after.number), after.who) == ("010-2000-1111", keys.who("01020001111"))
    assert keys.open(after.values) == '{"name": "가", "school": "한빛중학교"}'


def test_a_message_about_a_case_keeps_its_number(failed: Program) -> None:
    put(failed, case="20261234")
    with pytest.raises(OnestopError, match="registered number alone"):
        run(failed, messages, "repair", message(failed).id, "--to", "010-2000-1111")
    with pytest.raises(OnestopError, match="has no variable scool; it has name, school"):
        run(failed, messages, "repair", message(failed).id, "--set", "scool=x")


ALLOWED = {
    "resend": {"dead", "undelivered"},
    "cancel": {"waiting", "dead", "undelivered"},
    "resolve": {"unknown"},
}


@pytest.mark.parametrize("command", ALLOWED)
def test_what_can_be_done_in_which_state(failed: Program, command: str) -> None:
    fate = ["unsent"] if command == "resolve" else []
    possible = set()
    for state in ("waiting", "submitting", "accepted", "delivered", "undelivered", "dead", "unknown", "cancelled"):
        put(failed, state=state)
        try:
            run(failed, messages, command, message(failed).id, *fate)
        except OnestopError:
            assert message(failed).state == state
        else:
            possible.add(state)
            assert message(failed).state == ("cancelled" if command == "cancel" else "waiting")
    assert possible == ALLOWED[command]


def test_an_unknown_message_is_held_to_be_sent(failed: Program) -> None:
    put(failed, state="unknown")
    run(failed, messages, "resolve", message(failed).id, "sent")
    assert message(failed).state == "delivered"


def test_opting_out(program: Program) -> None:
    assert run(program, messages, "opt-out", "010-2000-0000") == "010-****-0000: no more messages\n"
    assert run(program, messages, "opt-out", "01020000000", "--undo") == "010-****-0000: messages again\n"
