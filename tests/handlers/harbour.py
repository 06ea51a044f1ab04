"""A bench for handlers: the invented harbour law, one case, and services that read from plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.calendars import BusinessCalendar
from engine.dmn import DecisionLibrary, DecisionResult, read_model
from engine.errors import Problem
from engine.feel import Value
from engine.handlers import HANDLERS
from engine.handlers.contract import Actor, Association, CaseView, Fact, Job, JobFailure, JobResult
from engine.handlers.steps import Step
from engine.ids import CountedIds
from engine.law import LawPackage
from tests.law.harbour import harbour_package

LIMITS = Path(__file__).parent / "data/limits.dmn"
NOW = datetime(2011, 3, 8, 14, 30, tzinfo=UTC)
LAW = harbour_package()
LIBRARY = DecisionLibrary([read_model(LIMITS.read_bytes(), LIMITS.name)])


def a_fact(name: str, value: Value) -> Fact:
    return Fact(name, value, NOW, "test")


def a_case(**parts: Any) -> CaseView:
    given: dict[str, Any] = {"id": "case-1", "type": "call", "key": "CQ7", "state": "", "facts": {}, "deadlines": {}}
    return CaseView(**{**given, "ledger": (), **parts})


@dataclass
class Bench:
    """The `Services` of a handler. *known*: the cases that exist, by type and key; *actors*: by id.

    *indexed*: cases by search key; *associations*: by case type, key and holder.
    """

    own: CaseView | None = None
    known: Mapping[tuple[str, str], CaseView] = field(default_factory=dict)
    actors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    package: LawPackage = LAW
    numbers: dict[str, int] = field(default_factory=dict)
    ids: CountedIds = field(default_factory=CountedIds)
    decided: list[str] = field(default_factory=list)
    indexed: Mapping[str, tuple[CaseView, ...]] = field(default_factory=dict)
    associations: Mapping[tuple[str, str, str], Association] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    public_url: str = "https://harbour.example"

    @property
    def time_zone(self) -> ZoneInfo:
        return self.package.time_zone

    def law(self) -> LawPackage:
        return self.package

    def calendar(self) -> BusinessCalendar:
        return self.package.calendar

    def case(self) -> CaseView | None:
        return self.own

    def case_by_key(self, case_type: str, key: str) -> CaseView | None:
        return self.known.get((case_type, key))

    def cases_by_search_key(self, case_type: str, search_key: str) -> tuple[CaseView, ...]:
        return self.indexed.get(search_key, ())

    def association(self, case_type: str, key: str, holder: str) -> Association | None:
        return self.associations.get((case_type, key, holder))

    def steps_of_case(self, case_id: str) -> tuple[Step, ...]:
        return self.steps

    def sign(self, purpose: str, text: str) -> str:
        return hashlib.sha256(f"{purpose}|{text}".encode()).hexdigest()[:43]

    def actors_of_case(self, case_id: str) -> tuple[str, ...]:
        return self.actors.get(case_id, ())

    def decide(self, decision_id: str, inputs: Mapping[str, Value]) -> DecisionResult:
        self.decided.append(decision_id)
        return LIBRARY.evaluate(decision_id, inputs)

    def next_number(self, queue: str) -> int:
        self.numbers[queue] = self.numbers.get(queue, 0) + 1
        return self.numbers[queue]

    def new_id(self, kind: str) -> str:
        return self.ids.new_id(kind)


def a_job(job_type: str, headers: Mapping[str, str], variables: Mapping[str, Value], now: datetime = NOW) -> Job:
    return Job(
        key="job-1",
        type=job_type,
        element_id="Activity_Test",
        element_name="Test the handler",
        process_id="berth",
        process_instance_id="instance-1",
        case_id=None,
        package_id="harbour",
        headers=headers,
        variables=variables,
        clauses=("harbour:3",),
        now=now,
        actor=Actor("tester"),
    )


def run(job_type: str, headers: Mapping[str, str], bench: Bench, now: datetime = NOW, **variables: Value) -> JobResult:
    return HANDLERS[job_type].run(a_job(job_type, headers, variables, now), bench)


def failure_of(job_type: str, headers: Mapping[str, str], bench: Bench, **variables: Value) -> Problem:
    """The problem with which the job fails for good; it names the element."""
    with pytest.raises(JobFailure) as raised:
        run(job_type, headers, bench, **variables)
    assert raised.value.retry is False
    assert raised.value.problem.location.element_id == "Activity_Test"
    return raised.value.problem
