"""messages.yaml: good messages load in every language, and whatever is wrong is told at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from callback import message_check
from callback.text import international, korean
from ivr.errors import Problem
from ivr.language import loader
from ivr.language.messages import EVENTS
from tests import offices


def spoiled(tmp_path: Path, old: str, new: str, file: str = "messages.yaml") -> list[Problem]:
    """Problems of the sample office with one passage replaced."""
    folder = offices.copy_of_sample(tmp_path)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    return loader.examine(folder)[1]


def test_the_sample_has_every_message_in_every_language() -> None:
    office = loader.load(offices.SAMPLE)
    assert office.messages.keys() >= EVENTS.keys()
    assert all(set(message.wordings) == {"ko", "en"} for message in office.messages.values())
    assert [name for name, message in office.messages.items() if message.urgent] == ["case_overdue"]


def test_an_office_needs_no_messages(tmp_path: Path) -> None:
    assert offices.small(tmp_path, "  a: {hangup: 안녕}\n").messages == {}


STATUS = '"[한빛교육청] 접수번호 {receipt} {type} 민원의 처리 상태: {status}"'

BAD = {
    "a variable that isn't offered": (STATUS, '"민원 {recipt} {status}"', "“case_status” offers no variable “recipt”"),
    "no variable at all": (STATUS, '"{0}"', "“{0}” is no variable"),
    "a brace alone": (STATUS, '"{receipt"', "a “{” or “}” is alone"),
    "an unknown key": ("    urgent: true", "    urgnt: true", "unknown key “urgnt”"),
    "neither yes nor no": ("    urgent: true", "    urgent: perhaps", "urgent: must be true or false"),
    "no text": (STATUS, '""', "text: must not be empty"),
}


@pytest.mark.parametrize(("old", "new", "message"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_told_at_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    line = (offices.SAMPLE / "messages.yaml").read_text().partition(old)[0].count("\n") + 1
    problems = spoiled(tmp_path, old, new)
    found = [p for p in problems if p.message.startswith(message)]
    assert [(Path(p.file).name, p.line, p.severity) for p in found] == [("messages.yaml", line, "error")]
    assert {Path(p.file).name for p in problems} == {"messages.yaml"}  # translations of it aren't left over by that


def test_the_column_is_the_variable_itself(tmp_path: Path) -> None:
    (problem,) = spoiled(tmp_path, STATUS, "|\n      접수\n      번호 {receipt} {statu}")
    assert problem.source[problem.column - 1 :] == "{statu}"
    assert problem.hint == "did you mean “status”?"


def test_an_event_without_its_message_is_an_error(tmp_path: Path) -> None:
    problems = spoiled(tmp_path, "  case_status:", "  case_statsu:")
    message = "there is no message “case_status”, for when a case gets a new status, to the citizen"
    assert [p.hint for p in problems if p.message == message] == ["did you mean “case_statsu”?"]


def test_a_missing_translation_is_named(tmp_path: Path) -> None:
    problems = spoiled(tmp_path, "  case_due: ", "  case_do: ", "texts/en.yaml")
    assert [(p.message, p.hint) for p in problems] == [
        ("there is no message “case_do” to translate", "did you mean “case_due” or “case_refused”?"),
        ("the translation of the message “case_due” is missing", "write messages: {case_due: …}"),
    ]
    assert all(p.line > 1 and p.file.endswith("en.yaml") for p in problems)


def test_translations_of_an_office_without_messages_are_left_over(tmp_path: Path) -> None:
    files = {"texts__en.yaml": "flows: {main: {a: Bye}}\nmessages: {greeting: Hello}\ndesks: {operators: o, tax: t}\n"}
    problems = loader.examine(offices.write(tmp_path, "  a: {hangup: 안녕}\n", **files))[1]
    assert "there is no message “greeting” to translate" in [p.message for p in problems]


def test_the_first_language_is_not_translated(tmp_path: Path) -> None:
    folder = offices.copy_of_sample(tmp_path)
    (folder / "texts/ko.yaml").write_text("messages: {case_status: 또}\n")
    (problem,) = loader.examine(folder)[1]
    assert problem.message == "the message “case_status” stands in messages.yaml in this language"


@pytest.mark.parametrize("address", ["https://hanbit.example", "www.hanbit", "hanbit.go.kr"])
def test_an_address_is_warned_of(tmp_path: Path, address: str) -> None:
    (problem,) = spoiled(tmp_path, STATUS, f'"{{receipt}} {{status}} {address} 참고"')
    assert problem.severity == "warning"
    assert "smishing" in problem.message


def test_the_sample_fits_every_sender() -> None:
    office = loader.load(offices.SAMPLE)
    assert message_check.check(office, korean) == []
    assert message_check.check(office, international) == []


def test_the_longest_values_that_are_known_are_measured(tmp_path: Path) -> None:
    folder = offices.copy_of_sample(tmp_path)
    path = folder / "cases.yaml"
    path.write_text(path.read_text().replace("remedy: ", "remedy: " + "가" * 930, 1))
    (problem,) = message_check.check(loader.load(folder), korean)
    assert problem.message.startswith("“case_refused”: is 2")
    assert (Path(problem.file).name, problem.source.strip()[:5]) == ("messages.yaml", "text:")


def test_characters_are_refused_by_name(tmp_path: Path) -> None:
    folder = offices.copy_of_sample(tmp_path)
    path = folder / "messages.yaml"
    path.write_text(path.read_text().replace("배정되었습니다.", "배정되었습니다 😀", 1))
    office = loader.load(folder)
    (problem,) = message_check.check(office, korean)
    assert "U+1F600 GRINNING FACE" in str(problem)
    assert message_check.check(office, international) == []
