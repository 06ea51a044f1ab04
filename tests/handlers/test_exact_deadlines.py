"""`deadline.set_exact`: seconds counted from an instant, the last of them included."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.feel import FeelDateTime
from engine.handlers.contract import DeadlineSet
from tests.handlers.harbour import Bench, a_case, failure_of, run

HEADERS = {"limit": "signal"}
NOW = datetime(2011, 3, 8, 14, 30, 0, 250_000, tzinfo=UTC)


def test_limit_of_seconds_runs_from_the_instant_of_the_job_and_its_last_instant_counts() -> None:
    result = run("deadline.set_exact", HEADERS, Bench(own=a_case()), now=NOW)

    (record,) = result.records
    assert isinstance(record, DeadlineSet)
    deadline = record.deadline
    assert (deadline.name, deadline.amount, deadline.unit, deadline.duty) == ("signal", 90, "seconds", False)
    assert deadline.due == NOW + timedelta(seconds=90, microseconds=1)
    assert deadline.clause == "harbour:3"
    assert deadline.steps == ("2011-03-08 14:30:00.25 + 90 seconds = 2011-03-08 14:31:30.25, that instant included",)
    assert result.arithmetic == deadline.steps


def test_limit_may_run_from_another_instant_under_another_name_and_past_midnight_of_the_laws_zone() -> None:
    start = FeelDateTime.from_python(datetime(2011, 3, 8, 23, 59, 30, tzinfo=UTC))

    result = run("deadline.set_exact", {**HEADERS, "deadline": "reply"}, Bench(), now=NOW, start=start)

    assert result.records == ()
    assert isinstance(result.variables["deadlines"], dict)
    reply = result.variables["deadlines"]["reply"]
    assert isinstance(reply, dict)
    assert reply["due_date"].to_python() == date(2011, 3, 9)  # type: ignore[union-attr]


def test_limit_of_days_is_refused_with_the_table_that_gave_it() -> None:
    problem = failure_of("deadline.set_exact", {"limit": "repair"}, Bench())

    assert problem.code == "CAL_UNKNOWN_LIMIT"
    assert "Decision_Limit" in problem.message and "seconds or minutes or hours" in problem.message


@pytest.mark.parametrize("start", ["14:30", FeelDateTime.from_python(datetime(2011, 3, 8, 14, 30))])
def test_start_that_is_no_instant_is_refused(start: object) -> None:
    assert failure_of("deadline.set_exact", HEADERS, Bench(), start=start).code == "JOB_INPUT"  # type: ignore[arg-type]


def test_limit_that_nobody_knows_is_refused() -> None:
    assert failure_of("deadline.set_exact", {"limit": "sigmal"}, Bench()).code == "CAL_UNKNOWN_LIMIT"
