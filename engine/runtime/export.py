"""The audit as lines of JSON, for keeping and checking elsewhere: both chains, row by row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.errors import ErrorCode, Location, Problem, failure
from engine.runtime.access import Access
from engine.runtime.views import VerifyReport
from engine.store import AccessRow, ChainLink, check_access_log, check_chain, instant_text, read_instant

LOG, READING, END = "log", "reading", "end"


def export_lines(engine: Access, *, payloads: bool) -> Iterator[str]:
    """The log, then the readings. Without *payloads* nothing personal of the log leaves, and the chain still verifies.

    Lines of kind log hold all that the hash of a row covers; `salt` and `payload` are missing where they were erased.
    The line of kind end names the head of each chain, so that an export that was cut off is told.
    """
    heads = {LOG: "", READING: ""}
    for link in engine.audit_links():
        heads[LOG] = link.hash.hex()
        yield _line(_log(link, payloads))
    for row in engine.all_readings():
        heads[READING] = row.hash.hex()
        yield _line(_reading(row))
    yield _line({"kind": END, **heads})


def verify_export(lines: Iterable[str], file: str) -> VerifyReport:
    """Check both chains of an export. Errors: STORE_CHAIN for a line that is none of an export."""
    links: list[ChainLink] = []
    readings: list[AccessRow] = []
    end: tuple[str, str] | None = None
    for number, line in enumerate(lines, start=1):
        try:
            data = json.loads(line)
            if data["kind"] == LOG:
                links.append(_link(data))
            elif data["kind"] == READING:
                readings.append(_row(data))
            else:
                end = (data[LOG], data[READING])
        except (ValueError, KeyError, TypeError) as error:
            raise failure(
                ErrorCode.STORE_CHAIN,
                f"expected a line of an audit export, but reading it failed: {error!r}.",
                file=file,
                line=number,
                hint="export the audit anew, or compare the file with a copy",
            ) from error
    chain = check_chain(links)
    _, broken = check_access_log(readings)
    heads = (links[-1].hash.hex() if links else "", readings[-1].hash.hex() if readings else "")
    cut = () if end == heads else (_cut_off(file),)
    return VerifyReport(chain.entries, chain.erased, chain.head, 0, (*chain.problems, *broken, *cut))


def _cut_off(file: str) -> Problem:
    return Problem(
        ErrorCode.STORE_CHAIN,
        "the rows at the end are not those that the line of kind end names.",
        Location(file=file),
        hint="the export was cut off or put together from two; export anew",
    )


def _line(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"


def _log(link: ChainLink, payloads: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kind": LOG,
        "seq": link.seq,
        "at": link.at,
        "actor": link.actor,
        "roles": link.roles,
        "case_id": link.case_id,
        "instance_id": link.instance_id,
        "entries": link.entries,
        "commitment": link.commitment.hex(),
        "prev_hash": link.prev_hash.hex(),
        "hash": link.hash.hex(),
    }
    if payloads and link.salt is not None:
        shown |= {"salt": link.salt.hex(), "payload": link.payload}
    return shown


def _link(data: Mapping[str, Any]) -> ChainLink:
    salt = data.get("salt")
    return ChainLink(
        data["seq"],
        data["at"],
        data["actor"],
        data["roles"],
        data["case_id"],
        data["instance_id"],
        data["entries"],
        bytes.fromhex(data["commitment"]),
        bytes.fromhex(data["prev_hash"]),
        bytes.fromhex(data["hash"]),
        None if salt is None else bytes.fromhex(salt),
        data.get("payload"),
    )


def _reading(row: AccessRow) -> dict[str, Any]:
    return {
        "kind": READING,
        "seq": row.seq,
        "at": instant_text(row.at),
        "actor": row.actor,
        "roles": list(row.roles),
        "case_id": row.case_id,
        "what": row.what,
        "prev_hash": row.prev_hash.hex(),
        "hash": row.hash.hex(),
    }


def _row(data: Mapping[str, Any]) -> AccessRow:
    return AccessRow(
        data["seq"],
        read_instant(data["at"]),
        data["actor"],
        tuple(data["roles"]),
        data["case_id"],
        data["what"],
        bytes.fromhex(data["prev_hash"]),
        bytes.fromhex(data["hash"]),
    )
