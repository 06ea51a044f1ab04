"""The decision table: inputs, matching rules by index, hit policy, outputs, record (DMN 1.5, chapter 8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from engine.dmn.audit import MatchedRule, UnmatchedRule
from engine.dmn.hit_policy import POLICIES, SEVERAL, Answer, Hit, Outputs, Ranks, aggregate
from engine.dmn.logic.literal_expression import Fixed
from engine.dmn.logic.table_columns import InputColumn, NotAllowed, OutputColumn
from engine.dmn.model import Aggregation, DecisionTable, HitPolicy, Rule
from engine.dmn.run import Logic, Run, Scope
from engine.dmn.show import show
from engine.dmn.table_index import RuleSet, first_of, rules_of
from engine.errors import ErrorCode, Severity
from engine.feel import Value

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names


def compile_decision_table(node: DecisionTable, names: Names, compiler: Compiler) -> Logic:
    return Table(node, names, compiler).evaluate


class Table:
    """One compiled table."""

    def __init__(self, node: DecisionTable, names: Names, compiler: Compiler) -> None:
        self.node = node
        self.rules = node.rules
        self.all_rules: RuleSet = (1 << len(node.rules)) - 1
        self.label = node.label or node.place.decision_id or ""
        self.inputs = [
            InputColumn(clause, [rule.input_entries[column] for rule in node.rules], names, compiler)
            for column, clause in enumerate(node.inputs)
        ]
        self.outputs = [OutputColumn(clause, node, names, compiler) for clause in node.outputs]
        self.entries: list[tuple[Logic, ...]] = [
            tuple(compiler.expression(entry, names) for entry in rule.output_entries) for rule in node.rules
        ]
        self.ranks: Ranks = tuple(output.rank for output in self.outputs)
        self.has_default = any(output.default is not None for output in self.outputs)
        self.policy = POLICIES[node.hit_policy]
        self.first_only = node.hit_policy is HitPolicy.FIRST
        checks_alike = all(output.checks_alike for output in self.outputs)
        # Rules whose outputs are literals hit alike each time; their hits and records are made once.
        self._alike = [checks_alike and all(isinstance(entry, Fixed) for entry in entries) for entries in self.entries]
        self._hits: dict[int, Hit] = {}
        self._records: dict[int, MatchedRule] = {}

    # ---- evaluating -------------------------------------------------------------------------------------------

    def evaluate(self, scope: Scope, run: Run) -> Value:
        try:
            found = [column.look_up(scope, run) for column in self.inputs]
        except NotAllowed:
            return None
        matching = self._matching(found, scope, run)
        if not matching:
            values = [value for value, _, _ in found]
            if run.explain:
                self._explain(values, scope, run, matching, ())
            return self._no_hit(scope, run, values)
        counting = matching[:1] if self.first_only else matching
        hits = [self._hits.get(rule) or self._hit(rule, scope, run) for rule in counting]
        answer = self.policy(hits, self._shape, self.ranks)
        self._record(answer, run)
        if run.explain:
            self._explain([value for value, _, _ in found], scope, run, matching, answer.counted)
        if answer.problem is not None:
            self._report_clash(answer, run)
            return None
        return self._aggregated(answer, run)

    def _matching(self, looked_up: list[tuple[Value, RuleSet, RuleSet]], scope: Scope, run: Run) -> list[int]:
        """The matching rules in order. Tests that depend on more than their input run only for rules still open."""
        open_rules = self.all_rules
        first_only = self.first_only and not run.explain
        to_run: list[tuple[InputColumn, Value, RuleSet]] = []
        for column, (value, sure, dynamic) in zip(self.inputs, looked_up, strict=True):
            open_rules &= sure | dynamic
            if not open_rules:
                return []
            if dynamic:
                to_run.append((column, value, dynamic))
        if not to_run:
            return [first_of(open_rules)] if first_only else list(rules_of(open_rules))
        found = []
        for rule in rules_of(open_rules):
            if all(column.passes(rule, value, scope, run) for column, value, rules in to_run if rules >> rule & 1):
                found.append(rule)
                if first_only:
                    break
        return found

    def _hit(self, rule: int, scope: Scope, run: Run) -> Hit:
        warned = len(run.warnings)
        hit = Hit(rule, self._outputs_of(rule, scope, run))
        if self._alike[rule] and len(run.warnings) == warned:
            self._hits[rule] = hit
        return hit

    def _outputs_of(self, rule: int, scope: Scope, run: Run) -> Outputs:
        place = self.rules[rule].output_entries
        return tuple(
            output.checked(logic(scope, run), entry.place, scope, run)
            for output, logic, entry in zip(self.outputs, self.entries[rule], place, strict=True)
        )

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
            run.frame.matched.append(self._records.get(hit.rule) or self._matched(hit))

    def _matched(self, hit: Hit) -> MatchedRule:
        rule = self.rules[hit.rule]
        outputs = {output.name: value for output, value in zip(self.outputs, hit.outputs, strict=True)}
        record = MatchedRule(rule.id, rule.index, rule.clauses, rule.reason, outputs, self.label)
        if hit.rule in self._hits:
            self._records[hit.rule] = record
        return record

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
                if not column.passes(number, value, scope, run):
                    yield self._unmatched(rule, column.clause.label, cell.text, value, "")
                    break

    def _unmatched(self, rule: Rule, label: str | None, cell: str | None, value: Value, reason: str) -> UnmatchedRule:
        return UnmatchedRule(rule.id, rule.index, rule.clauses, label, cell, value, reason, self.label)
