"""Business calendars and deadlines. Calendars are data (`decisions/calendars/*.yaml`); nothing here knows a law.

Entry points: `read_calendar(data, file)` gives a `BusinessCalendar`; `compute_deadline(limit, start, calendar, zone)`
gives the due date, the due instant and the arithmetic in words.
Reading order: rules.py (days of a year), calendar.py (business days), reader.py (the file), deadlines.py (limits).

Dates are `datetime.date`; instants are aware and in UTC. A date beyond the declared years is CAL_YEAR_MISSING.
"""

from engine.calendars.calendar import JOINED, BusinessCalendar, unite
from engine.calendars.deadlines import (
    DeadlineComputation,
    Limit,
    Unit,
    compute_deadline,
    first_instant_after,
    show_amount,
    show_date,
    show_distance,
)
from engine.calendars.reader import read_calendar
from engine.calendars.rules import MONTH_NAMES, WEEKDAY_NAMES, Holiday, easter_sunday

__all__ = [
    "JOINED",
    "MONTH_NAMES",
    "WEEKDAY_NAMES",
    "BusinessCalendar",
    "DeadlineComputation",
    "Holiday",
    "Limit",
    "Unit",
    "compute_deadline",
    "easter_sunday",
    "first_instant_after",
    "read_calendar",
    "show_amount",
    "show_date",
    "show_distance",
    "unite",
]
