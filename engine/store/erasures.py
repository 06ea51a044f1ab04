"""What is left of a case after its record was erased: dates, clauses and sums; no fact, no word, no address.

Rows that other things point to stay and lose what they say of a person; everything else is removed. The payloads of the
log go, their commitments stay, so that the chain still verifies.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.store.codec import encode_json
from engine.store.instants import instant_text, read_instant


@dataclass(frozen=True, slots=True)
class ErasureRow:
    case_id: str
    erased_at: datetime
    erased_by: str
    retention: str
    reason: str


_OF_CASE = (
    "DELETE FROM fact WHERE case_id = :case",
    "DELETE FROM case_search_key WHERE case_id = :case",
    "DELETE FROM message WHERE case_id = :case OR key = (SELECT key FROM case_record WHERE id = :case)",
    "DELETE FROM timer WHERE case_id = :case",
    "UPDATE deadline_change SET what = '' WHERE case_id = :case",
    "UPDATE ledger SET details = '{}', reference = NULL WHERE case_id = :case",
    "UPDATE association SET reason = '' WHERE case_id = :case AND revoked_at IS NOT NULL",
    "UPDATE incident SET message = '', problem = '{}' WHERE case_id = :case",
    "UPDATE log SET salt = NULL, payload = NULL WHERE case_id = :case",
)
_OF_NOTICES = (
    "DELETE FROM notice_text WHERE notice_id IN ({notices})",
    "DELETE FROM notice_file WHERE notice_id IN ({notices})",
    "UPDATE delivery_report SET reason = ''"
    " WHERE delivery_id IN (SELECT id FROM delivery WHERE notice_id IN ({notices}))",
    "UPDATE delivery SET address = '{{}}', facts = '{{}}' WHERE notice_id IN ({notices})",
    "UPDATE notice SET subject = '', required = '[]' WHERE id IN ({notices})",
)
_OF_INSTANCES = (
    "DELETE FROM job WHERE instance_id IN (SELECT value FROM json_each(:instances))",
    "DELETE FROM held_signal WHERE instance_id IN (SELECT value FROM json_each(:instances))",
    "UPDATE process_instance SET state = '', start_key = NULL WHERE id IN (SELECT value FROM json_each(:instances))",
    "UPDATE incident SET message = '', problem = '{}' WHERE instance_id IN (SELECT value FROM json_each(:instances))",
    "UPDATE log SET salt = NULL, payload = NULL WHERE instance_id IN (SELECT value FROM json_each(:instances))",
)
_NOTICES = "SELECT id FROM notice WHERE case_id = :case"
_INSTANCES = (
    "SELECT instance_id FROM case_link WHERE case_id = :case"
    " UNION SELECT id FROM process_instance WHERE case_id = :case"
)


class Erasures:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def of_case(self, case_id: str) -> ErasureRow | None:
        row = self._connection.execute(
            "SELECT case_id, erased_at, erased_by, retention, reason FROM erasure WHERE case_id = ?", (case_id,)
        ).fetchone()
        return None if row is None else ErasureRow(row[0], read_instant(row[1]), *row[2:])

    def last_activity(self, case_id: str) -> datetime | None:
        """When the log last told of the case or of an instance of it."""
        row = self._connection.execute(
            f"SELECT max(at) FROM log WHERE case_id = :case OR instance_id IN ({_INSTANCES})", {"case": case_id}
        ).fetchone()
        return None if row[0] is None else read_instant(row[0])

    def instances(self, case_id: str) -> list[str]:
        """The process instances of the case, those that it shares with another one included."""
        rows = self._connection.execute(f"{_INSTANCES} ORDER BY 1", {"case": case_id})
        return [str(row[0]) for row in rows]

    def running(self, case_id: str) -> list[str]:
        """The instances of the case that have not ended."""
        rows = self._connection.execute(
            f"SELECT id FROM process_instance WHERE status = 'active' AND id IN ({_INSTANCES}) ORDER BY 1",
            {"case": case_id},
        )
        return [str(row[0]) for row in rows]

    def shared(self, case_id: str) -> list[tuple[str, str]]:
        """Instances of the case that belong to another one too, which is not erased: (instance, other case)."""
        rows = self._connection.execute(
            "SELECT instance_id, case_id FROM case_link"
            f" WHERE instance_id IN ({_INSTANCES}) AND case_id <> :case"
            " AND case_id NOT IN (SELECT case_id FROM erasure) ORDER BY 1, 2",
            {"case": case_id},
        )
        return [(str(row[0]), str(row[1])) for row in rows]

    def erase(self, row: ErasureRow, instance_ids: Sequence[str]) -> None:
        """Erase the record of the case, and of *instance_ids*, which must have ended."""
        given = {"case": row.case_id, "instances": encode_json(list(instance_ids))}
        for statement in (*_OF_CASE, *(each.format(notices=_NOTICES) for each in _OF_NOTICES), *_OF_INSTANCES):
            self._connection.execute(statement, given)
        self._connection.execute(
            "INSERT INTO erasure VALUES (?,?,?,?,?)",
            (row.case_id, instant_text(row.erased_at), row.erased_by, row.retention, row.reason),
        )
