"""What the checks across models look at: one package with its models, compiled once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.bpmn import Diagram, Element, Process
from engine.bpmn.checks.expression_texts import ExpressionText, expression_texts
from engine.bpmn.expressions import Expression, is_feel, read_expression
from engine.dmn import Decision, DecisionLibrary, Model
from engine.dmn.checks.tables import TableAnalysis, analyse_tables
from engine.dmn.model import DecisionTable
from engine.errors import EngineError, ErrorCode, Location, Problem
from engine.feel import Value, nodes
from engine.handlers import HANDLERS
from engine.handlers.contract import HandlerDefinition
from engine.law import LawPackage
from engine.law.readings import COLUMNS, options_of
from engine.review.coverage import Coverage
from engine.runtime.compiled import elements_of
from engine.simulation import PackageModels


@dataclass(frozen=True, slots=True)
class Use:
    """One expression of a diagram where it stands. `element` is the one that the flow of a condition begins at."""

    diagram: Diagram
    process: Process
    element: Element | None
    text: ExpressionText
    expression: Expression

    @property
    def place(self) -> Location:
        return self.expression.location

    @property
    def node(self) -> nodes.Node | None:
        return None if self.expression.code is None else self.expression.code.node


class ReviewContext:
    """A package and its models. Errors of expressions are told at deployment; such expressions are left out here."""

    def __init__(self, coverage: Coverage, handlers: Mapping[str, HandlerDefinition] = HANDLERS) -> None:
        self.coverage = coverage
        self.package: LawPackage = coverage.package
        self.models: PackageModels = coverage.models
        self.handlers = handlers
        self.library = DecisionLibrary(self.models.decisions)

    @cached_property
    def processes(self) -> Mapping[str, tuple[Diagram, Process]]:
        return {
            process_id: (diagram, process)
            for diagram in self.models.diagrams
            for process_id, process in diagram.processes.items()
        }

    @cached_property
    def decisions(self) -> Mapping[str, tuple[Model, Decision]]:
        return {decision.id: (model, decision) for model in self.models.decisions for decision in model.decisions}

    @cached_property
    def tables(self) -> tuple[TableAnalysis, ...]:
        """Every decision table, analysed; columns without a list of values have those of the fact that they name."""
        facts = {name: (fact.type, fact.values) for name, fact in self.package.vocabulary.facts.items()}
        found = analyse_tables(
            self.models.decisions, facts, self.results, _alternatives(self.models.decisions), elements_of
        )
        return tuple(found)

    @cached_property
    def results(self) -> Mapping[str, frozenset[str]]:
        """The variables that hold results of decisions and nothing else, with these decisions."""
        decisions: dict[str, set[str]] = {}
        for _, _, element in self.elements():
            if element.result_variable is not None and _is_decision(element):
                decisions.setdefault(element.result_variable, set()).add(element.called_decision or "")
        others = self.written_otherwise | set(self.package.vocabulary.facts)
        return {name: frozenset(ids) for name, ids in decisions.items() if name not in others}

    @cached_property
    def written_otherwise(self) -> frozenset[str]:
        """The variables that scripts, jobs and mappings set; one handed on under its own name is not set anew.

        What a question asks about in place of the law's own value changes no case.
        """
        names: set[str] = set()
        asking = {question.process for question in self.package.questions.by_id.values()}
        for _, process, element in self.elements():
            if process.id in asking:
                continue
            if element.result_variable is not None and not _is_decision(element):
                names.add(element.result_variable)
            names.update(
                rule.target.split(".")[0]
                for rule in (*element.inputs, *element.outputs)
                if rule.source.removeprefix("=").strip() != rule.target
            )
            handler = self.handler_of(element)
            if handler is not None:
                names.update(output.name for output in handler.outputs)
        return frozenset(names)

    def elements(self) -> Iterator[tuple[Diagram, Process, Element]]:
        for diagram, process in self.processes.values():
            for element in process.elements.values():
                yield diagram, process, element

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every FEEL expression of the diagrams that can be read."""
        return tuple(
            Use(diagram, process, text.element, text, expression)
            for diagram, process in self.processes.values()
            for text in expression_texts(process)
            if (expression := _read(diagram, process, text)) is not None
        )

    def handler_of(self, element: Element) -> HandlerDefinition | None:
        return self.handlers.get(element.job_type or "")

    def header(self, element: Element, name: str) -> str | None:
        """A task header that the job type of *element* declares; None when it has none of this name."""
        handler = self.handler_of(element)
        if handler is None or not any(field.name == name for field in handler.headers):
            return None
        return element.headers.get(name)


def place_of(diagram: Diagram, element: Element | Process, part: str | None = None) -> Location:
    return Location(file=diagram.file, element_id=element.id, line=element.line, part=part)


def problem_at(
    diagram: Diagram, element: Element | Process, message: str, hint: str, *, part: str | None = None
) -> Problem:
    return Problem(ErrorCode.TRACE_MODELS, message, place_of(diagram, element, part), hint=hint)


def _is_decision(element: Element) -> bool:
    return element.called_decision is not None and not is_feel(element.called_decision)


def _alternatives(models: Iterable[Model]) -> dict[str, dict[str, tuple[Value, ...]]]:
    """For each row of a table of readings the values that may be chosen for it."""
    found: dict[str, dict[str, tuple[Value, ...]]] = {}
    for decision in (decision for model in models for decision in model.decisions):
        if isinstance(decision.expression, DecisionTable):
            names = [output.name for output in decision.expression.outputs]
            if set(COLUMNS) <= set(names):
                for rule in decision.expression.rules:
                    options = options_of(rule.output_entries[names.index("allowed")].text)
                    found[rule.id] = {"value": options}
    return found


def _read(diagram: Diagram, process: Process, text: ExpressionText) -> Expression | None:
    if not is_feel(text.text):
        return None
    element_id = text.flow_id or (text.element.id if text.element else process.id)
    line = text.element.line if text.element and text.flow_id is None else None
    try:
        return read_expression(text.text, Location(file=diagram.file, element_id=element_id, line=line, part=text.part))
    except EngineError:
        return None
