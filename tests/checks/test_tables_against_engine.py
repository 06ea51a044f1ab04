"""What the checks of tables conclude is what the engine does: random tables, tried out at every kind of input."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest

from engine.dmn import DecisionLibrary, DecisionResult, Model
from engine.dmn.checks.tables import analyse_tables, check_tables
from engine.feel import Value
from tests.checks.test_tables import parameter_xml, required_decision
from tests.dmn.models import decision_xml, feel, read, table_xml

INPUTS = {"age": "number", "plan": "string", "old": "boolean"}
POINTS = [feel(text) for text in ("-1", "0", "0.5", "1", "1.5", "2", "2.5", "3", "4")]
TEXTS: list[Value] = ["a", "b", "other"]
GRID: list[tuple[Value, ...]] = list(itertools.product(POINTS, TEXTS, (True, False)))
SEEDS = range(60)


def cell(kind: str, rnd: random.Random) -> str:
    if rnd.random() < 0.3:
        return "-"
    if kind == "number":
        low, high = sorted(rnd.sample(range(4), 2))
        return rnd.choice(
            [
                f"< {low}",
                f">= {high}",
                f"[{low}..{high}]",
                f"({low}..{high})",
                f"{low}, {high}",
                f"not([{low}..{high}))",
            ]
        )
    if kind == "string":
        return rnd.choice(['"a"', '"b"', '"a", "b"', 'not("a")', 'not("a", "b")', '? != "b"'])
    return rnd.choice(["true", "false", "not(true)"])


def random_model(seed: int, hit_policy: str) -> tuple[Model, int]:
    rnd = random.Random(f"{seed} {hit_policy}")
    count = rnd.randint(2, 7)
    rules = {
        f"R{number}": {"when": [cell(kind, rnd) for kind in INPUTS.values()], "then": [str(number)]}
        for number in range(count)
    }
    table = {"hit_policy": hit_policy, "inputs": INPUTS, "outputs": {"fare": "number"}, "rules": rules}
    return read(decision_xml(table_xml(table), INPUTS)), count


def outcomes(model: Model) -> Iterator[tuple[tuple[Value, ...], DecisionResult]]:
    library = DecisionLibrary([model])
    for values in GRID:
        yield values, library.evaluate("Decision_Answer", dict(zip(INPUTS, values, strict=True)))


@pytest.mark.parametrize("seed", SEEDS)
def test_unique_table_has_gaps_and_overlaps_exactly_where_the_engine_finds_none_or_several(seed: int) -> None:
    # given
    model, _ = random_model(seed, "UNIQUE")
    [analysis] = analyse_tables([model], {})

    # when
    codes = {str(warning.code) for _, result in outcomes(model) for warning in result.warnings}

    # then
    found = {problem.check for problem in check_tables([model])}
    assert bool(analysis.gaps) == ("DMN_NO_RULE" in codes)
    assert bool(found & {"table-gap", "table-boundary"}) == ("DMN_NO_RULE" in codes)
    assert bool(found & {"table-overlap", "table-duplicate"}) == ("DMN_HIT_POLICY" in codes)


@pytest.mark.parametrize("seed", SEEDS)
def test_example_of_a_gap_is_decided_by_no_rule(seed: int) -> None:
    # given
    model, _ = random_model(seed, "UNIQUE")
    [analysis] = analyse_tables([model], {})
    library = DecisionLibrary([model])

    for gap in analysis.gaps:
        # when
        result = library.evaluate("Decision_Answer", dict(zip(INPUTS, analysis.values(gap), strict=True)))

        # then
        assert [str(warning.code) for warning in result.warnings] == ["DMN_NO_RULE"], analysis.example(gap)


@pytest.mark.parametrize("seed", SEEDS)
def test_first_table_has_masked_rules_exactly_where_they_never_decide(seed: int) -> None:
    # given
    model, count = random_model(seed, "FIRST")

    # when
    deciding = {rule.rule_id for _, result in outcomes(model) for rule in result.audit.decisions[-1].matched}

    # then
    idle = {"table-masked", "table-misordered", "table-duplicate", "table-unreachable"}
    told = {problem.location.rule_id for problem in check_tables([model]) if problem.check in idle}
    assert {f"R{number}" for number in range(count)} - deciding == told


def partition(rules: int, seed: int) -> list[list[tuple[int, int]]]:
    """The space of six numbers below 1,000,000, cut into boxes at random."""
    rnd = random.Random(seed)
    boxes = [[(0, 1_000_000)] * 6]
    while len(boxes) < rules:
        box, column = boxes.pop(rnd.randrange(len(boxes))), rnd.randrange(6)
        low, high = box[column]
        middle = rnd.randrange(low + 1, high) if high - low > 1 else None
        parts = [(low, high)] if middle is None else [(low, middle), (middle, high)]
        boxes.extend([*box[:column], part, *box[column + 1 :]] for part in parts)
    return boxes


def partition_model(boxes: list[list[tuple[int, int]]], hit_policy: str = "UNIQUE") -> Model:
    inputs = {f"amount {number}": "number" for number in range(6)}
    rules = {
        f"R{number}": {"when": [f"[{low}..{high})" for low, high in box], "then": [str(number)]}
        for number, box in enumerate(boxes)
    }
    table = {
        "hit_policy": hit_policy,
        "inputs": inputs,
        "outputs": {"fare": "number"},
        "allowed": dict.fromkeys(inputs, "[0..1000000)"),
        "rules": rules,
    }
    return read(decision_xml(table_xml(table), inputs))


@pytest.mark.parametrize("hit_policy", ["UNIQUE", "FIRST"])
def test_thousand_rules_over_six_ranges_are_proven_complete_within_a_quarter_of_the_bound(hit_policy: str) -> None:
    # given
    [analysis] = analyse_tables([partition_model(partition(1000, 4), hit_policy)], {})
    bound = analysis.budget.left

    # then
    assert analysis.gaps == ()
    assert list(analysis.pairs()) == []
    assert bound - analysis.budget.left < bound / 4


def test_one_missing_box_of_a_thousand_is_found_as_it_is() -> None:
    # given
    boxes = partition(1000, 4)
    missing = boxes.pop(500)

    # when
    problems = check_tables([partition_model(boxes)])

    # then
    [problem] = problems
    for number, (low, high) in enumerate(missing):
        assert (low, high) == (0, 1_000_000) or f"amount {number} in [{low}..{high})" in problem.message


def test_table_that_cuts_its_space_too_finely_says_that_the_bound_was_met() -> None:
    # given
    slabs = [
        [(step * 1000, step * 1000 + 1000) if column == step % 6 else (0, 990_000) for column in range(6)]
        for step in range(900)
    ]

    # when
    problems = check_tables([partition_model(slabs, "FIRST")])

    # then
    [told] = [problem for problem in problems if problem.check == "table-not-analysed"]
    assert "stopped at its bound" in told.message


DAYS = ("2011-06-01", "2012-06-01")


def random_model_with_parameter(seed: int) -> Model:
    """A table whose cells compare with a limit that a table gives by its date."""
    rnd = random.Random(f"{seed} limit")
    cells = ["< limit", ">= limit", "> limit", "limit", "< 2", "[1..limit)", "not(limit)", ">= limit + 1", "-"]
    rules = {f"R{number}": {"when": [rnd.choice(cells)], "then": [str(number)]} for number in range(rnd.randint(1, 4))}
    table = {"inputs": {"age": "number"}, "outputs": {"fare": "number"}, "rules": rules}
    rates = {
        "inputs": {"as_of": "date"},
        "outputs": {"years": "number"},
        "rules": [f'< date("2012-01-01") | {rnd.randint(1, 3)}', f'>= date("2012-01-01") | {rnd.randint(1, 3)}'],
    }
    body = decision_xml(table_xml(table), {"age": "number"}) + parameter_xml("limit", rates)
    return read(body.replace("<decisionTable", required_decision("limit") + "<decisionTable", 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_table_that_names_a_parameter_has_gaps_and_overlaps_exactly_where_the_engine_finds_them(seed: int) -> None:
    # given
    model = random_model_with_parameter(seed)
    library = DecisionLibrary([model])

    # when
    codes = {
        str(warning.code)
        for age, day in itertools.product(POINTS, DAYS)
        for warning in library.evaluate("Decision_Answer", {"age": age, "as_of": feel(f'date("{day}")')}).warnings
    }

    # then
    found = {problem.check for problem in check_tables([model])}
    assert bool(found & {"table-gap", "table-boundary"}) == ("DMN_NO_RULE" in codes)
    assert bool(found & {"table-overlap", "table-duplicate"}) == ("DMN_HIT_POLICY" in codes)


def test_large_table_under_many_rows_stays_with_its_names() -> None:
    # given
    rules = {f"R{number}": {"when": [f"[{number}..{number + 1})", "< limit"], "then": ["0"]} for number in range(300)}
    table = {"inputs": {"age": "number", "paid": "number"}, "outputs": {"fare": "number"}, "rules": rules}
    rates = {"inputs": {"zone": "number"}, "outputs": {"n": "number"}, "rules": [f"{n} | {n}" for n in range(100)]}
    body = decision_xml(table_xml(table), table["inputs"]) + parameter_xml("limit", rates)  # type: ignore[arg-type]

    # when
    analyses = analyse_tables(
        [read(body.replace("<decisionTable", required_decision("limit") + "<decisionTable", 1))], {}
    )

    # then
    assert [analysis.in_force for analysis in analyses] == [(), ()]
