"""The ledger: received and refunded amounts, nothing posted for nothing held, wrong amounts refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.feel import FeelDate, Value
from engine.handlers.contract import LedgerLine, LedgerPosted
from tests.handlers.harbour import Bench, a_case, failure_of, run

CASE = a_case(
    ledger=(
        LedgerLine("dues", Decimal("12.50"), "EUR", date(2011, 3, 1)),
        LedgerLine("refund", Decimal("-2.00"), "EUR", date(2011, 3, 2)),
    )
)


@pytest.mark.parametrize(
    ("headers", "amount", "posted", "summary"),
    [
        ({"entry": "dues"}, Decimal("12.5"), Decimal("12.50"), "Dues: €12.50"),
        ({"entry": "harbour_dues", "sign": "received"}, Decimal(3), Decimal("3.00"), "Harbour dues: €3.00"),
        ({"entry": "refund", "sign": "refund"}, Decimal("7.00"), Decimal("-7.00"), "Refund: -€7.00"),
        ({"entry": "refund", "sign": "refund", "when": "held"}, Decimal("7"), Decimal("-7.00"), "Refund: -€7.00"),
    ],
)
def test_amount_is_posted_with_its_sign(
    headers: dict[str, str], amount: Decimal, posted: Decimal, summary: str
) -> None:
    result = run("ledger.post", headers, Bench(own=CASE), amount=amount)

    assert result.records == (LedgerPosted(LedgerLine(headers["entry"], posted, "EUR", date(2011, 3, 8))),)
    assert result.summary == summary


def test_date_of_the_payment_is_the_laws_date_of_the_job_or_the_input() -> None:
    late = datetime(2011, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight of 1 July in the law's zone

    by_clock = run("ledger.post", {"entry": "dues"}, Bench(own=CASE), now=late, amount=Decimal(1))
    given = run("ledger.post", {"entry": "dues"}, Bench(own=CASE), amount=Decimal(1), on=FeelDate(2011, 2, 1))

    assert isinstance(by_clock.records[0], LedgerPosted) and by_clock.records[0].line.on == date(2011, 7, 1)
    assert isinstance(given.records[0], LedgerPosted) and given.records[0].line.on == date(2011, 2, 1)


@pytest.mark.parametrize("amount", [None, Decimal(0), Decimal("0.00")])
def test_nothing_held_posts_nothing_and_says_so(amount: Value) -> None:
    result = run("ledger.post", {"entry": "refund", "sign": "refund", "when": "held"}, Bench(own=CASE), amount=amount)

    assert result.records == ()
    assert result.variables == {"ledger_posted": None}
    assert result.summary == "No refund: nothing is held"


@pytest.mark.parametrize(
    ("headers", "variables", "code", "said"),
    [
        ({"entry": "dues"}, {}, "JOB_INPUT", "above zero, but got null"),
        ({"entry": "dues"}, {"amount": Decimal(0)}, "JOB_INPUT", "above zero"),
        ({"entry": "dues"}, {"amount": Decimal(-1)}, "JOB_INPUT", "above zero"),
        ({"entry": "dues", "when": "held"}, {"amount": Decimal(-1)}, "JOB_INPUT", "above zero"),
        ({"entry": "dues"}, {"amount": "12"}, "JOB_INPUT", 'the string "12"'),
        ({"entry": "dues"}, {"amount": True}, "JOB_INPUT", "above zero, but got true"),
        ({"entry": "dues"}, {"amount": Decimal("1.005")}, "JOB_INPUT", "at most 2 places"),
        ({"entry": "dues"}, {"amount": Decimal("1E+40")}, "JOB_INPUT", "a ledger can hold"),
        ({"entry": "dues"}, {"amount": Decimal("NaN")}, "JOB_INPUT", "above zero"),
        ({"entry": "dues"}, {"amount": Decimal(1), "on": "today"}, "JOB_INPUT", "expected a date"),
        ({}, {"amount": Decimal(1)}, "JOB_HEADER", '"entry"'),
        ({"entry": "dues", "sign": "refnd"}, {"amount": Decimal(1)}, "JOB_HEADER", 'Did you mean "refund"?'),
    ],
)
def test_wrong_amount_header_or_date_fails(
    headers: dict[str, str], variables: dict[str, Value], code: str, said: str
) -> None:
    problem = failure_of("ledger.post", headers, Bench(own=CASE), **variables)

    assert problem.code == code
    assert said in problem.message


def test_balance_is_the_sum_of_the_lines_with_each_line_shown() -> None:
    result = run("ledger.balance", {}, Bench(own=CASE))

    assert result.variables == {"ledger_balance": Decimal("10.50")}
    assert result.summary == "Held: €10.50"
    assert result.arithmetic == ("Tue 1 Mar 2011 dues: €12.50", "Wed 2 Mar 2011 refund: -€2.00")


@pytest.mark.parametrize(
    ("entries", "balance", "summary", "lines"),
    [
        ("refund", Decimal("-2.00"), "Refund: -€2.00", 1),
        ("dues, refund", Decimal("10.50"), "Dues, refund: €10.50", 2),
        ("harbour_dues", Decimal(0), "Harbour dues: €0.00", 0),
    ],
)
def test_balance_of_named_entries_leaves_the_other_lines_out(
    entries: str, balance: Decimal, summary: str, lines: int
) -> None:
    result = run("ledger.balance", {"entries": entries}, Bench(own=CASE))

    assert result.variables == {"ledger_balance": balance}
    assert result.summary == summary
    assert len(result.arithmetic) == lines


NUMBERED = a_case(
    ledger=(
        LedgerLine("dues", Decimal("12.50"), "EUR", date(2011, 3, 1), {"reference": "4471"}),
        LedgerLine("dues", Decimal("20.00"), "EUR", date(2011, 3, 2), {"reference": "4472"}),
        LedgerLine("dues", Decimal("1.00"), "EUR", date(2011, 3, 3)),
        LedgerLine("refund", Decimal("-2.00"), "EUR", date(2011, 3, 4), {"reference": "4471"}),
    )
)


@pytest.mark.parametrize(
    ("headers", "reference", "balance", "summary"),
    [
        ({"only": "reference"}, "4471", Decimal("10.50"), "Held of number 4471: €10.50"),
        ({"only": "reference", "entries": "dues"}, " 004471 ", Decimal("12.50"), "Dues of number 4471: €12.50"),
        ({"only": "reference"}, "9", Decimal(0), "Held of number 9: €0.00"),
        ({"only": "reference"}, None, Decimal(0), "Held without a number: €0.00"),
        ({"only": "reference"}, "  ", Decimal(0), "Held without a number: €0.00"),
        ({"only": "case"}, "4471", Decimal("31.50"), "Held: €31.50"),
        ({}, "4471", Decimal("31.50"), "Held: €31.50"),
    ],
)
def test_balance_of_one_number_leaves_other_payments_out(
    headers: dict[str, str], reference: Value, balance: Decimal, summary: str
) -> None:
    result = run("ledger.balance", headers, Bench(own=NUMBERED), reference=reference)

    assert result.variables == {"ledger_balance": balance}
    assert result.summary == summary


@pytest.mark.parametrize(
    ("reference", "details"), [(" 0042 ", {"reference": "42"}), (None, {}), ("", {}), ("A-1", {"reference": "A-1"})]
)
def test_line_is_posted_with_its_number_as_the_ledger_compares_it(reference: Value, details: dict[str, Value]) -> None:
    result = run("ledger.post", {"entry": "dues"}, Bench(own=CASE), amount=Decimal(1), reference=reference)

    assert isinstance(result.records[0], LedgerPosted) and result.records[0].line.details == details


@pytest.mark.parametrize(("job_type", "headers"), [("ledger.post", {}), ("ledger.balance", {"only": "reference"})])
def test_number_that_is_no_string_fails(job_type: str, headers: dict[str, str]) -> None:
    problem = failure_of(
        job_type, {"entry": "dues", **headers}, Bench(own=CASE), amount=Decimal(1), reference=Decimal(4471)
    )

    assert problem.code == "JOB_INPUT"
    assert "as a string" in problem.message


@pytest.mark.parametrize("entries", ["", " , ", "dues, dues"])
def test_balance_of_no_entry_or_of_one_twice_fails(entries: str) -> None:
    assert failure_of("ledger.balance", {"entries": entries}, Bench(own=CASE)).code == "JOB_HEADER"


@pytest.mark.parametrize("job_type", ["ledger.post", "ledger.balance"])
def test_ledger_without_a_case_fails(job_type: str) -> None:
    problem = failure_of(job_type, {"entry": "dues"}, Bench(), amount=Decimal(1))

    assert problem.code == "CASE_NOT_FOUND"
