"""Which values a variable can have at an element, where decisions, constants and the vocabulary tell all of them."""

from __future__ import annotations

from collections.abc import Iterable

from engine.bpmn import Element, ElementType, Process
from engine.bpmn.expressions import is_feel, read_expression
from engine.dmn import Decision
from engine.dmn.checks.tables import TableAnalysis
from engine.dmn.hit_policy import SEVERAL
from engine.dmn.model import DecisionTable, LiteralExpression
from engine.errors import EngineError, Location
from engine.feel import BUILTIN_NAMES, Value, compile_expression, kind_of, nodes
from engine.feel.compiler.constants import constant_of
from engine.review.checks.context import ReviewContext
from engine.review.checks.data_flow import DataFlow, Variables, Writer

Values = tuple[Value, ...] | None
"""All values that there can be; None when that is not known."""
Path = tuple[str, ...]
MAX_DEPTH = 12


class PossibleValues:
    """Answers for one package."""

    def __init__(self, context: ReviewContext, flow: DataFlow) -> None:
        self._context = context
        self._flow = flow
        self._tables: dict[int, TableAnalysis] = {id(analysis.table): analysis for analysis in context.tables}

    def of_variable(self, name: str, path: Path, seen: Variables, depth: int = 0) -> Values:
        """The values of `name` or `name.field` where *seen* says who may have set it."""
        if seen.open or name not in seen.writers or depth > MAX_DEPTH:
            return None
        found: list[Value] = []
        for writer in seen.writers[name]:
            values = self._written(writer, name, path, depth + 1)
            if values is None:
                return None
            found.extend(values)
        return _unique(found)

    def of_expression(self, text: str, path: Path, process: Process, seen: Variables, depth: int = 0) -> Values:
        """The values of a FEEL text (with its leading `=`), or of one of its fields."""
        if not is_feel(text):
            return (text,) if not path else None
        try:
            code = read_expression(text, Location()).code
        except EngineError:
            return None
        return None if code is None else self._of_node(code.node, path, process, seen, depth)

    def of_decision(self, decision_id: str, path: Path, depth: int = 0) -> Values:
        """The values that a decision can give, or those of one of its outputs."""
        found = self._context.decisions.get(decision_id)
        if found is None or depth > MAX_DEPTH:
            return None
        decision = found[1]
        match decision.expression:
            case DecisionTable() as table:
                return self._of_table(table, decision, path, depth)
            case LiteralExpression(text) if text.strip():
                try:
                    node = compile_expression(text).node
                except EngineError:
                    return None
                return self._of_decision_node(node, decision, path, depth)
        return None

    # ---- who wrote it -----------------------------------------------------------------------------------------

    def _written(self, writer: Writer, name: str, path: Path, depth: int) -> Values:
        _, process = self._context.processes[writer.process_id]
        element = process.elements[writer.element_id]
        rule = next((rule for rule in element.outputs if rule.target == name), None)
        if rule is not None:
            seen = self._flow.at_completion(process, element)
            return self._of_result(element, rule.source, path, process, seen, depth)
        if any(rule.target.split(".")[0] == name for rule in element.outputs):
            return None
        own = next((rule for rule in element.inputs if rule.target == name), None)
        if own is not None and name not in self._flow.results(process, element)[0]:
            before = self._flow.before.get((process.id, element.id))
            return None if before is None else self.of_expression(own.source, path, process, before, depth)
        return self._result_of(element, name, path, depth)

    def _of_result(
        self, element: Element, source: str, path: Path, process: Process, seen: Variables, depth: int
    ) -> Values:
        """The values of an output mapping, in which the element's own result is seen under its own name."""
        writer = Writer(process.id, element.id)
        named = _path_of(source)
        if named is not None and seen.writers.get(named[0]) == frozenset((writer,)):
            return self._result_of(element, named[0], (*named[1:], *path), depth)
        return self.of_expression(source, path, process, seen, depth)

    def _result_of(self, element: Element, name: str, path: Path, depth: int) -> Values:
        if element.type is ElementType.CALL_ACTIVITY:
            ends = self._flow.at_end.get(element.called_process or "")
            return None if ends is None else self.of_variable(name, path, ends, depth)
        if element.called_decision is not None and name == element.result_variable:
            return self.of_decision(element.called_decision, path, depth)
        if element.script is not None and name == element.result_variable:
            _, process = self._context.processes[element.process_id]
            inside = self._flow.inside(process, element)
            return self.of_expression(element.script, path, process, inside, depth)
        fact = self._context.package.vocabulary.facts.get(name)
        if fact is None or path:
            return None
        if fact.type == "boolean":
            return (True, False)
        return tuple(fact.values) if fact.type == "string" and fact.values else None

    # ---- expressions ------------------------------------------------------------------------------------------

    def _of_node(self, node: nodes.Node, path: Path, process: Process, seen: Variables, depth: int) -> Values:
        constant = constant_of(node, lambda name: name in BUILTIN_NAMES)
        if constant is not None:
            return (constant.value,) if not path else None
        match node:
            case nodes.IfExpression(_, then, otherwise):
                left = self._of_node(then, path, process, seen, depth)
                right = self._of_node(otherwise, path, process, seen, depth)
                return None if left is None or right is None else _unique([*left, *right])
            case nodes.Name(name):
                return self.of_variable(name, path, seen, depth)
            case nodes.PathExpression(source, name):
                return self._of_node(source, (name, *path), process, seen, depth)
        return None

    # ---- decisions --------------------------------------------------------------------------------------------

    def _of_table(self, table: DecisionTable, decision: Decision, path: Path, depth: int) -> Values:
        analysis = self._tables.get(id(table))
        if analysis is None or table.hit_policy in SEVERAL:
            return None
        names = [column.name for column in analysis.output_columns]
        if len(names) > 1:
            if not path or path[0] not in names:
                return None
            column, path = names.index(path[0]), path[1:]
        else:
            column = 0
        if path:
            return None
        found: list[Value] = []
        for number in range(len(table.rules)):
            if number not in analysis.open and analysis.is_empty(number):
                continue
            output = analysis.outputs[number][column]
            values: Values = None if output.constant is None else (output.constant.value,)
            if values is None:
                values = self._of_required(output.text, decision, depth)
            if values is None:
                return tuple(analysis.output_columns[column].listed) or None
            found.extend(values)
        default = table.outputs[column].default
        if default is not None:
            constant = constant_of(compile_expression(default.text).node, lambda name: name in BUILTIN_NAMES)
            if constant is None:
                return None
            found.append(constant.value)
        return _unique(found)

    def _of_decision_node(self, node: nodes.Node, decision: Decision, path: Path, depth: int) -> Values:
        constant = constant_of(node, lambda name: name in BUILTIN_NAMES)
        if constant is not None:
            return (constant.value,) if not path else None
        match node:
            case nodes.IfExpression(_, then, otherwise):
                left = self._of_decision_node(then, decision, path, depth)
                right = self._of_decision_node(otherwise, decision, path, depth)
                return None if left is None or right is None else _unique([*left, *right])
            case nodes.Name(name):
                return self._of_required(name, decision, depth, path)
            case nodes.PathExpression(source, name):
                return self._of_decision_node(source, decision, (name, *path), depth)
        return None

    def _of_required(self, name: str, decision: Decision, depth: int, path: Path = ()) -> Values:
        """The values of a required decision that is named in an output."""
        for href in decision.required_decisions:
            required = self._context.decisions.get(href.rpartition("#")[2])
            if required is not None and required[1].variable.name == name:
                return self.of_decision(required[1].id, path, depth + 1)
        return None


def _path_of(text: str) -> Path | None:
    """`("a", "b")` of `=a.b`; None for anything else."""
    if not is_feel(text):
        return None
    try:
        code = read_expression(text, Location()).code
    except EngineError:
        return None
    node, path = (None if code is None else code.node), []
    while isinstance(node, nodes.PathExpression):
        path.append(node.name)
        node = node.source
    return (node.name, *reversed(path)) if isinstance(node, nodes.Name) else None


def _unique(values: Iterable[Value]) -> tuple[Value, ...]:
    found: dict[object, Value] = {}
    for value in values:
        if isinstance(value, list | dict):
            key: object = repr(value)
        else:
            key = (kind_of(value), value)
        found.setdefault(key, value)
    return tuple(found.values())
