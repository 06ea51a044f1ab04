"""Case records with their deadlines, notices and payments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas.base import Out, Values


class FactOut(Out):
    name: str
    value: Any
    recorded_at: datetime
    source: str
    reason: str
    valid_from: date | None


class DeadlineOut(Out):
    name: str
    limit_id: str
    clause: str
    duty: bool
    started_on: date
    amount: int
    unit: str
    due_date: date
    due: datetime
    opens: datetime
    calendar: str
    steps: list[str]
    met_on: date | None
    breached: bool
    changes: list[str]
    parameter_hash: str


class CaseOut(Out):
    id: str
    type: str
    key: str
    state: str
    package_id: str
    opened_at: datetime
    facts: dict[str, FactOut]
    history: list[FactOut]
    deadlines: dict[str, DeadlineOut]
    instance_ids: list[str]


class DeadlineRecordOut(Out):
    case_id: str
    case_type: str
    case_key: str
    deadline: DeadlineOut


class DeliveryReportOut(Out):
    id: str
    outcome: Annotated[str, Field(description="delivered, bounced or returned")]
    at: datetime
    reason: str
    reported_by: str
    recorded_at: datetime


class DeliveryOut(Out):
    id: str
    channel: str
    address: dict[str, str]
    state: str
    attempts: int
    key: str
    sent_at: datetime | None
    facts: dict[str, Any]
    reports: list[DeliveryReportOut]


class NoticeOut(Out):
    id: str
    type: str
    case_id: str | None
    instance_id: str | None
    dated: date
    issued_at: datetime
    subject: str
    texts: dict[str, str]
    sha256: dict[str, str]
    required: list[dict[str, Any]]
    source_hash: str
    deliveries: list[DeliveryOut]


class ReportTakenOut(Out):
    outcome: Annotated[Literal["taken", "duplicate"], Field(description="duplicate: it was seen before")]


class LedgerLineOut(Out):
    entry: str
    amount: Annotated[str, Field(description="two decimal places; a refund is negative")]
    currency: str
    on: date
    details: Values


class LedgerRecordOut(Out):
    recorded_at: datetime
    line: LedgerLineOut


class ProspectOut(Out):
    answer: Annotated[str, Field(description="clear, or warned")]
    number: str
    message: str
