"""Steps of a case, read back from the audit log for handlers that look into the past: see `Services.steps_of_case`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.feel import Value


@dataclass(frozen=True, slots=True)
class VariablesTook:
    """A step of a case in the log: variables that a scope took, which is an element or a process."""

    scope_id: str
    variables: Mapping[str, Value]
    instance_id: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTaken:
    """A step of a case in the log: a decision that an element asked for. *audit* is its record as plain data."""

    at: datetime
    element_id: str | None
    decision_id: str
    inputs: Mapping[str, Value]
    value: Value
    audit: Mapping[str, Any]
    instance_id: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineTaken:
    """A step of a case in the log: a deadline that an element set."""

    element_id: str | None
    name: str
    started_on: date
    due_date: date
    instance_id: str = ""


@dataclass(frozen=True, slots=True)
class NoticeTaken:
    """A step of a case in the log: a notice that was issued."""

    at: datetime
    type: str
    instance_id: str = ""


@dataclass(frozen=True, slots=True)
class WayTaken:
    """A step of a case in the log: the sequence flow by which an element was left."""

    element_id: str
    flow_id: str
    instance_id: str = ""


@dataclass(frozen=True, slots=True)
class RevisionTaken:
    """A step of a case in the log: values of an instance were put right, by path; those that still stood."""

    revisions: tuple[tuple[tuple[str, ...], Value, Value], ...]
    instance_id: str = ""


Step = VariablesTook | DecisionTaken | DeadlineTaken | NoticeTaken | WayTaken | RevisionTaken
