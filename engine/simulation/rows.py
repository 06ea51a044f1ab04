"""From the log's entries to the rows of a printed timeline: what belongs together stands together.

An element comes first, with its clauses; what it decided, set, sent or posted follows under it. A gateway's row ends
with the label of the flow that was taken. Steps without a label, and what only the machine needs, are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.runtime import TimelineEntry

# Kinds that stand on their own, and kinds that are the work of an element and go under its row.
OWN_ROW = frozenset({"deployment", "event", "instance", "message", "task", "incident", "case", "signal"})
UNDER_ELEMENT = frozenset({"decision", "deadline", "notice", "payment", "state", "fact"})
_ARROW = " → "
MOST_RULES = 4  # a list of parameters hits many rules; naming each would hide what happened


@dataclass(frozen=True, slots=True)
class Row:
    """One row: when, where (an id, or the kind of entry), what, the clauses, and the arithmetic behind it."""

    at: datetime
    kind: str
    place: str
    what: str
    clauses: tuple[str, ...] = ()
    arithmetic: tuple[str, ...] = ()
    details: tuple[Row, ...] = field(default=())


def build_rows(entries: Iterable[TimelineEntry]) -> Iterator[Row]:
    """The rows of a timeline, in order of time."""
    waiting: list[TimelineEntry] = []
    last: Row | None = None
    for entry in entries:
        if entry.kind in UNDER_ELEMENT:
            if waiting and not _same_place(waiting[-1], entry):
                yield from _emit(last, *_alone(waiting))
                last, waiting = None, []
            waiting.append(entry)
        elif entry.kind == "element":
            row = _element_row(entry, waiting)
            if row is None:
                continue
            yield from _emit(last, *([] if waiting and row.details else _alone(waiting)))
            last, waiting = row, []
        elif entry.kind == "flow" and last is not None and last.place == entry.element_id:
            last = replace(last, what=f"{last.what}{_ARROW}{entry.what}")
        elif (entry.kind in OWN_ROW and not _is_told_by_its_element(entry)) or entry.data.get("outage"):
            yield from _emit(last, *_alone(waiting))
            last, waiting = _row(entry), []
    yield from _emit(last, *_alone(waiting))


def _emit(*rows: Row | None) -> Iterator[Row]:
    yield from (row for row in rows if row is not None)


def _alone(entries: list[TimelineEntry]) -> list[Row]:
    return _merge_facts([_row(entry) for entry in entries])


def _element_row(entry: TimelineEntry, before: list[TimelineEntry]) -> Row | None:
    """The row of an element that was gone through, with what it did; None when a reader learns nothing from it."""
    own = tuple(_merge_facts([_row(each) for each in before])) if before and _same_place(before[-1], entry) else ()
    silent = entry.data.get("type") in {"process", "userTask"} or not entry.data.get("name", entry.what)
    if silent and not own:
        return None
    return replace(_row(entry), details=own)


def _is_told_by_its_element(entry: TimelineEntry) -> bool:
    """A message that an element received: the row of the element says it."""
    return entry.kind == "message" and entry.element_id is not None


def _same_place(one: TimelineEntry, other: TimelineEntry) -> bool:
    return one.instance_id == other.instance_id and one.at == other.at


def _row(entry: TimelineEntry) -> Row:
    place = entry.decision_id if entry.kind == "decision" else entry.element_id
    if entry.kind in UNDER_ELEMENT and entry.kind != "decision":
        place = entry.kind
    what = entry.what
    if entry.kind == "decision" and entry.rule_ids:
        rules = ", ".join(entry.rule_ids) if len(entry.rule_ids) <= MOST_RULES else f"{len(entry.rule_ids)} rules"
        what = f"{what} (by {rules})"
    return Row(entry.at, entry.kind, place or entry.kind, what, entry.clauses, entry.arithmetic)


def _merge_facts(rows: list[Row]) -> list[Row]:
    """Facts that were recorded together share one row."""
    merged: list[Row] = []
    for row in rows:
        if row.kind == "fact" and merged and merged[-1].kind == "fact":
            more = row.what.removeprefix("Fact ")
            merged[-1] = replace(merged[-1], what=f"{merged[-1].what}; {more}")
        else:
            merged.append(row)
    return merged
