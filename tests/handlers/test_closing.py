"""`deadline.close`: what is still to come is closed as not owed; what was met, missed or is over stays as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from engine.handlers.contract import Deadline, DeadlineMet
from tests.handlers.harbour import Bench, a_case, failure_of, run

OPEN = Deadline(
    name="answer",
    limit_id="answer",
    clause="harbour:2(1)",
    duty=True,
    started_on=date(2011, 3, 7),
    amount=3,
    unit="business days",
    due_date=date(2011, 3, 10),
    due=datetime(2011, 3, 11, tzinfo=UTC),
    opens=datetime(2011, 3, 10, 8, tzinfo=UTC),
    calendar="harbour",
    steps=("7 March + 3 business days = 10 March",),
)
ALL = {
    "answer": OPEN,
    "repair": replace(OPEN, name="repair"),
    "met": replace(OPEN, name="met", met_on=date(2011, 3, 8)),
    "missed": replace(OPEN, name="missed", breached=True),
    "over": replace(OPEN, name="over", due=datetime(2011, 3, 8, tzinfo=UTC)),
}


def closed(*names: str, **headers: str) -> None:
    result = run("deadline.close", headers, Bench(own=a_case(deadlines=ALL)))

    assert result.variables == {"deadlines_closed": list(names)}
    for record in result.records:
        assert isinstance(record, DeadlineMet)
        assert (record.on, record.late, record.reason) == (
            date(2011, 3, 8),
            False,
            "not owed any more: Test the handler",
        )
    assert [record.name for record in result.records if isinstance(record, DeadlineMet)] == list(names)


def test_every_open_deadline_is_closed_and_no_other() -> None:
    closed("answer", "repair")


def test_named_deadlines_alone_are_closed() -> None:
    closed("repair", of="repair, met, nobody")


def test_nothing_open_says_so() -> None:
    result = run("deadline.close", {}, Bench(own=a_case()))

    assert (result.records, result.summary) == ((), "Nothing was owed any more")


def test_without_a_case_nothing_can_be_closed() -> None:
    assert failure_of("deadline.close", {}, Bench()).code == "CASE_NOT_FOUND"
