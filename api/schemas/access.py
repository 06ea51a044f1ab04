"""Who may see a case, who has read it, and what a bank's file brought."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Out


class AssociationOut(Out):
    """Leave to see a case; in force while `revoked_at` is null."""

    id: str
    case_id: str
    holder: str
    role: str
    basis: str
    granted_at: datetime
    revoked_at: datetime | None
    reason: str


class ReadingOut(Out):
    """One reading of one case."""

    seq: int
    at: datetime
    actor: str
    roles: list[str]
    case_id: str
    what: Annotated[str, Field(description="the question that was asked")]


class BankEntryOut(Out):
    line: Annotated[int, Field(description="where the entry stands in the file")]
    kind: str
    code: str
    amount: Annotated[str, Field(description="as in the file, in the currency of the law")]
    references: list[str]
    outcome: Literal["raised", "unmatched", "noted", "duplicate"]
    event: str | None
    case_key: str | None
    reason: str


class BankFileOut(Out):
    format: str
    sha256: str
    entries: list[BankEntryOut]
