"""Inline handlers: they run inside the command, and whatever they do wrong stops only their own element."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import ErrorCode, Problem
from engine.handlers.contract import (
    BpmnError,
    CaseOpened,
    DeadlineMet,
    FactRecorded,
    JobFailure,
    JobResult,
    LedgerLine,
    LedgerPosted,
    MessagePublished,
    StateChanged,
)
from engine.runtime import Engine, Settings
from tests.runtime.conftest import ADA, dump, inline, pending
from tests.runtime.drawing import (
    boundary_error,
    catch_message,
    diagram,
    end,
    error,
    exclusive,
    message_start,
    parallel,
    root,
    service,
    start,
    user_task,
)

ONE_JOB = diagram("p", start(), service("A", "act"), end(), flows="Start->A->End")


def raising(fault: BaseException) -> Callable[..., JobResult]:
    def run(job: object, services: object) -> JobResult:
        raise fault

    return run


def returning(result: Any) -> Callable[..., JobResult]:
    return lambda job, services: result


def test_inline_job_runs_in_the_command_that_reached_it(loose: Callable[..., Engine]) -> None:
    engine = loose(ONE_JOB, act=inline(returning(JobResult({"size": Decimal(3)}, summary="measured"))))

    instance = engine.start_process("p", {}, ADA)

    assert (instance.status, instance.variables) == ("completed", {"size": Decimal(3)})
    assert "measured" in [entry.what for entry in engine.timeline(instance_id=instance.id)]
    assert pending(engine)["job"] == 0


def test_handler_sees_the_job_with_its_headers_variables_actor_and_keys(loose: Callable[..., Engine]) -> None:
    seen: list[Any] = []
    engine = loose(
        diagram("p", start(), service("A", "act", {"colour": "red"}, {"n": "=size + 1"}), end(), flows="Start->A->End"),
        act=inline(lambda job, services: seen.append(job) or JobResult(), "colour"),  # type: ignore[func-returns-value]
    )

    engine.start_process("p", {"size": 1}, ADA)

    (job,) = seen
    assert (job.type, job.element_id, job.process_id, job.package_id) == ("act", "A", "p", "loose_files")
    assert (job.headers, job.variables["n"], job.actor, job.attempt) == ({"colour": "red"}, Decimal(2), ADA, 1)
    assert job.key == job.idempotency_key != ""
    assert job.now == engine.now()


FAULTS: dict[str, tuple[Any, ErrorCode, str]] = {
    "raises an exception": (raising(ValueError("no bees")), ErrorCode.JOB_FAILED, "act raised ValueError: no bees"),
    "raises a failure": (
        raising(JobFailure(Problem(ErrorCode.JOB_INPUT, "the size is missing"))),
        ErrorCode.JOB_INPUT,
        "the size is missing",
    ),
    "divides by zero": (lambda job, services: 1 / 0, ErrorCode.JOB_FAILED, "ZeroDivisionError"),
    "returns nothing": (returning(None), ErrorCode.JOB_RESULT, "expected a JobResult, but got NoneType"),
    "returns a mapping": (returning({"a": 1}), ErrorCode.JOB_RESULT, "expected a JobResult, but got dict"),
    "returns a float": (returning(JobResult({"a": 0.5})), ErrorCode.JOB_RESULT, "float 0.5"),  # type: ignore[dict-item]
    "returns a Python date": (
        returning(JobResult({"a": date(2031, 1, 1)})),  # type: ignore[dict-item]
        ErrorCode.JOB_RESULT,
        "a Python date",
    ),
    "returns a set inside a list": (
        returning(JobResult({"a": [{"b": {1}}]})),  # type: ignore[dict-item]
        ErrorCode.JOB_RESULT,
        "a[1].b",
    ),
    "returns variables that are no mapping": (
        returning(JobResult([1])),  # type: ignore[arg-type]
        ErrorCode.JOB_RESULT,
        "expected variables by name",
    ),
    "returns too much": (returning(JobResult({"a": "x" * 2_000_000})), ErrorCode.JOB_RESULT, "at most 1000000 bytes"),
    "returns half of a surrogate pair": (returning(JobResult({"a": "\ud800"})), ErrorCode.JOB_RESULT, "Unicode"),
    "returns no records": (
        returning(JobResult({}, None)),  # type: ignore[arg-type]
        ErrorCode.JOB_RESULT,
        "expected a tuple of records, but got NoneType",
    ),
    "returns no arithmetic": (
        returning(JobResult({}, (), "", None)),  # type: ignore[arg-type]
        ErrorCode.JOB_RESULT,
        "expected a tuple of lines, but got NoneType",
    ),
    "raises a failure without a problem": (
        raising(JobFailure("no")),  # type: ignore[arg-type]
        ErrorCode.JOB_RESULT,
        "expected a JobFailure with a Problem, but got str",
    ),
    "raises an error without a code": (
        raising(BpmnError(7)),  # type: ignore[arg-type]
        ErrorCode.JOB_RESULT,
        "expected a BpmnError with a code, but got int",
    ),
    "raises an error with variables that are no values": (
        raising(BpmnError("E", "", {"a": 0.5})),  # type: ignore[dict-item]
        ErrorCode.JOB_RESULT,
        "float 0.5",
    ),
    "publishes variables that are no values": (
        returning(JobResult({}, (MessagePublished("m", "k", {"a": 0.5}),))),  # type: ignore[dict-item]
        ErrorCode.JOB_RESULT,
        "float 0.5",
    ),
    "publishes under a key that is no text": (
        returning(JobResult({}, (MessagePublished("m", 7, {}),))),  # type: ignore[arg-type]
        ErrorCode.JOB_RESULT,
        "expected text, but got a Python int",
    ),
    "returns a record that is none": (
        returning(JobResult({}, ("letter",))),  # type: ignore[arg-type]
        ErrorCode.JOB_RESULT,
        "expected a record, but got str",
    ),
    "changes the state of no case": (
        returning(JobResult({}, (StateChanged("done"),))),
        ErrorCode.CASE_NOT_FOUND,
        'the state "done" belongs to a case',
    ),
    "opens a case of no law": (
        returning(JobResult({}, (CaseOpened("c", "hive", "1"),))),
        ErrorCode.LAW_UNKNOWN_PACKAGE,
        "without a manifest",
    ),
    "asks for an unknown decision": (
        lambda job, services: services.decide("Decision_None", {}),
        ErrorCode.DMN_UNKNOWN_DECISION,
        "Decision_None",
    ),
    "asks for the law of loose files": (
        lambda job, services: services.law(),
        ErrorCode.LAW_UNKNOWN_PACKAGE,
        "manifest",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_handler_that_fails_leaves_an_incident_that_names_it_and_nothing_else(
    loose: Callable[..., Engine], name: str
) -> None:
    handler, code, says = FAULTS[name]
    engine = loose(ONE_JOB, act=inline(handler))

    instance = engine.start_process("p", {}, ADA)

    assert instance.status == "active"
    assert [element for element, _ in instance.active_elements] == ["A"]
    (incident,) = engine.incidents()
    assert (incident.code, incident.element_id, incident.instance_id) == (code, "A", instance.id)
    assert says in incident.message
    assert instance.open_incidents == 1
    assert engine.verify().ok


def test_records_of_a_handler_are_kept_all_or_not_at_all(loose: Callable[..., Engine]) -> None:
    def run(job: Any, services: Any) -> JobResult:
        services.next_number("letters")
        return JobResult({}, (MessagePublished("m", "k", {}), StateChanged("done")))

    engine = loose(ONE_JOB, act=inline(run))
    engine.start_process("p", {}, ADA)

    tables = dump(engine)
    assert tables["message"] == []
    assert not [row for row in tables["counter"] if "letters" in row], "a number that was not used is not drawn"


def test_other_paths_go_on_beside_an_incident(loose: Callable[..., Engine]) -> None:
    engine = loose(
        diagram(
            "p",
            start(),
            parallel("Fork"),
            service("A", "act"),
            user_task("B"),
            end(),
            flows="Start->Fork->A->End;Fork->B->End",
        ),
        act=inline(raising(ValueError("no"))),
    )

    instance = engine.start_process("p", {}, ADA)
    (task,) = engine.user_tasks(instance_id=instance.id)
    after = engine.complete_user_task(task.id, {}, ADA)

    assert [element for element, _ in after.active_elements] == ["A"]


def test_bpmn_error_of_a_handler_is_caught_by_its_boundary_event(loose: Callable[..., Engine]) -> None:
    engine = loose(
        root(
            diagram(
                "p",
                start(),
                service("A", "act"),
                boundary_error("Refused", "A", "REFUSED"),
                end("Good"),
                end("Bad"),
                flows="Start->A->Good;Refused->Bad",
            ),
            error("REFUSED"),
        ),
        act=inline(raising(BpmnError("REFUSED", "no money", {"why": "poor"}))),
    )

    instance = engine.start_process("p", {}, ADA)

    assert (instance.status, instance.variables["why"]) == ("completed", "poor")
    assert engine.incidents(state=None) == []
    assert any("REFUSED (no money)" in entry.what for entry in engine.timeline(instance_id=instance.id))


def test_bpmn_error_that_nobody_catches_becomes_an_incident(loose: Callable[..., Engine]) -> None:
    engine = loose(ONE_JOB, act=inline(raising(BpmnError("REFUSED"))))

    engine.start_process("p", {}, ADA)

    (incident,) = engine.incidents()
    assert (incident.code, incident.element_id) == (ErrorCode.BPMN_UNHANDLED_ERROR, "A")


def test_loop_of_inline_jobs_without_a_wait_ends_in_an_incident(loose: Callable[..., Engine]) -> None:
    engine = loose(
        diagram(
            "p",
            start(),
            exclusive("Join"),
            service("A", "act"),
            exclusive("Again", default="Flow_Again_Join"),
            end(),
            flows="Start->Join->A->Again->Join;Again->End[=done]",
        ),
        settings=Settings(jobs_per_command=25),
        act=inline(returning(JobResult({"done": False}))),
    )

    engine.start_process("p", {"done": False}, ADA)

    (incident,) = engine.incidents()
    assert (incident.code, incident.element_id) == (ErrorCode.JOB_FAILED, "A")
    assert "more than 25 jobs" in incident.message


def test_message_of_a_handler_reaches_an_instance_in_the_same_command(loose: Callable[..., Engine]) -> None:
    engine = loose(
        diagram("waiter", start(), catch_message("M", "bell"), end(), flows="Start->M->End", messages={"bell": "=key"}),
        ONE_JOB,
        act=inline(returning(JobResult({}, (MessagePublished("bell", "k-1", {"rung": True}),)))),
    )
    waiting = engine.start_process("waiter", {"key": "k-1"}, ADA)

    engine.start_process("p", {}, ADA)

    assert engine.instance(waiting.id).status == "completed"
    assert engine.instance(waiting.id).variables["rung"] is True


def test_message_of_a_handler_starts_a_process_in_the_same_command(loose: Callable[..., Engine]) -> None:
    engine = loose(
        diagram("started", message_start("S", "bell"), end(), flows="S->End", messages={"bell": None}),
        ONE_JOB,
        act=inline(returning(JobResult({}, (MessagePublished("bell", "k-1", {}),)))),
    )

    engine.start_process("p", {}, ADA)

    assert [instance.process_id for instance in engine.instances()] == ["p", "started"]


def test_incident_that_is_resolved_runs_the_job_again_with_the_changed_variables(loose: Callable[..., Engine]) -> None:
    def run(job: Any, services: Any) -> JobResult:
        if job.variables.get("size") is None:
            raise JobFailure(Problem(ErrorCode.JOB_INPUT, "the size is missing"))
        return JobResult({"area": job.variables["size"] * 2})

    engine = loose(ONE_JOB, act=inline(run))
    instance = engine.start_process("p", {}, ADA)
    (incident,) = engine.incidents()

    resolved = engine.resolve_incident(incident.id, ADA, variables={"size": Decimal(4)}, reason="measured by hand")

    assert resolved.state == "resolved"
    after = engine.instance(instance.id)
    assert (after.status, after.variables["area"], after.open_incidents) == ("completed", Decimal(8), 0)
    assert any("measured by hand" in entry.what for entry in engine.timeline(instance_id=instance.id))
    assert pending(engine)["job"] == 0


def test_incident_that_is_resolved_without_repair_comes_again(loose: Callable[..., Engine]) -> None:
    engine = loose(ONE_JOB, act=inline(raising(ValueError("still"))))
    engine.start_process("p", {}, ADA)
    (first,) = engine.incidents()

    engine.resolve_incident(first.id, ADA)

    (second,) = engine.incidents()
    assert second.id != first.id
    assert pending(engine)["job"] == 1


def test_instance_that_is_cancelled_leaves_nothing_behind(loose: Callable[..., Engine]) -> None:
    engine = loose(ONE_JOB, act=inline(raising(ValueError("no"))))
    instance = engine.start_process("p", {}, ADA)

    after = engine.cancel_instance(instance.id, ADA, reason="withdrawn")

    assert after.status == "terminated"
    assert engine.incidents() == []
    assert not any(pending(engine).values())
    assert any("withdrawn" in entry.what for entry in engine.timeline(instance_id=instance.id))


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (DeadlineMet("visit", date(2031, 3, 4), False), ErrorCode.CASE_NOT_FOUND),
        (LedgerPosted(LedgerLine("fee", Decimal("1.00"), "NZD", date(2031, 3, 4))), ErrorCode.CASE_NOT_FOUND),
        (FactRecorded(None), ErrorCode.JOB_RESULT),  # type: ignore[arg-type]
    ],
)
def test_record_that_cannot_be_written_becomes_an_incident(
    loose: Callable[..., Engine], record: Any, code: ErrorCode
) -> None:
    engine = loose(ONE_JOB, act=inline(returning(JobResult({}, (record,)))))

    engine.start_process("p", {}, ADA)

    assert [incident.code for incident in engine.incidents()] == [code]
