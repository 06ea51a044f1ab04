"""An invented harbour law's calendar: Friday and Saturday weekends, every kind of holiday rule."""

from __future__ import annotations

from engine.calendars import BusinessCalendar, read_calendar

HARBOUR = b"""
calendar: harbour
title: Business days of the harbour office
years: {from: 2004, to: 2030}
weekend: {days: [friday, saturday], citation: "[harbour:1] the office rests on Friday and Saturday"}
holidays:
  - {id: lantern_day, name: Lantern Day, on: {month: march, day: 1}, citation: "[harbour:2(1)]"}
  - {id: leap_feast, name: Leap Feast, on: {month: february, day: 29}, citation: "[harbour:2(2)]"}
  - {id: rope_monday, name: Rope Monday, on: {nth: 2, weekday: monday, month: may}, citation: "[harbour:2(3)]"}
  - {id: last_tide, name: Last Tide, on: {nth: last, weekday: wednesday, month: august}, citation: "[harbour:2(4)]"}
  - {id: fifth_sunday, name: Fifth Sunday, on: {nth: 5, weekday: sunday, month: june}, citation: "[harbour:2(5)]"}
  - id: vote
    name: Harbour Vote
    on: {weekday: tuesday, after: {nth: 1, weekday: monday, month: november}}
    every: {years: 4, counted_from: 2008}
    citation: "[harbour:2(6)]"
  - {id: easter_monday, name: Easter Monday, on: {easter: 1}, citation: "[harbour:2(7)]"}
  - {id: jubilee, name: Jubilee, on: {date: 2012-06-05}, citation: "[harbour:proclamation(3)]"}
  - {id: old_day, name: Old Day, on: {month: april, day: 3}, valid_to: 2010-04-03, citation: "[harbour:2(8)]"}
  - {id: new_day, name: New Day, on: {month: april, day: 4}, valid_from: 2010-04-04, citation: "[harbour:2(9)]"}
  - id: year_end
    name: Year's End
    on: {month: december, day: 31}
    moves: {friday: 2, saturday: 1}
    citation: "[harbour:2(10)]"
"""


def harbour_calendar() -> BusinessCalendar:
    return read_calendar(HARBOUR, "harbour.yaml")
