"""Bank files in an engine: matched to receipts, raised once, and what fits nothing goes to a person."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import EngineError, ErrorCode
from engine.handlers.bank import BankFileResult, take_bank_file
from engine.runtime import Engine
from tests.bank.hive_bank import DATA, hive_bank
from tests.runtime.conftest import ADA, apply_for_registration
from tests.runtime.hive_law import hive_law

Open = Callable[..., Engine]
RETURNS = (DATA / "returns.ach").read_bytes()
STATEMENT = (DATA / "statement.bai").read_bytes()


@pytest.fixture
def engine(open_store: Open) -> Engine:
    """The law with a bank, and three deposits: AP-1 and AP-2 by check, AP-3 without a number."""
    engine = open_store()
    engine.deploy(hive_bank(), ADA)
    apply_for_registration(engine, "AP-1", deposit=10, check_number="01042")
    apply_for_registration(engine, "AP-2", deposit=999, check_number="1043")
    apply_for_registration(engine, "AP-3", deposit=25)
    return engine


def take(engine: Engine, data: bytes) -> BankFileResult:
    return take_bank_file(engine, "hive_law", data, "bank file", ADA)


def outcomes(result: BankFileResult) -> list[tuple[str, str, str]]:
    return [(each.entry.code, each.outcome, each.case_key) for each in result.entries]


def ledger(engine: Engine, number: str) -> list[tuple[str, Decimal]]:
    case = engine.find_case("hive_law", "apiary", number)
    assert case is not None
    return [(record.line.entry, record.line.amount) for record in engine.ledger(case.id)]


def tasks(engine: Engine) -> list[dict[str, Any]]:
    found = engine.user_tasks(element_id="Activity_SettleEntry")
    return [dict(engine.instance(task.instance_id).variables) for task in found]


def test_returns_reach_the_cases_whose_receipts_they_fit(engine: Engine) -> None:
    result = take(engine, RETURNS)

    assert outcomes(result) == [
        ("R01", "raised", "AP-1"),
        ("R08", "raised", "AP-2"),
        ("R99", "unmatched", ""),
        ("C01", "noted", ""),
    ]
    assert ledger(engine, "AP-1") == [("deposit", Decimal("10.00")), ("check_returned", Decimal("-10.00"))]
    assert ledger(engine, "AP-2") == [("deposit", Decimal("999.00")), ("check_returned", Decimal("-999.00"))]


def test_entry_that_fits_no_receipt_becomes_a_user_task_that_says_why(engine: Engine) -> None:
    take(engine, RETURNS)

    (task,) = tasks(engine)
    assert task["bank_amount"] == Decimal("25.00")
    assert task["bank_note"] == "reason not known to us"
    assert task["bank_reason"] == "no receipt bears 42000010000009 or AP-9"


def test_credits_that_may_be_used_confirm_their_deposits_and_others_wait(engine: Engine) -> None:
    result = take(engine, STATEMENT)

    assert outcomes(result) == [
        ("115", "raised", "AP-1"),
        ("115", "noted", ""),
        ("301", "unmatched", ""),
        ("115", "noted", ""),
        ("115", "noted", ""),
        ("555", "raised", "AP-1"),
        ("475", "noted", ""),
        ("142", "unmatched", ""),
    ]
    events = [entry.data["event"] for entry in engine.timeline(detail=True) if entry.kind == "event"]
    assert events.count("check cleared") == 1


@pytest.mark.parametrize("data", [RETURNS, STATEMENT], ids=["NACHA", "BAI2"])
def test_file_that_comes_twice_changes_nothing_the_second_time(engine: Engine, data: bytes) -> None:
    first = take(engine, data)
    before = (ledger(engine, "AP-1"), tasks(engine))

    second = take(engine, data)

    assert second.count("raised") == second.count("unmatched") == 0
    assert second.count("duplicate") == first.count("raised") + first.count("unmatched")
    assert (ledger(engine, "AP-1"), tasks(engine)) == before
    assert second.sha256 == first.sha256


def test_entry_that_comes_again_in_another_file_counts_once(engine: Engine) -> None:
    take(engine, RETURNS)
    other_file = RETURNS.replace(b"1103071530A", b"1103080900B")

    assert take(engine, other_file).count("duplicate") == 3


def test_check_that_two_documents_send_back_goes_back_once(engine: Engine) -> None:
    take(engine, RETURNS)

    result = take(engine, STATEMENT)

    assert ("555", "unmatched", "") in outcomes(result)
    assert ledger(engine, "AP-1")[1:] == [("check_returned", Decimal("-10.00"))]
    assert any("has gone back already" in task["bank_reason"] for task in tasks(engine))


def test_amount_that_differs_fits_no_receipt(open_store: Open) -> None:
    engine = open_store()
    engine.deploy(hive_bank(), ADA)
    apply_for_registration(engine, "AP-1", deposit=11, check_number="1042")

    assert outcomes(take(engine, RETURNS))[0] == ("R01", "unmatched", "")

    assert tasks(engine)[0]["bank_reason"] == "the receipt with 42000010000007 or 1042 is of NZD 11.00"
    assert ledger(engine, "AP-1") == [("deposit", Decimal("11.00"))]


def test_check_of_two_cases_goes_to_a_person(engine: Engine) -> None:
    apply_for_registration(engine, "AP-4", deposit=10, check_number="1042")

    assert outcomes(take(engine, RETURNS))[0] == ("R01", "unmatched", "")

    assert "several cases have a receipt" in tasks(engine)[0]["bank_reason"]
    assert "AP-1, AP-4" in tasks(engine)[0]["bank_reason"]


@pytest.mark.parametrize(
    ("changes", "outcome", "reason"),
    [
        (
            (
                (
                    "    - {kind: credit, case: apiary, event: check cleared,"
                    ' facts: {apiary_number: case_key, cleared_on: "on"}}\n',
                    "    - {kind: credit, case: apiary}\n",
                ),
            ),
            "noted",
            "nothing follows from it",
        ),
        (
            (
                (
                    "    - {kind: credit, case: apiary, event: check cleared,"
                    ' facts: {apiary_number: case_key, cleared_on: "on"}}\n',
                    "",
                ),
            ),
            "unmatched",
            "nothing says what a credit means for a apiary",
        ),
        (
            (
                (
                    "{name: check_cleared, key: apiary_number, keep_days: 90}",
                    "{name: check_cleared, key: apiary_number}",
                ),
            ),
            "unmatched",
            "check cleared for AP-1 was refused: nobody waits",
        ),
    ],
    ids=["no event", "no rule", "event refused"],
)
def test_entry_for_which_the_law_has_no_use_is_noted_or_goes_to_a_person(
    open_store: Open, changes: tuple[tuple[str, str], ...], outcome: str, reason: str
) -> None:
    engine = open_store()
    engine.deploy(hive_bank(*changes), ADA)
    apply_for_registration(engine, "AP-1", deposit=10, check_number="1042")

    first = take(engine, STATEMENT).entries[0]

    assert first.outcome == outcome
    assert first.reason.startswith(reason)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "begins with 101"),
        (b"<Document/>", "begins with 101"),
        (RETURNS[:-500], "94 characters"),
        (STATEMENT.replace(b"NZD", b"USD"), "amounts in NZD, but got USD"),
        (STATEMENT.replace(b"16,115,1000,0", b"16,115,1001,0"), "control total"),
    ],
    ids=["empty", "other format", "truncated", "other currency", "wrong total"],
)
def test_file_that_cannot_be_taken_leaves_everything_as_it_was(engine: Engine, data: bytes, said: str) -> None:
    before = len(engine.timeline())

    with pytest.raises(EngineError) as raised:
        take(engine, data)

    assert raised.value.code == ErrorCode.BANK_FILE
    assert said in str(raised.value)
    assert len(engine.timeline()) == before


def test_law_that_takes_no_documents_refuses_them(open_store: Open) -> None:
    engine = open_store()
    engine.deploy(hive_law(), ADA)

    with pytest.raises(EngineError) as raised:
        take(engine, RETURNS)

    assert raised.value.code == ErrorCode.LAW_MANIFEST


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("event: check cleared", "event: check clears", ErrorCode.LAW_UNKNOWN_EVENT, 'Did you mean "check cleared"?'),
        ("kind: credit, case: apiary", "kind: debit, case: apiary", ErrorCode.LAW_MANIFEST, "credit, return"),
        ("kind: credit, case: apiary", "kind: credit, case: bank_entry", ErrorCode.LAW_MANIFEST, "of type apiary"),
        ("kind: credit, case: apiary,", "kind: return, case: apiary,", ErrorCode.LAW_MANIFEST, "stands here twice"),
        ('cleared_on: "on"', "cleared_on: amount", ErrorCode.LAW_MANIFEST, "is a date, which amount is not"),
        ("returned_amount: amount", "returned_amount: cents", ErrorCode.LAW_MANIFEST, "cents"),
        ("returned_amount: amount, ", "", ErrorCode.LAW_MANIFEST, "requires returned_amount"),
        ("bank_note: description", "hives: amount", ErrorCode.LAW_MANIFEST, 'does not take the fact "hives"'),
        ("receipts: [deposit]", "receipt: [deposit]", ErrorCode.LAW_MANIFEST, "receipts"),
        ("reference: check_number}", "reference: hives}", ErrorCode.LAW_MANIFEST, 'does not take the fact "hives"'),
    ],
)
def test_manifest_that_cannot_be_is_refused(old: str, new: str, code: ErrorCode, said: str) -> None:
    with pytest.raises(EngineError) as raised:
        hive_bank((old, new))

    assert code in {problem.code for problem in raised.value.problems}
    assert said in str(raised.value)
