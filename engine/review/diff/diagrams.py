"""What changed in diagrams: processes, elements with all that they carry, sequence flows and their conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from engine.bpmn import Diagram, Element, Process, SequenceFlow
from engine.bpmn.model import EventDefinition, MappingRule
from engine.clauses import without_clauses
from engine.review.diff.change import Change, Part, changed_fields, cited, clauses_changed, is_was, matched, shown

# What is told of an element by its attribute. Its place in the file and its flows are told elsewhere or not at all.
LABELS: Mapping[str, str] = {
    "type": "the kind",
    "name": "the label",
    "parent": "the sub-process around it",
    "job_type": "the job type",
    "retries": "the number of attempts",
    "called_decision": "the decision it calls",
    "decision_binding": "the version of the decision it calls",
    "script": "the script",
    "result_variable": "the variable of its result",
    "called_process": "the process it calls",
    "call_binding": "the version of the process it calls",
    "propagate_all_parent_variables": "whether it hands in all variables",
    "propagate_all_child_variables": "whether it hands out all variables",
    "form_id": "the form",
    "assignee": "the assignee",
    "candidate_groups": "the group that may do it",
    "candidate_users": "the persons who may do it",
    "due_date": "the due date",
    "attached_to": "the activity it is attached to",
    "interrupting": "whether it interrupts",
}
EVENT: Mapping[str, str] = {
    "kind": "the kind of event",
    "name": "the message or signal",
    "correlation_key": "the correlation key",
    "timer": "the kind of timer",
    "code": "the error code",
    "variable_names": "the variables it looks at",
}
TOLD_OTHERWISE = frozenset(
    {"id", "process_id", "line", "documentation", "clauses", "incoming", "outgoing", "default_flow"}
    | {"event", "headers", "inputs", "outputs", "properties", "loop"}
)
assert TOLD_OTHERWISE | set(LABELS) == {each.name for each in fields(Element)}, "an attribute of elements is not told"


def diagram_changes(old: Mapping[str, Diagram], new: Mapping[str, Diagram]) -> Iterator[Change]:
    """The changes of all processes, matched by their ids wherever they lie."""
    before = {process.id: (diagram.file, process) for diagram in old.values() for process in diagram.processes.values()}
    after = {process.id: (diagram.file, process) for diagram in new.values() for process in diagram.processes.values()}
    for name, was, now in matched(before, after):
        if now is None and was is not None:
            file, process = was
            clauses = _all_clauses(process)
            yield Change(Part.DIAGRAMS, file, name, name, f"the process {_called(process)} is gone", clauses)
        elif was is None and now is not None:
            file, process = now
            clauses = _all_clauses(process)
            said = f"the process {_called(process)} is new, with {len(process.elements)} elements"
            yield Change(Part.DIAGRAMS, file, name, name, said, clauses)
        elif was is not None and now is not None:
            yield from _ProcessChanges(now[0], was[1], now[1]).read(was[0])


class _ProcessChanges:
    def __init__(self, file: str, old: Process, new: Process) -> None:
        self._file = file
        self._old = old
        self._new = new

    def read(self, old_file: str) -> Iterator[Change]:
        old, new = self._old, self._new
        clauses = cited(new.clauses, old.clauses)
        if old_file != self._file:
            yield self._change(new.id, f"the process {_called(new)} lies in {self._file}, was in {old_file}", clauses)
        if old.name != new.name:
            yield self._change(new.id, is_was("the name of the process", _quoted(new.name), _quoted(old.name)), clauses)
        yield from self._words(new.id, f"the process {_called(new)}", old, new)
        for name, was, now in matched(old.elements, new.elements):
            if now is None and was is not None:
                yield self._change(name, f"{_kind(was)} {_called(was)} is gone", was.clauses)
            elif was is None and now is not None:
                yield self._change(name, f"{_kind(now)} {_called(now)} is new", now.clauses)
            elif was is not None and now is not None:
                yield from self._element(was, now)
        for flow_id, was_flow, now_flow in matched(old.flows, new.flows):
            yield from self._flow(flow_id, was_flow, now_flow)

    def _element(self, old: Element, new: Element) -> Iterator[Change]:
        clauses, called = cited(new.clauses, old.clauses), _called(new)
        for label, was, now in changed_fields(old, new, LABELS):
            yield self._change(new.id, f"{is_was(f'{label} of {called}', now, was)}", clauses)
        for said in _event_sentences(old.event, new.event, called):
            yield self._change(new.id, said, clauses)
        for what, was, now in (
            ("header", old.headers, new.headers),
            ("property", old.properties, new.properties),
            ("input", _mapped(old.inputs), _mapped(new.inputs)),
            ("output", _mapped(old.outputs), _mapped(new.outputs)),
        ):
            for name, before, after in matched(was, now):
                if before != after:
                    yield self._change(new.id, is_was(f"the {what} {name} of {called}", after, before), clauses)
        if old.loop != new.loop:
            yield self._change(
                new.id, f"{called} is repeated in another way: {is_was('the loop', new.loop, old.loop)}", clauses
            )
        if old.default_flow != new.default_flow:
            was, now = (
                self._way(process, flow)
                for process, flow in ((self._old, old.default_flow), (self._new, new.default_flow))
            )
            yield self._change(new.id, is_was(f"the default way out of {called}", now, was), clauses)
        if old.outgoing != new.outgoing and set(old.outgoing) == set(new.outgoing) and len(old.outgoing) > 1:
            yield self._change(new.id, f"the ways out of {called} are asked in another order", clauses)
        yield from self._words(new.id, called, old, new)

    def _words(self, place: str, called: str, old: Element | Process, new: Element | Process) -> Iterator[Change]:
        """Clauses that are cited, and the documentation besides them."""
        clauses = cited(new.clauses, old.clauses)
        said = clauses_changed(old.clauses, new.clauses)
        if said:
            yield self._change(place, f"{called} {said}", clauses)
        before, after = (" ".join(without_clauses(each.documentation).split()) for each in (old, new))
        if before != after:
            yield self._change(
                place, is_was(f"the documentation of {called}", _quoted(after), _quoted(before)), clauses
            )

    def _flow(self, flow_id: str, old: SequenceFlow | None, new: SequenceFlow | None) -> Iterator[Change]:
        process = self._old if new is None else self._new
        flow = new or old
        assert flow is not None
        clauses = cited(*(process.elements[end].clauses for end in (flow.source, flow.target)))
        if new is None or old is None:
            # Ends that are new or gone are told themselves; the flows between them follow from that.
            ends = {flow.source, flow.target}
            if ends <= set(self._old.elements) & set(self._new.elements):
                said = "leads no longer" if new is None else "leads now"
                condition = f" when {_condition(flow)}" if flow.condition else ""
                source, target = (_called(process.elements[end]) for end in (flow.source, flow.target))
                yield self._change(flow_id, f"a flow {said} from {source} to {target}{condition}", clauses)
            return
        way = f"the way {_quoted(new.name) or flow_id} out of {_called(process.elements[new.source])}"
        if old.source != new.source:
            yield self._change(
                flow_id,
                is_was(f"where the flow {_quoted(new.name) or flow_id} begins", new.source, old.source),
                clauses,
            )
        if old.target != new.target:
            was = self._old.elements[old.target]
            said = f"{way} leads to {_called(process.elements[new.target])}, led to {_called(was)}"
            yield self._change(flow_id, said, cited(clauses, was.clauses))
        if old.condition != new.condition:
            yield self._change(flow_id, is_was(f"the condition of {way}", _condition(new), _condition(old)), clauses)
        if old.name != new.name:
            yield self._change(flow_id, is_was(f"the label of {way}", _quoted(new.name), _quoted(old.name)), clauses)

    def _way(self, process: Process, flow_id: str | None) -> str:
        if flow_id is None:
            return ""
        flow = process.flows[flow_id]
        return _quoted(flow.name) or f"to {_called(process.elements[flow.target])}"

    def _change(self, place: str, sentence: str, clauses: tuple[str, ...]) -> Change:
        return Change(Part.DIAGRAMS, self._file, self._new.id, place, sentence, clauses or self._new.clauses)


# ---- words ----------------------------------------------------------------------------------------------------------


def _event_sentences(old: EventDefinition, new: EventDefinition, called: str) -> Iterator[str]:
    for label, was, now in changed_fields(old, new, EVENT):
        yield is_was(f"{label} of {called}", now, was)
    if old.expression != new.expression:
        what = "timer" if new.timer or old.timer else "condition"
        yield is_was(f"the {what} of {called}", _feel(new.expression), _feel(old.expression))


def _mapped(rules: tuple[MappingRule, ...]) -> dict[str, str]:
    return {rule.target: _feel(rule.source) for rule in rules}


def _feel(text: str | None) -> str:
    """An expression without the mark of FEEL."""
    return (text or "").strip().removeprefix("=").strip()


def _condition(flow: SequenceFlow) -> str:
    return _feel(flow.condition)


def _called(part: Element | Process) -> str:
    return f'"{part.name}" ({part.id})' if part.name else part.id


def _kind(element: Element) -> str:
    """serviceTask -> service task"""
    return "the " + "".join(f" {each.lower()}" if each.isupper() else each for each in str(element.type))


def _quoted(text: str) -> str:
    return f'"{shown(text)}"' if text else ""


def _all_clauses(process: Process) -> tuple[str, ...]:
    return cited(process.clauses, *(element.clauses for element in process.elements.values()))
