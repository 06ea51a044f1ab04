"""The same processes drawn twice: with `zeebe:` jobs for us, with script and user tasks for stock SpiffWorkflow."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'id="Definitions_Bench" targetNamespace="bench">'
)
WORKER, INLINE, USER = "worker", "inline", "user"


def _file(process_id: str, elements: Iterable[str], flows: Iterable[str], head: str = "") -> bytes:
    body = "".join([*elements, *flows])
    process = f'<bpmn:process id="{process_id}" name="{process_id}" isExecutable="true">{body}</bpmn:process>'
    return f"{_HEAD}{head}{process}</bpmn:definitions>".encode()


def _flow(source: str, target: str, condition: str = "") -> str:
    inner = ""
    if condition:
        kind = "bpmn:tFormalExpression"
        inner = f'<bpmn:conditionExpression xsi:type="{kind}">{condition}</bpmn:conditionExpression>'
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<bpmn:sequenceFlow id="F_{source}_{target}" {ends}>{inner}</bpmn:sequenceFlow>'


def _path(*ids: str) -> list[str]:
    return [_flow(source, target) for source, target in pairwise(ids)]


def _start_and_end() -> list[str]:
    return ['<bpmn:startEvent id="Begin"/>', '<bpmn:endEvent id="Finish"/>']


def _our_task(kind: str, element_id: str) -> str:
    if kind == USER:
        return (
            f'<bpmn:userTask id="{element_id}" name="{element_id}"><bpmn:extensionElements><zeebe:userTask/>'
            "</bpmn:extensionElements></bpmn:userTask>"
        )
    definition = f'<zeebe:taskDefinition type="bench.{kind}"/>'
    extension = f"<bpmn:extensionElements>{definition}</bpmn:extensionElements>"
    return f'<bpmn:serviceTask id="{element_id}" name="{element_id}">{extension}</bpmn:serviceTask>'


def _spiff_task(kind: str, element_id: str) -> str:
    if kind == INLINE:
        return f'<bpmn:scriptTask id="{element_id}"><bpmn:script>turn = turn + 1</bpmn:script></bpmn:scriptTask>'
    return f'<bpmn:manualTask id="{element_id}"/>'


def sequence(kind: str, tasks: int, *, spiff: bool = False) -> bytes:
    """Start, *tasks* tasks in a row, end."""
    task = _spiff_task if spiff else _our_task
    ids = [f"Task_{number}" for number in range(tasks)]
    elements = [*_start_and_end(), *(task(kind, each) for each in ids)]
    return _file(f"sequence_{kind}_{tasks}", elements, _path("Begin", *ids, "Finish"))


def loop(kind: str, *, spiff: bool = False) -> bytes:
    """A task again and again while `turn` is below `rounds`."""
    task = (_spiff_task if spiff else _our_task)(kind, "Task")
    gateways = ['<bpmn:exclusiveGateway id="Again"/>', '<bpmn:exclusiveGateway id="Enough" default="F_Enough_Finish"/>']
    condition = "turn &lt; rounds" if spiff else "=turn &lt; rounds"
    flows = [
        *_path("Begin", "Again", "Task", "Enough"),
        _flow("Enough", "Again", condition),
        _flow("Enough", "Finish"),
    ]
    return _file(f"loop_{kind}", [*_start_and_end(), *gateways, task], flows)


def waiting(event: str, *, spiff: bool = False) -> bytes:
    """An instance that waits: for the message `Answer` with its own `reference`, or for the instant `due`."""
    head = inner = ""
    if event == "message":
        extension = (
            ""
            if spiff
            else ('<bpmn:extensionElements><zeebe:subscription correlationKey="=reference"/></bpmn:extensionElements>')
        )
        head = f'<bpmn:message id="Message_Answer" name="Answer">{extension}</bpmn:message>'
        inner = '<bpmn:messageEventDefinition id="Definition_Answer" messageRef="Message_Answer"/>'
    else:
        inner = "<bpmn:timerEventDefinition><bpmn:timeDate>=due</bpmn:timeDate></bpmn:timerEventDefinition>"
    catch = f'<bpmn:intermediateCatchEvent id="Wait" name="Wait">{inner}</bpmn:intermediateCatchEvent>'
    return _file(f"waiting_{event}", [*_start_and_end(), catch], _path("Begin", "Wait", "Finish"), head)
