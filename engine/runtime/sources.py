"""What is deployed, as its authors wrote it: versions of processes and decisions with their files. Of the facade."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import ErrorCode, failure
from engine.runtime.record_answers import RecordAnswers
from engine.store import count_waiting


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a process or a decision; `hash` is the SHA-256 of its file."""

    kind: str
    id: str
    name: str
    version: int
    package_id: str
    file: str
    hash: str
    active: bool


class Sources(RecordAnswers):
    """The part of the facade that shows what is deployed and how much waits."""

    def waiting_counts(self) -> dict[str, int]:
        """How much waits in the store, by kind: incidents, user tasks, jobs, deliveries, breached deadlines, timers."""
        with self._store.read() as snapshot:
            return count_waiting(snapshot.connection)

    def definitions(self) -> list[Definition]:
        """The versions that what begins now takes: processes by id, then decisions by package and id."""
        with self._store.read() as snapshot:
            processes = snapshot.deployments.active_processes()
            decisions = snapshot.deployments.latest_decisions()
        return [
            *(
                Definition("process", row.process_id, row.name, row.version, row.package_id, row.file, row.hash, True)
                for row in processes
            ),
            *(
                Definition("decision", row.decision_id, row.name, row.version, row.package_id, row.file, row.hash, True)
                for row in decisions
            ),
        ]

    def definition_file(self, file_hash: str) -> bytes:
        """The exact bytes of a deployed diagram or file of tables. Errors: RUN_NOT_FOUND."""
        with self._store.read() as snapshot:
            data = snapshot.deployments.model(file_hash)
        if data is None:
            raise failure(
                ErrorCode.RUN_NOT_FOUND,
                f'no deployed diagram or table has the SHA-256 "{file_hash[:64]}".',
                hint="the list of definitions shows the hash of each",
            )
        return data
