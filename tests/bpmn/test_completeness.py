"""Every element type and event definition has its entry, its file and its test."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn import ElementType, EventKind
from engine.bpmn.checks import CHECKS
from engine.bpmn.reading.elements import TYPES
from engine.bpmn.reading.event_definitions import ALLOWED
from engine.bpmn.spiff.elements import ELEMENTS
from engine.bpmn.spiff.events import TRIGGERS

TOLD_BY_EFFECTS_ONLY = {ElementType.MULTI_INSTANCE_BODY, ElementType.LOOP_BODY}
THROWN_ONLY = {EventKind.NONE, EventKind.TERMINATE}
TESTS = {path.name: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")}


@pytest.mark.parametrize("element_type", sorted(set(ElementType) - TOLD_BY_EFFECTS_ONLY))
def test_element_type_has_a_class_with_a_file_of_its_own(element_type: ElementType) -> None:
    module = ELEMENTS[element_type].__module__

    assert module.startswith("engine.bpmn.spiff.elements.")
    assert ELEMENTS[element_type].__name__.lower() == module.rpartition(".")[2].replace("_", "").replace(
        "process", "processscope" if element_type is ElementType.PROCESS else "process"
    )


def test_element_types_that_are_read_are_those_that_are_executed() -> None:
    read = {*TYPES.values(), ElementType.PROCESS, ElementType.EVENT_SUB_PROCESS}

    assert read == set(ELEMENTS) == set(ElementType) - TOLD_BY_EFFECTS_ONLY


@pytest.mark.parametrize("kind", EventKind)
def test_event_kind_may_stand_somewhere_and_has_a_trigger_when_it_is_caught(kind: EventKind) -> None:
    assert any(kind in allowed for allowed in ALLOWED.values())
    assert (kind in TRIGGERS) == (kind not in THROWN_ONLY)


@pytest.mark.parametrize(
    "word",
    [
        *(tag for tag in TYPES if tag not in ("task", "manualTask")),
        "timer(",
        "message(",
        "signal(",
        "error(",
        "escalation(",
        "conditional(",
        "link(",
        "TERMINATE",
    ],
)
def test_element_or_event_is_used_in_a_test(word: str) -> None:
    builders = {
        "startEvent": "start(",
        "endEvent": "end(",
        "intermediateCatchEvent": "catch(",
        "intermediateThrowEvent": "throw(",
        "boundaryEvent": "boundary(",
        "serviceTask": "service(",
        "receiveTask": "receive(",
        "userTask": "user(",
        "scriptTask": "script(",
        "businessRuleTask": "rule(",
        "subProcess": "sub_process(",
        "callActivity": "call(",
    }
    wanted = builders.get(word, f'gateway("{word.removesuffix("Gateway")}"' if word.endswith("Gateway") else word)

    assert any(wanted in text for name, text in TESTS.items() if name != "test_completeness.py")


DIALECT = (Path(__file__).parents[2] / "engine" / "bpmn" / "dialect.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("element_type", sorted(ElementType))
def test_element_type_has_its_row_in_the_dialect(element_type: ElementType) -> None:
    assert f"`{element_type}`" in DIALECT


@pytest.mark.parametrize("element_type", sorted(ELEMENTS))
def test_element_file_is_named_in_the_dialect(element_type: ElementType) -> None:
    file = Path(ELEMENTS[element_type].__module__.replace(".", "/")).name

    assert f"`{file}.py`" in DIALECT


def test_every_check_has_its_row_in_the_dialect() -> None:
    for check in CHECKS:
        assert f"`{check.__module__.rpartition('.')[2]}.py`" in DIALECT
