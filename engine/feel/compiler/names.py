"""Names and paths (DMN 1.5, 10.3.2.4 and 10.3.2.5): from the nearest scope, an element's field, or the context."""

from __future__ import annotations

from typing import Any

from engine.errors import ErrorCode, Span
from engine.feel import nodes
from engine.feel.builtin_names import BUILTIN_NAMES
from engine.feel.builtins import builtin_function
from engine.feel.compiler.base import Code, Compiler, FreeName
from engine.feel.limits import LimitExceeded
from engine.feel.properties import PROPERTIES
from engine.feel.runtime import Frame, State
from engine.feel.values import kind_of


def compile_name(compiler: Compiler, node: nodes.Name) -> Code:
    name, span = node.name, node.span
    elements, slot = compiler.resolve(name)
    if name == "item" and elements:
        return _item(elements[0])
    if slot is not None:
        code = _local(slot)
    elif compiler.is_builtin(name):
        code = _from_context(name, span)  # spec: the context is a nearer scope than that of the built-ins (10.3.2.11)
    else:
        compiler.free_names.append(FreeName(name, span, bool(elements)))
        code = _from_context(name, span)
    return _through_elements(name, elements, code) if elements else code


def context_name(compiler: Compiler, node: nodes.Node) -> str | None:
    """The name when *node* can only mean a value of the context handed in, so that operators may read it directly."""
    if not isinstance(node, nodes.Name) or node.name in BUILTIN_NAMES:
        return None
    elements, slot = compiler.resolve(node.name)
    return node.name if slot is None and not elements else None


def local_slot(compiler: Compiler, node: nodes.Node) -> int | None:
    """The slot of the local variable that *node* is, or of the element that `item` is unless that is a context."""
    if not isinstance(node, nodes.Name):
        return None
    elements, slot = compiler.resolve(node.name)
    if node.name == "item" and elements:
        return elements[0]
    return None if elements else slot


def _item(slot: int) -> Code:
    """The element that a filter looks at; an entry of its own called item hides it."""

    def read(frame: Frame) -> Any:
        element = frame[slot]
        return element["item"] if type(element) is dict and "item" in element else element

    return read


def _local(slot: int) -> Code:
    return lambda frame: frame[slot]


def _from_context(name: str, span: Span) -> Code:
    function = builtin_function(name) if name in BUILTIN_NAMES else None

    def read(frame: Frame) -> Any:
        try:
            return frame[1][name]
        except KeyError:
            if function is not None:
                return function
            return frame[0].warn(ErrorCode.FEEL_UNKNOWN_NAME, f'no value named "{name[:100]}"', span)

    return read


def _through_elements(name: str, slots: list[int], otherwise: Code) -> Code:
    """Inside a filter: the field *name* of the element, innermost filter first."""
    if len(slots) == 1:
        slot = slots[0]

        def read(frame: Frame) -> Any:
            element = frame[slot]
            if type(element) is dict and name in element:
                return element[name]
            return otherwise(frame)

        return read

    def read_nested(frame: Frame) -> Any:
        for each in slots:
            element = frame[each]
            if type(element) is dict and name in element:
                return element[name]
        return otherwise(frame)

    return read_nested


def compile_path(compiler: Compiler, node: nodes.PathExpression) -> Code:
    dotted = dotted_name(node)
    if dotted is not None and dotted in compiler.names:
        return compile_name(compiler, nodes.Name(dotted, span=node.span))
    source, name, span = compiler.compile(node.source), node.name, node.span
    first = context_name(compiler, node.source)
    if first is not None:

        def read_from_context(frame: Frame) -> Any:
            value = frame[1].get(first)
            if type(value) is dict and name in value:
                return value[name]
            return read_property(source(frame), name, span, frame[0])

        return read_from_context

    def read(frame: Frame) -> Any:
        value = source(frame)
        if type(value) is dict:
            try:
                return value[name]
            except KeyError:
                pass
        return read_property(value, name, span, frame[0])

    return read


def dotted_name(node: nodes.Node) -> str | None:
    """`a.b.c` as one name, for names that an import prefixes."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.PathExpression):
        prefix = dotted_name(node.source)
        return None if prefix is None else f"{prefix}.{node.name}"
    return None


def read_property(value: Any, name: str, span: Span, state: State) -> Any:
    """`value.name`; over a list, the list of it for each element."""
    if type(value) is list:
        state.steps -= len(value)
        if state.steps < 0:
            raise LimitExceeded(f"more than {state.limits.max_steps} steps", span)
        return [read_property(each, name, span, state) for each in value]
    if type(value) is dict:
        if name in value:
            return value[name]
        known = ", ".join(list(value)[:8])
        return state.warn(ErrorCode.FEEL_NOT_FOUND, f'no entry "{name}" in a context of {known or "nothing"}', span)
    readers = PROPERTIES.get(type(value))
    if readers is not None and name in readers:
        found = readers[name](value)
        if found is not None:
            return found
        return state.warn(ErrorCode.FEEL_NOT_FOUND, f'this {kind_of(value)} has no "{name}"', span, value)
    return state.warn(ErrorCode.FEEL_NOT_FOUND, f'{kind_of(value)} has no property "{name}"', span, value)
