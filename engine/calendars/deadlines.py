"""From a limit and the date of the triggering fact to the due date, with the arithmetic written out.

How days are counted is data of the limit: the unit (which also carries a rule such as "periods under seven days exclude
weekends": such a limit is stated in business days), whether the first day counts, and what happens when the last day is
no business day. A computation that the limit does not settle (31 January + 1 month) is refused, not guessed.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from engine.calendars.calendar import BusinessCalendar
from engine.calendars.rules import MONTH_NAMES, WEEKDAY_NAMES
from engine.errors import EngineError, ErrorCode, did_you_mean, failure


class Unit(StrEnum):
    BUSINESS_DAYS = "business days"
    BUSINESS_DAY_OF_MONTH = "business day of the month"
    CALENDAR_DAYS = "calendar days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


ROLLS = ("none", "forward", "backward")
FIRST_DAY = ("excluded", "included")
MONTH_ENDS = ("", "last day", "next day")


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of the law. A negative *amount* counts back from the event.

    Of a "business day of the month" the amount says which: 1 is the first of the month of the event, -1 the last.

    *roll*: where a last day that is no business day goes. *first_day*: whether the day of the event counts.
    *month_end*: the day of a month that is too short for it; empty refuses such a computation.
    """

    id: str
    clause: str
    amount: int
    unit: str
    duty: bool = False
    roll: str = "forward"
    first_day: str = "excluded"
    month_end: str = ""

    def __post_init__(self) -> None:
        for part, value, allowed in (
            ("unit", self.unit, [str(unit) for unit in Unit]),
            ("roll", self.roll, ROLLS),
            ("first_day", self.first_day, FIRST_DAY),
            ("month_end", self.month_end, MONTH_ENDS),
        ):
            if value not in allowed:
                shown = ", ".join(f'"{word}"' for word in allowed)
                raise failure(
                    ErrorCode.CAL_INVALID,
                    f'the limit "{self.id}" expected {part} to be one of {shown}, '
                    f'but got "{value}".{did_you_mean(value, allowed)}',
                    part=part,
                    clause=self.clause or None,
                )


@dataclass(frozen=True, slots=True)
class DeadlineComputation:
    """*due*: first instant (UTC) after the due date in the law's zone; *opens*: office opening on that date."""

    limit: Limit
    started_on: date
    due_date: date
    due: datetime
    opens: datetime
    steps: tuple[str, ...]


def compute_deadline(
    limit: Limit, start: date, calendar: BusinessCalendar, zone: ZoneInfo, *, office_opens: time
) -> DeadlineComputation:
    """Return when *limit*, set off by a fact of *start*, ends.

    Errors: CAL_YEAR_MISSING beyond the calendar's years; CAL_INVALID when the limit leaves the day of the month open.

    The steps read like ``Tue 8 Mar 2011 + 30 calendar days = Thu 7 Apr 2011``.
    """
    try:
        if limit.unit == Unit.BUSINESS_DAYS:
            counted, steps = _count_business_days(limit, start, calendar)
        elif limit.unit == Unit.BUSINESS_DAY_OF_MONTH:
            counted, steps = _find_business_day_of_month(limit, start, calendar)
        else:
            counted, steps = _count_calendar_days(limit, start)
    except OverflowError as error:
        raise failure(
            ErrorCode.CAL_YEAR_MISSING,
            f'the limit "{limit.id}" of {limit.amount} {limit.unit} from {start.isoformat()} leaves the calendar.',
            hint="check the amount of the limit",
        ) from error
    due_date = _roll(limit, counted, calendar, steps)
    due = first_instant_after(due_date, zone)
    opens = datetime.combine(due_date, office_opens, zone).astimezone(UTC)
    return DeadlineComputation(limit, start, due_date, due, opens, tuple(steps))


def first_instant_after(day: date, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which *day* is over in *zone*, whatever the clocks do at midnight."""
    midnight = datetime.combine(day + timedelta(days=1), time(0))
    early = midnight.replace(tzinfo=zone, fold=0).astimezone(UTC)
    late = midnight.replace(tzinfo=zone, fold=1).astimezone(UTC)
    # Where clocks go back over midnight there are two, and the day is over only at the later one.
    if late > early and (late - timedelta(microseconds=1)).astimezone(zone).date() <= day:
        return late
    return early


def show_date(day: date) -> str:
    """A date as the timeline shows it: ``Tue 8 Mar 2011``."""
    return f"{WEEKDAY_NAMES[day.weekday()][:3]} {day.day} {MONTH_NAMES[day.month - 1][:3]} {day.year}"


def _short(day: date) -> str:
    """A date in a list whose first line names the years: ``Tue 8 Mar``."""
    return show_date(day).rsplit(" ", 1)[0]


def show_amount(amount: int, unit: str) -> str:
    """``30 calendar days``, ``1 business day``, ``business day 1 of the month``."""
    if unit == Unit.BUSINESS_DAY_OF_MONTH:
        return f"business day {amount} of the month"
    return f"{amount} {unit[:-1] if amount == 1 else unit}"


def show_distance(amount: int, unit: str) -> str:
    """What stands before the date that is counted from: ``1 business day from``, ``3 business days before``."""
    return f"{show_amount(abs(amount), unit)} {'before' if amount < 0 else 'from'}"


def _count_business_days(limit: Limit, start: date, calendar: BusinessCalendar) -> tuple[date, list[str]]:
    base, steps = _base(limit, start)
    due = calendar.add_business_days(base, limit.amount)
    steps.append(_sum(base, limit, due))
    step = 1 if limit.amount >= 0 else -1
    days = [base + timedelta(days=n) for n in range(step, (due - base).days + step, step)]
    counted = [_short(day) for day in days if calendar.is_business_day(day)]
    skipped = [f"{_short(day)} ({calendar.why_not(day)})" for day in days if not calendar.is_business_day(day)]
    if counted:
        steps.append(f"counted: {', '.join(counted)}")
    if skipped:
        steps.append(f"skipped: {', '.join(skipped)}")
    return due, steps


def _find_business_day_of_month(limit: Limit, start: date, calendar: BusinessCalendar) -> tuple[date, list[str]]:
    """The business day of that number in the month of *start*, counted from the end when the amount is negative."""
    length = months.monthrange(start.year, start.month)[1]
    days = [date(start.year, start.month, day) for day in range(1, length + 1)]
    if limit.amount < 0:
        days.reverse()
    open_days = [day for day in days if calendar.is_business_day(day)]
    month = f"{MONTH_NAMES[start.month - 1]} {start.year}"
    if not 1 <= abs(limit.amount) <= len(open_days):
        raise failure(
            ErrorCode.CAL_INVALID,
            f'the limit "{limit.id}" asks for business day {limit.amount} of {month}, which has {len(open_days)}.',
            hint="1 is the first business day of the month, -1 the last",
            part="amount",
            clause=limit.clause or None,
        )
    due = open_days[abs(limit.amount) - 1]
    passed = [f"{_short(day)} ({calendar.why_not(day)})" for day in days[: days.index(due)] if day not in open_days]
    back = ", counted back from its end" if limit.amount < 0 else ""
    steps = [f"business day {abs(limit.amount)} of {month}{back} = {show_date(due)}"]
    if passed:
        steps.append(f"skipped: {', '.join(passed)}")
    return due, steps


def _count_calendar_days(limit: Limit, start: date) -> tuple[date, list[str]]:
    base, steps = _base(limit, start)
    match limit.unit:
        case Unit.CALENDAR_DAYS:
            due = base + timedelta(days=limit.amount)
        case Unit.WEEKS:
            due = base + timedelta(weeks=limit.amount)
        case Unit.MONTHS:
            due = _add_months(limit, base, limit.amount)
        case _:
            due = _add_months(limit, base, 12 * limit.amount)
    steps.append(_sum(base, limit, due))
    return due, steps


def _base(limit: Limit, start: date) -> tuple[date, list[str]]:
    """The day from which counting starts: the day itself when it is not counted, the one before it when it is."""
    if limit.first_day == "excluded" or limit.amount == 0:
        return start, []
    base = start - timedelta(days=1) if limit.amount > 0 else start + timedelta(days=1)
    return base, [f"{show_date(start)} counts as the first day"]


def _sum(base: date, limit: Limit, due: date) -> str:
    sign = "-" if limit.amount < 0 else "+"
    return f"{show_date(base)} {sign} {show_amount(abs(limit.amount), limit.unit)} = {show_date(due)}"


def _add_months(limit: Limit, base: date, count: int) -> date:
    index = base.year * 12 + base.month - 1 + count
    year, month = index // 12, index % 12 + 1
    if not 1 <= year <= 9999:
        raise OverflowError
    length = months.monthrange(year, month)[1]
    if base.day <= length:
        return date(year, month, base.day)
    if limit.month_end == "last day":
        return date(year, month, length)
    if limit.month_end == "next day":
        return date(year, month, length) + timedelta(days=1)
    raise _ambiguous(limit, base, year, month)


def _ambiguous(limit: Limit, base: date, year: int, month: int) -> EngineError:
    return failure(
        ErrorCode.CAL_INVALID,
        f'the limit "{limit.id}" leaves {show_date(base)} + {show_amount(limit.amount, limit.unit)} open: '
        f"{MONTH_NAMES[month - 1]} {year} has no day {base.day}.",
        hint='say in the limit which day counts: month_end "last day" or "next day"',
        part="month_end",
        clause=limit.clause or None,
    )


def _roll(limit: Limit, day: date, calendar: BusinessCalendar, steps: list[str]) -> date:
    if limit.roll == "none" or calendar.is_business_day(day):
        return day
    rolled = calendar.roll_forward(day) if limit.roll == "forward" else calendar.roll_backward(day)
    step = 1 if rolled > day else -1
    passed = [calendar.why_not(day + timedelta(days=n)) for n in range(0, (rolled - day).days, step)]
    reasons = ", ".join(reason for reason in passed if reason)
    steps.append(f"{show_date(day)} rolls to {show_date(rolled)} ({reasons})")
    return rolled
