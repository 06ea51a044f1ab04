"""A job as a row: what a handler or a person has to do, and how it is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from engine.feel import Value
from engine.json_text import decode_json
from engine.store.codec import load_values
from engine.store.instants import optional_instant, read_instant

INLINE, WORKER, USER_TASK = "inline", "worker", "user_task"
OPEN, LEASED, INCIDENT, COMPLETED, CANCELLED = "open", "leased", "incident", "completed", "cancelled"


class JobRow(NamedTuple):
    """One job. `attempts` counts runs that began; `retries` those that are left.

    A tuple, because every inline job makes one and a frozen dataclass of this width costs several times as much.
    """

    id: str
    kind: str
    state: str
    instance_id: str
    element_id: str
    element_instance_id: str
    element_name: str
    clauses: tuple[str, ...]
    type: str
    headers: Mapping[str, str]
    variables: Mapping[str, Value]
    retries: int
    attempts: int
    available_at: datetime
    created_at: datetime
    lease_owner: str | None = None
    lease_until: datetime | None = None
    form_id: str | None = None
    assignee: str | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    due: datetime | None = None
    ended_at: datetime | None = None
    held_at: datetime | None = None

    @classmethod
    def inline(
        cls,
        job_id: str,
        instance_id: str,
        element_id: str,
        element_instance_id: str,
        element_name: str,
        clauses: tuple[str, ...],
        job_type: str,
        headers: Mapping[str, str],
        variables: Mapping[str, Value],
        retries: int,
        at: datetime,
    ) -> JobRow:
        """A job that is done inside its command: seldom stored, but made for each element that a command passes."""
        return tuple.__new__(
            cls,
            (
                job_id, INLINE, OPEN, instance_id, element_id, element_instance_id, element_name, clauses, job_type,
                headers, variables, retries, 0, at, at, None, None, None, None, (), (), None, None, None,
            ),
        )  # fmt: skip


COLUMNS = (
    "id, kind, state, instance_id, element_id, element_instance_id, element_name, clauses, type, headers, variables,"
    " retries, attempts, available_at, created_at, lease_owner, lease_until, form_id, assignee, candidate_groups,"
    " candidate_users, due, ended_at, held_at"
)
SELECT = f"SELECT {COLUMNS} FROM job"


def read_job(row: sqlite3.Row | tuple[str, ...]) -> JobRow:
    """The row as `SELECT` gives it."""
    (
        job_id, kind, state, instance_id, element_id, element_instance_id, element_name, clauses, job_type, headers,
        variables, retries, attempts, available_at, created_at, lease_owner, lease_until, form_id, assignee,
        groups, users, due, ended_at, held_at,
    ) = row  # fmt: skip
    return JobRow(
        id=job_id,
        kind=kind,
        state=state,
        instance_id=instance_id,
        element_id=element_id,
        element_instance_id=element_instance_id,
        element_name=element_name,
        clauses=tuple(decode_json(clauses)),
        type=job_type,
        headers=decode_json(headers),
        variables=load_values(variables),
        retries=int(retries),
        attempts=int(attempts),
        available_at=read_instant(available_at),
        created_at=read_instant(created_at),
        lease_owner=lease_owner,
        lease_until=optional_instant(lease_until),
        form_id=form_id,
        assignee=assignee,
        candidate_groups=tuple(decode_json(groups)),
        candidate_users=tuple(decode_json(users)),
        due=optional_instant(due),
        ended_at=optional_instant(ended_at),
        held_at=optional_instant(held_at),
    )
