"""Damaged diagrams are refused with problems or run; no other exception ever comes out of the reader or the engine."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn import DeployContext, check_diagram, compile_diagram, read_diagram, readable_part
from engine.errors import EngineError, ErrorCode, Severity
from tests.bpmn.diagrams import NAMESPACES
from tests.bpmn.driver import Driver
from tests.bpmn.test_random_processes import random_process

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
TAGS = (
    *("task", "subProcess", "callActivity", "transaction", "startEvent", "endEvent", "boundaryEvent"),
    *("eventBasedGateway", "inclusiveGateway", "intermediateCatchEvent", "intermediateThrowEvent"),
    *("signalEventDefinition", "timerEventDefinition", "linkEventDefinition", "nonsense"),
)
DOG_LICENCE = (Path(__file__).parent / "data" / "dog_licence.bpmn").read_bytes()
KNOWS_ALL = DeployContext(job_types=None, decision_ids=None, process_ids=None, form_ids=None, known_variables=None)


def damage(data: bytes, chooser: random.Random) -> bytes:
    """Up to three random faults: a node removed, copied or renamed, an attribute removed or changed, a text changed."""
    root = etree.fromstring(data)
    nodes = [node for node in root.iter() if isinstance(node.tag, str) and node is not root]
    for _ in range(chooser.randint(1, 3)):
        node, other = chooser.choice(nodes), chooser.choice(nodes)
        names = sorted(str(name) for name in node.attrib)
        match chooser.randrange(6):
            case 0 if node.getparent() is not None:
                node.getparent().remove(node)
            case 1 if names:
                del node.attrib[chooser.choice(names)]
            case 2 if names:
                node.set(
                    chooser.choice(names), chooser.choice(["", "x", "=", "=1", "=a b", "true", other.get("id") or "y"])
                )
            case 3:
                node.tag = BPMN + chooser.choice(TAGS)
            case 4:
                node.text = chooser.choice(["", "=x", "5", "P1D"])
            case _:
                node.append(copy.deepcopy(other))
    return etree.tostring(root)


def run_a_while(data: bytes, chooser: random.Random) -> None:
    diagram = read_diagram(data, "damaged.bpmn")
    errors = [p for p in check_diagram(diagram, KNOWS_ALL) if p.severity is Severity.ERROR]
    if errors:
        raise EngineError(*errors)
    definitions = compile_diagram(diagram)
    for definition in definitions.values():
        for begin in definition.start_events:
            driver = Driver(definitions, reload=True)
            driver.start(process_id=definition.process_id, at=begin.element_id, trace=[], application_number="1")
            for _ in range(20):
                if driver.jobs:
                    driver.complete(chooser.choice(driver.open_jobs))
                elif driver.timers:
                    driver.advance("P1Y")
            if driver.status == "active":
                driver.cancel()
            assert driver.nothing_left()


@pytest.mark.parametrize("seed", range(120))
def test_damaged_diagram_is_refused_with_problems_or_runs(seed: int) -> None:
    chooser = random.Random(seed)
    data = damage(DOG_LICENCE if seed % 2 else random_process(seed), chooser)

    try:
        run_a_while(data, chooser)
    except EngineError as refused:
        problems = list(refused.problems)
        if refused.code != ErrorCode.BPMN_XML:
            problems += check_diagram(readable_part(data, "damaged.bpmn"), KNOWS_ALL)
        for problem in problems:
            assert problem.location.file == "damaged.bpmn" and problem.message


@pytest.mark.parametrize("seed", range(60))
def test_truncated_or_garbled_bytes_are_refused(seed: int) -> None:
    chooser = random.Random(seed)
    data = bytearray(DOG_LICENCE[: chooser.randrange(1, len(DOG_LICENCE))])
    for _ in range(3):
        data[chooser.randrange(len(data))] = chooser.randrange(256)

    with pytest.raises(EngineError):
        read_diagram(bytes(data), "damaged.bpmn")


def test_deeply_nested_file_is_refused_or_read_without_a_crash() -> None:
    deep = b"<bpmn:x>" * 2000
    data = f"<bpmn:definitions {NAMESPACES}>".encode() + deep

    with pytest.raises(EngineError):
        read_diagram(data, "deep.bpmn")
