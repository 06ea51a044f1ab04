"""The engine, its clock, and what is deployed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas.base import Out


class HealthOut(Out):
    status: str
    now: datetime
    clock: str
    packages: list[str]


class ReadinessOut(Out):
    status: Literal["ready", "not ready"]
    store: Literal["ok", "failed"]
    worker: Annotated[
        Literal["ok", "late", "elsewhere"], Field(description="elsewhere: another process does what falls due")
    ]
    worker_seen_at: datetime | None


class DefinitionOut(Out):
    """One version of a process or a decision. `hash` is the SHA-256 of its file, by which it can be fetched."""

    kind: Literal["process", "decision"]
    id: str
    name: str
    version: int
    package_id: str
    file: str
    hash: str
    active: bool


class DeploymentOut(Out):
    id: str
    package_id: str
    version: int
    hash: str
    at: datetime
    new: bool
    processes: dict[str, int]
    decisions: list[str]
    warnings: list[dict[str, Any]]


class ClockOut(Out):
    now: datetime
    commands: int


class CitationOut(Out):
    kind: str
    owner: str
    place: str
    label: str


class TraceRowOut(Out):
    """One clause and what carries it out."""

    clause: str
    citation: str
    kind: str
    in_force: bool
    standing: str
    cited_by: list[CitationOut]
