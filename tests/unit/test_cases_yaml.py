"""cases.yaml and its translations: what is good loads, what is missing, left over or wrong is named at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.language import loader
from ivr.language.cases import STATUSES, Period
from tests import offices

FLOW = "  a: {hangup: 안녕}\n"
CASES = "clock: phone\nremedy: 이의신청하실 수 있습니다.\ntypes:\n  grievance: {name: 고충, period: 7d}\n"
STATUS_TEXTS = "".join(f"    {status}: word\n" for status in STATUSES)
ENGLISH = f"cases:\n  remedy: You may appeal.\n  types: {{grievance: complaint}}\n  statuses:\n{STATUS_TEXTS}"


def problems(folder: Path, **files: str) -> list[tuple[str, int, str]]:
    found = loader.examine(offices.write(folder, FLOW, **files))[1]
    return [
        (Path(p.file).name, p.line, p.message) for p in found if "phrase" not in p.message and "desk" not in p.message
    ]


def test_the_sample_office_has_the_kinds_of_the_statute() -> None:
    book = loader.load(offices.SAMPLE).cases
    names = {type.name: type for type in book.types.values()}
    assert {"고충", "칭찬", "제증명 발급"} <= names.keys()
    assert names["고충"].period == Period(7, "d")
    assert names["제증명 발급"].certificate
    assert book.words["ko"].statuses["보완요구"] == "보완요구"
    assert book.words["en"].statuses["보완요구"] == "waiting for your documents"
    assert book.words["en"].types["praise"] == "praise"
    assert "60 days" in book.words["en"].remedy


def test_an_office_needs_no_cases(tmp_path: Path) -> None:
    assert offices.small(tmp_path, FLOW).cases.types == {}


def test_texts_of_cases_without_cases(tmp_path: Path) -> None:
    assert ("en.yaml", 1, "there is no cases.yaml whose words these could be") in problems(tmp_path, texts__en=ENGLISH)


BAD = {
    "no period": ("clock: phone\nremedy: x\ntypes:\n  a: {name: x}\n", 4, "the key “period” is missing"),
    "no unit": ("clock: phone\nremedy: x\ntypes:\n  a: {name: x, period: 7}\n", 4, "“7” is no period"),
    "no such unit": ("clock: phone\nremedy: x\ntypes:\n  a: {name: x, period: 7w}\n", 4, "“7w” is no period"),
    "newline": ('clock: phone\nremedy: x\ntypes:\n  a: {name: x, period: "7d\\n"}\n', 4, "“7d"),
    "nought": ("clock: phone\nremedy: x\ntypes:\n  a: {name: x, period: 0d}\n", 4, "“0d” is no period"),
    "no clock": ("remedy: x\ntypes:\n  a: {name: x, period: 7d}\n", 1, "there is no clock “petition”"),
    "unknown key": (CASES + "extra: 1\n", 5, "unknown key “extra”"),
    "no types": ("clock: phone\nremedy: x\ntypes: {}\n", 3, "types: must not be empty"),
    "no remedy": ("clock: phone\ntypes:\n  a: {name: x, period: 7d}\n", 1, "the key “remedy” is missing"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_cases(tmp_path: Path, name: str) -> None:
    text, line, message = BAD[name]
    ((file, at, told),) = problems(tmp_path, cases=text)
    assert (file, at) == ("cases.yaml", line)
    assert told.startswith(message)


def test_missing_translations_are_named(tmp_path: Path) -> None:
    english = (
        ENGLISH.replace("  remedy: You may appeal.\n", "")
        .replace("grievance: complaint", "")
        .replace("    이송: word\n", "")
    )
    told = {message for _, _, message in problems(tmp_path, cases=CASES, texts__en=english)}
    assert {
        "the translation of the remedy is missing",
        "the translation of “grievance” is missing",
        "the translation of “이송” is missing",
    } <= told


def test_left_over_translations_are_named(tmp_path: Path) -> None:
    english = ENGLISH.replace("complaint", "complaint, grievence: x") + "    완려: word\n"
    told = problems(tmp_path, cases=CASES, texts__en=english)
    lines = english.splitlines()
    assert ("en.yaml", 3, "“grievence” is nothing to translate here") in told
    assert ("en.yaml", len(lines), "“완려” is nothing to translate here") in told


def test_an_office_that_is_not_korean_names_the_statuses_itself(tmp_path: Path) -> None:
    told = problems(tmp_path, cases=CASES, office="name: Office\nlanguage: en\n")
    assert ("cases.yaml", 1, "the translation of “접수” is missing") in told
