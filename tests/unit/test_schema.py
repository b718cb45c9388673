"""The JSON Schema of every file: up to date, true of what is good, false of what is bad, named by the samples."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from ivr.cli.schema import MORE
from ivr.language import loader, schema
from ivr.language.source import Source
from ivr.language.steps import KINDS
from tests import offices

ROOT = Path(__file__).parents[2]
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)")
SAMPLE = [*sorted(offices.SAMPLE.rglob("*.yaml")), ROOT / "config.yaml"]
FIXTURE = sorted((ROOT / "tests/steps").rglob("*.yaml"))
SCHEMAS = schema.schemas(MORE)


def as_an_editor_reads(value: Any) -> Any:
    """Plain numbers, true and false are what YAML makes of them."""
    if isinstance(value, dict):
        return {key: as_an_editor_reads(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_an_editor_reads(inner) for inner in value]
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        return float(value) if "." in value else int(value)
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def errors(name: str, path: Path) -> list[str]:
    data = as_an_editor_reads(Source(path).data)
    return [str(error) for error in jsonschema_rs.validator_for(SCHEMAS[name]).iter_errors(data)]


def kind_of(path: Path) -> str:
    if path.name == "config.yaml":
        return "config"
    if path.parent.name in ("texts", "calls", "tables"):
        return {"tables": "table"}.get(path.parent.name, path.parent.name)
    return path.stem if path.stem in loader.FORMS else "flow"


@pytest.mark.parametrize("path", [*SAMPLE, *FIXTURE], ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_good_fits(path: Path) -> None:
    assert errors(kind_of(path), path) == []


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_sample_file_names_its_schema_in_its_first_line(path: Path) -> None:
    named = MODELINE.fullmatch(path.read_text().splitlines()[0])
    assert named is not None
    assert (path.parent / named[1]).resolve() == offices.SAMPLE / schema.FOLDER / f"{kind_of(path)}.json"


def test_the_schemas_of_the_sample_are_up_to_date() -> None:
    written = {path.name: path.read_text() for path in (offices.SAMPLE / schema.FOLDER).iterdir()}
    assert written == schema.texts(MORE), "run scripts/docs"


def test_schemas_are_no_part_of_the_version(tmp_path: Path) -> None:
    folder = offices.copy_of_sample(tmp_path)
    before = loader.version(folder)
    (folder / schema.FOLDER / "flow.json").unlink()
    assert loader.version(folder) == before
    schema.write(folder / schema.FOLDER)
    assert loader.version(folder) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    hours: phone", "    hours: phone\n    nxt: leave"),
        ("title: 대표전화\n", ""),
        ("    hours: phone", "    hous: phone"),
        ("holiday: on_holiday", "holidays: on_holiday"),
        (", next: flow/certificates}", "}"),
    ],
)
def test_what_is_bad_does_not_fit(tmp_path: Path, old: str, new: str) -> None:
    path = offices.copy_of_sample(tmp_path) / "main.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert errors("flow", path)


def test_every_key_of_every_step_has_a_meaning() -> None:
    definitions = SCHEMAS["flow"]["$defs"]
    for step in KINDS.values():
        described = definitions[step.__name__]["properties"]
        assert all("description" in one for one in described.values()), step.kind
