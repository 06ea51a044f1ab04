"""The shipped law with a bank: a returned check sends the application back, a cleared one lets it go on."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from engine.handlers.bank import take_bank_file
from engine.handlers.contract import Actor, DeliveryReport
from engine.law import load_package
from engine.runtime import Engine
from engine.simulation import Shelf, load_scenario

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "processes/kentucky_access/package.yaml"
SCENARIO = ROOT / "tests/scenarios/section_2_2/check_returned_unpaid.yaml"
RETURNED_PREMIUM = ROOT / "tests/scenarios/section_8/payment_of_two_months_returned.yaml"
STAFF = Actor("staff", frozenset({"administrator_staff"}))
STATEMENT = """\
01,042000013,ADMIN,110308,0600,1,80,,2/
02,ADMIN,042000013,1,110308,,USD,2/
03,9900,,,,,/
16,{item}/
49,{sum},3/
98,{sum},1,5/
99,{sum},1,7/
"""


@pytest.fixture
def engine(open_store: Callable[..., Engine]) -> Engine:
    """An application that is complete and whose check, number 1042 over 1,000.00, is not yet verified."""
    shelf = Shelf()
    scenario = load_scenario(SCENARIO, shelf)
    engine = open_store(clock=scenario.start)
    engine.deploy(load_package(MANIFEST), STAFF)
    for event in scenario.events[:2]:
        engine.advance_clock(event.at, STAFF)
        extra = {"check_number": "1042"} if event.name == "application received" else {}
        engine.raise_event("kentucky_access", event.name, {**event.facts, **extra}, STAFF)
    engine.run_due()
    return engine


def take(engine: Engine, item: str, cents: int) -> list[str]:
    data = STATEMENT.format(item=item, sum=cents).encode()
    return [each.outcome for each in take_bank_file(engine, "kentucky_access", data, "statement.bai", STAFF).entries]


def test_returned_check_of_a_statement_sends_the_application_back(engine: Engine) -> None:
    assert take(engine, "555,100000,0,B1,001042,NOT SUFFICIENT FUNDS", 100000) == ["raised"]

    case = engine.find_case("kentucky_access", "application", "A-1001")
    assert case is not None and case.state == "returned"
    assert [(r.line.entry, r.line.amount) for r in engine.ledger(case.id)] == [
        ("premium_received", Decimal("1000.00")),
        ("check_returned_unpaid", Decimal("-1000.00")),
    ]


def test_cleared_check_of_a_statement_lets_the_application_go_on(engine: Engine) -> None:
    assert take(engine, "115,100000,0,B1,1042,CHECK", 100000) == ["raised"]

    elements = [entry.element_id for entry in engine.timeline() if entry.element_id]
    assert "Event_CheckCleared" in elements


def test_return_of_another_amount_goes_to_a_person_and_leaves_the_application(engine: Engine) -> None:
    assert take(engine, "555,99999,0,B1,1042,NOT SUFFICIENT FUNDS", 99999) == ["unmatched"]

    (task,) = engine.user_tasks(element_id="Activity_SettleBankEntry")
    variables = engine.instance(task.instance_id).variables
    assert variables["bank_entry_reason"] == "the receipt with 1042 or B1 is of $1,000.00"
    assert engine.find_case("kentucky_access", "bank_entry", str(variables["bank_entry"])) is not None


def test_social_security_number_in_the_text_of_a_bank_is_cut_to_its_last_digits(engine: Engine) -> None:
    assert take(engine, "555,99999,0,B1,078-05-1120,FOR 078-05-1120 UNPAID", 99999) == ["unmatched"]

    (task,) = engine.user_tasks(element_id="Activity_SettleBankEntry")
    variables = engine.instance(task.instance_id).variables
    assert "FOR ***1120 UNPAID" in str(variables["bank_entry_description"])
    assert "078-05" not in str(variables) + str(engine.timeline(limit=1000, detail=True))


def test_returned_payment_of_an_enrollment_opens_its_bills_once_however_often_the_bank_says_so(
    open_store: Callable[..., Engine],
) -> None:
    # given an enrollment whose premium of two months came by check 4471
    scenario = load_scenario(RETURNED_PREMIUM, Shelf())
    engine = open_store(clock=scenario.start)
    engine.deploy(load_package(MANIFEST), STAFF)
    for event in scenario.events[:2]:
        engine.advance_clock(event.at, STAFF)
        engine.raise_event("kentucky_access", event.name, event.facts, STAFF)
    engine.run_due()
    case = engine.find_case("kentucky_access", "enrollment", "E-2001")
    assert case is not None

    # when the check is credited, then sent back, in a file that comes twice
    told = [
        take(engine, "115,100000,0,B1,4471,CHECK", 100000),
        take(engine, "555,100000,0,B2,4471,NOT SUFFICIENT FUNDS", 100000),
        take(engine, "555,100000,0,B2,4471,NOT SUFFICIENT FUNDS", 100000),
    ]
    engine.run_due()

    # then the credit is only noted, the return counts once, and the enrollee is told
    assert told == [["noted"], ["raised"], ["duplicate"]]
    entries = [(row.line.entry, row.line.amount) for row in engine.ledger(case.id)]
    assert [amount for entry, amount in entries if "returned" in entry] == [Decimal("-1000.00")]
    assert str(engine.case(case.id).facts["paid_through"].value) == "2011-05-31"
    assert "payment_bounced" in [notice.type for notice in engine.notices(case.id)]


def test_letter_that_comes_back_gives_somebody_the_task_to_reach_its_reader(engine: Engine) -> None:
    take(engine, "555,100000,0,B1,001042,NOT SUFFICIENT FUNDS", 100000)
    engine.run_due()
    (notice,) = engine.notices()

    engine.report_delivery(
        DeliveryReport("mail-1", notice.deliveries[0].key, "returned", engine.now(), "moved, left no address"), STAFF
    )

    (task,) = engine.user_tasks(element_id="Activity_SettleUndeliveredNotice")
    assert engine.instance(task.instance_id).variables["delivery_reason"] == "moved, left no address"


@pytest.mark.parametrize(
    ("scenario", "amount", "entry"),
    [
        ("reinstatement_payment_returned_and_second_check_in_time", "1000.00", "check_returned_unpaid"),
        ("reinstatement_payment_returned_and_coverage_ends", "1451.61", "premium_from_enrollment"),
    ],
    ids=["before the condition is met", "after coverage was reinstated"],
)
def test_returned_payment_for_a_reinstatement_reaches_its_appeal(
    open_store: Callable[..., Engine], scenario: str, amount: str, entry: str
) -> None:
    # given an appeal that was granted on condition of premium, and a check 4480 for it
    story = load_scenario(ROOT / f"tests/scenarios/section_6/{scenario}.yaml", Shelf())
    engine = open_store(clock=story.start)
    engine.deploy(load_package(MANIFEST), STAFF)
    for event in story.events[:5]:
        engine.advance_clock(event.at, STAFF)
        engine.raise_event("kentucky_access", event.name, event.facts, STAFF)
    engine.run_due()
    case = engine.find_case("kentucky_access", "appeal", "R-3001")
    assert case is not None
    cents = int(Decimal(amount) * 100)

    # when the bank credits it, then sends it back, in a file that comes twice
    told = [
        take(engine, f"115,{cents},0,B1,4480,CHECK", cents),
        take(engine, f"555,{cents},0,B2,4480,NOT SUFFICIENT FUNDS", cents),
        take(engine, f"555,{cents},0,B2,4480,NOT SUFFICIENT FUNDS", cents),
    ]
    engine.run_due()

    # then the return counts once on the appeal, and what follows depends on how the appeal stands
    assert told == [["noted"], ["raised"], ["duplicate"]]
    lines = [(row.line.entry, row.line.amount) for row in engine.ledger(case.id)]
    assert lines.count(("check_returned_unpaid", -Decimal(amount))) == 1
    assert entry in [name for name, _ in lines]
