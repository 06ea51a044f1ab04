"""Compiles the boxed expressions of one model into closures, once; nothing is parsed while evaluating.

Every text that is compiled is noted with its place and the names that were in scope, so that `check_model` sees exactly
what evaluation will see. A text that cannot be read compiles to a null with a warning: in a deployed model it never
comes to that, because the same problem blocks deployment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from engine.dmn.item_types import DeclaredType, ItemTypes
from engine.dmn.model import (
    BoxedExpression,
    Cell,
    ContextExpression,
    DecisionTable,
    FunctionDefinition,
    ItemDefinition,
    LiteralExpression,
    Model,
    Relation,
)
from engine.dmn.run import Logic, Run, Scope
from engine.errors import EngineError, Location, Problem
from engine.feel import Expression, UnaryTests, Value, compile_expression, compile_unary_tests

Names = frozenset[str]
_Code = TypeVar("_Code", Expression, UnaryTests)


@dataclass(frozen=True, slots=True)
class CompiledText:
    """One text of the model, with what the checks need to know of it."""

    place: Location
    text: str
    names: Names
    code: Expression | UnaryTests | None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Compiler:
    """Turns boxed expressions into logic. `fields` are names of context entries that FEEL may meet after a dot."""

    model: Model
    types: ItemTypes
    fields: Names
    compilers: Mapping[type, Callable[[Any, Names, Compiler], Logic]]
    texts: list[CompiledText] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _compiled: dict[tuple[Callable[..., Any], str, Names], Any] = field(default_factory=dict)
    """Texts compiled before: in most columns of a table the same few cells come again and again."""

    def expression(self, boxed: BoxedExpression | None, names: Names) -> Logic:
        """The logic of *boxed*, its result coerced to the type that it declares. Nothing is null."""
        if boxed is None:
            return _null
        logic = self.compilers[type(boxed)](boxed, names, self)
        if isinstance(boxed, FunctionDefinition):
            return logic
        return self.typed(logic, boxed.type_ref, boxed.place)

    def typed(self, logic: Logic, type_ref: str | None, place: Location) -> Logic:
        """*logic* with its result coerced to *type_ref*; unchanged when that says nothing."""
        declared = self.type(type_ref, place)
        if declared is None:
            return logic

        def coerced(scope: Scope, run: Run) -> Value:
            return declared.coerce(logic(scope, run), run, place)

        return coerced

    def type(self, type_ref: str | None, place: Location) -> DeclaredType | None:
        """The declared type, or None when there is none, it is Any, or it is unknown (which is noted as a problem)."""
        declared, problem = self.types.resolve(type_ref, place)
        if problem is not None:
            self.problems.append(problem)
        return declared

    def text(self, literal: LiteralExpression, names: Names) -> Expression | None:
        """The compiled FEEL text, or None with a note when it cannot be read."""
        return self._once(compile_expression, literal.text, literal.place, names)

    def tests(self, cell: Cell, names: Names) -> UnaryTests | None:
        return self._once(compile_unary_tests, cell.text, cell.place, names)

    def _once(self, compile_text: Callable[..., _Code], text: str, place: Location, names: Names) -> _Code | None:
        code: _Code | None = self._compiled.get((compile_text, text, names))
        if code is None:
            try:
                code = compile_text(text, names, fields=self.fields, types=self.types.for_feel)
            except EngineError as error:
                self._note(place, text, names, None, error)
                return None
            self._compiled[compile_text, text, names] = code
        self._note(place, text, names, code)
        return code

    def _note(
        self,
        place: Location,
        text: str,
        names: Names,
        code: Expression | UnaryTests | None,
        error: EngineError | None = None,
    ) -> None:
        problems = () if error is None else tuple(located(error.problems, place, text))
        self.texts.append(CompiledText(place, text, names, code, problems))

    def problems_of(self, place: Location) -> tuple[Problem, ...]:
        """What was noted when the text at *place* was compiled last."""
        return next((text.problems for text in reversed(self.texts) if text.place is place), ())


def _null(_scope: Scope, _run: Run) -> Value:
    return None


def located(problems: Iterable[Problem], place: Location, text: str | None = None) -> Iterable[Problem]:
    """The problems of an expression with the place of its cell; spans keep pointing into their text."""
    for problem in problems:
        inner = problem.location
        yield replace(
            problem,
            location=replace(place, text=inner.text if inner.text is not None else text, span=inner.span),
        )


def field_names(models: Iterable[Model]) -> Names:
    """Every name that *models* give to a part of a value: components, entries, columns, outputs, graph elements."""
    found: set[str] = set()
    for model in models:
        for item in model.item_definitions:
            _add_item_names(item, found)
        for element in model.input_data:
            found.update((element.name, element.variable.name))
        for service in model.services:
            found.update((service.name, service.variable.name))
        found.update(each.name for each in model.imports if each.name)
        for decision in model.decisions:
            found.update((decision.name, decision.variable.name))
            _add_expression_names(decision.expression, found)
        for knowledge_model in model.knowledge_models:
            found.update((knowledge_model.name, knowledge_model.variable.name))
            _add_expression_names(knowledge_model.function, found)
    return frozenset(found)


def _add_item_names(item: ItemDefinition, found: set[str]) -> None:
    for component in item.components:
        found.add(component.name)
        _add_item_names(component, found)


def _add_expression_names(expression: BoxedExpression | None, found: set[str]) -> None:
    match expression:
        case ContextExpression():
            for entry in expression.entries:
                if entry.variable is not None:
                    found.add(entry.variable.name)
                _add_expression_names(entry.value, found)
        case Relation():
            found.update(column.name for column in expression.columns)
        case DecisionTable():
            found.update(output.name for output in expression.outputs if output.name)
        case FunctionDefinition():
            _add_expression_names(expression.body, found)
        case _:
            return
