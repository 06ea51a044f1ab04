"""What changed in decision models: decisions, columns, rules matched by their ids, cells, expressions.

Rows of the table that the manifest names for limits of time, and of tables of readings, are told in their own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.calendars import show_amount
from engine.clauses import without_clauses
from engine.dmn import Decision, HitPolicy, Model, Rule
from engine.dmn.model import BoxedExpression, BusinessKnowledgeModel, DecisionTable, LiteralExpression
from engine.law.readings import COLUMNS
from engine.review.diff.change import Change, Part, changed_fields, cited, clauses_changed, is_was, matched, shown

KEY, VALUE, _ = COLUMNS
_LINE = re.compile(r"line=(\d+|None)")
ORDERED = frozenset({HitPolicy.FIRST, HitPolicy.RULE_ORDER, HitPolicy.COLLECT})
AMOUNT, UNIT = "amount", "unit"
DECISION: Mapping[str, str] = {
    "name": "the name",
    "label": "the label",
    "question": "the question",
    "allowed_answers": "the list of allowed answers",
    "required_decisions": "the list of needed decisions",
    "required_inputs": "the list of needed inputs",
    "required_knowledge": "the list of needed knowledge",
    "required_authorities": "the list of sources",
    "variable": "the variable of its result",
}
MODEL: Mapping[str, str] = {
    "name": "the name of the model",
    "namespace": "the namespace",
    "imports": "the imported models",
    "item_definitions": "the declared types",
    "input_data": "the input data",
    "services": "the decision services",
    "knowledge_sources": "the sources",
    "description": "the description",
}


def table_changes(
    old: Mapping[str, Model], new: Mapping[str, Model], *, limits: frozenset[str] = frozenset()
) -> Iterator[Change]:
    """The changes of all decisions, matched by their ids wherever they lie; *limits* decide on limits of time."""
    for _, was_model, now_model in matched(old, new):
        if was_model is not None and now_model is not None:
            for label, was, now in changed_fields(was_model, now_model, MODEL):
                if _without_places(repr(was)) == _without_places(repr(now)):
                    continue
                said = is_was(label, now, was) if isinstance(now, str) else f"{label} changed"
                yield Change(Part.TABLES, now_model.file, now_model.id, now_model.id, said)
            yield from _knowledge_changes(was_model, now_model)
    before = {each.id: (model.file, each) for model in old.values() for each in model.decisions}
    after = {each.id: (model.file, each) for model in new.values() for each in model.decisions}
    for name, was_decision, now_decision in matched(before, after):
        if was_decision is not None and now_decision is None:
            file, decision = was_decision
            yield Change(Part.TABLES, file, name, name, f"the decision {_called(decision)} is gone", _clauses(decision))
        elif now_decision is not None and was_decision is None:
            file, decision = now_decision
            rules = f", with {len(decision.rules)} rules" if decision.rules else ""
            said = f"the decision {_called(decision)} is new{rules}"
            yield Change(Part.TABLES, file, name, name, said, _clauses(decision))
        elif was_decision is not None and now_decision is not None:
            file = now_decision[0]
            yield from _DecisionChanges(file, was_decision[1], now_decision[1], name in limits).read()


class _DecisionChanges:
    def __init__(self, file: str, old: Decision, new: Decision, is_limits: bool) -> None:
        self._file = file
        self._old = old
        self._new = new
        self._is_limits = is_limits

    def read(self) -> Iterator[Change]:
        old, new = self._old, self._new
        for label, was, now in changed_fields(old, new, DECISION):
            yield self._change(new.id, is_was(f"{label} of {_called(new)}", _plain(now), _plain(was)))
        yield from self._words(new.id, _called(new), old, new)
        if isinstance(old.expression, DecisionTable) and isinstance(new.expression, DecisionTable):
            yield from self._table(old.expression, new.expression)
        elif _bare(old.expression) != _bare(new.expression):
            yield self._change(new.id, _logic_sentence(_called(new), old.expression, new.expression))

    def _table(self, old: DecisionTable, new: DecisionTable) -> Iterator[Change]:
        called = _called(self._new)
        if (old.hit_policy, old.aggregation) != (new.hit_policy, new.aggregation):
            said = is_was(f"the hit policy of {called}", _policy(new), _policy(old))
            yield self._change(self._new.id, said)
        for what, was, now in (("input", _inputs(old), _inputs(new)), ("output", _outputs(old), _outputs(new))):
            for label, before, after in matched(was, now):
                if before is None:
                    yield self._change(self._new.id, f'the {what} "{label}" of {called} is new: {after}')
                elif after is None:
                    yield self._change(self._new.id, f'the {what} "{label}" of {called} is gone')
                elif before != after:
                    yield self._change(self._new.id, is_was(f'the {what} "{label}" of {called}', after, before))
        before_rules, after_rules = ({rule.id: rule for rule in table.rules} for table in (old, new))
        for rule_id, was_rule, now_rule in matched(before_rules, after_rules):
            yield from self._rule(rule_id, was_rule, now_rule, old, new)
        kept = [rule.id for rule in new.rules if rule.id in before_rules]
        if kept != [rule.id for rule in old.rules if rule.id in after_rules]:
            said = (
                "which matters" if str(new.hit_policy) in ("FIRST", "RULE ORDER", "OUTPUT ORDER") else "without effect"
            )
            yield self._change(self._new.id, f"the rules of {called} stand in another order, {said}")

    def _rule(
        self, rule_id: str, old: Rule | None, new: Rule | None, old_table: DecisionTable, new_table: DecisionTable
    ) -> Iterator[Change]:
        if new is None and old is not None:
            yield self._about(old, f"the rule {self._row(old, old_table)} is gone")
        elif old is None and new is not None:
            yield self._about(new, f"the rule {self._row(new, new_table)} is new")
        elif old is not None and new is not None:
            clauses = cited(new.clauses, old.clauses)
            named = self._named(new, new_table)
            for what, table in (("input", old_table), ("output", old_table)):
                before = _cells(old, table, what)
                after = _cells(new, new_table, what)
                if what == "output" and self._is_limits and _amount(before) != _amount(after):
                    said = is_was(f"the limit {named}", _amount(after), _amount(before))
                    yield self._about(new, said, clauses)
                    before, after = (
                        {name: text for name, text in cells.items() if name not in (AMOUNT, UNIT)}
                        for cells in (before, after)
                    )
                for label, was, now in matched(before, after):
                    if was is not None and now is not None and was != now:
                        yield self._about(new, self._cell(named, what, label, now, was), clauses)
            yield from self._words(rule_id, f"the rule {rule_id}", old, new)

    def _cell(self, named: str, what: str, label: str, now: str, was: str) -> str:
        if self._is_readings and label == VALUE:
            return is_was(f"the reading {named}", now, was)
        return is_was(f'the {what} "{label}" of {named}', now, was)

    @property
    def _is_readings(self) -> bool:
        expression = self._new.expression
        return isinstance(expression, DecisionTable) and set(COLUMNS) <= {each.name for each in expression.outputs}

    def _named(self, rule: Rule, table: DecisionTable) -> str:
        """A row as a person calls it: a limit or reading by its name and clause, another rule by its id."""
        clauses = f" of {rule.clauses[0]}" if rule.clauses else ""
        if self._is_limits and rule.input_entries:
            return f"{rule.input_entries[0].text.strip().strip(chr(34))}{clauses}"
        if self._is_readings:
            return f"{_cells(rule, table, 'output')[KEY].strip(chr(34))}{clauses}"
        return f"{rule.id}{clauses}"

    def _row(self, rule: Rule, table: DecisionTable) -> str:
        tests = "; ".join(f"{label} {text}" for label, text in _cells(rule, table, "input").items() if text != "-")
        results = "; ".join(f"{label} {text}" for label, text in _cells(rule, table, "output").items())
        return f"{rule.id} (when {tests or 'anything'}: {results})"

    def _words(self, place: str, called: str, old: Decision | Rule, new: Decision | Rule) -> Iterator[Change]:
        clauses = cited(new.clauses, old.clauses)
        said = clauses_changed(old.clauses, new.clauses)
        if said:
            yield self._change(place, f"{called} {said}", clauses)
        before, after = (" ".join(without_clauses(each.description).split()) for each in (old, new))
        if before != after:
            yield self._change(place, is_was(f"the description of {called}", _quoted(after), _quoted(before)), clauses)

    def _about(self, rule: Rule, sentence: str, clauses: tuple[str, ...] | None = None) -> Change:
        return self._change(rule.id, sentence, rule.clauses if clauses is None else clauses)

    def _change(self, place: str, sentence: str, clauses: tuple[str, ...] | None = None) -> Change:
        part = Part.LIMITS if self._is_limits else Part.READINGS if self._is_readings else Part.TABLES
        cites = cited(_clauses(self._new), _clauses(self._old)) if clauses is None else clauses
        return Change(part, self._file, self._new.id, place, sentence, cites)


def _knowledge_changes(old: Model, new: Model) -> Iterator[Change]:
    before, after = ({each.id: each for each in model.knowledge_models} for model in (old, new))
    for name, was, now in matched(before, after):
        if was is None or now is None:
            said = "is new" if was is None else "is gone"
            yield Change(Part.TABLES, new.file, name, name, f"the knowledge model {name} {said}")
        elif _bare_knowledge(was) != _bare_knowledge(now):
            yield Change(Part.TABLES, new.file, name, name, f"the knowledge model {name} computes in another way")


# ---- words ----------------------------------------------------------------------------------------------------------


def _cells(rule: Rule, table: DecisionTable, what: str) -> dict[str, str]:
    """The texts of a rule by column: inputs by label, outputs by name."""
    if what == "input":
        return {column.label: each.text for column, each in zip(table.inputs, rule.input_entries, strict=False)}
    return {
        column.name or column.label: each.text for column, each in zip(table.outputs, rule.output_entries, strict=False)
    }


def _amount(cells: Mapping[str, str]) -> str:
    """The amount and unit of a limit: ``30 calendar days``."""
    amount, unit = cells.get(AMOUNT, ""), cells.get(UNIT, "").strip('"')
    try:
        return show_amount(int(amount), unit)
    except ValueError:
        return f"{amount} {unit}".strip()


def _inputs(table: DecisionTable) -> dict[str, str]:
    return {
        each.label: " ".join(
            filter(
                None,
                (
                    each.expression.text,
                    f"as {each.expression.type_ref}" if each.expression.type_ref else "",
                    f"among {each.allowed.text}" if each.allowed else "",
                ),
            )
        )
        for each in table.inputs
    }


def _outputs(table: DecisionTable) -> dict[str, str]:
    return {
        each.label: " ".join(
            filter(
                None,
                (
                    each.name,
                    each.type_ref,
                    f"among {each.allowed.text}" if each.allowed else "",
                    f"by default {each.default.text}" if each.default else "",
                ),
            )
        )
        for each in table.outputs
    }


def _policy(table: DecisionTable) -> str:
    return f"{table.hit_policy} {table.aggregation or ''}".strip()


def _logic_sentence(called: str, old: BoxedExpression | None, new: BoxedExpression | None) -> str:
    if isinstance(old, LiteralExpression) and isinstance(new, LiteralExpression):
        return is_was(f"the expression of {called}", new.text, old.text)
    kinds = [_kind(each) for each in (old, new)]
    if kinds[0] != kinds[1]:
        return is_was(f"the logic of {called}", kinds[1], kinds[0])
    return f"the {kinds[1]} of {called} computes in another way"


def _kind(expression: BoxedExpression | None) -> str:
    """DecisionTable -> decision table"""
    if expression is None:
        return "left to people"
    name = type(expression).__name__
    return "".join(f" {each.lower()}" if each.isupper() else each for each in name).strip()


def _bare(expression: BoxedExpression | None) -> str:
    """The expression without its places in the file."""
    return _without_places(repr(expression))


def _bare_knowledge(knowledge: BusinessKnowledgeModel) -> str:
    return _without_places(repr(replace(knowledge, description="")))


def _without_places(text: str) -> str:
    return _LINE.sub("", text)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(str(each).removeprefix("#") for each in value)
    return getattr(value, "name", value)


def _quoted(text: str) -> str:
    return f'"{shown(text)}"' if text else ""


def _called(decision: Decision) -> str:
    return f'"{decision.name}" ({decision.id})'


def _clauses(decision: Decision) -> tuple[str, ...]:
    return cited(decision.clauses, *(rule.clauses for rule in decision.rules))
