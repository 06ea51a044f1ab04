"""A table ends in time, whatever its cells cost: all that one evaluation reaches shares one budget."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn import DecisionLibrary
from engine.errors import EngineError, ErrorCode
from tests.dmn.models import decision_xml, read, table_xml

# Thirty times a million characters: nearly a million steps, done at once.
DEAR = "count(for i in 1..30 return string length(text)) > ?"
TEXT = "a" * 1_000_000


def library_of(rules: int) -> DecisionLibrary:
    rows = {f"r{number}": {"when": [DEAR], "then": ["1"]} for number in range(rules)}
    table = {"hit_policy": "COLLECT", "inputs": {"age": "number"}, "outputs": {"fare": "number"}, "rules": rows}
    return DecisionLibrary([read(decision_xml(table_xml(table), {"age": "number", "text": "string"}))])


def test_table_of_many_cells_that_take_long_is_stopped_with_its_place() -> None:
    with pytest.raises(EngineError) as raised:
        library_of(5).evaluate("Decision_Answer", {"age": Decimal(1), "text": TEXT})

    assert raised.value.code is ErrorCode.FEEL_LIMIT
    assert raised.value.problem.location.decision_id == "Decision_Answer"
    assert "left to all that is being evaluated" in raised.value.problem.message


def test_budget_is_whole_again_for_the_next_evaluation() -> None:
    library = library_of(2)

    answers = [library.evaluate("Decision_Answer", {"age": Decimal(n), "text": TEXT}).value for n in range(4)]

    assert answers == [[Decimal(1), Decimal(1)]] * 4
