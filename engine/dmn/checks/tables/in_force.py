"""What a name in a cell can stand for: the rows of parameter tables, each with its value and when it is in force.

A decision is known in full when it is a table of constants under UNIQUE or ANY, a collected table of constants over one
input, or logic over such decisions alone (the readings in force, by their keys). The values of all other decisions
depend on the case, and their names stay names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product

from engine.dmn.checks.tables.analysis import TableAnalysis
from engine.dmn.checks.tables.conditions import AllOf, Always, Condition, Negation
from engine.dmn.checks.tables.spaces import bits_of
from engine.dmn.elements import Elements
from engine.dmn.model import Decision, HitPolicy, InputData, Model
from engine.dmn.requirements import Target
from engine.dmn.run import Run, Scope
from engine.errors import EngineError
from engine.feel import Value

MAX_ROWS = 200
MAX_RULES = 20_000
"""How many rules are looked at again, all rows together: a large table stays with the names in its cells."""
SHOWN_RULES = 3
ONE_RULE = (HitPolicy.UNIQUE, HitPolicy.ANY)
ROWS_OF_RULES = (HitPolicy.COLLECT, HitPolicy.RULE_ORDER)

Results = Mapping[str, frozenset[str]]
"""Ids of the decisions whose results alone stand under a variable, by its name."""
Alternatives = Mapping[str, Mapping[str, tuple[Value, ...]]]
"""Other values that an output of a rule may be given, by rule id and name of the output: readings to choose from."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a decision, the rules that give it, and what must hold of which input (as its column names it)."""

    value: Value
    rules: tuple[str, ...] = ()
    when: tuple[tuple[str, Condition], ...] = ()


Rows = tuple[Row, ...] | None
"""Every value that a decision can have; None when that depends on the case."""


class Parameters:
    """The rows of all decisions, each found on first use. *elements* are those of each model, by its namespace."""

    def __init__(
        self,
        elements: Mapping[str, Elements],
        analyses: Iterable[TableAnalysis],
        results: Results,
        alternatives: Alternatives,
    ) -> None:
        self._elements = elements
        self._analyses = {id(analysis.table): analysis for analysis in analyses}
        self._alternatives = alternatives
        self._rows: dict[tuple[str, str], Rows] = {}
        self._results: dict[str, list[Target]] = {}
        by_id = {
            decision.id: Target(decision, model, ())
            for namespace, each in elements.items()
            for model in (each.graph.models[namespace],)
            for decision in model.decisions
        }
        for name, decision_ids in results.items():
            self._results[name] = [by_id[each] for each in sorted(decision_ids) if each in by_id]

    def named(self, model: Model, decision: Decision, names: Iterable[str]) -> dict[str, tuple[Row, ...]]:
        """The rows behind each of *names* in the logic of *decision*; names of other things are left out."""
        wanted = set(names)
        found: dict[str, tuple[Row, ...]] = {}
        required = (*decision.required_inputs, *decision.required_decisions)
        for requirement in self._elements[model.namespace].requirements(model, required):
            name = requirement.scope_path[0]
            if name not in wanted or len(requirement.scope_path) > 1:
                continue
            targets = [requirement.target]
            if isinstance(requirement.target.element, InputData):
                targets = self._results.get(name, [])
            rows = [self.rows(target) for target in targets]
            known = [row for each in rows for row in each or ()]
            if known and None not in rows:
                found[name] = tuple(known)
        return found

    def rows(self, target: Target) -> Rows:
        if target.key not in self._rows:
            self._rows[target.key] = None  # a decision that requires itself has no rows
            self._rows[target.key] = self._find(target)
        return self._rows[target.key]

    def _find(self, target: Target) -> Rows:
        decision = target.element
        if not isinstance(decision, Decision) or decision.expression is None:
            return None
        analysis = self._analyses.get(id(decision.expression))
        found = None if analysis is None else self._of_table(analysis)
        return found if found is not None or decision.required_inputs else self._of_logic(target)

    # ---- tables -----------------------------------------------------------------------------------------------

    def _of_table(self, analysis: TableAnalysis) -> Rows:
        constant = all(output.constant is not None for outputs in analysis.outputs for output in outputs)
        defaults = any(output.default is not None for output in analysis.table.outputs)
        if not constant or defaults or analysis.open or analysis.table.aggregation is not None:
            return None
        if analysis.table.hit_policy in ONE_RULE:
            found = [
                Row(_value_of(analysis, rule), (analysis.rules[rule].id,), tuple(_conditions(analysis, rule)))
                for rule in analysis.live
            ]
        elif analysis.table.hit_policy in ROWS_OF_RULES and len(analysis.columns) == 1:
            found = list(islice(self._collected(analysis), MAX_ROWS + 1))
        else:
            return None
        return tuple(found) if 0 < len(found) <= MAX_ROWS else None

    def _collected(self, analysis: TableAnalysis) -> Iterator[Row]:
        """The lists that a collected table gives, and each of them with one other value chosen."""
        [column] = analysis.columns
        seen: set[tuple[int, ...]] = set()
        for atom in bits_of(column.domain):
            matching = tuple(rule for rule, passing in enumerate(column.passing) if passing >> atom & 1)
            if matching in seen or not matching:
                continue
            seen.add(matching)
            holds = [
                each if rule in matching else Negation(each)
                for rule, each in enumerate(column.conditions)
                if not isinstance(each, Always)
            ]
            when = ((column.name, AllOf(tuple(holds))),) if holds else ()
            values = [_value_of(analysis, rule) for rule in matching]
            yield Row(values, tuple(analysis.rules[rule].id for rule in matching), when)
            for place, rule in enumerate(matching):
                rule_id = analysis.rules[rule].id
                for name, others in self._alternatives.get(rule_id, {}).items():
                    outputs = values[place]
                    for other in others:
                        if isinstance(outputs, dict) and outputs.get(name) != other:
                            chosen = {**outputs, name: other}
                            yield Row([*values[:place], chosen, *values[place + 1 :]], (rule_id,), when)

    # ---- logic over decisions that are known in full ------------------------------------------------------------

    def _of_logic(self, target: Target) -> Rows:
        compiled = self._elements[target.model.namespace].decision(target)
        if compiled.logic is None:
            return None
        choices: list[tuple[Row, ...]] = []
        for requirement in compiled.requirements:
            rows = self.rows(requirement.target)
            if rows is None or len(requirement.scope_path) > 1:
                return None
            choices.append(rows)
        names = [requirement.scope_path[0] for requirement in compiled.requirements]
        found: list[Row] = []
        for chosen in islice(product(*choices), MAX_ROWS + 1):
            scope: Scope = dict(zip(names, (row.value for row in chosen), strict=True))
            run = Run(None)
            try:
                value = run.call(compiled.logic, scope, compiled.decision.place)
            except EngineError:
                return None  # a bound of evaluation: nothing is concluded
            if run.warnings:
                return None  # it asks for the clock, or has no value for these rows
            when = tuple(condition for row in chosen for condition in row.when)
            found.append(Row(value, tuple(rule for row in chosen for rule in row.rules), when))
        return tuple(found) if len(found) <= MAX_ROWS else None


def show_rules(rows: Iterable[Row]) -> str:
    """The rules of *rows*, each once; "" when there are too many to tell anything."""
    rules = list(dict.fromkeys(rule for row in rows for rule in row.rules))
    return f" by {', '.join(rules)}" if 0 < len(rules) <= SHOWN_RULES else ""


def _conditions(analysis: TableAnalysis, rule: int) -> Iterator[tuple[str, Condition]]:
    for column in analysis.columns:
        if not isinstance(column.conditions[rule], Always):
            yield column.name, column.conditions[rule]


def _value_of(analysis: TableAnalysis, rule: int) -> Value:
    """What the rule gives: the value of its one output, or a context of several."""
    values = {
        column.name: output.constant.value
        for column, output in zip(analysis.output_columns, analysis.outputs[rule], strict=True)
        if output.constant is not None
    }
    return values if len(analysis.output_columns) > 1 else next(iter(values.values()))
