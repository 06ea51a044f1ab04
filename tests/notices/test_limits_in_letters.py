"""The law is data: a row of the time limits that is changed changes every letter that speaks of the limit.

One package in memory has other rows; scenarios that send the letters are played on it, and the letters say those rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.law import TEXT, LawPackage, load_package, package_from_files
from engine.simulation import Shelf, load_scenario, run_scenario
from engine.store import Store

ROOT = Path(__file__).resolve().parents[2]
LIMITS = "decisions/parameters/time_limits.dmn"
LAW = load_package(ROOT / "processes/kentucky_access/package.yaml")
SAYS_A_LIMIT = re.compile(r"\b(?:deadlines|limits)\.\w+\.in_words")

# what the limits are for -> their ids, the rows as they are, the rows as they are made here, and how a letter says that
CHANGED: Mapping[str, tuple[tuple[str, ...], tuple[int, str], tuple[int, str], str]] = {
    "cure": (("cure",), (30, "calendar days"), (32, "calendar days"), "thirty-two days"),
    "second cure": (("second_cure",), (10, "calendar days"), (11, "calendar days"), "eleven days"),
    "request": (("coverage_request",), (30, "calendar days"), (29, "calendar days"), "twenty-nine days"),
    "information": (("delivery_rule_information",), (10, "business days"), (12, "calendar days"), "twelve days"),
    "decision": (("reconsideration_decision",), (30, "calendar days"), (41, "calendar days"), "forty-one days"),
    "informed decision": (
        ("reconsideration_informed", "delivery_rule_informed"),
        (30, "calendar days"),
        (1, "business days"),
        "one business day",
    ),
    "review": (("department_review",), (30, "calendar days"), (46, "business days"), "forty-six business days"),
    "hearing": (("hearing_request",), (60, "calendar days"), (100, "calendar days"), "one hundred days"),
    "postmark": (("latest_postmark",), (-3, "business days"), (-4, "business days"), "four business days"),
    "nonpayment": (("nonpayment_notice",), (30, "calendar days"), (54, "calendar days"), "fifty-four days"),
}
# letter -> a scenario that sends it, and which limits it states
STATED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "incomplete_application": ("section_2_2/notice_on_fifth_business_day", ("cure",)),
    "still_incomplete": ("boundaries/fifteen_days_on_reviewed_after_the_cure_time", ("second cure",)),
    "dependent_incomplete": ("section_5/disabled_child_without_letter", ("cure",)),
    "determination_ineligible": ("section_2_2/residency_11_months", ("decision", "informed decision", "review")),
    "termination_notice": ("section_7/eligibility_lost_notice_of_05_30", ("decision", "postmark")),
    "dependent_refused": ("section_5/spouse_eleven_months_not_eligible_individual", ("decision", "postmark")),
    "dependent_ends": ("section_5/child_of_twenty_six_left_out_of_a_bill", ("decision", "postmark")),
    "payment_bounced": ("section_8/payment_returned_before_the_due_date", ("nonpayment",)),
    "appeal_information_request": ("section_6/plan_delivery_information_in_time", ("information", "informed decision")),
    "reconsideration_not_admitted": ("section_6/coverage_decision_requested_on_04_08", ("request", "review")),
    "reconsideration_upheld": ("section_6/coverage_decision_decided_on_04_19", ("review",)),
    "reinstatement_condition_failed": ("section_6/reinstatement_premium_after_the_due_date", ("review",)),
    "hearing_not_open": ("section_6/hearing_without_determination", ("review",)),
    "department_determination": ("section_6/department_determines_on_05_18", ("hearing",)),
}


def with_changed_rows() -> LawPackage:
    """The law with the rows of `CHANGED`."""
    table = LAW.files[LIMITS].decode()
    for limits, (amount, unit), (new_amount, new_unit), _ in CHANGED.values():
        for limit in limits:
            row = re.compile(
                rf'(<text>"{limit}"</text>(?:(?!</rule>).)*?<text>){amount}(</text>(?:(?!</rule>).)*?<text>"){unit}"',
                re.DOTALL,
            )
            table, count = row.subn(rf'\g<1>{new_amount}\g<2>{new_unit}"', table)
            assert count == 1, limit
    return package_from_files({**LAW.files, LIMITS: table.encode()}, LAW.file)


@pytest.fixture(scope="module")
def changed_law() -> LawPackage:
    return with_changed_rows()


@pytest.mark.parametrize("notice_type", STATED)
def test_letter_says_the_limit_of_the_row_that_was_changed(
    notice_type: str, changed_law: LawPackage, tmp_path: Path
) -> None:
    # given a scenario that sends a letter which speaks of limits, when it is played on other rows
    scenario, stated = STATED[notice_type]
    run_scenario(load_scenario(ROOT / f"tests/scenarios/{scenario}.yaml", Shelf()), changed_law, directory=tmp_path)

    # then the letter says these rows, and no row as it was
    with Store.open(tmp_path / "store.sqlite").read() as snapshot:
        letters = {each.type: each.texts[TEXT] for each in snapshot.notices.of_case(None, limit=100)}
    said = " ".join(letters[notice_type].split())
    assert [limit for limit in stated if CHANGED[limit][3] not in said] == [], said
    assert not re.search(r"\b(?:ten|thirty|sixty) (?:business )?days\b", said), said


def test_every_letter_that_states_a_limit_is_tried() -> None:
    sources = {name: LAW.files[notice.file].decode() for name, notice in LAW.notices.items()}

    assert {name for name, text in sources.items() if SAYS_A_LIMIT.search(text)} == set(STATED)
