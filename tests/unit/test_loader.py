"""Reading an office: what is good loads, what is bad is named, all of it, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.errors import BadInput, Problem
from ivr.language import loader
from tests import offices


def problems(folder: Path) -> list[Problem]:
    return loader.examine(folder)[1]


def test_the_sample_office_is_good() -> None:
    office, found = loader.examine(offices.SAMPLE)
    assert found == []
    assert office is not None
    assert office.languages == ("ko", "en")
    assert set(office.flows) == {"main", "certificates", "transfers", "academies", "status", "survey", "voicemail"}


def test_every_text_stands_in_every_language() -> None:
    office = loader.load(offices.SAMPLE)
    assert office.texts["ko"].keys() == office.texts["en"].keys()


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    folder = offices.copy_of_sample(tmp_path)
    main = (folder / "main.yaml").read_text()
    main = main.replace("next: opening", "next: openning").replace("hours: phone", "hours: phon")
    (folder / "main.yaml").write_text(main.replace("desk/exams", "desk/exam"))
    desks = (folder / "desks.yaml").read_text()
    (folder / "desks.yaml").write_text(
        desks.replace(
            'certificates: {name: 민원 담당자, agents: ["111"], wait: 30s,',
            "certificates: {name: 민원 담당자, wait: 40,",
        )
    )
    english = (folder / "texts/en.yaml").read_text()
    (folder / "texts/en.yaml").write_text(english.replace("    bye: Thank you for calling.\n", ""))
    messages = {(Path(p.file).name, p.line, p.message.partition(":")[0], p.hint) for p in problems(folder)}
    assert ("main.yaml", 11, "there is no step “openning”", "did you mean “opening”?") in messages
    assert ("main.yaml", 13, "there is no clock “phon”", "did you mean “phone”?") in messages
    assert any(name == "desks.yaml" and "no duration" in text for name, _, text, _ in messages)


def test_missing_translation_is_named_with_its_step(tmp_path: Path) -> None:
    folder = offices.copy_of_sample(tmp_path)
    english = (folder / "texts/en.yaml").read_text()
    (folder / "texts/en.yaml").write_text(english.replace("    bye: Thank you for calling.\n", "", 1))
    (problem,) = problems(folder)
    assert problem.message == "the translation of certificates/bye is missing"
    assert problem.file.endswith("texts/en.yaml")
    assert problem.line > 0


def test_left_over_translations_are_named(tmp_path: Path) -> None:
    folder = offices.copy_of_sample(tmp_path)
    path = folder / "texts/en.yaml"
    path.write_text(path.read_text().replace("    bye: Thank", "    goodbye: Nothing.\n    bye: Thank", 1))
    (problem,) = problems(folder)
    assert problem.message == "the flow “certificates” has no step “goodbye”"


BAD = {
    "duplicate key": ("  a: {hangup: 안녕}\n  a: {hangup: 또}\n", 4, "the key “a” stands here twice"),
    "unknown key": ("  a: {hangup: 안녕, nxt: b}\n", 3, "unknown key “nxt”"),
    "no kind": ("  a: {sya: 안녕, next: hangup}\n", 3, "“sya” is no kind of step"),
    "no kind at all": ("  a: {next: hangup}\n", 3, "the step “a” has no kind"),
    "two kinds": ("  a: {say: 안녕, menu: 또, next: hangup}\n", 3, "is two kinds of step at once: say and menu"),
    "dangling step": ("  a: {say: 안녕, next: b}\n", 3, "there is no step “b”"),
    "dangling flow": ("  a: {say: 안녕, next: flow/b}\n", 3, "there is no flow “b”"),
    "dangling desk": ("  a: {desk: taxx}\n", 3, "there is no desk “taxx”"),
    "no destination": ("  a: {say: 안녕, next: Über}\n", 3, "“Über” is no destination"),
    "reserved key": ("  a: {menu: 네?, options: {0: {label: x, next: hangup}}}\n", 3, "the key 0 always means"),
    "no such key": ("  a: {menu: 네?, options: {12: {label: x, next: hangup}}}\n", 3, "“12” is no key"),
    "no options": ("  a: {menu: 네?, options: {}}\n", 3, "a menu without options"),
    "no unit": ("  a: {menu: 네?, timeout: 5, options: {1: {label: x, next: hangup}}}\n", 3, "“5” is no duration"),
    "unknown exit": ("  a: {desk: tax, else: {busy: hangup}}\n", 3, "“desk” has no exit “busy”"),
    "closed missing": ("  a: {hours: phone, next: hangup}\n", 3, "`hours` needs to know where to go"),
    "no missing": ("  a: {confirm: 네?, next: hangup}\n", 3, "`confirm` needs to know where to go at “no”"),
    "lone brace": ('  a: {hangup: "안녕 {이름"}\n', 3, "a “{” or “}” is alone"),
    "unknown variable": ('  a: {hangup: "안녕 {name}"}\n', 3, "no step sets the variable “name”"),
    "missing table": ("  a: {route: tables/t.csv, ask: {district: 어디?}}\n", 3, "there is no table “tables/t.csv”"),
    "empty text": ('  a: {say: "", next: hangup}\n', 3, "say: must not be empty"),
    "length": ("  a: {collect: digits, length: 40, as: x, prompt: 네, next: hangup}\n", 3, "“40” is no length"),
    "steps empty": ("  {}\n", 3, "steps: must not be empty"),
    "not yaml": ('  a: {say: "안녕, next: b}\n', 3, "the quote that opens here is never closed"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_flows(tmp_path: Path, name: str) -> None:
    flow, line, message = BAD[name]
    found = problems(offices.write(tmp_path, flow))
    assert [p.line for p in found] == [line], found
    assert found[0].message.startswith(message)
    assert found[0].file.endswith("main.yaml")


def test_a_desk_that_nobody_can_ring(tmp_path: Path) -> None:
    desks = offices.DESKS + "  empty: {name: 빈 부서}\n"
    (problem,) = problems(offices.write(tmp_path, "  a: {hangup: 안녕}\n", desks=desks))
    assert problem.line == 5
    assert "nobody can ring this desk" in problem.message


def test_operators_are_needed(tmp_path: Path) -> None:
    desks = 'agents: {"101": 가}\ndesks: {tax: {name: 세무팀, agents: ["101"]}}\n'
    (problem,) = problems(offices.write(tmp_path, "  a: {hangup: 안녕}\n", desks=desks))
    assert "operators" in problem.message


def test_tables_are_checked_to_the_line(tmp_path: Path) -> None:
    flow = "  a: {route: tables/t.csv, ask: {district: 어디?}}\n"
    table = "district,desk\n동구,taxx\n동구,tax\n서구\n"
    found = problems(offices.write(tmp_path, flow, **{"tables__t.csv": table}))
    assert [(p.line, p.message) for p in found] == [(4, "1 cells, but the head has 2")]
    table = "district,desk\n동구,taxx\n동구,tax\n"
    found = problems(offices.write(tmp_path, flow, **{"tables__t.csv": table}))
    assert {(p.line, p.message.partition(":")[0]) for p in found} == {
        (2, "there is no desk “taxx”"),
        (3, "says the same as line 2"),
    }


def test_yaml_words_stay_words(tmp_path: Path) -> None:
    office = offices.small(tmp_path, "  on: {say: NO, next: off}\n  off: {hangup: yes}\n")
    assert office.texts["ko"]["main/on"].parts == ("NO",)


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    folder = offices.copy_of_sample(tmp_path)
    before = loader.version(folder)
    assert before == loader.version(offices.SAMPLE)
    (folder / "main.yaml").write_text((folder / "main.yaml").read_text() + "\n")
    assert loader.version(folder) != before


def test_a_file_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    folder = offices.write(tmp_path, "  a: {hangup: 안녕}\n")
    (folder / "main.yaml").write_bytes("title: 시험\nsteps:\n".encode("cp949"))
    with pytest.raises(BadInput, match="isn't UTF-8"):
        loader.load(folder)


def test_a_table_as_a_spreadsheet_saves_it_is_told_how(tmp_path: Path) -> None:
    folder = offices.copy_of_sample(tmp_path)
    table = folder / "tables" / "academies.csv"
    table.write_bytes(table.read_text().encode("cp949"))
    problem = next(p for p in problems(folder) if p.file.endswith(".csv"))
    assert (problem.message, problem.hint) == ("isn't UTF-8", "save the file as UTF-8; in Excel as “CSV UTF-8”")


@pytest.mark.parametrize(("office", "file"), [("language: ja\n", "office.yaml"), ("language: ko\n", "ja.yaml")])
def test_a_language_that_the_line_does_not_speak_brings_its_phrases(tmp_path: Path, office: str, file: str) -> None:
    texts = {} if file == "office.yaml" else {"texts__ja": "desks: {operators: a, tax: b}\nphrases: {back: c}\n"}
    folder = offices.write(tmp_path, "  a: {say: 안녕, next: hangup}\n", office=f"name: 시험\n{office}", **texts)
    missing = next(p for p in problems(folder) if "what the line says by itself is missing in “ja”" in p.message)
    assert (Path(missing.file).name, missing.severity) == (file, "error")
    assert ("back" in missing.message.split(": ")[1].split(", ")) == (file == "office.yaml")
    assert "phrases" in missing.hint


def test_files_by_another_name_are_told_of(tmp_path: Path) -> None:
    folder = offices.write(tmp_path, "  a: {hangup: 안녕}\n", texts__English="desks: {}\n", **{"more.yml": "x"})
    told = {(Path(p.file).name, p.severity, p.message) for p in problems(folder)}
    assert told == {("more.yml", "warning", "isn't read"), ("English.yaml", "error", "is of no language")}


@pytest.mark.parametrize("option", ["after: flow/calendar", "overflow: flow/desks"])
def test_a_file_of_the_office_is_no_flow(tmp_path: Path, option: str) -> None:
    desks = offices.DESKS.replace("hours: phone", option)
    (problem,) = problems(offices.write(tmp_path, "  a: {desk: tax}\n", desks=desks))
    assert problem.message.startswith("there is no flow “")


@pytest.mark.parametrize(
    ("step", "key"),
    [
        ("{menu: 네?, options: {1: {label: x, next: hangup}, 0: {label: y, next: hangup}}}", "0: "),
        ("{language: {1: ko, 10: ko}, next: hangup}", "10: "),
        ("{hours: phone, next: hangup, else: {closed: hangup, open: hangup}}", "open: "),
    ],
)
def test_a_key_that_cannot_be_is_told_where_it_stands(tmp_path: Path, step: str, key: str) -> None:
    (problem,) = problems(offices.write(tmp_path, f"  a: {step}\n"))
    assert problem.source[problem.column - 1 :].startswith(key)


def test_a_problem_shows_its_line_and_place(tmp_path: Path) -> None:
    (problem,) = problems(offices.write(tmp_path, "  a: {say: 안녕, next: b}\n"))
    text = str(problem).splitlines()
    assert text[0].endswith("main.yaml:3:22: error: there is no step “b”")
    assert text[1] == "      a: {say: 안녕, next: b}"
    assert text[2].index("^") == 4 + 21 + 2  # two Hangul syllables take two cells more
