"""The decision table: inputs, matching rules by index, hit policy, outputs, record (DMN 1.5, chapter 8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.dmn.audit import MatchedRule, UnmatchedRule
from engine.dmn.hit_policy import POLICIES, SEVERAL, Answer, Hit, Outputs, Ranks, aggregate, rank_key
from engine.dmn.item_types import DeclaredType
from engine.dmn.logic.literal_expression import compile_literal_expression, unreadable
from engine.dmn.logic.table_cells import Test, constant_values, entry_of
from engine.dmn.model import Aggregation, Cell, DecisionTable, HitPolicy, InputClause, OutputClause, Rule
from engine.dmn.run import Logic, Run, Scope
from engine.dmn.show import show
from engine.dmn.table_index import ColumnIndex, RuleSet, rules_of
from engine.errors import ErrorCode, Location, Severity
from engine.feel import Value

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names


def compile_decision_table(node: DecisionTable, names: Names, compiler: Compiler) -> Logic:
    return Table(node, names, compiler).evaluate


@dataclass(slots=True)
class _Input:
    clause: InputClause
    value: Logic
    declared: DeclaredType | None
    allowed: Test | None
    tests: list[Test | None]
    index: ColumnIndex


@dataclass(slots=True)
class _Output:
    clause: OutputClause
    name: str
    declared: DeclaredType | None
    allowed: Test | None
    default: Logic | None


class _NotAllowed(Exception):
    """An input lies outside of its type or its allowed values; the table has no answer, and the warning is written."""


class Table:
    """One compiled table."""

    def __init__(self, node: DecisionTable, names: Names, compiler: Compiler) -> None:
        self.node = node
        self.rules = node.rules
        self.all_rules: RuleSet = (1 << len(node.rules)) - 1
        self.label = node.label or node.place.decision_id or ""
        self.inputs = [self._input(clause, column, names, compiler) for column, clause in enumerate(node.inputs)]
        self.outputs = [self._output(clause, names, compiler) for clause in node.outputs]
        self.entries: list[tuple[Logic, ...]] = [
            tuple(compiler.expression(entry, names) for entry in rule.output_entries) for rule in node.rules
        ]
        self.ranks: Ranks = tuple(self._rank(clause, names, compiler) for clause in node.outputs)
        self.has_default = any(output.default is not None for output in self.outputs)
        self.policy = POLICIES[node.hit_policy]

    # ---- compiling --------------------------------------------------------------------------------------------

    def _input(self, clause: InputClause, column: int, names: Names, compiler: Compiler) -> _Input:
        tests = [self._test(rule.input_entries[column], names, compiler) for rule in self.rules]
        index = ColumnIndex(
            [entry_of(test) for test in tests],
            lambda rule: _passes_null(tests[rule]),
        )
        return _Input(
            clause=clause,
            value=compile_literal_expression(clause.expression, names, compiler),
            declared=compiler.type(clause.expression.type_ref, clause.expression.place),
            allowed=None if clause.allowed is None else self._test(clause.allowed, names, compiler),
            tests=tests,
            index=index,
        )

    def _test(self, cell: Cell, names: Names, compiler: Compiler) -> Test | None:
        """The compiled unary tests of a cell; None for `-` and for an empty cell, which need none."""
        if cell.text in ("", "-"):
            return None
        tests = compiler.tests(cell, names)
        warnings = unreadable(compiler.problems_of(cell.place)) if tests is None else None
        return Test(cell, tests, warnings)

    def _output(self, clause: OutputClause, names: Names, compiler: Compiler) -> _Output:
        place = clause.allowed.place if clause.allowed else self.node.place
        return _Output(
            clause=clause,
            name=clause.name or clause.label or self.label,
            declared=compiler.type(clause.type_ref, place),
            allowed=None if clause.allowed is None else self._test(clause.allowed, names, compiler),
            default=None if clause.default is None else compiler.expression(clause.default, names),
        )

    def _rank(self, clause: OutputClause, names: Names, compiler: Compiler) -> dict[object, int] | None:
        """Position of each output value, taken from the clause or from the allowed values of its type."""
        if self.node.hit_policy not in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
            return None
        test: Test | None = None
        if clause.allowed is not None:
            test = self._test(clause.allowed, names, compiler)
        else:
            declared = compiler.type(clause.type_ref, self.node.place)
            if declared is not None and declared.allowed:
                test = self._test(Cell(declared.allowed, self.node.place), names, compiler)
        values = constant_values(test)
        return {rank_key(value): rank for rank, value in enumerate(values)} if values else None

    # ---- evaluating -------------------------------------------------------------------------------------------

    def evaluate(self, scope: Scope, run: Run) -> Value:
        try:
            values = [self._input_value(column, scope, run) for column in self.inputs]
        except _NotAllowed:
            return None
        matching = self._matching(values, scope, run)
        if not matching:
            if run.explain:
                self._explain(values, scope, run, matching, ())
            return self._no_hit(scope, run, values)
        if self.node.hit_policy is HitPolicy.FIRST:
            matching = matching[:1] if not run.explain else matching
            hits = [Hit(matching[0], self._outputs_of(matching[0], scope, run))]
        else:
            hits = [Hit(rule, self._outputs_of(rule, scope, run)) for rule in matching]
        answer = self.policy(hits, self._shape, self.ranks)
        self._record(answer, run)
        if run.explain:
            self._explain(values, scope, run, matching, answer.counted)
        if answer.problem is not None:
            self._report_clash(answer, run)
            return None
        return self._aggregated(answer, run)

    def _input_value(self, column: _Input, scope: Scope, run: Run) -> Value:
        value = column.value(scope, run)
        if value is None:
            return None
        place = column.clause.expression.place
        if column.declared is not None:
            value = column.declared.coerce(
                value, run, place, not_allowed=ErrorCode.DMN_INPUT_NOT_ALLOWED, severity=Severity.ERROR
            )
            if value is None:
                raise _NotAllowed
        if column.allowed is not None and not column.allowed.passes(value, scope, run):
            run.warn(
                ErrorCode.DMN_INPUT_NOT_ALLOWED,
                f'expected one of {column.allowed.cell.text} for "{column.clause.label}", but got {show(value)}.',
                place,
                severity=Severity.ERROR,
                hint="correct the fact, or add the value to the allowed values of the column",
            )
            raise _NotAllowed
        return value

    def _matching(self, values: list[Value], scope: Scope, run: Run) -> list[int]:
        """The matching rules in order. Tests that depend on more than their input run only for rules still open."""
        open_rules = self.all_rules
        to_run: list[tuple[_Input, Value, RuleSet]] = []
        for column, value in zip(self.inputs, values, strict=True):
            sure, dynamic = column.index.look_up(value)
            open_rules &= sure | dynamic
            if not open_rules:
                return []
            if dynamic:
                to_run.append((column, value, dynamic))
        if not to_run:
            if self.node.hit_policy is HitPolicy.FIRST and not run.explain:
                return [next(rules_of(open_rules))]
            return list(rules_of(open_rules))
        first_only = self.node.hit_policy is HitPolicy.FIRST and not run.explain
        found = []
        for rule in rules_of(open_rules):
            if all(
                self._passes(column, value, rule, scope, run) for column, value, rules in to_run if rules >> rule & 1
            ):
                found.append(rule)
                if first_only:
                    break
        return found

    def _passes(self, column: _Input, value: Value, rule: int, scope: Scope, run: Run) -> bool:
        test = column.tests[rule]
        return test is None or test.passes(value, scope, run)

    def _outputs_of(self, rule: int, scope: Scope, run: Run) -> Outputs:
        place = self.rules[rule].output_entries
        return tuple(
            self._output_value(output, logic(scope, run), entry.place, scope, run)
            for output, logic, entry in zip(self.outputs, self.entries[rule], place, strict=True)
        )

    def _output_value(self, output: _Output, value: Value, place: Location, scope: Scope, run: Run) -> Value:
        if value is None:
            return None
        if output.declared is not None:
            value = output.declared.coerce(value, run, place, severity=Severity.ERROR)
        if value is not None and output.allowed is not None and not output.allowed.passes(value, scope, run):
            run.warn(
                ErrorCode.DMN_OUTPUT_NOT_ALLOWED,
                f'expected one of {output.allowed.cell.text} for "{output.name}", but got {show(value)}.',
                place,
                severity=Severity.ERROR,
                hint="correct the cell, or add the value to the output values of the column",
            )
            return None
        return value

    def _shape(self, outputs: Outputs) -> Value:
        if len(self.outputs) == 1:
            return outputs[0]
        return {output.name: value for output, value in zip(self.outputs, outputs, strict=True)}

    def _no_hit(self, scope: Scope, run: Run, values: list[Value]) -> Value:
        """The default output; else an empty list where the policy collects, zero where it counts, null otherwise."""
        policy, aggregation = self.node.hit_policy, self.node.aggregation
        if self.has_default:
            outputs = tuple(None if each.default is None else each.default(scope, run) for each in self.outputs)
            value = self._shape(outputs)
            return [value] if policy in SEVERAL and aggregation is None else value
        if policy in SEVERAL and aggregation is None:
            return []
        if aggregation is Aggregation.COUNT:
            return aggregate(aggregation, ())[0]
        run.warn(
            ErrorCode.DMN_NO_RULE,
            f'expected a matching rule in the table "{self.label}", but none matches {self._show_inputs(values)}.',
            self.node.place,
            hint="add a rule for this case, or ask for the explanation to see which cell failed in each rule",
        )
        return None

    def _aggregated(self, answer: Answer, run: Run) -> Value:
        aggregation = self.node.aggregation
        if aggregation is None or not isinstance(answer.value, list):
            return answer.value
        value, problem = aggregate(aggregation, answer.value)
        if problem is not None:
            run.warn(ErrorCode.FEEL_TYPE_MISMATCH, f"{problem}.", self.node.place, severity=Severity.ERROR)
        return value

    def _report_clash(self, answer: Answer, run: Run) -> None:
        rules = [self.rules[hit.rule] for hit in answer.counted]
        shown = "; ".join(f"{rule.id} [{', '.join(rule.clauses) or 'no clause'}]" for rule in rules)
        run.warn(
            ErrorCode.DMN_HIT_POLICY,
            f"{answer.problem}: {shown}.",
            self.node.place,
            severity=Severity.ERROR,
            hint="make the rules exclude each other, or choose the hit policy that the law means",
        )

    def _show_inputs(self, values: Iterable[Value]) -> str:
        return ", ".join(
            f"{column.clause.label} = {show(value)}" for column, value in zip(self.inputs, values, strict=True)
        )

    # ---- recording --------------------------------------------------------------------------------------------

    def _record(self, answer: Answer, run: Run) -> None:
        for hit in answer.counted:
            rule = self.rules[hit.rule]
            outputs = {output.name: value for output, value in zip(self.outputs, hit.outputs, strict=True)}
            run.frame.matched.append(MatchedRule(rule.id, rule.index, rule.clauses, rule.reason, outputs, self.label))

    def _explain(
        self, values: list[Value], scope: Scope, run: Run, matching: list[int], counted: tuple[Hit, ...]
    ) -> None:
        """For each rule that does not count: the first input entry that failed, or the policy that passed it over."""
        with run.unrecorded() as found:
            found.extend(self._reasons(values, scope, run, matching, counted))
        run.frame.unmatched.extend(found)

    def _reasons(
        self, values: list[Value], scope: Scope, run: Run, matching: list[int], counted: tuple[Hit, ...]
    ) -> Iterator[UnmatchedRule]:
        shown = {hit.rule for hit in counted}
        passed_over = set(matching) - shown
        for number, rule in enumerate(self.rules):
            if number in shown:
                continue
            if number in passed_over:
                reason = f"matches too, but {self.node.hit_policy} takes another rule"
                yield self._unmatched(rule, None, None, None, reason)
                continue
            for column, value, cell in zip(self.inputs, values, rule.input_entries, strict=True):
                if not self._passes(column, value, number, scope, run):
                    yield self._unmatched(rule, column.clause.label, cell.text, value, "")
                    break

    def _unmatched(self, rule: Rule, label: str | None, cell: str | None, value: Value, reason: str) -> UnmatchedRule:
        return UnmatchedRule(rule.id, rule.index, rule.clauses, label, cell, value, reason, self.label)


def _passes_null(test: Test | None) -> bool:
    return test is None or test.passes(None, {}, Run(None))
