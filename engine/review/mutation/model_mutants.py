"""The mutants of a decision model: every text of its decisions, every rule, every output entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from engine.dmn import Decision, HitPolicy, Model, Rule
from engine.dmn.elements import Elements
from engine.dmn.model import BusinessKnowledgeModel, Cell, DecisionTable, LiteralExpression
from engine.dmn.requirements import Graph
from engine.feel import Node
from engine.law.readings import COLUMNS
from engine.review.mutation.claims import Claims
from engine.review.mutation.feel_changes import Change, changes_of
from engine.review.mutation.kinds import Kind
from engine.review.mutation.mutant import Mutant, cited
from engine.review.mutation.parts import parts_of

Put = Callable[[Any], Any]
Names = frozenset[str]
KEY, VALUE, _ = COLUMNS
_ORDERED_BY_OUTPUT = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})


def model_mutants(models: Iterable[Model], *, limits: str | None = None, read: Names | None = None) -> Iterator[Mutant]:
    """Every mutant of every decision of *models*; *limits* is the decision that holds the limits of time.

    *read* are all names that something reads. A table of readings says of each reading much that is for people alone:
    there only the key and the value of a reading are mutated, and only when something reads that key.
    Business knowledge models are mutated as a part of the decisions that call them: results of these may change.
    """
    known = tuple(models)
    elements = Elements(Graph(known))
    for model in known:
        elements.compile_all(model)
        # By identity of the place: the compiler hands on the very place that the reader made.
        nodes = {
            id(text.place): text.code.node
            for text in elements.compilers[model.namespace].texts
            if text.code is not None
        }
        reader = _ModelReader(model, nodes, limits, read)
        for decision in model.decisions:
            yield from reader.decision(decision)
        for knowledge in model.knowledge_models:
            yield from reader.knowledge(knowledge)


@dataclass(frozen=True, slots=True)
class _Site:
    """One place in a model: the ids for reports, and how a changed part becomes a changed model."""

    owner: str
    place: str
    part: str
    label: str
    clauses: tuple[str, ...]
    put: Put
    decision: str | None
    rule: str | None = None


class _ModelReader:
    def __init__(self, model: Model, nodes: Mapping[int, Node], limits: str | None, read: Names | None) -> None:
        self._model = model
        self._nodes = nodes
        self._limits = limits
        self._read = read

    def decision(self, decision: Decision) -> Iterator[Mutant]:
        self._claims = Claims.of_text(decision.description)
        of_rules = tuple(chain.from_iterable(rule.clauses for rule in decision.rules))
        clauses = cited(decision.clauses, of_rules, _all_clauses(self._model))

        def put(changed: Any) -> Model:
            others = self._model.decisions
            return replace(self._model, decisions=tuple(changed if each is decision else each for each in others))

        whole = _Site(decision.id, decision.id, "", decision.name, clauses, put, decision.id)
        yield from self._inside(whole, decision)

    def knowledge(self, knowledge: BusinessKnowledgeModel) -> Iterator[Mutant]:
        self._claims = Claims.of_text(knowledge.description)

        def put(changed: Any) -> Model:
            others = self._model.knowledge_models
            return replace(
                self._model, knowledge_models=tuple(changed if each is knowledge else each for each in others)
            )

        clauses = _all_clauses(self._model)
        whole = _Site(knowledge.id, knowledge.id, "", knowledge.name, clauses, put, knowledge.id)
        yield from self._inside(whole, knowledge)

    # ---- parts -----------------------------------------------------------------------------------------------------

    def _inside(self, whole: _Site, root: Any) -> Iterator[Mutant]:
        """Everything in a decision; what lies in a rule is left to the rule."""
        in_rules: set[int] = set()
        for part, put in parts_of(root):
            if id(part) in in_rules:
                continue
            site = replace(whole, put=_then(put, whole.put))
            match part:
                case DecisionTable():
                    for clause in part.inputs:
                        in_rules.add(id(clause.allowed))
                    for column in part.outputs:
                        in_rules.add(id(column.allowed))
                    for rule in part.rules:
                        in_rules.update(id(inner) for inner, _ in parts_of(rule))
                    yield from self._table(site, part)
                case LiteralExpression() | Cell():
                    yield from self._text(replace(site, part=part.place.part or "expression"), part)

    def _table(self, site: _Site, table: DecisionTable) -> Iterator[Mutant]:
        columns = [output.name for output in table.outputs]
        readings = set(COLUMNS) <= set(columns)
        for index, rule in enumerate(table.rules):
            if readings and self._is_unread(rule.output_entries[columns.index(KEY)].text):
                continue
            claims = Claims.of_text(rule.description)
            own = replace(
                site,
                place=rule.id,
                label=rule.reason or rule.id,
                clauses=cited(rule.clauses, site.clauses),
                put=_then(_rule_put(table, index), site.put),
                rule=rule.id,
            )
            without = replace(table, rules=(*table.rules[:index], *table.rules[index + 1 :]))
            removed = Change(Kind.REMOVED_RULE, "", "the rule is missing")
            yield self._mutant(own, removed, _model_of(site.put, without), claims)
            for number, cell in enumerate(rule.input_entries):
                put = _entry_put(rule, "input_entries", number)
                label = table.inputs[number].label
                # A changed test may let the rule hit where it did not, so that it need not have matched before.
                entry = replace(own, part=f'input "{label}"', put=_then(put, own.put), rule=None)
                yield from self._text(entry, cell, claims)
            for number, literal in enumerate(rule.output_entries):
                if readings and columns[number] not in (KEY, VALUE):
                    continue
                put = _entry_put(rule, "output_entries", number)
                name = table.outputs[number].name or table.outputs[number].label
                part = f'output "{table.outputs[number].label}"'
                needed = None if table.hit_policy in _ORDERED_BY_OUTPUT else rule.id
                entry = replace(own, part=part, put=_then(put, own.put), rule=needed)
                texts = [change.text for change in self._changes(literal)]
                yield from self._text(entry, literal, claims)
                other = _another_output(table, index, number)
                if other not in texts and other != literal.text:
                    change = Change(Kind.RULE_OUTPUT, other, f"{name} {literal.text} becomes {other}")
                    changed = replace(literal, text=other)
                    yield self._mutant(entry, change, _model_of(entry.put, changed), claims)

    def _is_unread(self, key: str) -> bool:
        return self._read is not None and key.strip().strip('"') not in self._read

    def _text(self, site: _Site, text: Cell | LiteralExpression, claims: Claims | None = None) -> Iterator[Mutant]:
        for change in self._changes(text):
            if site.owner == self._limits and site.part.startswith("output") and change.kind is Kind.THRESHOLD:
                change = replace(change, kind=Kind.TIME_LIMIT)
            yield self._mutant(site, change, _model_of(site.put, replace(text, text=change.text)), claims)

    def _changes(self, text: Cell | LiteralExpression) -> Iterable[Change]:
        node = self._nodes.get(id(text.place))
        return () if node is None else changes_of(node)

    def _mutant(self, site: _Site, change: Change, changed: Callable[[], Model], claims: Claims | None) -> Mutant:
        what = f"{site.part}: {change.what}" if site.part else change.what
        return Mutant(
            id=f"{site.owner} > {site.place} > {what}",
            kind=change.kind,
            file=self._model.file,
            owner=site.owner,
            place=site.place,
            label=site.label,
            clauses=site.clauses,
            what=what,
            changed=changed,
            decision=site.decision,
            rule=site.rule,
            claim=(claims.reason_for(change, site.part) if claims else None)
            or self._claims.reason_for(change, site.part),
        )


# ---- helpers --------------------------------------------------------------------------------------------------------


def _all_clauses(model: Model) -> tuple[str, ...]:
    decisions = model.decisions
    found = chain.from_iterable((*each.clauses, *chain(*(rule.clauses for rule in each.rules))) for each in decisions)
    return tuple(dict.fromkeys(found))


def _another_output(table: DecisionTable, index: int, number: int) -> str:
    """The entry of the next rule whose entry in this column differs; null where all are the same."""
    own = table.rules[index].output_entries[number].text
    following = (*table.rules[index + 1 :], *table.rules[:index])
    return next(
        (each.output_entries[number].text for each in following if each.output_entries[number].text != own), "null"
    )


def _rule_put(table: DecisionTable, index: int) -> Put:
    return lambda rule: replace(table, rules=(*table.rules[:index], rule, *table.rules[index + 1 :]))


def _entry_put(rule: Rule, name: str, number: int) -> Put:
    entries = getattr(rule, name)

    def put(entry: Any) -> Any:
        changed: dict[str, Any] = {name: (*entries[:number], entry, *entries[number + 1 :])}
        return replace(rule, **changed)

    return put


def _then(first: Put, second: Put) -> Put:
    return lambda part: second(first(part))


def _model_of(put: Put, part: Any) -> Callable[[], Model]:
    def changed() -> Model:
        model: Model = put(part)
        return model

    return changed
