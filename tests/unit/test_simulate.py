"""`ivr simulate`: load, outages and desks' conduct as named; a call saved as a test goes as it went."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.errors import BadInput
from ivr.language import conversation, loader
from ivr.language.conversation import Circumstances
from ivr.telephony.conversation import hold, told
from ivr.telephony.saving import save
from ivr.telephony.simulator import Simulator, presses
from tests import offices

ROOT = Path(__file__).parents[2]
OFFICE = loader.load(offices.SAMPLE)
AT = "2026-11-23T10:00"


def simulate(*args: str, given: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ivr.cli", "simulate", "--at", AT, *args]
    return subprocess.run(command, cwd=cwd, input=given, capture_output=True, text=True, check=False)


def heard(keys: str, **circumstances: object) -> list[str]:
    """What the simulator tells of a call."""
    lines: list[str] = []
    it = Circumstances.model_validate({"at": AT, **circumstances})
    Simulator(OFFICE, lines.append, presses(keys)).call(it)
    return [line.strip() for line in lines]


def test_desks_take_calls_as_named() -> None:
    done = simulate("--keys", "4", "--desk", "empty", "--desk", "operators=answered")
    assert "[exams]: empty" in done.stdout
    assert "[operators]: answered" in done.stdout


def test_an_outage_is_met() -> None:
    found = heard("20261234,5678,1", flow="status", down="disk")
    assert "· message case_status 20261234: failed" in found
    assert "· lookup 20261234: unavailable" in heard("20261234,5678", flow="status", down=["lookup"])


def test_any_case_is_found_but_one() -> None:
    assert "· lookup 20261234: found" in heard("20261234,5678", flow="status")
    assert "· lookup 20261234: missing" in heard("20261234,0000", flow="status")


def test_what_is_no_key_is_asked_for_again() -> None:
    done = simulate(given="abc\n4\n")
    assert "keys are 0 to 9, * and #" in done.stdout
    assert "[exams]: answered" in done.stdout


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--queue", "foo=1"], "there is no desk “foo”"),
        (["--queue", "exams=many"], "--queue: "),
        (["--desk", "exams=asleep"], "--desk: "),
        (["--down", "everything"], "--down: "),
        (["--keys", "2;1"], "--keys: write 0 to 9"),
        (["--save", "../x.yaml"], "“../x.yaml” is no file of calls"),
    ],
)
def test_what_cannot_be_is_told(args: list[str], expected: str) -> None:
    done = simulate(*args)
    assert done.returncode == 1
    assert expected in done.stderr
    assert "☏" not in done.stdout


def test_a_call_is_saved_and_added_to_its_file(tmp_path: Path) -> None:
    offices.copy_of_sample(tmp_path)
    settings_ = "office: office\nlines: {'1001': {flow: main, language: en}}\nexchange: {practice: true}\n"
    (tmp_path / "config.yaml").write_text(settings_)
    args = ["--keys", "4", "--queue", "exams=5", "--desk", "exams=no_answer", "--save", "calls/busy.yaml"]
    assert "calls/busy.yaml: saved as “4 → operators”" in simulate(*args, cwd=tmp_path).stdout
    assert "saved as “4 → operators (2)”" in simulate(*args, cwd=tmp_path).stdout
    office = loader.load(tmp_path / "office")
    saved = [it for it in conversation.examine(office, {})[0] if it.file == "busy"]
    assert [told(hold(office, it)) for it in saved] == ["", ""]
    assert saved[0].circumstances.queues["exams"].waiting == 5


def test_notices_are_those_named_and_are_saved_so(tmp_path: Path) -> None:
    busy = "지금은 문의 전화가 많아 연결이 늦어지고 있습니다."
    assert busy not in heard("4")
    assert busy in heard("4", notices="busy")
    office = loader.load(offices.copy_of_sample(tmp_path))
    (tmp_path / "config.yaml").write_text("office: office\nlines: {'1000': {flow: main}}\nexchange: {practice: true}\n")
    done = simulate("--keys", "4", "--notice", "busy", "--save", "calls/busy.yaml", cwd=tmp_path)
    assert busy in done.stdout
    saved = [it for it in conversation.examine(office, {})[0] if it.file == "busy"]
    assert [(told(hold(office, it)), it.circumstances.notices) for it in saved] == [("", ["busy"])]
    assert "did you mean “busy”" in simulate("--keys", "4", "--notice", "bsy").stderr


def test_the_line_is_saved_only_where_something_depends_on_it(tmp_path: Path) -> None:
    folder = offices.copy_of_sample(tmp_path)
    settings_ = "office: office\nlines: {'1001': {flow: main, language: en}}\nexchange: {practice: true}\n"
    (tmp_path / "config.yaml").write_text(settings_)
    args = ["--keys", "4", "--save", "calls/one.yaml"]
    simulate(*args, cwd=tmp_path)
    assert "line:" not in (folder / "calls/one.yaml").read_text()
    assert "language: " in (folder / "calls/one.yaml").read_text()
    main = yaml.safe_load((folder / "main.yaml").read_text())
    first = main.get("start") or next(iter(main["steps"]))
    main["steps"]["which"] = {"when": [{"if": {"call.line": "1001"}, "next": "desk/exams"}, {"else": first}]}
    (folder / "main.yaml").write_text(yaml.safe_dump(main | {"start": "which"}, allow_unicode=True))
    simulate(*args, cwd=tmp_path)
    assert (folder / "calls/one.yaml").read_text().count("line:") == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["1", "2", "3", "9", "-", "*", "#", "20261234", "5678"]), max_size=7),
    st.sampled_from(["main", "status"]),
    st.sampled_from(["ko", "en"]),
    st.sampled_from(["answered", "no_answer", "empty"]),
    st.lists(st.sampled_from(["lookup", "disk"]), unique=True),
    st.sampled_from(["", "at: 2026-11-23T12:30\nflow: status\nlanguage: en\ndown: lookup\ndesks: {exams: empty}\n"]),
)
def test_whatever_was_saved_goes_as_it_went(
    tmp_path: Path, keys: list[str], flow: str, language: str, conduct: str, down: list[str], above: str
) -> None:
    file = tmp_path / "office" / "calls" / "saved.yaml"
    if not file.parent.exists():
        offices.copy_of_sample(tmp_path)
    file.unlink(missing_ok=True)
    if above:
        file.write_text(above + "calls:\n    있던 통화:\n        talk: [{ends: hangup}]\n")
    given = {
        "at": AT,
        "flow": flow,
        "language": language,
        "down": down,
        "desks": dict.fromkeys(OFFICE.desks.desks, conduct),
    }
    it = Circumstances.model_validate(given)
    simulator = Simulator(OFFICE, lambda _: None, presses(",".join(keys)))
    simulator.call(it)
    name = save(OFFICE, file, it, simulator.talk)
    conversations, problems = conversation.examine(loader.load(tmp_path / "office"), {})
    assert problems == []
    assert [told(hold(OFFICE, one)) for one in conversations if one.name == name] == [""]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("calls: {가: {at: 2026-11-23T10:00, talk: [{ends: hangup}]}}\n", "must be the last key"),
        ("calls:\n  가: {talk: [{ends: hangup}]}\nat: 2026-11-23T10:00\n", "must be the last key"),
        ("caller: '0421234567'\nat: 2026-11-23T10:00\ncalls:\n  가: {talk: [{ends: hangup}]}\n", "names a caller"),
        ("calls:\n  가: {tlak: []}\n", "unknown key “tlak”"),
    ],
)
def test_a_file_that_cannot_take_another_call_is_left(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text)
    with pytest.raises(BadInput, match=expected):
        save(OFFICE, file, Circumstances.model_validate({"at": AT}), [("ends", ["hangup"])])
    assert file.read_text() == text
