"""A fact that was recorded wrongly: running instances, limits with timers and the ledger follow; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import EngineError, ErrorCode
from engine.law import package_from_files
from engine.runtime import Engine
from tests.runtime.conftest import ADA, START, apply_for_registration, dump
from tests.runtime.drawing import diagram, end, message_start, service
from tests.runtime.hive_law import hive_files

CORRECTION = diagram(
    "correction",
    message_start("Event_Corrected", "fact_corrected", clause="[bee:1]"),
    service("Activity_Review", "decision.review", clause="[bee:1]"),
    service("Activity_Apply", "correction.apply", clause="[bee:1]"),
    end(clause="[bee:1]"),
    flows="Event_Corrected->Activity_Review->Activity_Apply->End",
    messages={"fact_corrected": None},
)
FACTS = """
  correction_reason: {type: string, meaning: why it was wrong, clause: "bee:1"}
  corrections: {type: list, meaning: what was corrected, clause: "bee:1"}
"""
EVENT = """
  fact corrected:
    meaning: something was recorded wrongly
    clause: "bee:1"
    by: bee_office
    case: apiary
    requires: [apiary_number, correction_reason]
    may_have: [hives, received_on, deposit]
    corrects: {reason: correction_reason, list: corrections, ledger: [deposit]}
    does:
      - start: {message: fact_corrected, key: apiary_number}

contradictions:
  - {when: hives > deposit * 10, says: so small a deposit covers no such number of hives}
"""


@pytest.fixture
def corrected(open_store: Callable[..., Engine]) -> Engine:
    engine = open_store()
    files = hive_files(correction=CORRECTION)
    manifest = files["package.yaml"].decode()
    manifest = manifest.replace("\nevents:\n", f"{FACTS}\nevents:\n").replace("\non_breach:", f"{EVENT}\non_breach:")
    files["package.yaml"] = manifest.encode()
    engine.deploy(package_from_files(files, "package.yaml"), ADA)
    return engine


def correct(engine: Engine, **facts: Any) -> None:
    given = {"apiary_number": "AP-1", "correction_reason": "misread", **facts}
    engine.raise_event("hive_law", "fact corrected", given, ADA)
    engine.run_due()


def test_limit_that_rests_on_it_is_counted_anew_and_the_old_one_stays_in_the_history(corrected: Engine) -> None:
    # given
    case_id = apply_for_registration(corrected, deposit=10)
    before = corrected.case(case_id).deadlines["visit"]

    # when
    correct(corrected, received_on=date(2031, 3, 3))

    # then
    after = corrected.case(case_id).deadlines["visit"]
    assert (before.started_on, after.started_on) == (date(2031, 3, 4), date(2031, 3, 3))
    assert after.due_date < before.due_date
    assert "received_on is 2031-03-03" in after.changes[-1] and before.due_date.strftime("%-d") in after.changes[-1]
    (instance,) = corrected.instances(process_id="hive_registration")
    assert str(corrected.instance(instance.id).variables["received_on"]) == "2031-03-03"


def test_limit_is_counted_anew_by_each_of_two_corrections(corrected: Engine) -> None:
    # given
    case_id = apply_for_registration(corrected, deposit=10)

    # when
    correct(corrected, received_on=date(2031, 3, 3))
    correct(corrected, received_on=date(2031, 2, 27))

    # then
    visit = corrected.case(case_id).deadlines["visit"]
    assert visit.started_on == date(2031, 2, 27)
    assert [change.split(": counted from")[0].split(" (from ")[1][:15] for change in visit.changes] == [
        "Tue 4 Mar 2031)",
        "Mon 3 Mar 2031)",
    ]


def test_duty_is_missed_on_its_new_day(corrected: Engine) -> None:
    # given
    apply_for_registration(corrected, deposit=10)
    correct(corrected, received_on=date(2031, 3, 3))

    # when
    corrected.advance_clock(START + timedelta(days=30), ADA)

    # then
    (record,) = corrected.deadlines(breached=True)
    assert (record.deadline.name, record.deadline.started_on) == ("visit", date(2031, 3, 3))


def test_duty_that_was_met_is_late_by_the_new_count(corrected: Engine) -> None:
    # given
    case_id = apply_for_registration(corrected, deposit=10)
    corrected.raise_event("hive_law", "apiary visited", {"apiary_number": "AP-1", "healthy": True}, ADA)
    corrected.run_due()

    # when
    correct(corrected, received_on=date(2031, 2, 20))

    # then
    visit = corrected.case(case_id).deadlines["visit"]
    assert (visit.met_on, visit.breached) == (date(2031, 3, 4), True)


def test_answer_that_rests_on_it_goes_on_in_the_instance(corrected: Engine) -> None:
    # given
    apply_for_registration(corrected, deposit=10)
    corrected.raise_event("hive_law", "apiary visited", {"apiary_number": "AP-1", "healthy": True}, ADA)
    corrected.run_due()
    (instance,) = corrected.instances(process_id="hive_registration")
    before = corrected.instance(instance.id).variables

    # when
    correct(corrected, hives=Decimal(9))

    # then
    after = corrected.instance(instance.id).variables
    assert (after["hives"], after["fee"]) == (Decimal(9), before["fee"] * 9 / before["hives"])


def test_money_that_was_recorded_wrongly_gets_a_line_with_the_difference(corrected: Engine) -> None:
    # given
    case_id = apply_for_registration(corrected, deposit=10)

    # when
    correct(corrected, deposit=Decimal("4.50"))

    # then
    lines = [(each.line.entry, each.line.amount) for each in corrected.ledger(case_id)]
    assert lines == [("deposit", Decimal("10.00")), ("deposit_corrected", Decimal("-5.50"))]


@pytest.mark.parametrize(
    ("facts", "code", "place"),
    [
        ({"deposit": Decimal("0.1")}, ErrorCode.LAW_FACT_CONTRADICTION, "hives, deposit"),
        ({"deposit": Decimal(-1)}, ErrorCode.LAW_FACT_NEGATIVE, "deposit"),
        ({"deposit": Decimal("9.999")}, ErrorCode.LAW_FACT_TYPE, "deposit"),
        ({"received_on": "soon"}, ErrorCode.LAW_FACT_TYPE, "received_on"),
        ({"hives": Decimal(4)}, ErrorCode.CASE_CORRECTION, "fact corrected"),
    ],
)
def test_correction_that_cannot_be_is_refused_and_leaves_everything_as_it_was(
    corrected: Engine, facts: dict[str, Any], code: ErrorCode, place: str
) -> None:
    # given
    apply_for_registration(corrected, deposit=10)
    before = dump(corrected)

    # when
    with pytest.raises(EngineError) as refused:
        correct(corrected, **facts)

    # then
    assert (refused.value.code, refused.value.problem.location.part) == (code, place)
    assert dump(corrected) == before
