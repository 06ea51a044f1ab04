"""Which variables can be set before an element, and by whom: definitions carried along the flow, calls included.

A `Writer` is an element that sets a variable; where nothing can be known (a process that the API starts, a job of
another program) the set is `open`. What may have been written on some way counts, so that what is told as unset is
surely unset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn import Element, ElementType, EventKind, Process
from engine.bpmn.expressions import is_feel, read_expression
from engine.bpmn.model import MultiInstance
from engine.errors import EngineError, Location
from engine.feel import nodes
from engine.law import CompleteUserTask, SendMessage, StartProcess
from engine.review.checks.context import ReviewContext
from engine.runtime.deadlines import BREACH_VARIABLES
from engine.runtime.deliveries import DELIVERY_MESSAGE, DELIVERY_VARIABLES

ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Writer:
    process_id: str
    element_id: str


Writers = frozenset[Writer]


@dataclass(frozen=True, slots=True)
class Variables:
    """Variables with who may have set them; when `open`, there may be any other variable too."""

    writers: Mapping[str, Writers] = field(default_factory=dict)
    open: bool = False

    def has(self, name: str) -> bool:
        return self.open or name in self.writers

    def joined(self, other: Variables) -> Variables:
        if other is self or (not other.writers and other.open <= self.open):
            return self
        if not self.writers and self.open <= other.open:
            return other
        mine = self.writers
        more = {}
        for name, writers in other.writers.items():
            known = mine.get(name)
            if known is None:
                more[name] = writers
            elif known is not writers and not writers <= known:
                more[name] = known | writers
        if not more and other.open <= self.open:
            return self
        return Variables({**mine, **more}, self.open or other.open)

    def set_by(self, writer: Writer, names: Iterable[str]) -> Variables:
        """The same after *writer* has set *names*: who set them before is forgotten."""
        named = dict.fromkeys(names, frozenset((writer,)))
        return Variables({**self.writers, **named}, self.open) if named else self


NOTHING = Variables()
ANYTHING = Variables(open=True)


class DataFlow:
    """The variables before and after each element of each process of a package."""

    def __init__(self, context: ReviewContext) -> None:
        self._context = context
        self._payloads = _read_payloads(context)
        self.before: dict[tuple[str, str], Variables] = {}
        self.after: dict[tuple[str, str], Variables] = {}
        self.at_end: dict[str, Variables] = {}
        self._given: dict[str, Variables] = {}
        self._called = {
            element.called_process for _, _, element in context.elements() if element.called_process is not None
        }
        self._asked = _given_by_questions(context)
        self._edges = {process.id: _edges_of(process) for _, process in context.processes.values()}
        self._spread()

    def inside(self, process: Process, element: Element) -> Variables:
        """What *element* itself sees while it is active: what is set before it, and its own input mappings."""
        own = [rule.target.split(".")[0] for rule in element.inputs]
        return self.outside(process, element).set_by(Writer(process.id, element.id), own)

    def outside(self, process: Process, element: Element) -> Variables:
        """What its input mappings see: what is set before it, and what its loop gives."""
        seen = self.before.get((process.id, element.id), NOTHING)
        given = ["loopCounter"] if element.loop else []
        if isinstance(element.loop, MultiInstance) and element.loop.input_element:
            given.append(element.loop.input_element)
        return seen.set_by(Writer(process.id, element.id), given)

    def at_completion(self, process: Process, element: Element) -> Variables:
        """What its output mappings see: its inputs and its own results."""
        names, is_open = self.results(process, element)
        seen = self.inside(process, element).set_by(Writer(process.id, element.id), names)
        return Variables(seen.writers, seen.open or is_open)

    def results(self, process: Process, element: Element) -> tuple[tuple[str, ...], bool]:
        """The variables that *element* gives before any output mapping, and whether there may be others."""
        match element.type:
            case ElementType.USER_TASK:
                return self._answers(element), False
            case ElementType.CALL_ACTIVITY:
                ends = self.at_end.get(element.called_process or "", NOTHING)
                return tuple(ends.writers), ends.open
        if element.event.kind is EventKind.MESSAGE and _catches(element):
            return self._payloads.get(element.message_name or "", ((), False))
        if element.event.kind is EventKind.SIGNAL and _catches(element):
            return (), True
        names = [element.result_variable] if element.result_variable else []
        if element.job_type is None:
            return tuple(names), False
        handler = self._context.handler_of(element)
        if handler is None:
            return tuple(names), True
        fact = self._context.header(element, "fact")
        return (*names, *(output.name for output in handler.outputs), *([fact] if fact else [])), False

    # ---- spreading --------------------------------------------------------------------------------------------

    def _spread(self) -> None:
        """Until nothing changes: variables go along the flow of each process, into called ones and back."""
        callers: dict[str, set[str]] = {}
        for _, process, element in self._context.elements():
            if element.called_process is not None:
                callers.setdefault(element.called_process, set()).add(process.id)
        waiting = dict.fromkeys(self._context.processes)
        for _ in range(ROUNDS):
            again: dict[str, None] = {}
            for process_id in waiting:
                _, process = self._context.processes[process_id]
                given = dict(self._given)
                if self._spread_in(process):
                    again.update(dict.fromkeys(sorted(callers.get(process_id, ()))))
                again.update(dict.fromkeys(name for name, each in self._given.items() if given.get(name) is not each))
            if not again:
                return
            waiting = again

    def _spread_in(self, process: Process) -> bool:
        """Whether the variables at its end have changed."""
        order = list(process.elements.values())
        for _ in range(len(order) + 1):
            moved = False
            for element in order:
                moved |= self._visit(process, element)
            if not moved:
                break
        ends = NOTHING
        for element in process.children(process.id):
            if not element.outgoing:
                ends = ends.joined(self.after.get((process.id, element.id), NOTHING))
        if self.at_end.get(process.id) == ends:
            return False
        self.at_end[process.id] = ends
        return True

    def _visit(self, process: Process, element: Element) -> bool:
        key = (process.id, element.id)
        before = self._at_start(process, element)
        for source in self._edges[process.id].get(element.id, ()):
            before = before.joined(self.after.get((process.id, source), NOTHING))
        if element.attached_to is not None:
            before = before.joined(self.inside(process, process.elements[element.attached_to]))
        scope = process.elements.get(element.parent)
        if scope is not None and element.type is ElementType.START_EVENT:
            before = before.joined(self.inside(process, scope))
        self.before[key] = before
        after = self._after(process, element)
        if element.called_process in self._context.processes:
            self._hand_over(process, element)
        if self.after.get(key) == after:
            return False
        self.after[key] = after
        return True

    def _after(self, process: Process, element: Element) -> Variables:
        """Output mappings say what goes on; without them all results do, but of a called process only if it says so."""
        writer = Writer(process.id, element.id)
        before = self.before[process.id, element.id]
        if element.type is ElementType.SUB_PROCESS:
            for inner in process.children(element.id):
                if not inner.outgoing:
                    before = before.joined(self.after.get((process.id, inner.id), NOTHING))
        if isinstance(element.loop, MultiInstance) and element.loop.output_collection:
            before = before.set_by(writer, [element.loop.output_collection])
        if element.outputs:
            return before.set_by(writer, [rule.target.split(".")[0] for rule in element.outputs])
        names, is_open = self.results(process, element)
        if element.type is ElementType.CALL_ACTIVITY and not element.propagate_all_child_variables:
            return before
        after = before.set_by(writer, names)
        return Variables(after.writers, after.open or is_open)

    def _hand_over(self, process: Process, call: Element) -> None:
        called = call.called_process or ""
        own = [rule.target.split(".")[0] for rule in call.inputs]
        given = (
            self.inside(process, call)
            if call.propagate_all_parent_variables
            else NOTHING.set_by(Writer(process.id, call.id), own)
        )
        self._given[called] = self._given.get(called, NOTHING).joined(given)

    def _at_start(self, process: Process, element: Element) -> Variables:
        """What a none start event begins with: what callers and questions hand over, or whatever the API gives."""
        begins = element.type is ElementType.START_EVENT and element.event.kind is EventKind.NONE
        if not begins or element.parent != process.id:
            return NOTHING
        asked = NOTHING.set_by(Writer(process.id, element.id), self._asked.get(process.id, ()))
        if process.id in self._called:
            return self._given.get(process.id, NOTHING).joined(asked)
        return asked if process.id in self._asked else ANYTHING

    def _answers(self, task: Element) -> tuple[str, ...]:
        """What a person gives with a user task: the facts of its events, and the fields of its form."""
        names = [
            name
            for event in self._context.package.vocabulary.events.values()
            for effect in event.does
            if isinstance(effect, CompleteUserTask) and effect.element == task.id
            for name in self._context.package.vocabulary.brought_by(event)
        ]
        form = self._context.package.forms.get(task.form_id or "")
        return tuple(dict.fromkeys([*names, *(form.fields if form is not None else ())]))


def _given_by_questions(context: ReviewContext) -> dict[str, tuple[str, ...]]:
    """For each process that a question runs, the names of what it is given."""
    found: dict[str, tuple[str, ...]] = {}
    for question in context.package.questions.by_id.values():
        if question.process:
            found[question.process] = (*found.get(question.process, ()), *question.names)
    return found


def _catches(element: Element) -> bool:
    return element.type not in (ElementType.INTERMEDIATE_THROW_EVENT, ElementType.END_EVENT)


def _edges_of(process: Process) -> dict[str, list[str]]:
    """For each element the elements whose variables it takes over."""
    found: dict[str, list[str]] = {}
    for flow in process.flows.values():
        found.setdefault(flow.target, []).append(flow.source)
    for element in process.elements.values():
        if element.attached_to is not None:
            found.setdefault(element.id, []).append(element.attached_to)
            found[element.id].extend(inner.id for inner in process.children(element.attached_to))
        scope = process.elements.get(element.parent)
        if scope is not None and element.type is ElementType.START_EVENT:
            beside = scope.type is ElementType.EVENT_SUB_PROCESS
            found.setdefault(element.id, []).extend(
                each.id for each in process.children(scope.parent) if beside and each is not scope
            )
        if element.event.kind is EventKind.LINK and element.outgoing:
            found.setdefault(element.id, []).extend(
                each.id
                for each in process.children(element.parent)
                if each.event.kind is EventKind.LINK and each.event.name == element.event.name and not each.outgoing
            )
    return found


def _read_payloads(context: ReviewContext) -> dict[str, tuple[tuple[str, ...], bool]]:
    """For each message the variables that it may carry, and whether there may be others."""
    found: dict[str, tuple[tuple[str, ...], bool]] = {}

    def add(message: str, names: Iterable[str], *, is_open: bool = False) -> None:
        known, was_open = found.get(message, ((), False))
        found[message] = tuple(dict.fromkeys((*known, *names))), was_open or is_open

    vocabulary = context.package.vocabulary
    for event in vocabulary.events.values():
        for effect in event.does:
            if isinstance(effect, StartProcess):
                add(effect.message, vocabulary.brought_by(event))
            elif isinstance(effect, SendMessage):
                for name in filter(None, (effect.name, effect.otherwise)):
                    add(name, vocabulary.brought_by(event))
    breach = context.package.on_breach
    if breach is not None:
        add(breach.message, BREACH_VARIABLES)
    add(DELIVERY_MESSAGE, DELIVERY_VARIABLES)
    for _, _, element in context.elements():
        message = context.header(element, "message")
        if message is not None:
            names, is_open = _published(element)
            add(message, names, is_open=is_open)
        elif not _catches(element) and element.message_name is not None:
            add(element.message_name, (), is_open=True)
    return found


def _published(element: Element) -> tuple[tuple[str, ...], bool]:
    """The entries of the context that a job publishes as payload."""
    for rule in element.inputs:
        if rule.target == "payload":
            if not is_feel(rule.source):
                return (), False
            try:
                code = read_expression(rule.source, Location()).code
            except EngineError:
                return (), True
            if code is not None and isinstance(code.node, nodes.Context):
                return tuple(entry.key for entry in code.node.entries), False
            return (), True
    return (), False


def nodes_of(node: object) -> Iterator[object]:
    """Every node of a syntax tree."""
    yield node
    if isinstance(node, nodes.Spanned):
        for name in node.__dataclass_fields__:
            part = getattr(node, name)
            for child in part if isinstance(part, tuple) else (part,):
                if isinstance(child, nodes.Spanned):
                    yield from nodes_of(child)
