"""Element templates for Camunda Modeler: the palette of job types, made from `HANDLERS`.

`python -m tools.element_templates` writes `processes/templates/clauseflow.json`; a test asserts that the file is what
the handlers say. The modeler finds templates in a folder `.camunda/element-templates` beside or above a diagram, or
in `resources/element-templates` of its own folder.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.handlers import HANDLERS
from engine.handlers.contract import Field, HandlerDefinition

FILE = Path(__file__).resolve().parents[1] / "processes/templates/clauseflow.json"
# The modeler takes a template only when this names the schema's package; where the schema lies does not matter to it.
SCHEMA = "@camunda/zeebe-element-templates-json-schema"


def build_templates() -> list[dict[str, Any]]:
    """One template for each job type, in the order of the table."""
    return [_template(definition) for definition in HANDLERS.values()]


def template_text() -> str:
    """The file's whole text."""
    return json.dumps(build_templates(), indent=2, ensure_ascii=False) + "\n"


def _template(definition: HandlerDefinition) -> dict[str, Any]:
    given = "; ".join(f"{output.name}: {output.meaning}" for output in definition.outputs)
    return {
        "$schema": SCHEMA,
        "name": definition.label,
        "id": f"clauseflow.{definition.job_type}",
        "version": 1,
        "description": f"{definition.meaning} Gives: {given}." if given else definition.meaning,
        "category": {"id": "clauseflow", "name": "Clauseflow"},
        "appliesTo": ["bpmn:Task", "bpmn:ServiceTask"],
        "elementType": {"value": "bpmn:ServiceTask"},
        "groups": [{"id": "headers", "label": "Headers"}, {"id": "inputs", "label": "Inputs"}],
        "properties": [
            {
                "type": "Hidden",
                "value": definition.job_type,
                "binding": {"type": "zeebe:taskDefinition", "property": "type"},
            },
            *(_header(field) for field in definition.headers),
            *(_input(field) for field in definition.inputs),
        ],
    }


def _header(field: Field) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": "String"}
    if field.values:
        choices = [{"name": value, "value": value} for value in field.values]
        shown = {"type": "Dropdown", "choices": choices}
    binding = {"type": "zeebe:taskHeader", "key": field.name}
    return {**_shared(field, "headers"), **shown, "binding": binding, **_presence(field)}


def _input(field: Field) -> dict[str, Any]:
    binding = {"type": "zeebe:input", "name": field.name}
    return {**_shared(field, "inputs"), "type": "String", "feel": "required", "binding": binding, **_presence(field)}


def _shared(field: Field, group: str) -> dict[str, Any]:
    return {"label": field.name.replace("_", " ").capitalize(), "description": field.meaning, "group": group}


def _presence(field: Field) -> dict[str, Any]:
    return {"constraints": {"notEmpty": True}} if field.required else {"optional": True}


def main() -> None:
    """Write the file."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(template_text(), encoding="utf-8")
    print(f"Written: {FILE} ({len(build_templates())} templates)")


if __name__ == "__main__":
    main()
