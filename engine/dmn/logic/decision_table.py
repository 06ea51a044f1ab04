"""The decision table: inputs, matching rules by index, hit policy, outputs, record (DMN 1.5, chapter 8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from engine.dmn.audit import FailedEntry, MatchedRule, UnmatchedRule
from engine.dmn.hit_policy import POLICIES, SEVERAL, Answer, Hit, Outputs, Ranks, aggregate
from engine.dmn.logic.literal_expression import Fixed
from engine.dmn.logic.table_columns import InputColumn, LookedUp, NotAllowed, OutputColumn
from engine.dmn.model import Aggregation, DecisionTable, HitPolicy
from engine.dmn.run import Logic, Run, Scope
from engine.dmn.show import show
from engine.dmn.table_index import RuleSet, first_of, rules_of
from engine.errors import ErrorCode, Problem, Severity
from engine.feel import Value

if TYPE_CHECKING:
    from engine.dmn.compiler import Compiler, Names


def compile_decision_table(node: DecisionTable, names: Names, compiler: Compiler) -> Logic:
    return Table(node, names, compiler)


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
        self._labels = [clause.label for clause in node.inputs]
        self.outputs = [OutputColumn(clause, node, names, compiler) for clause in node.outputs]
        self.entries: list[tuple[Logic, ...]] = [
            tuple(compiler.expression(entry, names) for entry in rule.output_entries) for rule in node.rules
        ]
        self.ranks: Ranks = tuple(output.rank for output in self.outputs)
        self.has_default = any(output.default is not None for output in self.outputs)
        self.policy = POLICIES[node.hit_policy]
        self.warns_without_hit = not self.has_default and (
            node.hit_policy not in SEVERAL or node.aggregation not in (None, Aggregation.COUNT)
        )
        self.first_only = node.hit_policy is HitPolicy.FIRST
        checks_alike = all(output.checks_alike for output in self.outputs)
        self._alike = [checks_alike and all(isinstance(entry, Fixed) for entry in entries) for entries in self.entries]
        self._known: dict[int, tuple[Value, MatchedRule]] = {}
        """Value and record where one rule alone counts whose outputs are literals: the same each time, so made once."""

    # ---- evaluating -------------------------------------------------------------------------------------------

    def __call__(self, scope: Scope, run: Run) -> Value:
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
        if len(counting) == 1 and counting[0] in self._known and not run.explain:
            value, record = self._known[counting[0]]
            run.frame.matched.append(record)
            return value
        return self._answer(counting, matching, found, scope, run)

    def known(self, rule: int) -> tuple[Value, MatchedRule] | None:
        """Value and record where this rule alone counts, when they are the same each time and it has counted once."""
        return self._known.get(rule)

    def _answer(self, counting: list[int], matching: list[int], found: list[LookedUp], scope: Scope, run: Run) -> Value:
        """What the hit policy makes of the rules that count, recorded."""
        warned = len(run.warnings)
        hits = [Hit(rule, self._outputs_of(rule, scope, run)) for rule in counting]
        answer = self.policy(hits, self._shape, self.ranks)
        self._record(answer, run)
        if run.explain:
            self._explain([value for value, _, _ in found], scope, run, matching, answer.counted)
        if answer.problem is not None:
            self._report_clash(answer, run)
            return None
        value = self._aggregated(answer, run)
        if len(counting) == 1 and self._alike[counting[0]] and len(run.warnings) == warned:
            self._known[counting[0]] = value, run.frame.matched[-1]
        return value

    def _matching(self, looked_up: list[LookedUp], scope: Scope, run: Run) -> list[int]:
        """The matching rules in order. Tests that depend on more than their input run only for rules still open."""
        open_rules = self.all_rules
        undecided: RuleSet = 0
        for _, sure, dynamic in looked_up:
            open_rules &= sure | dynamic
            undecided |= dynamic
        if not open_rules:
            return []
        first_only = self.first_only and not run.explain
        if not undecided & open_rules:
            return [first_of(open_rules)] if first_only else list(rules_of(open_rules))
        to_run = [
            (column, value, dynamic)
            for column, (value, _, dynamic) in zip(self.inputs, looked_up, strict=True)
            if dynamic & open_rules
        ]
        found = []
        for rule in rules_of(open_rules):
            if all(column.passes(rule, value, scope, run) for column, value, rules in to_run if rules >> rule & 1):
                found.append(rule)
                if first_only:
                    break
        return found

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
        run.add_warnings((self.no_rule(values),))
        return None

    def no_rule(self, values: Sequence[Value]) -> Problem:
        """What is said when no rule matches these inputs, in column order."""
        shown = ", ".join([f"{label} = {show(value)}" for label, value in zip(self._labels, values, strict=True)])
        return Problem(
            ErrorCode.DMN_NO_RULE,
            f'expected a matching rule in the table "{self.label}", but none matches {shown}.',
            self.node.place,
            Severity.WARNING,
            "add a rule for this case, or ask for the explanation to see which cell failed in each rule",
        )

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
                yield UnmatchedRule(rule.id, rule.index, rule.clauses, None, None, None, reason, self.label)
                continue
            failed = []
            where: dict[str, Value] = {}
            for column, value, cell in zip(self.inputs, values, rule.input_entries, strict=True):
                if not column.passes(number, value, scope, run):
                    failed.append(FailedEntry(column.clause.label, cell.text, value))
                    where.update(column.named_values(number, scope))
            if failed:
                first, *others = failed
                yield UnmatchedRule(
                    rule.id,
                    rule.index,
                    rule.clauses,
                    first.input,
                    first.cell,
                    first.value,
                    table=self.label,
                    also=tuple(others),
                    where=where,
                )
