"""Calendar files that are wrong: each problem with its code, YAML path and line, all at once."""

from __future__ import annotations

import pytest

from engine.calendars import read_calendar
from engine.errors import EngineError, ErrorCode
from tests.calendars.harbour import HARBOUR


def problems_of(data: bytes) -> EngineError:
    with pytest.raises(EngineError) as raised:
        read_calendar(data, "harbour.yaml")
    return raised.value


@pytest.mark.parametrize(
    ("old", "new", "part", "said"),
    [
        ("years: {from: 2004, to: 2030}", "years: {from: 2030, to: 2004}", "years", "2030 to 2004"),
        ("years: {from: 2004, to: 2030}", "yaers: {from: 2004, to: 2030}", "yaers", 'Did you mean "years"?'),
        ("[friday, saturday]", "[friday, caturday]", "weekend > days", "caturday"),
        ("month: march, day: 1", "month: marsh, day: 1", "holidays[0] > on > month", 'Did you mean "march"?'),
        ("month: march, day: 1", "month: march, day: 32", "holidays[0] > on > day", "from 1 to 31"),
        ("{nth: 2, weekday: monday", "{nth: 6, weekday: monday", "holidays[2] > on > nth", "1 to 5 or last"),
        ("{nth: 2, weekday: monday", "{nth: 2, weekday: moonday", "holidays[2] > on > weekday", "moonday"),
        ('"[harbour:2(1)]"', '"the second section"', "holidays[0] > citation", "clause ids in brackets"),
        ("id: leap_feast", "id: lantern_day", "holidays[1] > id", "given twice"),
        ("{easter: 1}", "{easter: soon}", "holidays[6] > on > easter", "a whole number"),
        ("{date: 2012-06-05}", "{date: 2012-06-31}", "holidays[7] > on > date", "day is out of range"),
        ("valid_to: 2010-04-03", "valid_from: 2011-01-01, valid_to: 2010-04-03", "holidays[8] > valid_to", "not after"),
        (
            "{years: 4, counted_from: 2008}",
            "{years: 0, counted_from: 2008}",
            "holidays[5] > every > years",
            "at least 1",
        ),
        ("moves: {friday: 2", "moves: {friyay: 2", "holidays[10] > moves > friyay", "expected a weekday"),
        ("title: Business days", "title: Business days\nholidays: []\n#", "holidays", "given twice"),
    ],
)
def test_wrong_calendar_is_refused_at_its_place(old: str, new: str, part: str, said: str) -> None:
    error = problems_of(HARBOUR.decode().replace(old, new).encode())

    found = [problem for problem in error.problems if problem.location.part == part]
    assert found, str(error)
    assert found[0].code == ErrorCode.CAL_INVALID
    assert found[0].location.line is not None
    assert said in found[0].message


def test_several_faults_are_reported_together() -> None:
    text = HARBOUR.decode().replace("month: march, day: 1", "month: marsh, day: 1").replace("nth: last", "nth: final")

    assert len(problems_of(text.encode()).problems) == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"calendar: [", "expected YAML"),
        (b"- a\n- b\n", "expected a mapping"),
        (b"", "expected a mapping"),
        (b"\xff\xfe", "UTF-8"),
        (b"a: &x 1\nb: *x\n", "alias"),
        (b"a: !!python/object:os.system x\n", "tag"),
        (b"a: " + b"[" * 5000, "nested deeper"),
        (b"a: \x00", "not text"),
    ],
)
def test_text_that_is_no_calendar_is_refused(data: bytes, said: str) -> None:
    error = problems_of(data)

    assert {problem.code for problem in error.problems} == {ErrorCode.CAL_INVALID}
    assert said in str(error)
