"""Facts of events: typed, complete, and refused with the nearest name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.errors import EngineError
from engine.feel import FeelDate
from tests.law.harbour import harbour_package

VOCABULARY = harbour_package().vocabulary


def test_facts_of_an_event_become_values_of_their_types() -> None:
    values = VOCABULARY.read_facts(
        "ship arrives", {"call_sign": "CQ7", "flag": "blue", "arrived_on": "2011-03-08", "dues_paid": 12}
    )

    assert values == {
        "call_sign": "CQ7",
        "flag": "blue",
        "arrived_on": FeelDate(2011, 3, 8),
        "dues_paid": Decimal(12),
    }


@pytest.mark.parametrize(
    ("event", "facts", "code", "said"),
    [
        ("ship arives", {}, "LAW_UNKNOWN_EVENT", 'Did you mean "ship arrives"?'),
        ("ship arrives", {"call_sign": "A", "flag": "blue", "flagg": "x"}, "LAW_UNKNOWN_FACT", 'Did you mean "flag"?'),
        ("ship arrives", {"call_sign": "A", "flag": "blue", "insured": True}, "LAW_UNKNOWN_FACT", "does not belong"),
        ("ship arrives", {"call_sign": "A"}, "LAW_FACT_TYPE", 'requires the fact "flag"'),
        ("ship arrives", {"call_sign": "A", "flag": None}, "LAW_FACT_TYPE", 'requires the fact "flag"'),
        ("ship arrives", {"call_sign": "A", "flag": "bleu"}, "LAW_FACT_TYPE", 'Did you mean "blue"?'),
        ("ship arrives", {"call_sign": 7, "flag": "blue"}, "LAW_FACT_TYPE", "string"),
        ("ship arrives", {"call_sign": "A", "flag": "blue", "dues_paid": "12"}, "LAW_FACT_TYPE", "number"),
        ("ship arrives", {"call_sign": "A", "flag": "blue", "dues_paid": float("nan")}, "LAW_FACT_TYPE", "number"),
        ("ship arrives", {"call_sign": "A", "flag": "blue", "arrived_on": "8 March"}, "LAW_FACT_TYPE", "date"),
        ("ship arrives", {"call_sign": "A", "flag": "blue", "arrived_on": object()}, "LAW_FACT_TYPE", "date"),
        ("ship is inspected", {"call_sign": "A", "defects": "hull"}, "LAW_FACT_TYPE", "a list"),
        ("ship is inspected", {"call_sign": "A", "defects": ["hul"]}, "LAW_FACT_TYPE", 'Did you mean "hull"?'),
        ("ship is inspected", {"call_sign": "A", "defects": [["hull", "anchor"]]}, "LAW_FACT_TYPE", "string"),
    ],
)
def test_wrong_facts_are_refused(event: str, facts: dict[str, object], code: str, said: str) -> None:
    with pytest.raises(EngineError) as raised:
        VOCABULARY.read_facts(event, facts)

    assert raised.value.code == code
    assert said in str(raised.value)


def test_all_wrong_facts_of_an_event_are_reported_together() -> None:
    with pytest.raises(EngineError) as raised:
        VOCABULARY.read_facts("ship arrives", {"flag": "green", "dues_paid": True, "berht": "3"})

    assert len(raised.value.problems) == 4
