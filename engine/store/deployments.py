"""Deployed files, deployments, and the versions of processes and decisions that they gave."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from engine.store.instants import instant_text, read_instant


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """`manifest` names the manifest among the files; None for loose files."""

    id: str
    package_id: str
    version: int
    hash: str
    manifest: str | None
    deployed_at: datetime
    actor: str


class ProcessVersionRow(NamedTuple):
    process_id: str
    version: int
    name: str
    package_id: str
    deployment_id: str
    file: str
    hash: str
    active: bool


@dataclass(frozen=True, slots=True)
class DecisionVersionRow:
    package_id: str
    decision_id: str
    version: int
    name: str
    file: str
    hash: str


@dataclass(frozen=True, slots=True)
class StartSubscriptionRow:
    process_id: str
    element_id: str
    kind: str
    name: str


_DEPLOYMENT = "SELECT id, package_id, version, hash, manifest, deployed_at, actor FROM deployment"
_PROCESS = "SELECT process_id, version, name, package_id, deployment_id, file, hash, active FROM process_version"


class Deployments:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    # ---- deployments and their files -------------------------------------------------------------------------

    def latest(self, package_id: str) -> DeploymentRow | None:
        row = self._connection.execute(
            f"{_DEPLOYMENT} WHERE package_id = ? ORDER BY version DESC LIMIT 1", (package_id,)
        ).fetchone()
        return None if row is None else _deployment(row)

    def with_version(self, package_id: str, version: int) -> DeploymentRow | None:
        row = self._connection.execute(
            f"{_DEPLOYMENT} WHERE package_id = ? AND version = ?", (package_id, version)
        ).fetchone()
        return None if row is None else _deployment(row)

    def latest_of_each_package(self) -> list[DeploymentRow]:
        rows = self._connection.execute(
            f"{_DEPLOYMENT} AS d WHERE version = (SELECT max(version) FROM deployment WHERE package_id = d.package_id)"
            " ORDER BY package_id"
        )
        return [_deployment(row) for row in rows]

    def add(self, row: DeploymentRow, files: Mapping[str, tuple[str, bytes]]) -> None:
        """Add a deployment; *files* gives hash and content by name. A content that is known is not stored again."""
        self._connection.execute(
            "INSERT INTO deployment VALUES (?,?,?,?,?,?,?)",
            (row.id, row.package_id, row.version, row.hash, row.manifest, instant_text(row.deployed_at), row.actor),
        )
        self._connection.executemany(
            "INSERT INTO file_blob VALUES (?,?) ON CONFLICT (hash) DO NOTHING", list(files.values())
        )
        self._connection.executemany(
            "INSERT INTO deployment_file VALUES (?,?,?)",
            [(row.id, name, file_hash) for name, (file_hash, _) in files.items()],
        )

    def files(self, deployment_id: str) -> dict[str, bytes]:
        rows = self._connection.execute(
            "SELECT name, content FROM deployment_file JOIN file_blob USING (hash)"
            " WHERE deployment_id = ? ORDER BY name",
            (deployment_id,),
        )
        return dict(rows)

    def content(self, file_hash: str) -> bytes | None:
        row = self._connection.execute("SELECT content FROM file_blob WHERE hash = ?", (file_hash,)).fetchone()
        return None if row is None else bytes(row[0])

    # ---- versions --------------------------------------------------------------------------------------------

    def active_process(self, process_id: str) -> ProcessVersionRow | None:
        row = self._connection.execute(f"{_PROCESS} WHERE process_id = ? AND active = 1", (process_id,)).fetchone()
        return None if row is None else _process(row)

    def active_processes(self, package_id: str | None = None) -> list[ProcessVersionRow]:
        where = "" if package_id is None else " AND package_id = :package"
        rows = self._connection.execute(
            f"{_PROCESS} WHERE active = 1{where} ORDER BY process_id", {"package": package_id}
        )
        return [_process(row) for row in rows]

    def process_with_hash(self, process_id: str, file_hash: str) -> ProcessVersionRow | None:
        row = self._connection.execute(
            f"{_PROCESS} WHERE process_id = ? AND hash = ? ORDER BY version DESC LIMIT 1", (process_id, file_hash)
        ).fetchone()
        return None if row is None else _process(row)

    def process_version(self, process_id: str, version: int) -> ProcessVersionRow | None:
        row = self._connection.execute(
            f"{_PROCESS} WHERE process_id = ? AND version = ?", (process_id, version)
        ).fetchone()
        return None if row is None else _process(row)

    def add_process_version(
        self, *, process_id: str, name: str, package_id: str, deployment_id: str, file: str, file_hash: str
    ) -> int:
        """Make this the active version of the process and return its number."""
        self._connection.execute("UPDATE process_version SET active = 0 WHERE process_id = ?", (process_id,))
        row = self._connection.execute(
            "INSERT INTO process_version SELECT ?, coalesce(max(version), 0) + 1, ?, ?, ?, ?, ?, 1"
            " FROM process_version WHERE process_id = ? RETURNING version",
            (process_id, name, package_id, deployment_id, file, file_hash, process_id),
        ).fetchone()
        return int(row[0])

    def withdraw_process(self, process_id: str) -> None:
        """No new instance starts; instances that run go on."""
        self._connection.execute("UPDATE process_version SET active = 0 WHERE process_id = ?", (process_id,))
        self.replace_start_subscriptions(process_id, ())

    def add_decision_versions(
        self, package_id: str, deployment_id: str, decisions: Iterable[tuple[str, str, str, str]]
    ) -> None:
        """Record a version of each decision (id, name, file, hash of the file) whose file is not the one it had."""
        had = self._connection.execute(
            "SELECT decision_id, version, hash FROM decision_version WHERE package_id = ? ORDER BY version",
            (package_id,),
        )
        newest = {decision_id: (version, file_hash) for decision_id, version, file_hash in had}
        rows = []
        for decision_id, name, file, file_hash in decisions:
            version, before = newest.get(decision_id, (0, None))
            if before != file_hash:
                rows.append((package_id, decision_id, version + 1, name, deployment_id, file, file_hash))
        self._connection.executemany("INSERT INTO decision_version VALUES (?,?,?,?,?,?,?)", rows)

    def decision_ids(self, deployment_id: str, package_id: str) -> list[str]:
        """The decisions of the files of a deployment."""
        rows = self._connection.execute(
            "SELECT DISTINCT decision_id FROM decision_version JOIN deployment_file USING (hash)"
            " WHERE deployment_file.deployment_id = ? AND package_id = ? ORDER BY decision_id",
            (deployment_id, package_id),
        )
        return [str(row[0]) for row in rows]

    def latest_decisions(self) -> list[DecisionVersionRow]:
        """The newest version of every decision."""
        rows = self._connection.execute(
            "SELECT package_id, decision_id, version, name, file, hash FROM decision_version AS d WHERE version ="
            " (SELECT max(version) FROM decision_version"
            "  WHERE package_id = d.package_id AND decision_id = d.decision_id)"
            " ORDER BY package_id, decision_id"
        )
        return [DecisionVersionRow(*row) for row in rows]

    def model(self, file_hash: str) -> bytes | None:
        """A diagram or a file of tables that a version of a process or a decision has, by the SHA-256 of its bytes."""
        row = self._connection.execute(
            "SELECT content FROM file_blob WHERE hash = :hash AND (EXISTS (SELECT 1 FROM process_version WHERE hash ="
            " :hash) OR EXISTS (SELECT 1 FROM decision_version WHERE hash = :hash))",
            {"hash": file_hash},
        ).fetchone()
        return None if row is None else bytes(row[0])

    # ---- what starts a process -------------------------------------------------------------------------------

    def replace_start_subscriptions(self, process_id: str, rows: Iterable[StartSubscriptionRow]) -> None:
        self._connection.execute("DELETE FROM start_subscription WHERE process_id = ?", (process_id,))
        self._connection.executemany(
            "INSERT INTO start_subscription VALUES (?,?,?,?)",
            [(row.process_id, row.element_id, row.kind, row.name) for row in rows],
        )

    def started_by(self, kind: str, name: str) -> list[StartSubscriptionRow]:
        rows = self._connection.execute(
            "SELECT process_id, element_id, kind, name FROM start_subscription WHERE kind = ? AND name = ?"
            " ORDER BY process_id, element_id",
            (kind, name),
        )
        return [StartSubscriptionRow(*row) for row in rows]

    def start_names(self, kind: str) -> list[str]:
        rows = self._connection.execute(
            "SELECT DISTINCT name FROM start_subscription WHERE kind = ? ORDER BY name", (kind,)
        )
        return [str(row[0]) for row in rows]


def _deployment(row: tuple[str, str, int, str, str | None, str, str]) -> DeploymentRow:
    return DeploymentRow(*row[:5], read_instant(row[5]), row[6])


def _process(row: tuple[str, int, str, str, str, str, str, int]) -> ProcessVersionRow:
    return ProcessVersionRow(*row[:7], bool(row[7]))
