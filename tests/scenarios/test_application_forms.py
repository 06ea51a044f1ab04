"""The forms KA-1 and KA-2 ask for all that the event of their arrival needs, and name their editions."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.law import load_package

LAW = load_package(Path(__file__).resolve().parents[2] / "processes" / "kentucky_access" / "package.yaml")
# form, edition, event, facts that the mail room gives and no form
FORMS = [
    ("application_ka_1", "KA-1, edition 10/2010", "application received", {"application_number", "received_on"}),
    ("application_ka_2", "KA-2, edition 7/2010", "dependent application received", {"dependent_number"}),
]


@pytest.mark.parametrize(("form", "edition", "event", "given"), FORMS, ids=[form[0] for form in FORMS])
def test_form_asks_for_all_that_its_event_requires_and_names_its_edition(
    form: str, edition: str, event: str, given: set[str]
) -> None:
    text = LAW.files[f"processes/kentucky_access/forms/{form}.form"].decode()

    assert edition in text
    assert set(LAW.vocabulary.event(event).requires) - given <= set(LAW.forms[form].fields)


def test_form_ka_1_asks_for_the_answers_that_the_statutory_tests_need() -> None:
    asked = set(LAW.forms["application_ka_1"].fields)

    assert {
        "pathway",
        "last_coverage",
        "similar_coverage",
        "medicaid_or_medicare",
        "terminated_within_12_months",
    } <= asked
    assert {"dependents_applied_for", "future_date_requested", "condition_kind"} <= asked
