"""How a run reads: within 100 columns, grouped by the days of the law's zone, arithmetic under its deadline."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from engine.runtime import TimelineEntry
from engine.simulation import WIDTH, build_timeline, print_timeline

TOKYO = ZoneInfo("Asia/Tokyo")


def entry(seq: int, at: datetime, what: str, **more: object) -> TimelineEntry:
    kind = str(more.pop("kind", "element"))
    return TimelineEntry(seq=seq, at=at, kind=kind, what=what, actor="keeper", **more)  # type: ignore[arg-type]


LATE_EVENING = datetime(2024, 2, 27, 14, 59, tzinfo=UTC)
JUST_AFTER_MIDNIGHT = datetime(2024, 2, 27, 15, 0, tzinfo=UTC)


def test_timeline_is_grouped_by_the_days_of_the_zone() -> None:
    # when
    lines = [
        line.text for line in build_timeline([entry(1, LATE_EVENING, "a"), entry(2, JUST_AFTER_MIDNIGHT, "b")], TOKYO)
    ]

    # then
    assert lines[0].startswith("Tuesday 27 February 2024 ─")
    assert lines[0].endswith("─ Asia/Tokyo")
    assert lines[1].startswith("23:59")
    assert lines[2] == ""
    assert lines[3].startswith("Wednesday 28 February 2024 ─")
    assert lines[4].startswith("00:00")


def test_long_texts_clauses_and_arithmetic_stay_within_the_width() -> None:
    # given
    long_entry = entry(
        1,
        LATE_EVENING,
        "word " * 40 + "x" * 150,
        element_id="Activity_" + "VeryLongName" * 6,
        clauses=("806:2(2)(d)1.b(ii)", "lmo:" + "9" * 40),
        arithmetic=("counted from 28 February, the day itself not counted, " * 4,),
    )

    # when
    lines = [line.text for line in build_timeline([long_entry], TOKYO)]

    # then
    assert max(len(line) for line in lines) == WIDTH
    assert all(not line.endswith(" ") for line in lines)
    assert any(line.endswith("806:2(2)(d)1.b(ii)") for line in lines)
    assert sum(line.strip().startswith("= counted") for line in lines) == 1


def test_entry_without_element_names_its_kind_in_the_column_of_places() -> None:
    # when
    lines = [line.text for line in build_timeline([entry(1, LATE_EVENING, "due Thursday", kind="deadline")], TOKYO)]

    # then
    assert lines[1].split() == ["23:59", "deadline", "due", "Thursday"]


def test_entries_for_the_machine_are_left_out() -> None:
    assert list(build_timeline([entry(1, LATE_EVENING, "x", kind="variables")], TOKYO)) == []


def test_piped_output_has_no_colour_and_keeps_every_column() -> None:
    # given
    stream = io.StringIO()
    rows = [entry(1, LATE_EVENING, "Stall granted [bold]", kind="state", clauses=("lmo:4",))]

    # when
    print_timeline(Console(file=stream, width=WIDTH, highlight=False), rows, TOKYO)

    # then
    printed = stream.getvalue().splitlines()
    assert printed == [line.text for line in build_timeline(rows, TOKYO)]
    assert "[bold]" in printed[1]
