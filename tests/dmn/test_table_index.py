"""The index of a table finds exactly the rules that running every test would find."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn import DecisionLibrary
from engine.feel import FeelDate, FeelDateTime, Value, compile_unary_tests
from tests.dmn.models import decision_xml, feel, read, table_xml

NUMBERS = ["-1", "0", "1", "1.0", "2.5", "10", "1e3"]
WORDS = ['"a"', '"b"', '""', '"ä"']
DATES = ['@"2020-01-31"', 'date("2020-02-29")', '@"-0044-03-15"']
OTHERS = ["true", "false", "null", '@"2020-01-31T10:00:00"', '@"P1D"', '["a", "b"]', "[1, 2]"]
POINTS = [*NUMBERS, *WORDS, *DATES, *OTHERS]

bounds = st.one_of(st.sampled_from(NUMBERS), st.sampled_from(DATES))
comparison = st.builds(lambda operator, bound: f"{operator} {bound}", st.sampled_from(["<", "<=", ">", ">="]), bounds)
interval = st.builds(
    lambda opening, pair, closing: f"{opening}{pair[0]}..{pair[1]}{closing}",
    st.sampled_from("[("),
    st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)),
    st.sampled_from(")]"),
)
single = st.one_of(st.sampled_from(POINTS), comparison, interval)
several = st.lists(single, min_size=1, max_size=3).map(", ".join)
cell = st.one_of(st.just("-"), several, several.map(lambda text: f"not({text})"))


@settings(max_examples=300, deadline=None)
@given(
    cells=st.lists(cell, min_size=1, max_size=12), text=st.sampled_from([*POINTS, "1.00", "5", '"c"', '@"2020-02-01"'])
)
def test_index_and_plain_tests_agree(cells: list[str], text: str) -> None:
    rules = {f"Rule_{number}": {"when": [each], "then": [str(number)]} for number, each in enumerate(cells)}
    table = {"hit_policy": "RULE ORDER", "inputs": {"x": "Any"}, "outputs": {"rule": "number"}, "rules": rules}
    value = feel(text)

    found = DecisionLibrary([read(decision_xml(table_xml(table), {"x": ""}))]).evaluate("Decision_Answer", {"x": value})

    expected = [
        Decimal(number)
        for number, each in enumerate(cells)
        if each == "-" or compile_unary_tests(each, ["x"]).evaluate(value, {"x": value}).value is True
    ]
    assert found.value == expected


POLICIES = ["UNIQUE", "ANY", "FIRST", "RULE ORDER", "COLLECT"]


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(st.tuples(cell, cell), min_size=1, max_size=6),
    policy=st.sampled_from(POLICIES),
    result_type=st.sampled_from(["", "number", "string"]),
    given_texts=st.lists(st.tuples(st.sampled_from(POINTS), st.sampled_from(POINTS)), min_size=3, max_size=3),
)
def test_library_that_has_answered_before_gives_the_same_result_and_record(
    cells: list[tuple[str, str]], policy: str, result_type: str, given_texts: list[tuple[str, str]]
) -> None:
    rules = {f"Rule_{n}": {"when": list(each), "then": [str(n)]} for n, each in enumerate(cells)}
    table = {
        "hit_policy": policy,
        "inputs": {"x": "number", "w": "string"},
        "outputs": {"rule": "number"},
        "rules": rules,
    }
    model = read(decision_xml(table_xml(table), {"x": "number", "w": "string"}, result_type=result_type))
    used = DecisionLibrary([model])

    for x, w in [*given_texts, ("1", '"a"')]:
        inputs = {"x": feel(x), "w": feel(w)}
        expected = DecisionLibrary([model]).evaluate("Decision_Answer", inputs)
        assert [used.evaluate("Decision_Answer", inputs) for _ in range(3)] == [expected] * 3


@pytest.mark.parametrize("value", [Decimal(7), "w7", FeelDate(2020, 1, 8)])
def test_selective_column_runs_no_test_of_other_rules(value: Value) -> None:
    cells = {Decimal: "{n}", str: '"w{n}"', FeelDate: '@"2020-01-{day:02d}"'}[type(value)]
    rules = {f"Rule_{n}": {"when": [cells.format(n=n, day=n + 1), "broken > 1"], "then": [str(n)]} for n in range(20)}
    table = {"inputs": {"x": "Any", "1": "number"}, "outputs": {"rule": "number"}, "rules": rules}
    library = DecisionLibrary([read(decision_xml(table_xml(table), {"x": ""}))])

    result = library.evaluate("Decision_Answer", {"x": value})

    assert {warning.location.rule_id for warning in result.warnings if warning.location.rule_id} == {"Rule_7"}


def test_date_and_time_is_compared_without_its_fraction_although_no_index_holds_it() -> None:
    cell_text = '@"2020-01-31T10:00:00.5"'
    table = {
        "inputs": {"x": "Any"},
        "outputs": {"hit": "boolean"},
        "rules": {"Rule_A": {"when": [cell_text], "then": ["true"]}},
    }
    library = DecisionLibrary([read(decision_xml(table_xml(table), {"x": ""}))])
    moment = feel('@"2020-01-31T10:00:00"')

    assert isinstance(moment, FeelDateTime)
    assert library.evaluate("Decision_Answer", {"x": moment}).value is True
