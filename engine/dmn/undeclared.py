"""Tables that read variables which no requirement declares, as many editors let people draw them.

DMN knows a name only through an information requirement (DMN 1.5, 7.3.1), and a model that is deployed must draw each.
Elsewhere a table is often drawn alone, and its columns name what the caller hands in. Such a model is completed here,
so that it can be asked as it was meant: what is read and not declared becomes input data or the alias of what is
required under another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from itertools import compress
from typing import TypeVar

from engine.dmn.column_types import columns_of, with_instants, with_instants_as_outputs, with_types_of_columns
from engine.dmn.elements import Elements
from engine.dmn.model import Decision, DecisionTable, InputData, LiteralExpression, Model, Variable
from engine.dmn.requirements import Graph
from engine.errors import EngineError
from engine.feel import BUILTIN_NAMES, compile_expression, nodes

_Element = TypeVar("_Element", InputData, Decision)
# Built-ins without parameters: as values they mean a day or an instant of that name that is handed in.
_MOMENTS = frozenset(("today", "now"))
_MOMENT = re.compile(r"\b(?:today|now)\b(?!\s*\()")
_HEADING = re.compile(r"[^\W\d][^$#{}\"]*")
_SEVERAL_WORDS = re.compile(r"[^\W\d]\w*(?: \w+)+")


def with_undeclared_inputs(model: Model, others: Iterable[Model] = ()) -> Model:
    """*model* with a declaration for every name that a decision reads and nothing in its scope bears.

    The name is, whichever comes first: required input data whose id or name it is in another spelling; an output of a
    required decision, or its id; input data of this name, with the type of the column that reads it. A column without
    an expression reads the name that its label is. Types are completed by `column_types.py`. A model whose names and
    types are declared comes back as it is, and so does one whose graph has problems. *others* are its imports.
    """
    model = with_instants_as_outputs(_with_labels_as_expressions(model))
    elements = Elements(Graph([model, *others]))
    if elements.graph.problems:
        return model
    elements.compile_all(model)
    free = _free_names(model, elements)
    if free:
        completion = _Completion(model, " ".join(text.text for text in elements.compilers[model.namespace].texts))
        for decision_id, names in free.items():
            for name in names:
                completion.declare(decision_id, name)
        model = completion.model()
    return with_types_of_columns(model)


def words_in_cells(model: Model) -> dict[str, list[str]]:
    """By decision, the names of a completed *model* that were not declared and that only cells of tables read.

    Some of them are most often texts that lack their quotes.
    """
    found: dict[str, list[str]] = {}
    undeclared = {each.id: each.name for each in model.input_data if each.id == _id_of_undeclared(each.name)}
    for decision in model.decisions:
        if not isinstance(decision.expression, DecisionTable):
            continue
        read = " ".join(clause.expression.text for clause in decision.expression.inputs)
        names = [undeclared[href[1:]] for href in decision.required_inputs if href[1:] in undeclared]
        words = [name for name in names if name not in read]
        if words:
            found[decision.id] = words
    return found


def quoted(word: str) -> str:
    """What *word* of a cell was most likely meant to be: one of FEEL's literals, or a text."""
    return word.lower() if word.lower() in ("true", "false", "null") else f'"{word}"'


def _id_of_undeclared(name: str) -> str:
    return f"undeclared {name}"


def _with_labels_as_expressions(model: Model) -> Model:
    """*model* with each column that has a label and no expression reading the input that the label names.

    Variables that bear the name of a built-in, or that of a spreadsheet's column, are declared too: no free name tells.
    """
    labelled: dict[str, list[str]] = {}
    decisions = []
    for decision in model.decisions:
        table = decision.expression
        if isinstance(table, DecisionTable):
            named = [
                not clause.expression.text and clause.label != f"column {number}" and _is_readable(clause.label)
                for number, clause in enumerate(table.inputs, 1)
            ]
            if any(named):
                inputs = tuple(
                    replace(clause, expression=replace(clause.expression, text=clause.label)) if is_named else clause
                    for clause, is_named in zip(table.inputs, named, strict=True)
                )
                labelled[decision.id] = [clause.label for clause in compress(inputs, named)]
                decision = replace(decision, expression=replace(table, inputs=inputs))
            # No column looks at a function: `count` is a value of that name, which is nearer than the built-in.
            texts = [" ".join(clause.expression.text.split()) for clause in table.inputs]
            names = [text for text in texts if text in BUILTIN_NAMES or _is_heading(text)]
            if names:
                labelled.setdefault(decision.id, []).extend(names)
        decisions.append(decision)
    if not labelled:
        return model
    completion = _Completion(replace(model, decisions=tuple(decisions)), "")
    for decision_id, names in labelled.items():
        for name in names:
            decision = completion.decisions[decision_id]
            known = {each.variable.name for each in _required(decision.required_decisions, completion.decisions)}
            known.update(each.variable.name for each in _required(decision.required_inputs, completion.inputs))
            if name not in known:
                completion.declare(decision_id, name)
    return completion.model()


def _free_names(model: Model, elements: Elements) -> dict[str, list[str]]:
    """By decision, the names that it reads and that nothing declares, in the order of its texts."""
    found: dict[str, dict[str, None]] = {}
    known = {decision.id for decision in model.decisions}
    compiler = elements.compilers[model.namespace]
    for text in compiler.texts:
        decision_id = text.place.decision_id
        if decision_id not in known:
            continue
        if text.code is None:
            # spec: names may hold blanks (10.3.1.2), and only a declared one can be told from several words
            words = " ".join(text.text.split())
            names = [words] if _SEVERAL_WORDS.fullmatch(words) else []
        else:
            functions = {each.span for each in text.code.unknown_functions}
            names = [
                each.name
                for each in text.code.free_names
                if each.span not in functions
                and each.name not in text.names
                and not (each.may_be_field and each.name in compiler.fields)
            ]
            if _MOMENT.search(text.text):
                names += [name for name in _values_read(text.code.node) if name in _MOMENTS - text.names]
        for name in names:
            found.setdefault(decision_id, {})[name] = None
    return {decision_id: list(names) for decision_id, names in found.items()}


def _values_read(node: object) -> Iterator[str]:
    """The names that *node* reads as values, not as functions to call."""
    if isinstance(node, nodes.Name):
        yield node.name
    called = node.function if isinstance(node, nodes.FunctionInvocation) else None
    for part in (getattr(node, each.name) for each in fields(node)) if is_dataclass(node) else ():
        for child in part if isinstance(part, tuple) else (part,):
            if is_dataclass(child) and not (child is called and isinstance(child, nodes.Name)):
                yield from _values_read(child)


def _is_heading(text: str) -> bool:
    """Whether *text*, over a column, reads as nothing but a name, once that is declared: `Income (EUR/month)`."""
    if _HEADING.fullmatch(text) is None or not _is_readable(text):
        return False
    try:
        return bool(compile_expression(text).unknown_functions) and " (" in text
    except EngineError:
        return True


@dataclass
class _Completion:
    """The model in the making. `texts` is all FEEL in it, to tell whether a declared name is read anywhere."""

    original: Model
    texts: str
    inputs: dict[str, InputData] = field(init=False)
    decisions: dict[str, Decision] = field(init=False)

    def __post_init__(self) -> None:
        self.inputs = {each.id: each for each in self.original.input_data}
        self.decisions = {each.id: each for each in self.original.decisions}

    def model(self) -> Model:
        return replace(self.original, input_data=tuple(self.inputs.values()), decisions=tuple(self.decisions.values()))

    def declare(self, decision_id: str, name: str) -> None:
        decision = self.decisions[decision_id]
        if not self._rename_input(decision, name) and not self._take_output(decision, name):
            self._add_input(decision, name)

    def _rename_input(self, decision: Decision, name: str) -> bool:
        for element in _required(decision.required_inputs, self.inputs):
            if name in (element.variable.name, element.id) or _letters(name) == _letters(element.name):
                if element.variable.name != name and element.variable.name in self.texts:
                    continue  # it is read under its own name elsewhere
                self.inputs[element.id] = replace(element, variable=replace(element.variable, name=name))
                return True
        return False

    def _take_output(self, decision: Decision, name: str) -> bool:
        """A decision of this name that only reads the required one, or an output of it."""
        for required in _required(decision.required_decisions, self.decisions):
            table = required.expression if isinstance(required.expression, DecisionTable) else None
            outputs = [] if table is None else [each.name for each in table.outputs]
            if name not in (*outputs, required.id):
                continue
            source = required.variable.name
            if not _is_readable(source):  # then no text can read it either
                source = "required"
                self.decisions[required.id] = replace(required, variable=replace(required.variable, name=source))
            identifier = f"{required.id} as {name}"
            text = f"{source}.{name}" if len(outputs) > 1 and name in outputs else source
            self.decisions[identifier] = replace(
                required,
                id=identifier,
                name=name,
                variable=Variable(name),
                required_decisions=(f"#{required.id}",),
                required_inputs=(),
                required_knowledge=(),
                expression=LiteralExpression(text, replace(required.place, decision_id=identifier)),
            )
            hrefs = (*decision.required_decisions, f"#{identifier}")
            self.decisions[decision.id] = replace(self.decisions[decision.id], required_decisions=hrefs)
            return True
        return False

    def _add_input(self, decision: Decision, name: str) -> None:
        identifier = _id_of_undeclared(name)
        decision = with_instants(decision, name)
        type_ref = next((column.expression.type_ref for column in columns_of(decision, name)), None)
        known = self.inputs.get(identifier)
        if known is None:
            place = replace(decision.place, part=f'input "{name}"')
            self.inputs[identifier] = InputData(identifier, name, Variable(name, type_ref), "", place)
        elif known.variable.type_ref != type_ref:
            merged = known.variable.type_ref if type_ref is None else type_ref
            unclear = None not in (known.variable.type_ref, type_ref)
            self.inputs[identifier] = replace(known, variable=Variable(name, None if unclear else merged))
        hrefs = (*decision.required_inputs, f"#{identifier}")
        self.decisions[decision.id] = replace(decision, required_inputs=hrefs)


def _required(hrefs: Iterable[str], elements: dict[str, _Element]) -> Iterator[_Element]:
    """The elements of the same model that *hrefs* name."""
    for href in hrefs:
        found = elements.get(href.rpartition("#")[2])
        if found is not None:
            yield found


def _letters(name: str) -> str:
    """What is left of a name in any spelling: `Age of child`, `ageOfChild` and `age_of_child` are one."""
    return "".join(character for character in name.casefold() if character.isalnum())


def _is_readable(name: str) -> bool:
    """Whether an expression can read a value of this name."""
    try:
        return compile_expression(name, [name]).node == nodes.Name(name)
    except EngineError:
        return False
