"""Process instances, what reaches them, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api.schemas.base import Out, Values


class InstanceOut(Out):
    id: str
    process_id: str
    process_name: str
    package_id: str
    diagram_hash: str
    status: str
    case_id: str | None
    started_at: datetime
    ended_at: datetime | None
    variables: Annotated[Values | None, Field(description="null for who may not read them")]
    active_elements: Annotated[
        list[Annotated[list[str], Field(min_length=2, max_length=2)]],
        Field(description="the id of each element that holds a token, and of this activation of it"),
    ]
    open_incidents: int
    suspended_at: datetime | None


class MappedElementOut(Out):
    element_id: str
    element_instance_id: str
    to_element_id: str
    remarks: list[str]


class InstanceMigrationOut(Out):
    """With problems, the instance is left alone; of another process id, it has called the one that is migrated."""

    instance_id: str
    process_id: str
    case_id: str | None
    suspended: bool
    from_version: int
    from_hash: str
    elements: list[MappedElementOut]
    problems: list[dict[str, Any]]


class MigrationOut(Out):
    process_id: str
    to_version: int
    to_hash: str
    mapping: dict[str, str]
    instances: list[InstanceMigrationOut]


class MessageOut(Out):
    outcome: str
    instance_ids: list[str]


class EventOut(Out):
    event: str
    outcome: str
    case_id: str | None
    case_key: str | None
    instance_ids: list[str]
    task_ids: list[str]


class TaskOut(Out):
    id: str
    element_id: str
    name: str
    process_id: str
    instance_id: str
    case_id: str | None
    case_key: str | None
    state: str
    created_at: datetime
    ended_at: datetime | None
    due: datetime | None
    form_id: str | None
    assignee: str | None
    candidate_groups: list[str]
    candidate_users: list[str]
    variables: Values
    clauses: list[str]


class TimelineEntryOut(Out):
    seq: int
    at: datetime
    kind: str
    what: str
    actor: str
    roles: list[str]
    case_id: str | None
    instance_id: str | None
    element_id: str | None
    decision_id: str | None
    rule_ids: list[str]
    clauses: list[str]
    arithmetic: list[str]
    data: dict[str, Any]


class DecisionRecordOut(Out):
    at: datetime
    decision_id: str
    case_id: str | None
    instance_id: str | None
    element_id: str | None
    value: Any
    clauses: list[str]
    audit: dict[str, Any] | None


class IncidentOut(Out):
    id: str
    code: str
    message: str
    problem: dict[str, Any]
    state: str
    instance_id: str | None
    case_id: str | None
    element_id: str | None
    job_id: str | None
    delivery_id: str | None
    created_at: datetime
    resolved_at: datetime | None
