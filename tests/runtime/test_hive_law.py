"""The invented law from its first event to its last: facts, deadlines, decisions, notices and payments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine.feel import FeelDate
from engine.runtime import Engine
from tests.runtime.conftest import ADA, START, apply_for_registration, dump, pending
from tests.runtime.hive_law import hive_law


def visit(engine: Engine, number: str = "AP-1") -> None:
    engine.raise_event("hive_law", "apiary visited", {"apiary_number": number, "healthy": True}, ADA)
    engine.run_due()


def pay(engine: Engine, number: str = "AP-1") -> None:
    engine.raise_event("hive_law", "bill paid", {"apiary_number": number, "paid": Decimal("20.00")}, ADA)


def test_registration_that_is_visited_and_paid_in_time_ends_registered(hive: Engine, tmp_path: Path) -> None:
    case_id = apply_for_registration(hive, deposit=10)
    visit(hive)
    hive.advance_clock(START + timedelta(days=3), ADA)

    pay(hive)

    case = hive.case(case_id)
    assert case.state == "registered"
    assert case.facts["received_on"].value == FeelDate(2031, 3, 4)
    assert (case.deadlines["visit"].due_date, case.deadlines["visit"].met_on) == (date(2031, 3, 8), date(2031, 3, 4))
    assert case.deadlines["visit"].steps[2] == "skipped: Thu 6 Mar (legal holiday: Swarm Day [bee:2])"
    assert [(r.line.entry, r.line.amount, r.line.currency) for r in hive.ledger(case_id)] == [
        ("deposit", Decimal("10.00"), "NZD"),
        ("fee", Decimal("20.00"), "NZD"),
    ]
    (notice,) = hive.notices(case_id)
    assert "NZD 20.00, payable by March 14, 2031" in notice.texts["text/plain"]
    assert [(each.channel, each.state) for each in notice.deliveries] == [("mail", "sent"), ("portal", "sent")]
    assert len(list((tmp_path / "spool").glob("*.json"))) == 1
    assert not any(pending(hive).values())
    assert hive.incidents(state=None) == []
    assert hive.verify().ok


def test_bill_that_is_not_paid_in_time_lapses_at_the_end_of_the_last_day_in_the_zone_of_the_law(hive: Engine) -> None:
    case_id = apply_for_registration(hive)
    visit(hive)
    end_of_last_day = datetime(2031, 3, 14, 11, 0, tzinfo=UTC)  # midnight in Auckland

    hive.advance_clock(end_of_last_day - timedelta(seconds=1), ADA)
    assert hive.case(case_id).state == "open"

    hive.advance_clock(end_of_last_day, ADA)
    assert hive.case(case_id).state == "lapsed"


def test_duty_that_is_missed_is_breached_once_and_its_message_starts_a_process_in_the_case(hive: Engine) -> None:
    case_id = apply_for_registration(hive)

    hive.advance_clock(START + timedelta(days=30), ADA)

    (record,) = hive.deadlines(breached=True)
    assert (record.case_key, record.deadline.name, record.deadline.met_on) == ("AP-1", "visit", None)
    (task,) = hive.user_tasks(case_id=case_id, element_id="Activity_ExplainDelay")
    assert task.variables["deadline"] == "visit"
    assert task.variables["due_date"] == FeelDate(2031, 3, 8)
    assert task.created_at == datetime(2031, 3, 8, 11, 0, tzinfo=UTC)
    breaches = [entry for entry in hive.timeline(case_id=case_id) if "breached" in entry.what]
    assert [(entry.at, entry.clauses) for entry in breaches] == [(task.created_at, ("bee:2",))]
    assert len(hive.user_tasks(element_id="Activity_VisitApiary")) == 1, "a breach never blocks the procedure"


def test_duty_that_is_met_after_its_breach_stays_breached_and_is_met_late(hive: Engine) -> None:
    case_id = apply_for_registration(hive)
    hive.advance_clock(datetime(2031, 3, 11, 0, 0, tzinfo=UTC), ADA)

    visit(hive)

    deadline = hive.case(case_id).deadlines["visit"]
    assert (deadline.breached, deadline.met_on) == (True, date(2031, 3, 11))
    (met,) = [entry for entry in hive.timeline(case_id=case_id) if entry.data.get("late")]
    assert "late: it was due Saturday, 8 March 2031" in met.what


def test_two_breaches_of_one_case_start_two_processes_though_the_first_is_still_active(hive: Engine) -> None:
    apply_for_registration(hive, "AP-1")
    apply_for_registration(hive, "AP-2")

    hive.advance_clock(START + timedelta(days=30), ADA)

    assert {task.case_key for task in hive.user_tasks(element_id="Activity_ExplainDelay")} == {"AP-1", "AP-2"}


def test_case_is_shared_by_all_instances_that_its_events_and_breaches_start(hive: Engine) -> None:
    case_id = apply_for_registration(hive)
    hive.advance_clock(START + timedelta(days=10), ADA)

    processes = [instance.process_id for instance in hive.instances(case_id=case_id)]

    assert processes == ["hive_registration", "delay_report"]
    assert hive.case(case_id).instance_ids == ("instance-1", "instance-2")


def test_fact_that_changes_is_recorded_anew_and_the_first_one_stays_in_the_history(hive: Engine) -> None:
    case_id = apply_for_registration(hive)
    visit(hive)
    pay(hive)
    hive.advance_clock(START + timedelta(days=1), ADA)
    apply_for_registration(hive, hives=9, keeper_name="Mere Tane")

    case = hive.case(case_id)

    assert case.facts["hives"].value == Decimal(9)
    assert [fact.value for fact in case.history if fact.name == "hives"] == [Decimal(4), Decimal(9)]
    assert case.facts["hives"].reason == '"registration applied for" gives another value'
    assert len([fact for fact in case.history if fact.name == "keeper_name"]) == 1


def test_decisions_of_a_case_carry_their_rules_clauses_and_model_hashes(hive: Engine) -> None:
    case_id = apply_for_registration(hive)
    visit(hive)

    fees = [record for record in hive.decisions(case_id=case_id) if record.decision_id == "Decision_HiveFee"]

    (fee,) = fees
    assert (fee.value, fee.clauses, fee.element_id) == (Decimal(20), ("bee:3",), "Activity_DecideFee")
    assert fee.audit is not None
    assert fee.audit["decisions"][-1]["matched"][0]["rule_id"] == "Rule_Some"
    assert len(fee.audit["model_hash"]) == 64


def test_same_commands_in_two_simulated_stores_leave_equal_stores(open_store: Callable[..., Engine]) -> None:
    dumps = []
    for name in ("one.db", "two.db"):
        engine = open_store(name=name)
        engine.deploy(hive_law(), ADA)
        apply_for_registration(engine)
        visit(engine)
        engine.advance_clock(START + timedelta(days=20), ADA)
        dumps.append(dump(engine))

    assert dumps[0] == dumps[1]


def test_restart_between_all_commands_leaves_the_same_store_as_none(open_store: Callable[..., Engine]) -> None:
    straight = open_store(name="straight.db")
    straight.deploy(hive_law(), ADA)
    apply_for_registration(straight)
    visit(straight)
    pay(straight)

    def reopened() -> Engine:
        return open_store(name="restarted.db")

    reopened().deploy(hive_law(), ADA)
    apply_for_registration(reopened())
    visit(reopened())
    pay(reopened())

    assert dump(reopened()) == dump(straight)


def test_clock_that_is_advanced_in_one_step_or_in_many_gives_the_same_timeline(
    open_store: Callable[..., Engine],
) -> None:
    lines = []
    for name, steps in (("one.db", 1), ("many.db", 40)):
        engine = open_store(name=name)
        engine.deploy(hive_law(), ADA)
        case_id = apply_for_registration(engine)
        visit(engine)
        for step in range(1, steps + 1):
            engine.advance_clock(START + timedelta(days=40) * step / steps, ADA)
        lines.append([(entry.at, entry.what) for entry in engine.timeline(case_id=case_id, detail=True)])

    assert lines[0] == lines[1]


@pytest.mark.parametrize("hives", [0, 1, 300])
def test_notice_states_the_amount_that_the_decision_gave(hive: Engine, hives: int) -> None:
    case_id = apply_for_registration(hive, hives=hives)
    visit(hive)

    (notice,) = hive.notices(case_id)

    assert f"NZD {Decimal(hives * 5):,.2f}" in notice.texts["text/plain"]
    assert [entry["id"] for entry in notice.required] == ["amount", "last_day"]


def test_timeline_of_a_case_is_complete_ordered_and_in_plain_words(hive: Engine) -> None:
    case_id = apply_for_registration(hive)
    visit(hive)
    pay(hive)

    entries = hive.timeline(case_id=case_id)

    assert [entry.seq for entry in entries] == sorted(entry.seq for entry in entries)
    kinds = {entry.kind for entry in entries}
    assert {"event", "case", "fact", "instance", "element", "job", "decision", "deadline", "notice", "payment"} <= kinds
    assert {"task", "message", "state", "delivery"} <= kinds
    assert all(entry.what and "{" not in entry.what for entry in entries)
    assert {entry.case_id for entry in entries} == {case_id}


def test_whole_log_holds_what_timeline_and_decisions_say(hive: Engine) -> None:
    apply_for_registration(hive)
    visit(hive)
    pay(hive)

    logged = hive.whole_log()

    assert logged.entries == tuple(hive.timeline(detail=True))
    assert logged.timeline == tuple(hive.timeline())
    assert logged.decisions == tuple(hive.decisions())
    assert len(logged.entries) > len(logged.timeline) > len(logged.decisions) > 0
