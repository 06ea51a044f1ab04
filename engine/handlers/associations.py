"""Job types for associations: `association.grant`, `association.revoke`, `association.read`.

An association lets somebody see a case whose people gave leave; authorisation reads it and nothing else.
"""

from __future__ import annotations

from engine.feel import Value
from engine.handlers.contract import (
    AssociationGranted,
    AssociationRevoked,
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    Services,
)
from engine.handlers.reading import header, refuse_input
from engine.law import LawPackage


def grant_association(job: Job, services: Services) -> JobResult:
    """Let `holder` see the case of the header's type that `key` names."""
    law: LawPackage = services.law()
    case_type = header(job, "case_type", law.case_types)
    role = header(job, "role", law.roles)
    key, holder, basis = (_text(job, name) for name in ("key", "holder", "basis"))
    return JobResult(
        records=(AssociationGranted(case_type, key, holder, role, basis),),
        summary=f"{holder} may see the {case_type} {key} as {role}",
    )


def revoke_association(job: Job, services: Services) -> JobResult:
    """Take that leave back; where none is in force nothing changes."""
    law: LawPackage = services.law()
    case_type = header(job, "case_type", law.case_types)
    key, holder = _text(job, "key"), _text(job, "holder")
    reason = job.variables.get("reason")
    if reason is not None and not isinstance(reason, str):
        refuse_input(job, "reason", "a text, or nothing", reason)
    return JobResult(
        records=(AssociationRevoked(case_type, key, holder, reason or ""),),
        summary=f"{holder} may no longer see the {case_type} {key}",
    )


def read_association(job: Job, services: Services) -> JobResult:
    """Whether an association of `holder` with that case is in force."""
    law: LawPackage = services.law()
    case_type = header(job, "case_type", law.case_types)
    key, holder = _text(job, "key"), _text(job, "holder")
    found = services.association(case_type, key, holder)
    associated: Value = found is not None
    words = "is" if found is not None else "is not"
    return JobResult(variables={"associated": associated}, summary=f"{holder} {words} associated")


def _text(job: Job, name: str) -> str:
    value = job.variables.get(name)
    if not isinstance(value, str) or not value.strip():
        refuse_input(job, name, "a string that is not empty", value)
    return value


_CASE_TYPE = Field("case_type", "the case type, as declared in the manifest")
_KEY = Field("key", "the key that names the case")
_HOLDER = Field("holder", "the id of the actor who sees the case by this association")

ASSOCIATION_GRANT = HandlerDefinition(
    job_type="association.grant",
    label="Associate somebody with a case",
    meaning="Lets somebody see a case from now on; authorisation reads this record.",
    kind=HandlerKind.INLINE,
    run=grant_association,
    headers=(_CASE_TYPE, Field("role", "the role in which the holder sees it, as declared in the manifest")),
    inputs=(_KEY, _HOLDER, Field("basis", "the key of what it rests on, such as the number of a consent")),
)

ASSOCIATION_REVOKE = HandlerDefinition(
    job_type="association.revoke",
    label="End an association",
    meaning="Ends the leave to see a case; the record of it stays.",
    kind=HandlerKind.INLINE,
    run=revoke_association,
    headers=(_CASE_TYPE,),
    inputs=(_KEY, _HOLDER, Field("reason", "why, in a few words", required=False)),
)

ASSOCIATION_READ = HandlerDefinition(
    job_type="association.read",
    label="Look whether somebody is associated",
    meaning="Tells whether an association with a case is in force.",
    kind=HandlerKind.INLINE,
    run=read_association,
    headers=(_CASE_TYPE,),
    inputs=(_KEY, _HOLDER),
    outputs=(Field("associated", "true or false", required=False),),
)
