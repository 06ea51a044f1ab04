"""Jobs: work that handlers or people do.

A worker job goes open -> leased -> done or incident, a user task open -> completed or cancelled.

A worker job is committed first, then leased for a time, then run. A lease that ends without an answer puts the job
back; an answer under a lost lease is refused. Rows of finished worker jobs are removed: their history is the log.
Jobs of a suspended instance are held: nobody leases them, and a lease that somebody had is lost.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.feel import Value
from engine.json_text import encode_json
from engine.store.codec import dump_values
from engine.store.instants import instant_text, optional_instant, optional_instant_text
from engine.store.job_row import COLUMNS, LEASED, SELECT, JobRow, read_job

_READY = "kind = 'worker' AND state = 'open' AND held_at IS NULL"
_IN = "(SELECT value FROM json_each(:types))"
_DOABLE = (
    "((candidate_groups = '[]' AND candidate_users = '[]') OR assignee = :person"
    " OR EXISTS (SELECT 1 FROM json_each(candidate_users) WHERE value = :person)"
    " OR EXISTS (SELECT 1 FROM json_each(candidate_groups) WHERE value IN (SELECT value FROM json_each(:groups))))"
)


class Jobs:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, job_id: str) -> JobRow | None:
        row = self._connection.execute(f"{SELECT} WHERE id = ?", (job_id,)).fetchone()
        return None if row is None else read_job(row)

    def of_element(self, instance_id: str, element_instance_id: str) -> JobRow | None:
        """The job or user task of an element instance that is not done."""
        row = self._connection.execute(
            f"{SELECT} WHERE instance_id = ? AND element_instance_id = ? AND state IN ('open', 'leased', 'incident')",
            (instance_id, element_instance_id),
        ).fetchone()
        return None if row is None else read_job(row)

    def add(self, job: JobRow) -> None:
        self._connection.execute(
            f"INSERT INTO job ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                job.id,
                job.kind,
                job.state,
                job.instance_id,
                job.element_id,
                job.element_instance_id,
                job.element_name,
                encode_json(job.clauses),
                job.type,
                encode_json(dict(job.headers)),
                dump_values(job.variables),
                job.retries,
                job.attempts,
                instant_text(job.available_at),
                instant_text(job.created_at),
                job.lease_owner,
                optional_instant_text(job.lease_until),
                job.form_id,
                job.assignee,
                encode_json(job.candidate_groups),
                encode_json(job.candidate_users),
                optional_instant_text(job.due),
                optional_instant_text(job.ended_at),
                optional_instant_text(job.held_at),
            ),
        )

    def remove_leased(self, job: JobRow) -> bool:
        """Remove a job that is done, if it is still leased as *job* says; False when the lease was lost."""
        done = self._connection.execute(
            "DELETE FROM job WHERE id = ? AND state IN ('open', 'leased') AND lease_owner IS ? AND attempts = ?",
            (job.id, job.lease_owner, job.attempts),
        )
        return done.rowcount == 1

    def remove(self, job_id: str) -> None:
        self._connection.execute("DELETE FROM job WHERE id = ?", (job_id,))

    def end_user_task(self, job_id: str, state: str, at: datetime) -> None:
        self._connection.execute(
            "UPDATE job SET state = ?, ended_at = ? WHERE id = ?", (state, instant_text(at), job_id)
        )

    def revise_user_task(self, job_id: str, *, due: datetime | None, variables: Mapping[str, Value]) -> None:
        self._connection.execute(
            "UPDATE job SET due = ?, variables = ? WHERE id = ?",
            (optional_instant_text(due), dump_values(variables), job_id),
        )

    # ---- the queue of workers --------------------------------------------------------------------------------

    def has_work(self, types: Sequence[str], now: datetime) -> bool:
        """Whether a job of these types is due, or has lost its lease."""
        row = self._connection.execute(
            f"SELECT 1 FROM job WHERE {_READY} AND available_at <= :now AND type IN {_IN}"
            f" UNION ALL SELECT 1 FROM job WHERE state = 'leased' AND lease_until <= :now AND type IN {_IN} LIMIT 1",
            {"types": encode_json(list(types)), "now": instant_text(now)},
        ).fetchone()
        return row is not None

    def lease(self, owner: str, *, types: Sequence[str], now: datetime, until: datetime, limit: int) -> list[JobRow]:
        """Take up to *limit* jobs of these types that are due, or whose lease has ended, in order of their instants."""
        parameters = {
            "types": encode_json(list(types)),
            "now": instant_text(now),
            "until": instant_text(until),
            "owner": owner,
            "limit": limit,
        }
        self._connection.execute(
            "UPDATE job SET state = 'open', lease_owner = NULL, lease_until = NULL, available_at = lease_until"
            f" WHERE state = 'leased' AND lease_until <= :now AND type IN {_IN}",
            parameters,
        )
        ready = self._connection.execute(
            f"SELECT rowid, {COLUMNS} FROM job WHERE {_READY} AND available_at <= :now AND type IN {_IN}"
            " ORDER BY available_at, rowid LIMIT :limit",
            parameters,
        ).fetchall()
        self._connection.executemany(
            "UPDATE job SET state = 'leased', lease_owner = ?, lease_until = ?, attempts = attempts + 1"
            " WHERE rowid = ?",
            [(owner, parameters["until"], row[0]) for row in ready],
        )
        return [
            job._replace(state=LEASED, lease_owner=owner, lease_until=until, attempts=job.attempts + 1)
            for job in (read_job(row[1:]) for row in ready)
        ]

    def put_back(self, job_id: str, *, retries: int, available_at: datetime) -> None:
        self._connection.execute(
            "UPDATE job SET state = 'open', lease_owner = NULL, lease_until = NULL, retries = ?, available_at = ?"
            " WHERE id = ?",
            (retries, instant_text(available_at), job_id),
        )

    def stop(self, job_id: str) -> None:
        """The job waits for the repair of an incident."""
        self._connection.execute(
            "UPDATE job SET state = 'incident', lease_owner = NULL, lease_until = NULL, retries = 0 WHERE id = ?",
            (job_id,),
        )

    def set_variables(self, job_id: str, variables: Mapping[str, Value]) -> None:
        self._connection.execute("UPDATE job SET variables = ? WHERE id = ?", (dump_values(variables), job_id))

    def next_available(self, types: Sequence[str]) -> datetime | None:
        """When a worker for these types has something to do next."""
        row = self._connection.execute(
            f"SELECT min(at) FROM (SELECT min(available_at) AS at FROM job WHERE {_READY}"
            f" AND type IN {_IN} UNION ALL SELECT min(lease_until) FROM job WHERE state = 'leased' AND type IN {_IN})",
            {"types": encode_json(list(types))},
        ).fetchone()
        return optional_instant(row[0])

    def waiting(self, *, instance_id: str | None = None, limit: int) -> list[JobRow]:
        """Jobs for workers that are not done, in order of creation."""
        where = "" if instance_id is None else " AND instance_id = :instance"
        rows = self._connection.execute(
            f"{SELECT} WHERE kind = 'worker' AND state IN ('open', 'leased'){where}"
            " ORDER BY created_at, rowid LIMIT :limit",
            {"instance": instance_id, "limit": limit},
        )
        return [read_job(row) for row in rows]

    # ---- suspension and migration of an instance -------------------------------------------------------------

    def hold(self, instance_id: str, at: datetime) -> None:
        """Hold what is not done of the instance; a worker that runs a job of it has lost its lease."""
        self._connection.execute(
            "UPDATE job SET held_at = ?, state = CASE state WHEN 'leased' THEN 'open' ELSE state END,"
            " lease_owner = NULL, lease_until = NULL"
            " WHERE instance_id = ? AND state IN ('open', 'leased', 'incident')",
            (instant_text(at), instance_id),
        )

    def release(self, instance_id: str) -> None:
        self._connection.execute(
            "UPDATE job SET held_at = NULL WHERE instance_id = ? AND held_at IS NOT NULL", (instance_id,)
        )

    def held_inline(self, instance_id: str) -> list[JobRow]:
        """Inline jobs that a suspended instance was given and that have not run, in order of creation."""
        rows = self._connection.execute(
            f"{SELECT} WHERE instance_id = ? AND kind = 'inline' AND state = 'open' ORDER BY rowid", (instance_id,)
        )
        return [read_job(row) for row in rows]

    def follow_element(
        self, instance_id: str, element_instance_id: str, *, element_id: str, name: str, clauses: Sequence[str]
    ) -> None:
        """The element of a job that is not done has another id, name and clauses in a new diagram."""
        self._connection.execute(
            "UPDATE job SET element_id = ?, element_name = ?, clauses = ?"
            " WHERE instance_id = ? AND element_instance_id = ? AND state IN ('open', 'leased', 'incident')",
            (element_id, name, encode_json(tuple(clauses)), instance_id, element_instance_id),
        )

    # ---- user tasks ------------------------------------------------------------------------------------------

    def user_tasks(
        self,
        *,
        case_id: str | None = None,
        instance_id: str | None = None,
        element_id: str | None = None,
        state: str | None = None,
        case_ids: Sequence[str] | None = None,
        doable_by: tuple[str, Sequence[str]] | None = None,
        after: str | None = None,
        limit: int,
    ) -> list[JobRow]:
        """User tasks in order of creation; those of a case are those of the instances that belong to it.

        *doable_by* (person, groups) keeps those that this person, or somebody in these groups, may do; *after* is an
        id to go on from.
        """
        conditions = ["kind = 'user_task'"]
        if case_ids is not None:
            conditions.append(
                "instance_id IN (SELECT instance_id FROM case_link"
                " WHERE case_id IN (SELECT value FROM json_each(:cases)))"
            )
        if doable_by is not None:
            conditions.append(_DOABLE)
        if after is not None:
            conditions.append("(created_at, rowid) > (SELECT created_at, rowid FROM job WHERE id = :after)")
        if case_id is not None:
            conditions.append("instance_id IN (SELECT instance_id FROM case_link WHERE case_id = :case)")
        for column, value in (("instance_id", instance_id), ("element_id", element_id), ("state", state)):
            if value is not None:
                conditions.append(f"{column} = :{column}")
        rows = self._connection.execute(
            f"{SELECT} WHERE {' AND '.join(conditions)} ORDER BY created_at, rowid LIMIT :limit",
            {
                "case": case_id,
                "instance_id": instance_id,
                "element_id": element_id,
                "state": state,
                "cases": json.dumps(case_ids),
                "person": doable_by[0] if doable_by else None,
                "groups": json.dumps(list(doable_by[1])) if doable_by else None,
                "after": after,
                "limit": limit,
            },
        )
        return [read_job(row) for row in rows]

    def set_assignee(self, task_id: str, assignee: str | None) -> None:
        """A person takes a user task on, or gives it back."""
        self._connection.execute("UPDATE job SET assignee = ? WHERE id = ?", (assignee, task_id))
