"""JSON Schema of an office's files, from their types: what an editor completes and marks while somebody types.

It is meant for editors and therefore lenient where YAML is: a number or `true` may stand for a text. What it can't
know (whether a step, desk or clock is there) `ivr check` knows.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from ivr.language.conversation import CallsForm
from ivr.language.flow_file import FlowForm
from ivr.language.loader import FORMS
from ivr.language.steps import KINDS
from ivr.language.texts import Texts

FOLDER = ".schema"
"""Where they lie in an office: beside its files, and no part of its version."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCALAR: JsonSchemaValue = {"type": ["string", "number", "boolean"]}
MODELS: dict[str, type[BaseModel]] = {**FORMS, "texts": Texts, "calls": CallsForm}
"""The files other than flows and tables, by the name of their schema."""


class _Editor(GenerateJsonSchema):
    """Schemas of what is written, not of what it is read as: a duration is the text `5s`, not a number of ms."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """A value that is parsed first may be a text; mappings stay what they are."""
        if schema.get("json_schema_input_schema"):
            return super().function_before_schema(schema)
        inner = _outermost(schema["schema"])
        if inner in ("dict", "model"):
            return self.generate_inner(schema["schema"])
        if inner in ("list", "nullable-dict", "union"):
            return {"anyOf": [self.generate_inner(schema["schema"]), SCALAR]}
        return dict(SCALAR)


def _outermost(schema: Any) -> str:
    """What a value is in the end, below its validators."""
    while "schema" in schema and schema["type"] not in ("nullable", "model"):
        schema = schema["schema"]
    if schema["type"] == "nullable":
        return "union" if _outermost(schema["schema"]) in ("dict", "union", "list") else "scalar"
    return str(schema["type"])


def schemas(more: dict[str, type[BaseModel]] | None = None) -> dict[str, dict[str, Any]]:
    """Every schema by name: `flow`, `table`, and one for each of MODELS. more: models of files outside the office."""
    found = {name: _lenient(model.model_json_schema(schema_generator=_Editor)) for name, model in MODELS.items()}
    found |= {name: _lenient(model.model_json_schema(schema_generator=_Editor)) for name, model in (more or {}).items()}
    found |= {"flow": _flow(), "table": _table()}
    return {name: {"$schema": DIALECT, **found[name]} for name in sorted(found)}


def texts(more: dict[str, type[BaseModel]] | None = None) -> dict[str, str]:
    """The schemas as they are written, by file name."""
    return {
        f"{name}.json": json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        for name, schema in schemas(more).items()
    }


def write(folder: Path, more: dict[str, type[BaseModel]] | None = None) -> None:
    """Write every schema into a folder, made when it isn't there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts(more).items():
        (folder / name).write_text(text, encoding="utf-8")


def _flow() -> dict[str, Any]:
    """A flow's steps are any of the kinds; a kind's own key has to be there."""
    flow = FlowForm.model_json_schema(schema_generator=_Editor)
    kinds, definitions = models_json_schema(
        [(step, "validation") for step in KINDS.values()], schema_generator=_Editor, ref_template="#/$defs/{model}"
    )
    references = [kinds[step, "validation"] for step in KINDS.values()]
    flow["$defs"] = flow.get("$defs", {}) | definitions["$defs"]
    for kind, step in KINDS.items():
        form = flow["$defs"][references[list(KINDS).index(kind)]["$ref"].rpartition("/")[2]]
        form["required"] = list(dict.fromkeys([kind, *form.get("required", [])]))
        if step.exits:
            exits = {name: {"type": "string", "description": meaning} for name, meaning in step.exits.items()}
            form["properties"]["else"] |= {"properties": exits, "additionalProperties": False}
    steps = flow["properties"]["steps"]
    steps.pop("patternProperties", None)
    steps["additionalProperties"] = {"anyOf": references}
    lenient: dict[str, Any] = _lenient(flow)
    return lenient


def _table() -> dict[str, Any]:
    """A decision table in YAML: rows with a desk, and whatever columns."""
    value = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR, "minItems": 1}]}
    row = {
        "type": "object",
        "properties": {"desk": {"type": "string", "description": "The desk, from desks.yaml."}},
        "required": ["desk"],
        "additionalProperties": value,
    }
    return {"title": "Table", "description": "Rows of a decision table.", "type": "array", "items": row, "minItems": 1}


def _lenient(schema: Any) -> Any:
    """The same, with numbers and the like where texts stand: what looks like one is one to an editor."""
    if isinstance(schema, list):
        return [_lenient(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    lenient = {key: _lenient(value) for key, value in schema.items()}
    if lenient.get("type") == "string" and not {"enum", "const"} & lenient.keys():
        lenient |= SCALAR
    return lenient
