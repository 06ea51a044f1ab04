"""Single tables and diagrams that belong to no package are judged as far as they speak for themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import ErrorCode, Severity
from engine.review import check_paths
from tests.dmn.models import model_xml, table_xml

NAMESPACE_OF_THE_EDITOR = "http://camunda.org/schema/1.0/dmn"
DIAGRAM = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="D" targetNamespace="t">
<bpmn:process id="Ferry" isExecutable="true"><bpmn:startEvent id="Begin"/><bpmn:endEvent id="Finish"/>
<bpmn:sequenceFlow id="F" sourceRef="Begin" targetRef="{target}"/></bpmn:process></bpmn:definitions>"""


def alone(rules: dict[str, Any], decision_id: str = "Fare") -> bytes:
    """A table of fares as an editor writes it that lets people draw one alone."""
    table = {"inputs": {"age": "integer"}, "outputs": {"fare": "double"}, "rules": rules}
    body = f'<decision id="{decision_id}" name="Fare of a passenger">{table_xml(table)}</decision>'
    return model_xml(body, namespace=NAMESPACE_OF_THE_EDITOR)


WHOLE = {"r1": {"when": ["< 12"], "then": ["0"]}, "r2": {"when": [">= 12"], "then": ["7.50"]}}
OVERLAPPING = {"r1": {"when": ["<= 12"], "then": ["0"]}, "r2": {"when": [">= 12"], "then": ["7.50"]}}


def test_table_drawn_alone_is_told_once_what_it_does_not_declare(tmp_path: Path) -> None:
    # given
    path = tmp_path / "fares.dmn"
    path.write_bytes(alone(WHOLE))

    # when
    report = check_paths([path])

    # then
    (problem,) = report.problems
    assert (problem.code, problem.severity) == (ErrorCode.FEEL_UNKNOWN_NAME, Severity.WARNING)
    assert '"age"' in problem.message
    assert (problem.location.file, problem.location.decision_id) == (str(path), "Fare")
    assert (report.packages, report.models, report.errors) == ((), 1, ())


def test_rules_that_overlap_are_found(tmp_path: Path) -> None:
    # given
    path = tmp_path / "fares.dmn"
    path.write_bytes(alone(OVERLAPPING))

    # when
    found = [problem for problem in check_paths([path]).problems if problem.check]

    # then
    assert [problem.check for problem in found] == ["table-overlap"]


def test_folder_of_tables_of_one_namespace_is_looked_through(tmp_path: Path) -> None:
    # given
    (tmp_path / "one.dmn").write_bytes(alone(OVERLAPPING, "One"))
    (tmp_path / "two.dmn").write_bytes(alone(WHOLE, "Two"))
    (tmp_path / "broken.dmn").write_bytes(b"<definitions")

    # when
    report = check_paths([tmp_path])

    # then
    assert [(problem.code, problem.location.file) for problem in report.errors] == [
        (ErrorCode.DMN_XML, str(tmp_path / "broken.dmn"))
    ]
    assert report.models == 3
    assert {problem.location.file for problem in report.warnings} == {
        str(tmp_path / "one.dmn"),
        str(tmp_path / "two.dmn"),
    }


@pytest.mark.parametrize(
    ("target", "codes"), [("Finish", set()), ("Nowhere", {"BPMN_INVALID", "BPMN_UNKNOWN_REFERENCE"})]
)
def test_diagram_is_read_as_a_deployment_reads_it(tmp_path: Path, target: str, codes: set[str]) -> None:
    # given
    path = tmp_path / "ferry.bpmn"
    path.write_text(DIAGRAM.format(target=target), encoding="utf-8")

    # when
    errors = check_paths([path]).errors

    # then
    assert {str(problem.code) for problem in errors} == codes
    assert all(problem.location.file == str(path) for problem in errors)


def test_rules_without_ids_are_a_warning_of_a_table_that_nobody_deploys(tmp_path: Path) -> None:
    # given
    path = tmp_path / "fares.dmn"
    path.write_bytes(alone(WHOLE).replace(b' id="r', b' label="'))

    # when
    found = [problem for problem in check_paths([path]).problems if problem.code == ErrorCode.DMN_NO_ID]

    # then
    (problem,) = found
    assert problem.severity is Severity.WARNING
    assert problem.message.endswith("2 of 2 have none: 1, 2.")


def test_words_without_quotes_are_told_apart_from_what_is_asked(tmp_path: Path) -> None:
    # given
    path = tmp_path / "fares.dmn"
    path.write_bytes(alone({"r1": {"when": ["Young"], "then": ["0"]}}))

    # when
    words, asked = [each for each in check_paths([path]).problems if each.code == ErrorCode.FEEL_UNKNOWN_NAME]

    # then
    assert "in the cells stand Young." in words.message
    assert words.hint is not None and words.hint.startswith('write "Young"')
    assert asked.message.endswith('is "age".')
