"""The palette for the modeler is what the handlers say, and each template is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.handlers import HANDLERS
from tools.element_templates import FILE, build_templates, template_text


def test_shipped_file_is_what_the_handlers_say() -> None:
    assert FILE.read_text(encoding="utf-8") == template_text(), "run: python -m tools.element_templates"


@pytest.mark.parametrize("template", build_templates(), ids=lambda template: template["id"])
def test_template_names_its_job_type_and_all_its_fields(template: dict) -> None:  # type: ignore[type-arg]
    definition = HANDLERS[template["id"].removeprefix("clauseflow.")]
    by_binding = {
        (item["binding"]["type"], item["binding"].get("key") or item["binding"].get("name")): item
        for item in template["properties"]
    }

    assert template["properties"][0]["value"] == definition.job_type
    for field in definition.headers:
        shown = by_binding["zeebe:taskHeader", field.name]
        assert shown.get("optional", False) is not field.required
        assert [choice["value"] for choice in shown.get("choices", [])] == list(field.values)
    for field in definition.inputs:
        shown = by_binding["zeebe:input", field.name]
        assert shown["feel"] == "required"
        assert shown.get("optional", False) is not field.required
    assert len(by_binding) == 1 + len(definition.headers) + len(definition.inputs)


def test_every_job_type_is_named_as_its_key_and_has_a_test_file() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))

    for job_type, definition in HANDLERS.items():
        assert definition.job_type == job_type
        assert f'"{job_type}"' in tests, f"no test of {job_type}"
        assert definition.meaning.endswith(".")
