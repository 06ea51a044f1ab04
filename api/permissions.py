"""Who may do what: the one table from kinds of users to permissions, and how a route says what it asks for.

A law's manifest says of each of its roles as what kind of user it acts (`acts_as`); the kinds are the engine's, the
roles are the law's. Which cases a role sees is said there too (`sees`) and judged in `sight.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any


class Permission(StrEnum):
    """What a route asks for. `PUBLIC` asks for nothing: health, and what carries a signature of its own."""

    PUBLIC = "public"
    READ_DEFINITIONS = "read_definitions"
    DEPLOY = "deploy"
    ASK = "ask"
    READ_CASES = "read_cases"
    READ_VARIABLES = "read_variables"
    RAISE_EVENTS = "raise_events"
    START_PROCESSES = "start_processes"
    WORK_TASKS = "work_tasks"
    REPORT_DELIVERIES = "report_deliveries"
    TAKE_BANK_FILES = "take_bank_files"
    GRANT_ACCESS = "grant_access"
    REQUEST_CONSENT = "request_consent"
    ANSWER_CONSENT = "answer_consent"
    READ_INCIDENTS = "read_incidents"
    OPERATE = "operate"
    MOVE_CLOCK = "move_clock"
    OBSERVE = "observe"
    AUDIT = "audit"


P = Permission

PERMISSIONS_OF: Mapping[str, frozenset[Permission]] = {
    # whom a law is about, in their own cases
    "person": frozenset({P.ASK, P.READ_CASES, P.RAISE_EVENTS, P.WORK_TASKS, P.ANSWER_CONSENT}),
    # who acts for others, in the cases that these opened to them
    "agent": frozenset({P.ASK, P.READ_CASES, P.WORK_TASKS, P.REQUEST_CONSENT}),
    # who handles cases
    "staff": frozenset(
        {
            P.READ_DEFINITIONS,
            P.ASK,
            P.READ_CASES,
            P.READ_VARIABLES,
            P.RAISE_EVENTS,
            P.WORK_TASKS,
            P.REPORT_DELIVERIES,
            P.TAKE_BANK_FILES,
            P.GRANT_ACCESS,
        }
    ),
    # another office that decides in cases
    "authority": frozenset({P.READ_DEFINITIONS, P.ASK, P.READ_CASES, P.RAISE_EVENTS, P.WORK_TASKS}),
    # who draws diagrams and tables; sees no case
    "analyst": frozenset({P.READ_DEFINITIONS, P.DEPLOY, P.ASK}),
    # who reviews: sees everything and changes nothing
    "auditor": frozenset({P.READ_DEFINITIONS, P.ASK, P.READ_CASES, P.READ_VARIABLES, P.READ_INCIDENTS, P.AUDIT}),
    # who keeps the engine running; handles no case
    "operator": frozenset(
        {
            P.READ_DEFINITIONS,
            P.DEPLOY,
            P.ASK,
            P.READ_CASES,
            P.READ_VARIABLES,
            P.START_PROCESSES,
            P.READ_INCIDENTS,
            P.OPERATE,
            P.MOVE_CLOCK,
            P.OBSERVE,
        }
    ),
}
ALL = frozenset(Permission)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most *count* requests of one caller in *per*; a figure of the machine, not of a law.

    Callers who do not say who they are are told apart by their address, and, where a *field* of the form is named, by
    what stands in it before the first dot.
    """

    name: str
    count: int
    per: timedelta
    field: str = ""


SEARCHES = Limit("searches", 60, timedelta(minutes=1))
CONSENT = Limit("consent", 120, timedelta(minutes=1))
LOG_INS = Limit("log_ins", 60, timedelta(minutes=1), "key")
"""By address and the id of the key: who guesses at one, of 256 bits that nobody guesses, keeps out nobody else."""
RETURNS = Limit("returns", 60, timedelta(minutes=1))
"""Of browsers from the issuer, who is asked each time."""
LIMITS: Mapping[str, Limit] = {limit.name: limit for limit in (SEARCHES, CONSENT, LOG_INS, RETURNS)}

PERMISSION_KEY = "x-permission"
LIMIT_KEY = "x-rate-limit"


def needs(permission: Permission, *, limit: Limit | None = None) -> dict[str, Any]:
    """What a route asks of its caller, as its `openapi_extra`: every route says it, and the description shows it."""
    said: dict[str, Any] = {PERMISSION_KEY: permission.value}
    if limit is not None:
        said[LIMIT_KEY] = limit.name
    return said
