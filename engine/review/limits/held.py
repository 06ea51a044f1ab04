"""Which dates a decision holds against which: the columns and expressions in which both of two inputs are read.

A limit of a postmark is not met on the day of an event but by a date that came with it; the decision that was asked
with the last day of the limit tells which date this was. An input that only reaches a table through other decisions is
followed there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import permutations

from engine.dmn import Decision, Model
from engine.dmn.model import DecisionTable, LiteralExpression

_WORD = re.compile(r"\w+")
Pairs = frozenset[tuple[str, str]]


def dates_held(model: Model, decision_id: str) -> Pairs:
    """The pairs of names of input data that *decision_id*, or a decision that it requires, reads together."""
    return frozenset(_Reader(model).pairs(decision_id))


class _Reader:
    def __init__(self, model: Model) -> None:
        self._decisions = {decision.id: decision for decision in model.decisions}
        self._inputs = {data.id: data.variable.name for data in model.input_data}

    def pairs(self, decision_id: str) -> Iterator[tuple[str, str]]:
        decision = self._decisions[decision_id]
        behind = self._behind(decision)
        for texts in _read_together(decision):
            names = {name for text in texts for word in _WORD.findall(text) for name in behind.get(word, ())}
            yield from permutations(sorted(names), 2)
        for required in self._required(decision):
            yield from self.pairs(required.id)

    def _required(self, decision: Decision) -> list[Decision]:
        ids = [href.lstrip("#") for href in decision.required_decisions]
        return [self._decisions[each] for each in ids if each in self._decisions]

    def _behind(self, decision: Decision) -> Mapping[str, frozenset[str]]:
        """By each name that *decision* reads: the input data from which it comes."""
        own = [self._inputs[href.lstrip("#")] for href in decision.required_inputs if href.lstrip("#") in self._inputs]
        behind = {name: frozenset([name]) for name in own}
        for required in self._required(decision):
            behind[required.variable.name] = frozenset(
                name for names in self._behind(required).values() for name in names
            )
        return behind


def _read_together(decision: Decision) -> Iterator[tuple[str, ...]]:
    """The texts of a decision that are about one thing: a column with its cells, or a whole expression."""
    match decision.expression:
        case DecisionTable() as table:
            for index, column in enumerate(table.inputs):
                for rule in table.rules:
                    yield column.expression.text, rule.input_entries[index].text
        case LiteralExpression() as literal:
            yield (literal.text,)
