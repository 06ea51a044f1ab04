"""A business calendar: which days are business days, why another is not, and walking along business days.

Works on `datetime.date`. A date outside the years that the file declares is an error (CAL_YEAR_MISSING), never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from engine.calendars.rules import WEEKDAY_NAMES, Holiday
from engine.errors import ErrorCode, failure

ONE_DAY = timedelta(days=1)
JOINED = " + "


@dataclass(frozen=True)
class BusinessCalendar:
    """Weekend days and legal holidays of one law, computed for the years that it declares."""

    id: str
    title: str
    file: str
    hash: str
    first_year: int
    last_year: int
    weekend: frozenset[int]
    weekend_citation: str
    holidays: tuple[Holiday, ...]
    clauses: tuple[str, ...] = ()
    _kept: dict[date, Holiday] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        # A move can carry a holiday over New Year, hence one year more on each side.
        for year in range(self.first_year - 1, self.last_year + 2):
            for holiday in self.holidays:
                for day in holiday.days_in(year):
                    if self.first_year <= day.year <= self.last_year:
                        self._kept.setdefault(day, holiday)

    def holiday_on(self, day: date) -> Holiday | None:
        """The legal holiday kept on *day*, also when it is a weekend day. Errors: CAL_YEAR_MISSING."""
        self._check_year(day)
        return self._kept.get(day)

    def holidays_in(self, year: int) -> dict[date, Holiday]:
        self._check_year(date(year, 1, 1))
        return {day: self._kept[day] for day in sorted(self._kept) if day.year == year}

    def is_business_day(self, day: date) -> bool:
        """Errors: CAL_YEAR_MISSING."""
        self._check_year(day)
        return day.weekday() not in self.weekend and day not in self._kept

    def why_not(self, day: date) -> str | None:
        """Why *day* is no business day, in words: ``Saturday``, ``legal holiday: Founders' Day [act:3]``; else None."""
        holiday = self.holiday_on(day)
        if day.weekday() in self.weekend:
            return WEEKDAY_NAMES[day.weekday()]
        return f"legal holiday: {holiday.name} {holiday.citation}" if holiday else None

    def next_business_day(self, day: date) -> date:
        """The first business day after *day*."""
        return self.roll_forward(day + ONE_DAY)

    def roll_forward(self, day: date) -> date:
        """*day* itself when it is a business day, else the next one."""
        while not self.is_business_day(day):
            day += ONE_DAY
        return day

    def roll_backward(self, day: date) -> date:
        """*day* itself when it is a business day, else the one before."""
        while not self.is_business_day(day):
            day -= ONE_DAY
        return day

    def add_business_days(self, day: date, count: int) -> date:
        """The business day *count* business days after *day* (before, when negative); *day* itself is not counted.

        Zero gives *day* itself, business day or not. Errors: CAL_YEAR_MISSING.
        """
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_business_day(day):
                day += step
        return day

    def business_days_between(self, after: date, through: date) -> int:
        """How many business days lie after *after*, up to and including *through*; 0 when *through* is not later."""
        return sum(self.is_business_day(after + timedelta(days=n)) for n in range(1, (through - after).days + 1))

    def _check_year(self, day: date) -> None:
        if not self.first_year <= day.year <= self.last_year:
            raise failure(
                ErrorCode.CAL_YEAR_MISSING,
                f'the calendar "{self.id}" declares the years {self.first_year} to {self.last_year}, '
                f"but {day.isoformat()} was asked for.",
                hint="check the date, or extend `years` in the calendar after checking its holidays for the new years",
                file=self.file,
                part="years",
            )


_UNITED: dict[tuple[str, ...], BusinessCalendar] = {}


def unite(calendars: Sequence[BusinessCalendar]) -> BusinessCalendar:
    """A calendar that keeps every weekend day and holiday of *calendars*, for the years that all of them declare.

    Its id names them, joined by ` + `. Made once for the same files.
    """
    if len(calendars) == 1:
        return calendars[0]
    key = tuple(calendar.hash for calendar in calendars)
    if key not in _UNITED:
        _UNITED[key] = BusinessCalendar(
            id=JOINED.join(calendar.id for calendar in calendars),
            title=JOINED.join(calendar.title for calendar in calendars),
            file=JOINED.join(calendar.file for calendar in calendars),
            hash=JOINED.join(key),
            first_year=max(calendar.first_year for calendar in calendars),
            last_year=min(calendar.last_year for calendar in calendars),
            weekend=frozenset().union(*(calendar.weekend for calendar in calendars)),
            weekend_citation=calendars[0].weekend_citation,
            holidays=tuple(holiday for calendar in calendars for holiday in calendar.holidays),
            clauses=tuple(dict.fromkeys(clause for calendar in calendars for clause in calendar.clauses)),
        )
    return _UNITED[key]
