"""Deadlines from limits: set, replaced, the later and the earlier one, met in time and late, and unknown ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.feel import FeelDate, FeelDateTime, FeelTime, Value, format_value
from engine.handlers.contract import Deadline, DeadlineMet, DeadlineSet, JobResult
from tests.handlers.harbour import LIBRARY, Bench, a_case, failure_of, run
from tests.law.harbour import MANIFEST, harbour_package

START = FeelDate(2011, 3, 8)


def deadline_of(result: JobResult) -> Deadline:
    (record,) = result.records
    assert isinstance(record, DeadlineSet)
    return record.deadline


def entry(result: JobResult, name: str) -> dict[str, Value]:
    deadlines = result.variables["deadlines"]
    assert isinstance(deadlines, dict)
    found = deadlines[name]
    assert isinstance(found, dict)
    return found


def set_repair(bench: Bench, **variables: Value) -> JobResult:
    return run("deadline.set", {"limit": "repair"}, bench, start=START, **variables)


def test_deadline_is_set_from_the_limit_in_force_with_its_provenance() -> None:
    bench = Bench(own=a_case())

    deadline = deadline_of(set_repair(bench))

    assert deadline == Deadline(
        name="repair",
        limit_id="repair",
        clause="harbour:3",
        duty=False,
        started_on=date(2011, 3, 8),
        amount=30,
        unit="calendar days",
        due_date=date(2011, 4, 7),
        due=datetime(2011, 4, 7, 23, 0, tzinfo=UTC),
        opens=datetime(2011, 4, 7, 8, 30, tzinfo=UTC),
        calendar="harbour",
        steps=("Tue 8 Mar 2011 + 30 calendar days = Thu 7 Apr 2011",),
        parameter_hash=LIBRARY.info("Decision_Limit").model_hash,
    )
    assert bench.decided == ["Decision_Limit"]


def test_models_see_the_deadline_as_a_context_with_the_laws_offset() -> None:
    result = set_repair(Bench())

    shown = entry(result, "repair")
    assert shown["due_date"] == FeelDate(2011, 4, 7)
    assert format_value(shown["due"]) == "2011-04-08T00:00:00+01:00"
    assert format_value(shown["opens"]) == "2011-04-07T09:30:00+01:00"
    assert (shown["amount"], shown["unit"], shown["limit_id"]) == (Decimal(30), "calendar days", "repair")
    assert shown["steps"] == ["Tue 8 Mar 2011 + 30 calendar days = Thu 7 Apr 2011"]
    assert result.summary == 'Deadline "repair": Thu 7 Apr 2011 (30 calendar days)'
    assert result.arithmetic == ("Tue 8 Mar 2011 + 30 calendar days = Thu 7 Apr 2011",)


def test_deadline_without_a_case_is_a_value_and_no_record() -> None:
    assert set_repair(Bench()).records == ()


def test_limit_is_the_one_of_the_starting_date() -> None:
    result = run("deadline.set", {"limit": "repair"}, Bench(), start=FeelDate(2011, 2, 28))

    assert entry(result, "repair")["due_date"] == FeelDate(2011, 3, 10)


@pytest.mark.parametrize(
    ("start", "started_on"),
    [
        (FeelDate(2011, 3, 20), date(2011, 3, 20)),
        (FeelDateTime(FeelDate(2011, 6, 30), FeelTime(23, 30, 0, 0, 0)), date(2011, 7, 1)),
        (FeelDateTime(FeelDate(2011, 6, 30), FeelTime(23, 30, 0)), date(2011, 6, 30)),
        (None, date(2011, 3, 8)),
    ],
)
def test_start_is_a_date_in_the_laws_zone_or_the_day_of_the_job(start: Value, started_on: date) -> None:
    result = run("deadline.set", {"limit": "answer"}, Bench(own=a_case()), start=start)

    assert deadline_of(result).started_on == started_on


def test_deadline_under_another_name_keeps_the_others() -> None:
    first = set_repair(Bench())

    second = run(
        "deadline.set",
        {"limit": "answer", "deadline": "reply"},
        Bench(own=a_case()),
        start=START,
        deadlines=first.variables["deadlines"],
    )

    assert list(second.variables["deadlines"]) == ["repair", "reply"]  # type: ignore[arg-type]
    assert deadline_of(second).duty is True
    assert second.arithmetic[0] == "Tue 8 Mar 2011 + 3 business days = Sun 13 Mar 2011"


def test_replaced_deadline_keeps_its_history() -> None:
    old = deadline_of(set_repair(Bench(own=a_case())))

    new = deadline_of(
        run(
            "deadline.set",
            {"limit": "repair"},
            Bench(own=a_case(deadlines={"repair": old})),
            start=FeelDate(2011, 3, 10),
        )
    )

    assert new.changes == ("Thu 7 Apr 2011 became Sun 10 Apr 2011: replaced by Test the handler on Tue 8 Mar 2011",)


@pytest.mark.parametrize(
    ("headers", "variables", "code", "said"),
    [
        ({}, {"start": START}, "JOB_HEADER", '"limit"'),
        ({"limit": "repare"}, {"start": START}, "CAL_UNKNOWN_LIMIT", 'no limit "repare" is in force on Tue 8 Mar 2011'),
        ({"limit": "repair"}, {"start": FeelDate(2003, 1, 1)}, "CAL_UNKNOWN_LIMIT", "in force on Wed 1 Jan 2003"),
        ({"limit": "answer"}, {"start": FeelDate(2003, 1, 1)}, "CAL_YEAR_MISSING", "2004 to 2030"),
        ({"limit": "answer"}, {"start": FeelDate(123456, 1, 1)}, "JOB_INPUT", "expected a date"),
        ({"limit": "answer"}, {"start": "2011-03-08"}, "JOB_INPUT", 'the string "2011-03-08"'),
        ({"limit": "crooked"}, {"start": START}, "CAL_INVALID", '"moons"'),
        ({"limit": "half"}, {"start": START}, "CAL_UNKNOWN_LIMIT", "a whole number, but got the number 0.5"),
        ({"limit": "answer"}, {"start": START, "deadlines": "x"}, "JOB_INPUT", "context"),
    ],
)
def test_deadline_that_cannot_be_computed_fails(
    headers: dict[str, str], variables: dict[str, Value], code: str, said: str
) -> None:
    problem = failure_of("deadline.set", headers, Bench(own=a_case()), **variables)

    assert problem.code == code
    assert said in problem.message


def test_law_without_a_decision_for_limits_fails_with_what_to_do() -> None:
    package = harbour_package(MANIFEST=MANIFEST.replace("parameters: {time_limit: Decision_Limit}", ""))

    problem = failure_of("deadline.set", {"limit": "repair"}, Bench(package=package), start=START)

    assert problem.code == "CAL_UNKNOWN_LIMIT"
    assert "time_limit" in str(problem.hint)


def two_deadlines() -> dict[str, Value]:
    first = set_repair(Bench())
    second = run("deadline.set", {"limit": "answer"}, Bench(), start=START, deadlines=first.variables["deadlines"])
    deadlines = second.variables["deadlines"]
    assert isinstance(deadlines, dict)
    return deadlines


@pytest.mark.parametrize(
    ("job_type", "due_date", "reason"),
    [
        (
            "deadline.latest",
            date(2011, 4, 7),
            "the later of repair (Thu 7 Apr 2011) and answer (Sun 13 Mar 2011) is repair",
        ),
        (
            "deadline.earliest",
            date(2011, 3, 13),
            "the earlier of repair (Thu 7 Apr 2011) and answer (Sun 13 Mar 2011) is answer",
        ),
    ],
)
def test_later_or_earlier_deadline_becomes_the_new_one_with_the_reason(
    job_type: str, due_date: date, reason: str
) -> None:
    headers = {"deadline": "window", "of": "repair, answer"}

    result = run(job_type, headers, Bench(own=a_case()), deadlines=two_deadlines())

    deadline = deadline_of(result)
    assert (deadline.name, deadline.due_date, deadline.steps[-1]) == ("window", due_date, reason)
    assert entry(result, "window")["due_date"] == FeelDate.from_python(due_date)
    assert result.arithmetic == (reason,)


def test_deadlines_of_the_case_are_in_sight_too() -> None:
    repair = deadline_of(set_repair(Bench(own=a_case())))
    case = a_case(deadlines={"repair": repair, "later": replace(repair, name="later", due_date=date(2011, 5, 1))})

    result = run("deadline.met", {"deadline": "later"}, Bench(own=case))

    assert result.records == (DeadlineMet("later", date(2011, 3, 8), False),)


@pytest.mark.parametrize(
    ("job_type", "headers", "said"),
    [
        ("deadline.latest", {"deadline": "w", "of": "repair, anser"}, 'Did you mean "answer"?'),
        ("deadline.met", {"deadline": "repare"}, 'Did you mean "repair"?'),
    ],
)
def test_unknown_deadline_is_named_with_the_nearest(job_type: str, headers: dict[str, str], said: str) -> None:
    problem = failure_of(job_type, headers, Bench(own=a_case()), deadlines=two_deadlines())

    assert problem.code == "CAL_UNKNOWN_DEADLINE"
    assert said in problem.message


@pytest.mark.parametrize(
    "entry_value",
    ["soon", {}, {"limit_id": "repair"}, dict.fromkeys(("limit_id", "clause", "due"))],
)
def test_deadline_that_is_no_deadline_is_refused(entry_value: Value) -> None:
    problem = failure_of("deadline.met", {"deadline": "d"}, Bench(own=a_case()), deadlines={"d": entry_value})

    assert problem.code == "JOB_INPUT"
    assert problem.location.part == "input deadlines.d"


@pytest.mark.parametrize(
    ("on", "late", "summary"),
    [
        (date(2011, 4, 6), False, 'Deadline "repair" met on Wed 6 Apr 2011'),
        (date(2011, 4, 7), False, 'Deadline "repair" met on Thu 7 Apr 2011'),
        (date(2011, 4, 8), True, 'Deadline "repair" missed: met late on Fri 8 Apr 2011'),
    ],
)
def test_deadline_is_met_up_to_the_end_of_the_due_date(on: date, late: bool, summary: str) -> None:
    repair = deadline_of(set_repair(Bench(own=a_case())))
    bench = Bench(own=a_case(deadlines={"repair": repair}))

    result = run("deadline.met", {"deadline": "repair"}, bench, on=FeelDate.from_python(on))

    (record,) = result.records
    assert isinstance(record, DeadlineMet)
    assert (record.on, record.late) == (on, late)
    assert result.variables["deadline_met"] == {"name": "repair", "on": FeelDate.from_python(on), "late": late}
    assert entry(result, "repair")["met_on"] == FeelDate.from_python(on)
    assert result.summary == summary


def test_day_of_the_job_is_the_laws_day_and_not_utcs() -> None:
    repair = deadline_of(set_repair(Bench(own=a_case())))
    bench = Bench(own=a_case(deadlines={"repair": repair}))
    last_instant = datetime(2011, 4, 7, 22, 59, 59, tzinfo=UTC)

    in_time = run("deadline.met", {"deadline": "repair"}, bench, now=last_instant)
    late = run("deadline.met", {"deadline": "repair"}, bench, now=repair.due)

    assert isinstance(in_time.records[0], DeadlineMet) and in_time.records[0].late is False
    assert isinstance(late.records[0], DeadlineMet) and late.records[0].late is True


def test_deadline_of_a_limit_that_a_table_chose_is_the_one_of_that_limit() -> None:
    # given
    bench = Bench(own=a_case())

    # when
    result = run("deadline.set_chosen", {"deadline": "work"}, bench, limit_id="repair", start=START)

    # then
    assert deadline_of(result) == replace(deadline_of(set_repair(bench)), name="work")


@pytest.mark.parametrize(
    ("headers", "limit_id", "code", "said"),
    [
        ({"deadline": "work"}, None, "JOB_INPUT", "the id of a limit, as a string, but got null"),
        ({"deadline": "work"}, Decimal(3), "JOB_INPUT", "but got the number 3"),
        ({"deadline": "work"}, "repare", "CAL_UNKNOWN_LIMIT", 'no limit "repare" is in force'),
        ({}, "repair", "JOB_HEADER", '"deadline"'),
    ],
)
def test_deadline_of_a_wrongly_chosen_limit_fails(
    headers: dict[str, str], limit_id: Value, code: str, said: str
) -> None:
    problem = failure_of("deadline.set_chosen", headers, Bench(), limit_id=limit_id, start=START)

    assert problem.code == code
    assert said in problem.message
