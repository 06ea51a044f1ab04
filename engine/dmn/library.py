"""The decisions of a set of models, ready to be evaluated: compiled once, evaluated many times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.dmn.audit import DecisionAudit, DecisionResult
from engine.dmn.direct_table import DirectTable, direct_table
from engine.dmn.elements import Elements
from engine.dmn.evaluator import Evaluation, Given
from engine.dmn.logic.calling import call_function
from engine.dmn.model import BusinessKnowledgeModel, Decision, DecisionService, DecisionTable, InputData, Model
from engine.dmn.requirements import Graph, Target
from engine.dmn.run import Run
from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean, failure
from engine.feel import Function, Value, convert_input, from_python
from engine.feel.limits import LimitExceeded, Limits
from engine.feel.runtime import CALLING, State

_OPERATORS = re.compile(r"[-+*/]+")
_WHOLE_EVALUATION = Limits(max_steps=3_000_000)


@dataclass(frozen=True, slots=True)
class InputInfo:
    """An input that a decision uses, directly or through others; `type` as the model writes it, or Any."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class DecisionInfo:
    """What a caller must know of a decision. `outputs` are the keys of its result, or its own name for a bare value."""

    id: str
    name: str
    file: str
    model_hash: str
    inputs: tuple[InputInfo, ...]
    outputs: tuple[str, ...]


class DecisionLibrary:
    """Models that belong together: the decisions of a law package. With *main*, only the decisions of that model can be
    asked for; the others are what it imports.

    Errors: EngineError with every problem of the requirements graph (DMN_UNKNOWN_REFERENCE, DMN_CYCLE) and with
    DMN_DUPLICATE when two models hold a decision of the same id.
    """

    def __init__(self, models: Iterable[Model], *, main: Model | None = None) -> None:
        self.models = tuple(models)
        graph = Graph(self.models)
        problems = [*graph.problems]
        self._targets: dict[str, Target] = {}
        for model in graph.models.values() if main is None else (main,):
            for decision in model.decisions:
                if decision.id in self._targets:
                    problems.append(_duplicate(decision, self._targets[decision.id].model))
                self._targets.setdefault(decision.id, Target(decision, model, ()))
        if problems:
            raise EngineError(*problems)
        self._elements = Elements(graph)
        self._direct: dict[str, DirectTable | None] = {}

    @property
    def decision_ids(self) -> tuple[str, ...]:
        return tuple(self._targets)

    def info(self, decision_id: str) -> DecisionInfo:
        """Errors: DMN_UNKNOWN_DECISION with the nearest known id."""
        target = self._target(decision_id)
        decision = target.element
        assert isinstance(decision, Decision)
        table = decision.expression if isinstance(decision.expression, DecisionTable) else None
        several = table is not None and len(table.outputs) > 1
        outputs = [each.name or each.label for each in table.outputs] if table and several else [decision.variable.name]
        return DecisionInfo(
            id=decision.id,
            name=decision.name,
            file=target.model.file,
            model_hash=target.model.hash,
            inputs=tuple(self._inputs_of(target)),
            outputs=tuple(outputs),
        )

    def read_inputs(
        self, decision_id: str, values: Mapping[str, object], *, file: str | None = None
    ) -> dict[str, Value]:
        """Values from JSON, YAML or Python as the inputs that a decision declares: texts become dates where it says so.

        Errors: DMN_UNKNOWN_REFERENCE for a name that the decision does not use, FEEL_TYPE_MISMATCH for a value that is
        not of the declared type; all of them at once, each with the input's name as part.
        """
        target = self._target(decision_id)
        known = {name: each for each in self._inputs_under(target) for name in _input_names(each)}
        found: dict[str, Value] = {}
        problems: list[Problem] = []
        for name, value in values.items():
            place = Location(file=file, decision_id=decision_id, part=f'input "{name}"')
            used = known.get(name)
            if used is None:
                message = f'expected an input of the decision, but it does not use "{name}".{did_you_mean(name, known)}'
                hint = f"its inputs are: {', '.join(each.name for each in self.info(decision_id).inputs) or 'none'}"
                parts = [part.strip() for part in _OPERATORS.split(name)]
                if len(parts) > 1 and all(part in known for part in parts):
                    hint += f'; where it is not declared, "{name}" is read as a calculation with {" and ".join(parts)}'
                problems.append(Problem(ErrorCode.DMN_UNKNOWN_REFERENCE, message, place, hint=hint))
                continue
            try:
                found[_input_names(used)[0]] = self._convert(used, value)
            except EngineError as error:
                problems.extend(replace(problem, location=place) for problem in error.problems)
        if problems:
            raise EngineError(*problems)
        return found

    def _convert(self, target: Target, value: object) -> Value:
        element = target.element
        declared = self._elements.input(target).declared if isinstance(element, InputData) else None
        if declared is None:
            return from_python(value)
        # Allowed values are judged while evaluating, where the answer names the table; here only the kind counts.
        return convert_input(value, "declared", types={"declared": declared.base})

    def evaluate(
        self,
        decision_id: str,
        inputs: Mapping[str, Value],
        *,
        now: datetime | None = None,
        explain: bool = False,
        namespaces: Mapping[tuple[str, str], Value] | None = None,
    ) -> DecisionResult:
        """Evaluate a decision and all that it requires.

        Shapes: FEEL values by the name of the input data -> the value with its audit record. Inputs that the decision
        does not use are passed over. *namespaces* gives input data of imported models by namespace and name.
        Errors: DMN_UNKNOWN_DECISION; FEEL_LIMIT when a bound of evaluation is met. Everything else is a null with a
        warning; one of severity error (clashing rules, a value that is not allowed) says that the null is no answer.
        """
        direct = self._direct.get(decision_id)
        if direct is not None and not explain and not namespaces:
            found = direct.evaluate(inputs)
            if found is not None:
                return found
        target = self._target(decision_id)
        run = Run(now, explain)
        evaluation = Evaluation(self._elements, run, Given(inputs, namespaces or {}))
        result = self._result(target, _bounded(evaluation, target), evaluation)
        if decision_id not in self._direct:
            self._direct[decision_id] = direct_table(self._elements.decision(target))
        return result

    def evaluate_service(
        self, service_id: str, inputs: Mapping[str, Value], *, now: datetime | None = None
    ) -> DecisionResult:
        """Evaluate a decision service: its one output decision, or a context of several."""
        target = self._invocable(service_id, DecisionService)
        evaluation = Evaluation(self._elements, Run(now), Given(inputs))
        return self._called(target, evaluation, inputs)

    def evaluate_knowledge(
        self, knowledge_id: str, inputs: Mapping[str, Value], *, now: datetime | None = None
    ) -> DecisionResult:
        """Invoke a business knowledge model with its parameters by name."""
        target = self._invocable(knowledge_id, BusinessKnowledgeModel)
        evaluation = Evaluation(self._elements, Run(now), Given(inputs))
        return self._called(target, evaluation, inputs)

    # ---- helpers ----------------------------------------------------------------------------------------------

    def _called(self, target: Target, evaluation: Evaluation, inputs: Mapping[str, Value]) -> DecisionResult:
        function = _bounded(evaluation, target)
        value: Value = None
        if isinstance(function, Function):
            arguments = {each.name: inputs.get(each.name) for each in function.parameters}
            value = call_function(function, arguments, evaluation.run, target.element.place)
            evaluation.inputs.update(arguments)
        return self._result(target, value, evaluation)

    def _result(self, target: Target, value: Value, evaluation: Evaluation) -> DecisionResult:
        run = evaluation.run
        warnings = tuple(run.warnings)
        element, model = target.element, target.model
        hashes = {model.file: model.hash}
        for decision in run.decisions:
            hashes[decision.file] = decision.model_hash
        audit = DecisionAudit(
            element.id, element.name, model.hash, model.file, evaluation.inputs, tuple(run.decisions), warnings, hashes
        )
        return DecisionResult(value, audit, warnings)

    def _target(self, decision_id: str) -> Target:
        target = self._targets.get(decision_id)
        if target is None:
            raise failure(
                ErrorCode.DMN_UNKNOWN_DECISION,
                f'expected the id of a decision, but got "{decision_id}".{did_you_mean(decision_id, self._targets)}',
                decision_id=decision_id,
                hint="deploy the model that holds the decision, or correct the id",
            )
        return target

    def _invocable(self, identifier: str, kind: type[DecisionService] | type[BusinessKnowledgeModel]) -> Target:
        known: list[str] = []
        for model in self.models:
            for element in (*model.services, *model.knowledge_models):
                if isinstance(element, kind):
                    known.append(element.id)
                    if element.id == identifier:
                        return Target(element, model, ())
        raise failure(
            ErrorCode.DMN_UNKNOWN_DECISION,
            f'expected the id of a {kind.__name__}, but got "{identifier}".{did_you_mean(identifier, known)}',
            decision_id=identifier,
        )

    def _inputs_of(self, start: Target) -> Iterable[InputInfo]:
        """The input data of the whole graph under *start*, each name once, nearest first."""
        names: set[str] = set()
        for target in self._inputs_under(start):
            element = target.element
            if isinstance(element, InputData) and element.variable.name not in names:
                names.add(element.variable.name)
                yield InputInfo(element.variable.name, element.variable.type_ref or "Any")

    def _inputs_under(self, start: Target) -> Iterable[Target]:
        """Input data and decisions without logic: what can be given."""
        graph = self._elements.graph
        seen: set[tuple[str, str]] = set()
        waiting = [start]
        while waiting:
            target = waiting.pop(0)
            if target.key in seen:
                continue
            seen.add(target.key)
            element = target.element
            if isinstance(element, InputData):
                yield target
            elif isinstance(element, Decision):
                if element.expression is None:
                    yield target
                waiting.extend(graph.targets(target.model, (*element.required_inputs, *element.required_decisions)))


def _bounded(evaluation: Evaluation, target: Target) -> Value:
    """The value of *target*; a bound that is met outside of any expression gets the place of the element.

    One budget for everything that is reached: a table may have very many cells that each take long.
    """
    token = CALLING.set(State(_WHOLE_EVALUATION, evaluation.run.now, CALLING.get()))
    try:
        return evaluation.value_of(target, ())
    except LimitExceeded as limit:
        reason = limit.message
    except RecursionError:
        reason = "it is nested too deeply"
    finally:
        CALLING.reset(token)
    place = target.element.place
    raise failure(
        ErrorCode.FEEL_LIMIT,
        f"expected decision logic within its bounds, but: {reason}.",
        file=place.file,
        decision_id=place.decision_id,
        hint="look for a function that calls itself without an end, or split the decision",
    )


def _input_names(target: Target) -> tuple[str, ...]:
    element = target.element
    return (element.variable.name, element.name) if isinstance(element, InputData | Decision) else ()


def _duplicate(decision: Decision, other: Model) -> Problem:
    return Problem(
        ErrorCode.DMN_DUPLICATE,
        f'expected each decision id once, but "{decision.id}" stands in {other.file} too.',
        Location(file=decision.place.file, decision_id=decision.id, line=decision.place.line),
        hint="give one of the two decisions another id",
    )
