"""What the wider law expects of notices, N1 to N12 of the federal yardsticks: which apply to which type, and that it is
declared as required content with its clause. What is declared is held against the rendered text elsewhere.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.law import LawPackage, NoticeSource, load_package

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [load_package(manifest) for manifest in sorted(ROOT.glob("processes/*/package.yaml"))]
LETTERS = [
    (package, source) for package in PACKAGES for source in package.notices.values() if "mail" in source.channels
]
SCREENS = [
    (package, source) for package in PACKAGES for source in package.notices.values() if "mail" not in source.channels
]

# N1 action and its date, N2 reasons, N3 rules, N4 findings, N5 how to appeal, N6 coverage meanwhile, N7 family members,
# N8 where to ask, N10 good news too, N11 appeals with every determination, N12 termination with date and reason.
# N9, plain language, is measured in test_plain_language.py and holds for all of them.
APPLIES: dict[str, set[int]] = {
    # an application
    "application_returned": {1, 2, 3, 8},
    "incomplete_application": {1, 8},
    "still_incomplete": {1, 8},
    "information_insufficient": {8},
    "determination_eligible": {1, 4, 8, 10, 11},
    "determination_ineligible": {1, 2, 3, 4, 5, 6, 7, 8},
    "determination_vacated": {1, 2, 3, 8},
    "determination_corrected": {1, 2, 3, 4, 8},
    "application_withdrawn": {1, 5, 8},
    "premium_not_awaited": {1, 2, 3, 5, 8},
    "return_withdrawn": {1, 2, 3, 8},
    # premium
    "premium_bill": {1, 8},
    "premium_overdue": {1, 2, 3, 5, 8, 12},
    "premium_returned": {1, 2, 3, 5, 8},
    "reinstatement_premium_returned": {1, 2, 3, 5, 8},
    "reinstatement_payment_bounced": {1, 2, 3, 5, 8},
    "payment_bounced": {1, 2, 3, 4, 5, 8},
    "lapse_withdrawn": {1, 2, 3, 4, 5, 7, 8, 10, 11},
    # dependents
    "dependent_incomplete": {1, 3, 8},
    "dependent_refused": {1, 2, 3, 4, 5, 6, 8},
    "dependent_refusal_withdrawn": {1, 2, 3, 8},
    "dependent_added": {1, 8},
    "dependent_ends": {1, 2, 3, 4, 5, 6, 7, 8, 12},
    "dependent_stays": {1, 2, 8, 10},
    "tax_records_reminder": {1, 3, 8},
    # the end of coverage
    "termination_notice": {1, 2, 3, 4, 5, 6, 7, 8, 12},
    "termination_withdrawn": {1, 2, 8, 10},
    "recovery_claim": {1, 2, 3, 4, 5, 8},
    # appeals
    "reconsideration_not_admitted": {2, 3, 5, 6, 8},
    "reconsideration_not_needed": {1, 2, 3, 4, 5, 8},
    "appeal_information_request": {3, 8},
    "reconsideration_upheld": {1, 2, 3, 4, 5, 6, 8},
    "reconsideration_granted": {1, 2, 3, 5, 8},
    "reinstatement_conditional": {1, 5, 8},
    "reinstatement_condition_failed": {1, 2, 3, 5, 8, 10},
    "covered_meanwhile": {1, 2, 3, 5, 8},
    "coverage_on_appeal": {1, 8, 10, 11},
    "coverage_reinstated": {1, 2, 3, 5, 7, 8, 10, 11},
    "review_not_open": {2, 3, 5, 8},
    "department_determination": {1, 2, 3, 4, 5, 6, 8},
    "department_grant": {1, 2, 3, 5, 8, 10},
    "hearing_not_open": {2, 3, 5, 8},
    "hearing_passed_on": {5, 8},
}
CHANGES = {
    # N10: what becomes of coverage is told, for better and for worse
    "approval": "determination_eligible",
    "denial": "determination_ineligible",
    "termination": "termination_notice",
    "change": "dependent_added",
    "return": "coverage_reinstated",
}
DETERMINATIONS = (
    "determination_eligible",
    "determination_ineligible",
    "dependent_refused",
    "termination_notice",
    "coverage_on_appeal",
    "coverage_reinstated",
    "reconsideration_upheld",
    "department_determination",
)


def declared(source: NoticeSource) -> set[int]:
    clauses = {clause for piece in source.required for clause in piece.clauses}
    return {int(clause.removeprefix("cfr:N")) for clause in clauses if clause.startswith("cfr:N")}


@pytest.mark.parametrize(("package", "source"), LETTERS, ids=[source.type for _, source in LETTERS])
def test_letter_declares_every_yardstick_that_applies_to_it(package: LawPackage, source: NoticeSource) -> None:
    assert source.type in APPLIES, f"say which of N1 to N12 apply to {source.type}"

    lacking = APPLIES[source.type] - declared(source)

    assert not lacking, f"{source.type} declares no content for N{', N'.join(map(str, sorted(lacking)))}"


def test_table_speaks_of_letters_that_exist() -> None:
    assert set(APPLIES) == {source.type for _, source in LETTERS}


@pytest.mark.parametrize(("package", "source"), LETTERS + SCREENS, ids=[source.type for _, source in LETTERS + SCREENS])
def test_notice_declares_what_its_own_law_demands_with_the_clause(package: LawPackage, source: NoticeSource) -> None:
    own = {clause for register in package.registers.values() for clause in register.clauses if register.prefix != "cfr"}
    cited = {clause.rpartition(":")[2] for piece in source.required for clause in piece.clauses}

    assert source.clauses and source.required
    assert all(piece.meaning and piece.clauses for piece in source.required)
    assert cited & own or any(clause.startswith(("R-", "C-")) for clause in cited)


def test_coverage_that_changes_either_way_has_a_letter() -> None:
    assert set(CHANGES.values()) <= set(APPLIES)


@pytest.mark.parametrize("notice_type", DETERMINATIONS)
def test_determination_says_how_to_disagree(notice_type: str) -> None:
    (source,) = [source for _, source in LETTERS if source.type == notice_type]

    assert declared(source) & {5, 11}
