"""The names of parameters in the cells of a law's tables are looked at under each row in force."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from engine.dmn.checks.tables import WAYS, TableAnalysis, count_columns, judge_tables
from engine.errors import Problem
from engine.law import LawPackage, load_package
from engine.review.checks.context import ReviewContext
from engine.review.coverage import read_coverage
from engine.simulation import find_manifests

ROOT = Path(__file__).parents[2]
SIMILAR, COVERAGE_END = "decisions/kentucky_access/similar_coverage.dmn", "decisions/kentucky_access/coverage_end.dmn"
LIFETIME, REQUEST = "decisions/parameters/lifetime_limit.dmn", "decisions/agent_consent/consent_request.dmn"


@cache
def packages() -> dict[str, LawPackage]:
    return {package.id: package for package in map(load_package, find_manifests(ROOT))}


@cache
def tables(law: str, file: str = "", old: str = "", new: str = "") -> tuple[TableAnalysis, ...]:
    """The tables of a shipped law, with one text of a file changed in memory."""
    package = packages()[law]
    if file:
        text = package.files[file].decode()
        assert old in text
        package = package.with_decisions({file: text.replace(old, new, 1).encode()})
    return ReviewContext(read_coverage(package)).tables


@pytest.mark.parametrize("law", ["kentucky_access", "agent_consent"])
def test_shipped_tables_every_column_is_analysed(law: str) -> None:
    unread = [
        (analysis.label, column.clause.label, column.reason)
        for analysis in tables(law)
        for each in (analysis, *analysis.in_force)
        for column in each.columns
        if column.open
    ]

    assert unread == []


@pytest.mark.parametrize(
    ("law", "decision", "told"),
    [
        ("kentucky_access", "Decision_LimitMet", ["by Rule_LifetimeLimitRecalled"]),
        (
            "kentucky_access",
            "Decision_SubstantiallySimilar",
            ["by Rule_TraditionalTerms", "by Rule_PremierTerms", "by Rule_PreferredTerms"],
        ),
        (
            "kentucky_access",
            "Decision_MedicaidDate",
            ["= 2009-11-06", "= 2011-02-04 by Rule_MedicaidRuleEffective"],
        ),
        ("agent_consent", "Decision_RequestAllowed", ["by Rule_ThreeRequests"]),
    ],
)
def test_table_that_names_a_parameter_is_analysed_under_each_row_and_each_reading(
    law: str, decision: str, told: list[str]
) -> None:
    [analysis] = [each for each in tables(law) if each.table.place.decision_id == decision]

    found = [each.where for each in analysis.in_force]

    assert len(found) == len(told)
    assert all(piece in where for piece, where in zip(told, found, strict=True))


SPOILT = [
    (
        "kentucky_access",
        SIMILAR,
        "<text>&lt; plan_terms.deductible</text>",
        "<text>&lt; 700</text>",
        "table-overlap",
        "plan_terms.deductible = 400 by Rule_TraditionalTerms",
    ),
    (
        "kentucky_access",
        LIFETIME,
        "<text>&lt; lifetime_limit.amount</text>",
        "<text>&lt; 1000000</text>",
        "table-gap",
        "lifetime_limit.amount = 2000000 by Rule_LifetimeLimitRecalled",
    ),
    (
        "kentucky_access",
        COVERAGE_END,
        "<text>&lt;= date(readings.medicaid_rule_effective)</text>",
        '<text>&lt;= date("2009-11-06")</text>',
        "table-gap",
        "date(readings.medicaid_rule_effective) = 2011-02-04 by Rule_MedicaidRuleEffective",
    ),
    (
        "agent_consent",
        REQUEST,
        "<text>&gt;= maximum_requests</text>",
        "<text>&gt; 3</text>",
        "table-boundary",
        "maximum_requests = 3 by Rule_ThreeRequests",
    ),
]


@pytest.mark.parametrize(("law", "file", "old", "new", "check", "told"), SPOILT)
def test_figure_written_beside_its_parameter_is_found_under_the_row_where_they_differ(
    law: str, file: str, old: str, new: str, check: str, told: str
) -> None:
    # when
    found: list[Problem] = judge_tables(tables(law, file, old, new))

    # then
    assert any(problem.check == check and told in problem.message for problem in found), "\n".join(map(str, found))


def test_columns_of_the_shipped_tables_are_counted_by_how_they_were_analysed() -> None:
    counts = count_columns([*tables("kentucky_access"), *tables("agent_consent")])

    assert counts["not analysed"] == 0
    assert counts["name a parameter, looked at under each row in force"] >= 5
    assert set(counts) <= set(WAYS)
    assert sum(counts.values()) == sum(
        len(each.columns) for law in ("kentucky_access", "agent_consent") for each in tables(law)
    )
