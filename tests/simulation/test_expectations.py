"""Each kind of expectation: held, missed by a date, missed by content, and never happened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.simulation.expectation import Expectation
from engine.simulation.expectations import KINDS, check_expectations
from engine.simulation.observation import (
    Observation,
    SeenDeadline,
    SeenDecision,
    SeenElement,
    SeenFact,
    SeenIncident,
    SeenLedgerLine,
    SeenNotice,
    SeenState,
    SeenTask,
)

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2024, 4, day) for day in (1, 2, 3, 4))

SEEN = Observation(
    notices=(
        SeenNotice("A", "permit", TUESDAY, ("Your stall", "Dear keeper,\nyour  stall is\nsmall.")),
        SeenNotice("B", "permit", THURSDAY, ("Your stall is large.",)),
    ),
    deadlines=(SeenDeadline("A", "cure", THURSDAY, MONDAY, "cure_period", WEDNESDAY, False, ("1 April + 3 days",)),),
    decisions=(
        SeenDecision("A", "Decision_Fee", MONDAY, {"outcome": "short", "missing": Decimal("5.0")}, ("Rule_Short",)),
    ),
    states=(SeenState("A", "received", MONDAY), SeenState("A", "granted", TUESDAY), SeenState("B", "lapsed", MONDAY)),
    ledger=(SeenLedgerLine("A", "refund", Decimal("-60.00"), TUESDAY),),
    facts=(SeenFact("A", "order", Decimal(1), MONDAY),),
    tasks=(
        SeenTask("A", "Activity_Examine", MONDAY, WEDNESDAY, True),
        SeenTask("A", "Activity_Repair", TUESDAY, None, False),
        SeenTask("A", "Activity_Withdrawn", MONDAY, TUESDAY, False),
    ),
    elements=(SeenElement("A", "Event_Granted", TUESDAY),),
    case_states=(("A", "granted"), ("B", "lapsed")),
)

CASES: list[tuple[str, str, dict[str, Any], str | None]] = [
    ("notice", "permit", {"on": TUESDAY}, None),
    ("notice", "permit", {"by": TUESDAY, "says": ("your stall is small.",)}, None),
    ("notice", "permit", {"on": WEDNESDAY}, "sent on 2024-04-02 (Tuesday) and 2024-04-04 (Thursday)"),
    ("notice", "permit", {"on": TUESDAY, "says": ("large",)}, 'sent on 2024-04-02 (Tuesday), but "large" is not in it'),
    ("notice", "permit", {"on": TUESDAY, "says_not": ("small",)}, 'sent on 2024-04-02 (Tuesday), but "small" is in it'),
    ("notice", "permit", {"says": ("is large",), "after": TUESDAY}, None),
    (
        "notice",
        "refusal",
        {},
        "not sent; notices sent: permit on 2024-04-02 (Tuesday), permit on 2024-04-04 (Thursday)",
    ),
    ("no_notice", "refusal", {}, None),
    ("no_notice", "permit", {"before": TUESDAY}, None),
    ("no_notice", "permit", {"after": WEDNESDAY}, "sent on 2024-04-04 (Thursday)"),
    ("deadline", "cure", {"due": THURSDAY, "met_on": WEDNESDAY, "breached": False}, None),
    ("deadline", "cure", {"met": False}, "met: true (computed: 1 April + 3 days)"),
    ("deadline", "cure", {"due": MONDAY}, "due: 2024-04-04 (Thursday) (computed: 1 April + 3 days)"),
    ("deadline", "payment", {"due": MONDAY}, "never set; deadlines set: cure due 2024-04-04 (Thursday)"),
    ("no_deadline", "payment", {}, None),
    ("no_deadline", "cure", {}, "set, due 2024-04-04 (Thursday)"),
    ("decision", "Decision_Fee", {"value": {"outcome": "short"}, "on": MONDAY, "rule": ("Rule_Short",)}, None),
    ("decision", "Decision_Fee", {"value": {"missing": 5}}, None),
    (
        "decision",
        "Decision_Fee",
        {"value": {"outcome": "enough"}},
        '{outcome: "short", missing: 5.0} on 2024-04-01 (Monday) by Rule_Short',
    ),
    ("decision", "Decision_Fine", {}, "never made; decisions made: Decision_Fee"),
    ("state", "granted", {}, None),
    ("state", "received", {}, "states reached: received on 2024-04-01 (Monday)"),
    ("state", "received", {"on": MONDAY}, None),
    ("state", "granted", {"on": MONDAY}, "granted on 2024-04-02 (Tuesday)"),
    ("no_state", "refused", {}, None),
    ("no_state", "granted", {}, "reached on 2024-04-02 (Tuesday)"),
    ("ledger", "refund", {"amount": Decimal("-60"), "on": TUESDAY}, None),
    ("ledger", "refund", {"amount": Decimal("60")}, "entries posted: refund -60.00 on 2024-04-02 (Tuesday)"),
    ("no_ledger", "fee", {}, None),
    ("no_ledger", "refund", {}, "posted: -60.00 on 2024-04-02 (Tuesday)"),
    ("fact", "order", {"value": 1}, None),
    ("fact", "order", {"value": 2}, "1 on 2024-04-01 (Monday)"),
    ("fact", "size", {"value": "small"}, "not recorded; facts recorded: order"),
    ("task", "Activity_Examine", {"open_on": TUESDAY, "done_on": WEDNESDAY}, None),
    ("task", "Activity_Repair", {"open_on": THURSDAY}, None),
    ("task", "Activity_Repair", {"open_on": MONDAY}, "opened on 2024-04-02 (Tuesday), still open"),
    ("task", "Activity_Withdrawn", {"done_on": TUESDAY}, "withdrawn on 2024-04-02 (Tuesday)"),
    ("task", "Activity_Sign", {}, "never opened; user tasks opened: Activity_Examine, Activity_Repair"),
    ("element", "Event_Granted", {"on": TUESDAY}, None),
    ("element", "Event_Granted", {"on": MONDAY}, "reached on 2024-04-02 (Tuesday)"),
    ("element", "Event_Lapsed", {}, "never reached"),
    ("no_element", "Event_Lapsed", {}, None),
    ("no_element", "Event_Granted", {}, "reached on 2024-04-02 (Tuesday)"),
    ("incident", "NOTICE_CONTENT_MISSING", {}, "no incident"),
]


@pytest.mark.parametrize(("kind", "subject", "terms", "got"), CASES)
def test_expectation_against_what_happened_gives_ok_or_says_what_did(
    kind: str, subject: str, terms: dict[str, Any], got: str | None
) -> None:
    # given
    expectation = Expectation(
        kind, subject, ("lmo:4",), terms, "A" if kind != "notice" and kind != "no_notice" else None
    )

    # when
    differences = check_expectations([expectation], SEEN)

    # then
    if got is None:
        assert differences == ()
    else:
        (difference,) = differences
        assert got in difference.got
        assert subject in difference.expected
        assert difference.clauses == ("lmo:4",)


def test_every_kind_of_expectation_has_a_held_and_a_missed_case() -> None:
    held = {kind for kind, _, _, got in CASES if got is None} | {"incident"}
    missed = {kind for kind, _, _, got in CASES if got is not None}

    assert held == set(KINDS)
    assert missed == set(KINDS)


def test_expectation_of_another_case_is_checked_against_that_case_only() -> None:
    # given
    of_b = Expectation("state", "granted", ("lmo:4",), {}, "B")

    # when
    (difference,) = check_expectations([of_b], SEEN)

    # then
    assert difference.got == "states reached: lapsed on 2024-04-01 (Monday)"


def test_open_incident_that_nobody_expects_is_a_difference() -> None:
    # given
    stopped = SeenIncident("A", "JOB_FAILED", "Activity_SendPermit", MONDAY, "the spool is full.")
    seen = Observation(incidents=(stopped,))

    # when
    unexpected = check_expectations([], seen)
    expected = check_expectations([Expectation("incident", "JOB_FAILED", ("lmo:4",), {"on": MONDAY})], seen)
    elsewhere = Expectation("incident", "JOB_FAILED", ("lmo:4",), {"element": "Activity_Other"})

    # then
    (difference,) = unexpected
    assert difference.got == "incident JOB_FAILED at Activity_SendPermit on 2024-04-01 (Monday): the spool is full."
    assert expected == ()
    assert len(check_expectations([elsewhere], seen)) == 2


@pytest.mark.parametrize(
    ("terms", "dated"), [({"on": MONDAY}, True), ({"due": MONDAY}, True), ({"value": 1}, False), ({}, False)]
)
def test_expectation_is_dated_when_a_term_is_a_date(terms: dict[str, Any], dated: bool) -> None:
    assert Expectation("fact", "order", ("lmo:4",), terms).dated is dated
