"""Associations and search keys of cases: written from records of handlers, read by handlers and by authorisation.

Who may see a case by an association is answered in one place, `may_see_case`, and from the rows alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from engine.errors import ErrorCode, failure
from engine.handlers.contract import Association, AssociationGranted, AssociationRevoked, SearchKeysSet
from engine.runtime.log_kinds import LogKind
from engine.runtime.settings import Settings
from engine.store import AssociationRow, CaseRow, JobRow, Snapshot

if TYPE_CHECKING:
    from engine.law import LawPackage
    from engine.runtime.command import Command, LiveInstance

FOUND_AT_MOST = 50
"""How many cases of one search key are looked at; more are more than a table can tell apart."""
_HELD_AT_MOST = 10_000


def sign(settings: Settings, snapshot: Snapshot, purpose: str, text: str) -> str:
    """HMAC-SHA-256 of *text* for one purpose, in URL-safe Base64 without padding: 43 characters.

    Signatures for different purposes never coincide. The key is the installation's secret; a store that was opened
    without one signs with a key of its own.
    """
    secret = settings.secret or snapshot.own_secret()
    key = hmac.digest(secret, purpose.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(hmac.digest(key, text.encode(), hashlib.sha256)).rstrip(b"=").decode()


def association_of(row: AssociationRow) -> Association:
    return Association(row.holder, row.role, row.basis, row.granted_at)


def set_search_keys(command: Command, live: LiveInstance, job: JobRow, record: SearchKeysSet) -> None:
    case = None if live.case_id is None else command.tx.cases.get(live.case_id)
    if case is None:
        raise failure(
            ErrorCode.CASE_NOT_FOUND,
            f'search keys belong to a case, but the process instance "{live.id}" has none.',
            hint="open or join the case first",
        )
    command.tx.search_keys.replace(case.package_id, case.type, case.id, record.keys)


def grant_association(command: Command, live: LiveInstance, job: JobRow, record: AssociationGranted) -> None:
    """Errors: CASE_NOT_FOUND."""
    case = _case(command, live, record.case_type, record.case_key)
    if command.tx.associations.in_force(case.id, record.holder) is not None:
        return
    row = AssociationRow(
        command.tx.new_id("association"), case.id, record.holder, record.role, record.basis, command.now
    )
    command.tx.associations.add(row)
    command.record(
        LogKind.ASSOCIATION_GRANTED,
        {
            "association_id": row.id,
            "holder": row.holder,
            "role": row.role,
            "basis": row.basis,
            "clauses": list(job.clauses),
        },
        instance_id=live.id,
        case_id=case.id,
        element_id=job.element_id,
    )


def revoke_association(command: Command, live: LiveInstance, job: JobRow, record: AssociationRevoked) -> None:
    """Errors: CASE_NOT_FOUND. Where no association is in force, nothing is revoked."""
    case = _case(command, live, record.case_type, record.case_key)
    row = command.tx.associations.in_force(case.id, record.holder)
    if row is None:
        return
    command.tx.associations.revoke(row.id, at=command.now, reason=record.reason)
    command.record(
        LogKind.ASSOCIATION_REVOKED,
        {"association_id": row.id, "holder": row.holder, "reason": record.reason, "clauses": list(job.clauses)},
        instance_id=live.id,
        case_id=case.id,
        element_id=job.element_id,
    )


def _case(command: Command, live: LiveInstance, case_type: str, key: str) -> CaseRow:
    case = command.tx.cases.with_key(live.package_id, case_type, key)
    if case is None:
        raise failure(ErrorCode.CASE_NOT_FOUND, f'no {case_type} case "{key}" is stored.')
    return case


def visible_case_ids(snapshot: Snapshot, holder: str, law_of: dict[str, LawPackage]) -> list[str]:
    """Every case that `may_see_case` allows to *holder*."""
    found: dict[str, None] = {}
    keys: list[str] = []
    for row in snapshot.associations.of_holder(holder, limit=_HELD_AT_MOST):
        found[row.case_id] = None
        held = snapshot.cases.get(row.case_id)
        law = None if held is None else law_of.get(held.package_id)
        if held is None or law is None:
            continue
        facts = snapshot.cases.facts(held.id)
        for name in law.case_types[held.type].covers:
            value = facts[name].value if name in facts else None
            keys += [key for key in (value if isinstance(value, list) else [value]) if isinstance(key, str)]
    found.update(dict.fromkeys(snapshot.cases.ids_with_keys(keys, limit=_HELD_AT_MOST)))
    return list(found)


def may_see_case(snapshot: Snapshot, holder: str, case: CaseRow, law_of: dict[str, LawPackage]) -> bool:
    """Whether an association of *holder* reaches *case*: it is the associated case, or one that this case covers.

    A case covers those whose key stands in one of the facts that its type names under `covers`.
    """
    if snapshot.associations.in_force(case.id, holder) is not None:
        return True
    for row in snapshot.associations.of_holder(holder, limit=_HELD_AT_MOST):
        held = snapshot.cases.get(row.case_id)
        law = None if held is None else law_of.get(held.package_id)
        if held is None or law is None:
            continue
        facts = snapshot.cases.facts(held.id)
        for name in law.case_types[held.type].covers:
            value = facts[name].value if name in facts else None
            if case.key in (value if isinstance(value, list) else [value]):
                return True
    return False
