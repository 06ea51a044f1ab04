"""The adapter of the DMN suite: one answer for each request, in order, values typed, errors as text."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from tests.dmn.models import decision_xml, model_xml
from tools.tck_adapter import serve

SERVICE = (
    '<decisionService id="S" name="the service"><variable name="the service"/>'
    '<outputDecision href="#Decision_Answer"/><inputData href="#Input_x"/></decisionService>'
    '<businessKnowledgeModel id="B" name="twice"><variable name="twice"/><encapsulatedLogic>'
    '<formalParameter name="n"/><literalExpression><text>n * 2</text></literalExpression></encapsulatedLogic>'
    "</businessKnowledgeModel>"
)


def answers(path: Path, *requests: dict[str, Any]) -> list[dict[str, Any]]:
    lines = "".join(json.dumps({"id": str(n), "model": str(path), **each}) + "\n" for n, each in enumerate(requests))
    out = io.StringIO()
    serve(io.StringIO(lines), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def a_model(folder: Path, text: str = "x") -> Path:
    path = folder / "model.dmn"
    logic = f"<literalExpression><text>{text}</text></literalExpression>"
    path.write_bytes(model_xml(decision_xml(logic, {"x": ""}, more=SERVICE)))
    return path


def asked(value: object, kind: str = "decision", invocable: str = "Answer", name: str = "x") -> dict[str, Any]:
    return {"type": kind, "invocable": invocable, "inputs": {name: value}}


def test_typed_values_go_in_and_come_out_unchanged(tmp_path: Path) -> None:
    values = [
        None,
        True,
        "text",
        {"number": "1.50"},
        {"date": "2020-01-31"},
        {"time": "10:00:00+01:00"},
        {"dateTime": "2020-01-31T10:00:00@Europe/Paris"},
        {"duration": "P1DT2H"},
        {"duration": "P1Y2M"},
        [{"number": "1"}, None],
        {"a": {"b": []}},
        {"context": {"number": "text"}},
    ]

    found = answers(a_model(tmp_path), *(asked(value) for value in values))

    assert [answer["value"] for answer in found] == values
    assert [answer["id"] for answer in found] == [str(n) for n in range(len(values))]


def test_service_and_knowledge_are_called_by_name(tmp_path: Path) -> None:
    path = a_model(tmp_path)

    found = answers(
        path,
        asked("a", "decisionService", "the service"),
        asked({"number": "4"}, "bkm", "twice", "n"),
    )

    assert [answer["value"] for answer in found] == ["a", {"number": "8"}]


def test_unknown_name_is_null_and_no_error(tmp_path: Path) -> None:
    assert answers(a_model(tmp_path, "nobody"), asked(None))[0]["value"] is None


def test_function_as_result_is_said_to_be_unsupported(tmp_path: Path) -> None:
    [answer] = answers(a_model(tmp_path, "function(a) a"), asked(None))

    assert answer["value"] == {"unsupported": "function(a)"}


def test_request_that_cannot_be_met_is_answered_with_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.dmn"
    broken.write_text("<definitions")

    [unknown] = answers(a_model(tmp_path), asked(None, invocable="Nobody"))
    [unread] = answers(broken, asked(None))

    assert "DMN_UNKNOWN_DECISION" in unknown["error"]
    assert "DMN_XML" in unread["error"]


def test_model_is_read_again_after_one_that_is_broken(tmp_path: Path) -> None:
    path = a_model(tmp_path)
    missing = {**asked(None), "model": str(tmp_path / "missing.dmn")}

    first, second, third = answers(path, asked("a"), missing, asked("b"))

    assert (first["value"], third["value"]) == ("a", "b")
    assert "DMN_XML" in second["error"]
