"""Every text reads as FEEL, and every name and function in it is known where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.dmn.compiler import CompiledText
from engine.dmn.elements import Elements
from engine.dmn.model import Model
from engine.errors import ErrorCode, Problem, Span, did_you_mean
from engine.feel import BUILTIN_NAMES
from engine.feel.types import TYPE_NAMES


def check_names(model: Model, elements: Elements) -> Iterable[Problem]:
    elements.compile_all(model)
    compiler = elements.compilers[model.namespace]
    for text in compiler.texts:
        yield from text.problems
        if text.code is None:
            continue
        functions = {free.span for free in text.code.unknown_functions}
        for free in text.code.free_names:
            if free.span in functions:
                continue
            if free.name not in text.names and not (free.may_be_field and free.name in compiler.fields):
                message = f'expected a name that is in scope here, but got "{free.name}".'
                message += did_you_mean(free.name, text.names)
                yield _problem(
                    ErrorCode.FEEL_UNKNOWN_NAME, message, text, free.span, f"require it, or {_known(text.names)}"
                )
        for free in text.code.unknown_functions:
            if free.name not in text.names:
                message = f'expected a function that is known here, but got "{free.name}".'
                message += did_you_mean(free.name, (*BUILTIN_NAMES, *text.names))
                yield _problem(
                    ErrorCode.FEEL_UNKNOWN_FUNCTION,
                    message,
                    text,
                    free.span,
                    "use a built-in function, or require a business knowledge model of this name",
                )
        for free in text.code.unknown_types:
            known = (*TYPE_NAMES, *elements.types[model.namespace].by_name)
            message = f'expected a type of FEEL or an item definition, but got "{free.name}".'
            message += did_you_mean(free.name, known)
            yield _problem(ErrorCode.DMN_UNKNOWN_TYPE, message, text, free.span, "name a type that the model knows")


def _problem(code: ErrorCode, message: str, text: CompiledText, span: Span, hint: str) -> Problem:
    return Problem(code, message, replace(text.place, text=text.text, span=span), hint=hint)


def _known(names: frozenset[str]) -> str:
    return (
        f"use one of: {', '.join(sorted(names))}" if names else "draw an information requirement: nothing is in scope"
    )
