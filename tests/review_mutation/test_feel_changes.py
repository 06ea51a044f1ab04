"""Every small fault of each kind of FEEL, as a reader of the report would meet it."""

from __future__ import annotations

import pytest

from engine.feel import compile_unary_tests, parse_expression
from engine.review.mutation.claims import Claims
from engine.review.mutation.feel_changes import Change, changes_of, longer, negated
from engine.review.mutation.kinds import Kind

EXPRESSIONS = [
    ("paid < 30", {"paid <= 30", "paid >= 30", "paid < 31", "paid < 29"}),
    ('state = "open"', {'state != "open"'}),
    ("a and b", {"a or b"}),
    ("a or b and c", {"a or (b or c)", "a and (b and c)"}),
    ("not(late)", {"late"}),
    ("late = true", {"late != true", "late = false"}),
    (
        "x in [1..5)",
        {"x in ((1..5))", "x in ([1..5])", "x in ([2..5))", "x in ([0..5))", "x in ([1..6))", "x in ([1..4))"},
    ),
    ("x between 1 and 5", {"x > 1 and x <= 5", "x >= 1 and x < 5"}),
    ('date("2024-02-29")', {'date("2024-03-01")', 'date("2024-02-28")'}),
    ('due + duration("P30D")', {'due - duration("P30D")', 'due + duration("P31D")', 'due + duration("P29D")'}),
    ('@"P1M"', {'@"P2M"', '@"P0M"'}),
    ("if late then 1 else 2", {"if late then 2 else 1", "if late then 2 else 2", "if late then 0 else 2"}),
    ("if not(late) then a else b", {"if late then a else b"}),
    ("some x in xs satisfies x > 2", {"every x in xs satisfies x > 2", "some x in xs satisfies x >= 2"}),
    ("a * 2 / b", {"a / 2 / b", "a * 2 * b", "a * 3 / b", "a * 1 / b"}),
    ("0", {"1", "-1"}),
]
CELLS = [
    ("-", set()),
    ("<= 10", {"< 10", "> 10", "<= 11", "<= 9"}),
    ('"a", "b"', {'not("a", "b")'}),
    ('not("a")', {'"a"'}),
    ("true", {"false"}),
    ("[1..2]", {"(1..2]", "[1..2)", "not([1..2])", "[2..2]", "[0..2]", "[1..3]", "[1..1]"}),
    ('>= date("2011-02-04")', {'> date("2011-02-04")', '< date("2011-02-04")', '>= date("2011-02-05")'}),
]


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS, ids=[text for text, _ in EXPRESSIONS])
def test_expression_has_its_faults_and_never_itself_among_them(text: str, expected: set[str]) -> None:
    changes = list(changes_of(parse_expression(text)))

    found = {change.text for change in changes}
    wanted = {parse_expression(each) for each in expected}
    assert wanted <= {parse_expression(each) for each in found}
    assert parse_expression(text) not in {parse_expression(each) for each in found}
    assert len(found) == len(changes)


@pytest.mark.parametrize(("text", "expected"), CELLS, ids=[text for text, _ in CELLS])
def test_cell_has_its_faults(text: str, expected: set[str]) -> None:
    found = {change.text for change in changes_of(compile_unary_tests(text).node)}

    assert expected <= found
    assert bool(found) == bool(expected)
    assert all(compile_unary_tests(each).node != compile_unary_tests(text).node for each in found)


def test_condition_is_said_the_other_way_round() -> None:
    change = negated(parse_expression("a or b"))

    assert change == Change(Kind.NEGATION, "not(a or b)", "a or b becomes not(a or b)")


def test_duration_never_becomes_negative() -> None:
    assert (longer("P0D", -1), longer("PT90S", 1), longer("P", 1)) == ("P0D", "PT91S", "P")


@pytest.mark.parametrize(
    ("text", "change", "reason"),
    [
        ("[act:2] why [equivalent threshold: nothing is that old]", "5 becomes 6", "nothing is that old"),
        ('[equivalent threshold "5 becomes 6": whole years]', "5 becomes 6", "whole years"),
        ('[equivalent threshold "5 becomes 6": whole years]', "5 becomes 4", None),
        ("[equivalent boundary: whole years]", "5 becomes 6", None),
        ("[equivalent threshold:  ]", "5 becomes 6", None),
        ("[equivalent threshold]", "5 becomes 6", None),
        ("[equivalent threshold of Age: whole years]", "5 becomes 6", "whole years"),
        ('[equivalent threshold of Age "5 becomes 6": whole years]', "5 becomes 6", "whole years"),
        ("[equivalent threshold of Stage: whole years]", "5 becomes 6", None),
        ("threshold", "5 becomes 6", None),
    ],
)
def test_claim_holds_for_its_kind_and_change_and_only_with_a_reason(text: str, change: str, reason: str | None) -> None:
    claims = Claims.of_text(text)

    assert claims.reason_for(Change(Kind.THRESHOLD, "", change), 'input "Age"') == reason
