"""Goes through a boxed expression and everything inside it, outermost first."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.model import (
    BoxedExpression,
    Conditional,
    ContextExpression,
    DecisionTable,
    Filter,
    For,
    FunctionDefinition,
    InputClause,
    Invocation,
    ListExpression,
    LiteralExpression,
    Model,
    OutputClause,
    Quantified,
    Relation,
)


def expressions_of(model: Model) -> Iterator[BoxedExpression]:
    """Every boxed expression of a model, with those inside others."""
    for decision in model.decisions:
        yield from walk(decision.expression)
    for knowledge in model.knowledge_models:
        yield from walk(knowledge.function)


def walk(expression: BoxedExpression | None) -> Iterator[BoxedExpression]:
    if expression is None:
        return
    yield expression
    for part in parts_of(expression):
        yield from walk(part)


def texts_of(expression: BoxedExpression) -> Iterator[str]:
    """Every FEEL text in *expression*, those of cells included."""
    for each in walk(expression):
        if isinstance(each, LiteralExpression):
            yield each.text
        elif isinstance(each, DecisionTable):
            clauses: tuple[InputClause | OutputClause, ...] = (*each.inputs, *each.outputs)
            yield from (clause.allowed.text for clause in clauses if clause.allowed is not None)
            yield from (cell.text for rule in each.rules for cell in rule.input_entries)


def parts_of(expression: BoxedExpression) -> tuple[BoxedExpression | None, ...]:
    """The expressions directly inside *expression*."""
    match expression:
        case LiteralExpression():
            return ()
        case DecisionTable(inputs=inputs, outputs=outputs, rules=rules):
            return (
                *(clause.expression for clause in inputs),
                *(clause.default for clause in outputs),
                *(entry for rule in rules for entry in rule.output_entries),
            )
        case ContextExpression(entries=entries):
            return tuple(entry.value for entry in entries)
        case ListExpression(elements=elements):
            return elements
        case Relation(rows=rows):
            return tuple(cell for row in rows for cell in row)
        case FunctionDefinition(body=body):
            return (body,)
        case Invocation(callee=callee, bindings=bindings):
            return (callee, *(binding.value for binding in bindings))
        case Conditional(condition=condition, consequent=consequent, alternative=alternative):
            return (condition, consequent, alternative)
        case For(domain=domain, result=result):
            return (domain, result)
        case Quantified(domain=domain, condition=condition):
            return (domain, condition)
        case Filter(domain=domain, match=match):
            return (domain, match)
