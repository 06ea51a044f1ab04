"""Reading a calendar file (`decisions/calendars/*.yaml`) with every problem at once and its place.

The format by example stands in the shipped calendars. Weekday and month names are English words, so that a reviewer
can read a rule beside the statute.
"""

from __future__ import annotations

import hashlib
from datetime import date

from engine.calendars.calendar import BusinessCalendar
from engine.calendars.rules import (
    LAST,
    MONTH_NAMES,
    WEEKDAYS,
    DayRule,
    FixedDay,
    FromEaster,
    Holiday,
    NthWeekday,
    SingleDay,
    WeekdayAfter,
)
from engine.clauses import read_clauses
from engine.documents import Section, read_document
from engine.errors import ErrorCode

_LONGEST_MONTHS = dict(zip(MONTH_NAMES, (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True))


def read_calendar(data: bytes, file: str) -> BusinessCalendar:
    """Read one calendar. Errors: CAL_INVALID with file, YAML path and line, all problems at once."""
    document = read_document(data, file, ErrorCode.CAL_INVALID)
    top = document.section()
    calendar_id, title = top.text("calendar"), top.text("title")
    top.text("note", required=False)
    first, last = _read_years(top)
    weekend, weekend_citation = _read_weekend(top)
    holidays = _read_holidays(top)
    top.close()
    document.findings.raise_if_any()
    cited = [weekend_citation, *(holiday.citation for holiday in holidays)]
    clauses = tuple(dict.fromkeys(clause for text in cited for clause in read_clauses(text)))
    digest = hashlib.sha256(data).hexdigest()
    return BusinessCalendar(
        calendar_id, title, file, digest, first, last, weekend, weekend_citation, tuple(holidays), clauses
    )


def _read_years(top: Section) -> tuple[int, int]:
    years = top.section("years")
    if years is None:
        return 1, 1
    first, last = years.whole("from"), years.whole("to")
    years.close()
    if not 1583 <= first <= last <= 4000:
        years.problem(f"expected years between 1583 and 4000, the first before the last, but got {first} to {last}.")
        return 1583, 1583
    return first, last


def _read_weekend(top: Section) -> tuple[frozenset[int], str]:
    weekend = top.section("weekend")
    if weekend is None:
        return frozenset(), ""
    days = {_weekday(weekend, day, "days") for day in weekend.texts("days", required=True)} - {None}
    citation = _read_citation(weekend)
    weekend.close()
    if len(days) == len(WEEKDAYS):
        weekend.problem("expected at least one weekday that is no weekend day.", "days")
    return frozenset(day for day in days if day is not None), citation


def _read_holidays(top: Section) -> list[Holiday]:
    holidays: list[Holiday] = []
    seen: set[str] = set()
    for section in top.sections("holidays", required=True):
        holiday_id = section.text("id")
        if holiday_id in seen:
            section.problem(
                f'the id "{holiday_id}" is given twice.', "id", hint="ids of holidays are unique in a calendar"
            )
        seen.add(holiday_id)
        holiday = _read_holiday(section, holiday_id)
        section.close()
        if holiday is not None:
            holidays.append(holiday)
    return holidays


def _read_holiday(section: Section, holiday_id: str) -> Holiday | None:
    name, citation = section.text("name"), _read_citation(section)
    section.text("note", required=False)
    valid_from, valid_to = section.day("valid_from", required=False), section.day("valid_to", required=False)
    if valid_from and valid_to and valid_from >= valid_to:
        section.problem(f"valid_to {valid_to} is not after valid_from {valid_from}.", "valid_to")
    moves: dict[int, int] = {}
    moved = section.section("moves", required=False)
    if moved is not None:
        for word in moved.value:
            weekday = _weekday(moved, word, word)
            days = moved.whole(word)
            if weekday is not None:
                moves[weekday] = days
    every, counted_from = 1, 0
    cycle = section.section("every", required=False)
    if cycle is not None:
        every, counted_from = cycle.whole("years", 1), cycle.whole("counted_from")
        cycle.close()
        if every < 1:
            cycle.problem(f"expected at least 1, but got {every}.", "years")
            every = 1
    on = section.section("on")
    rule = None if on is None else _read_rule(on)
    if rule is None:
        return None
    return Holiday(holiday_id, name, citation, rule, valid_from, valid_to, moves, every, counted_from)


def _read_rule(on: Section) -> DayRule | None:
    """One of `date`, `easter`, `weekday` + `after`, `nth` + `weekday` + `month`, `month` + `day`."""
    problems_before = len(on.findings.problems)
    rule: DayRule | None
    if on.has("date"):
        day = on.day("date")
        rule = SingleDay(day) if isinstance(day, date) else None
    elif on.has("easter"):
        rule = FromEaster(on.whole("easter"))
    elif on.has("after"):
        weekday, after = _weekday(on, on.text("weekday"), "weekday"), on.section("after")
        anchor = None if after is None else _read_rule(after)
        rule = None if anchor is None or weekday is None else WeekdayAfter(weekday, anchor)
    elif on.has("nth"):
        nth, weekday, month = on.raw("nth"), _weekday(on, on.text("weekday"), "weekday"), _month(on)
        if nth != "last" and (isinstance(nth, bool) or nth not in (1, 2, 3, 4, 5)):
            on.problem(f"expected 1 to 5 or last, but got {nth}.", "nth")
            nth = 1
        rule = NthWeekday(LAST if nth == "last" else int(nth), weekday or 0, month)
    else:
        month, number = _month(on), on.whole("day")
        longest = _LONGEST_MONTHS[MONTH_NAMES[month - 1]]
        if on.has("day") and not 1 <= number <= longest:
            on.problem(f"expected a day from 1 to {longest} for {MONTH_NAMES[month - 1]}, but got {number}.", "day")
        rule = FixedDay(month, number)
    on.close()
    return rule if len(on.findings.problems) == problems_before else None


def _read_citation(section: Section) -> str:
    citation = section.text("citation")
    if section.has("citation") and not read_clauses(citation):
        section.problem(
            f'expected clause ids in brackets, but got "{citation}".', "citation", hint='write "[register:id]"'
        )
    return citation


def _weekday(section: Section, word: str, *key: str) -> int | None:
    if word in WEEKDAYS:
        return WEEKDAYS.index(word)
    section.problem(f'expected a weekday ({", ".join(WEEKDAYS)}), but got "{word}".', *key)
    return None


def _month(section: Section) -> int:
    word = section.choice("month", (name.lower() for name in MONTH_NAMES))
    names = [name.lower() for name in MONTH_NAMES]
    return names.index(word) + 1 if word in names else 1
