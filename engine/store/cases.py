"""Case records: the record that outlives instances, its facts, and the payments ledger.

A fact is never overwritten: the present one of a name is the last that was recorded.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from engine.feel import Value
from engine.store.codec import dump_one, dump_values, encode_json, load_one, load_values
from engine.store.instants import instant_text, optional_date, read_instant


@dataclass(frozen=True, slots=True)
class CaseRow:
    id: str
    package_id: str
    type: str
    key: str
    state: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class FactRow:
    name: str
    value: Value
    recorded_at: datetime
    source: str
    reason: str
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """`amount` has two places; `on_date` is the day that the law counts.

    The text `reference` in `details` is the number by which a bank knows the payment; lines are found by it.
    """

    entry: str
    amount: Decimal
    currency: str
    on_date: date
    details: Mapping[str, Value]
    recorded_at: datetime


_CASE = "SELECT id, package_id, type, key, state, opened_at FROM case_record"
_FACT = "SELECT name, value, recorded_at, source, reason, valid_from FROM fact"


class Cases:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, case_id: str) -> CaseRow | None:
        row = self._connection.execute(f"{_CASE} WHERE id = ?", (case_id,)).fetchone()
        return None if row is None else _case(row)

    def with_key(self, package_id: str, case_type: str, key: str) -> CaseRow | None:
        row = self._connection.execute(
            f"{_CASE} WHERE package_id = ? AND type = ? AND key = ?", (package_id, case_type, key)
        ).fetchone()
        return None if row is None else _case(row)

    def find(
        self,
        *,
        package_id: str | None = None,
        case_type: str | None = None,
        case_ids: Sequence[str] | None = None,
        after: str | None = None,
        limit: int,
    ) -> list[CaseRow]:
        """Cases in order of their opening, only those of *case_ids* when given; *after* is an id to go on from."""
        conditions = []
        if case_ids is not None:
            conditions.append("id IN (SELECT value FROM json_each(:cases))")
        if after is not None:
            conditions.append("(opened_at, rowid) > (SELECT opened_at, rowid FROM case_record WHERE id = :after)")
        for column, value in (("package_id", package_id), ("type", case_type)):
            if value is not None:
                conditions.append(f"{column} = :{column}")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._connection.execute(
            f"{_CASE}{where} ORDER BY opened_at, rowid LIMIT :limit",
            {
                "package_id": package_id,
                "type": case_type,
                "cases": encode_json(case_ids),
                "after": after,
                "limit": limit,
            },
        )
        return [_case(row) for row in rows]

    def ids_with_keys(self, keys: Sequence[str], *, limit: int) -> list[str]:
        """The cases of any law and type with one of these keys."""
        rows = self._connection.execute(
            "SELECT id FROM case_record WHERE key IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?",
            (encode_json(list(keys)), limit),
        )
        return [str(row[0]) for row in rows]

    def keys(self, package_id: str, case_type: str, *, limit: int) -> list[str]:
        rows = self._connection.execute(
            "SELECT key FROM case_record WHERE package_id = ? AND type = ? ORDER BY rowid DESC LIMIT ?",
            (package_id, case_type, limit),
        )
        return [str(row[0]) for row in rows]

    def add(self, row: CaseRow) -> None:
        self._connection.execute(
            "INSERT INTO case_record VALUES (?,?,?,?,?,?)",
            (row.id, row.package_id, row.type, row.key, row.state, instant_text(row.opened_at)),
        )

    def set_state(self, case_id: str, state: str) -> None:
        self._connection.execute("UPDATE case_record SET state = ? WHERE id = ?", (state, case_id))

    def link(self, case_id: str, instance_id: str, at: datetime) -> None:
        self._connection.execute(
            "INSERT INTO case_link VALUES (?,?,?) ON CONFLICT (case_id, instance_id) DO NOTHING",
            (case_id, instance_id, instant_text(at)),
        )

    def linked_instances(self, case_id: str) -> list[str]:
        rows = self._connection.execute(
            "SELECT instance_id FROM case_link WHERE case_id = ? ORDER BY linked_at, instance_id", (case_id,)
        )
        return [str(row[0]) for row in rows]

    # ---- facts -----------------------------------------------------------------------------------------------

    def add_fact(self, case_id: str, row: FactRow) -> None:
        self._connection.execute(
            "INSERT INTO fact (case_id, name, value, recorded_at, source, reason, valid_from) VALUES (?,?,?,?,?,?,?)",
            (
                case_id,
                row.name,
                dump_one(row.value),
                instant_text(row.recorded_at),
                row.source,
                row.reason,
                None if row.valid_from is None else row.valid_from.isoformat(),
            ),
        )

    def facts(self, case_id: str) -> dict[str, FactRow]:
        """The present fact of each name."""
        rows = self._connection.execute(
            f"{_FACT} WHERE id IN (SELECT max(id) FROM fact WHERE case_id = ? GROUP BY name) ORDER BY id", (case_id,)
        )
        return {row[0]: _fact(row) for row in rows}

    def fact_history(self, case_id: str) -> list[FactRow]:
        rows = self._connection.execute(f"{_FACT} WHERE case_id = ? ORDER BY id", (case_id,))
        return [_fact(row) for row in rows]

    # ---- payments --------------------------------------------------------------------------------------------

    def post(self, case_id: str, row: LedgerRow) -> None:
        self._connection.execute(
            "INSERT INTO ledger (case_id, entry, amount, currency, on_date, details, recorded_at, reference)"
            " VALUES (?,?,?,?,?,?,?,?)",
            (
                case_id,
                row.entry,
                str(row.amount),
                row.currency,
                row.on_date.isoformat(),
                dump_values(row.details),
                instant_text(row.recorded_at),
                row.details.get("reference"),
            ),
        )

    def ledger(self, case_id: str) -> list[LedgerRow]:
        rows = self._connection.execute(
            "SELECT entry, amount, currency, on_date, details, recorded_at FROM ledger WHERE case_id = ? ORDER BY id",
            (case_id,),
        )
        return [_line(row) for row in rows]

    def ledger_with_reference(
        self, package_id: str, references: Sequence[str], *, limit: int
    ) -> list[tuple[CaseRow, LedgerRow]]:
        """Lines of a law's cases that bear one of these numbers, with their cases, in order of entry."""
        marks = ",".join("?" * len(references))
        rows = self._connection.execute(
            "SELECT c.id, c.package_id, c.type, c.key, c.state, c.opened_at,"
            " l.entry, l.amount, l.currency, l.on_date, l.details, l.recorded_at"
            " FROM ledger AS l JOIN case_record AS c ON c.id = l.case_id"
            f" WHERE l.reference IN ({marks}) AND c.package_id = ? ORDER BY l.id LIMIT ?",
            (*references, package_id, limit),
        )
        return [(_case(row[:6]), _line(row[6:])) for row in rows]


def _case(row: tuple[str, str, str, str, str, str]) -> CaseRow:
    return CaseRow(*row[:5], read_instant(row[5]))


def _line(row: tuple[str, str, str, str, str, str]) -> LedgerRow:
    entry, amount, currency, on, details, at = row
    return LedgerRow(entry, Decimal(amount), currency, date.fromisoformat(on), load_values(details), read_instant(at))


def _fact(row: tuple[str, str, str, str, str, str | None]) -> FactRow:
    return FactRow(row[0], load_one(row[1]), read_instant(row[2]), row[3], row[4], optional_date(row[5]))
