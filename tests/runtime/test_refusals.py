"""Refused commands: each has its code and place, says what is possible instead, and leaves the store as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import EngineError, ErrorCode
from engine.runtime import Engine
from tests.runtime.conftest import ADA, START, apply_for_registration, dump
from tests.runtime.drawing import catch_message, diagram, end, service, start, user_task
from tests.runtime.hive_law import REGISTRATION, hive_law

EVENT = "registration applied for"
GIVEN = {"apiary_number": "AP-9", "keeper_name": "Mere Tane", "hives": 4}


@dataclass(frozen=True)
class Refused:
    """A command, the code it is refused with, and words of the message or the hint."""

    command: Callable[[Engine], object]
    code: ErrorCode
    says: str


def event(name: str, **facts: object) -> Callable[[Engine], object]:
    return lambda engine: engine.raise_event("hive_law", name, facts, ADA)


REFUSED = {
    "an unknown process": Refused(
        lambda engine: engine.start_process("hive_registrations", {}, ADA),
        ErrorCode.RUN_UNKNOWN_PROCESS,
        'Did you mean "hive_registration"?',
    ),
    "a process without a none start event": Refused(
        lambda engine: engine.start_process("hive_registration", {}, ADA), ErrorCode.RUN_UNKNOWN_PROCESS, "start"
    ),
    "an unknown package": Refused(
        lambda engine: engine.raise_event("hive_laws", EVENT, GIVEN, ADA),
        ErrorCode.LAW_UNKNOWN_PACKAGE,
        'Did you mean "hive_law"?',
    ),
    "an unknown event": Refused(
        event("registration aplied for", **GIVEN), ErrorCode.LAW_UNKNOWN_EVENT, f'Did you mean "{EVENT}"?'
    ),
    "an unknown fact": Refused(
        event(EVENT, **GIVEN, keeper_nane="x"), ErrorCode.LAW_UNKNOWN_FACT, 'Did you mean "keeper_name"?'
    ),
    "a fact of another event": Refused(
        event(EVENT, **GIVEN, healthy=True), ErrorCode.LAW_UNKNOWN_FACT, "does not belong"
    ),
    "a missing fact": Refused(
        event(EVENT, apiary_number="AP-9", hives=4), ErrorCode.LAW_FACT_TYPE, 'requires the fact "keeper_name"'
    ),
    "a fact of the wrong type": Refused(event(EVENT, **{**GIVEN, "hives": "four"}), ErrorCode.LAW_FACT_TYPE, "number"),
    "a message event for a case that does not exist": Refused(
        event("bill paid", apiary_number="AP-7", paid=20), ErrorCode.MSG_NOBODY, "nobody waits"
    ),
    "a message event that nobody awaits yet": Refused(
        event("bill paid", apiary_number="AP-1", paid=20),
        ErrorCode.MSG_NOBODY,
        'nobody waits for the message "bill_paid"',
    ),
    "a user task event for a case that does not exist": Refused(
        event("apiary visited", apiary_number="AP-7", healthy=True), ErrorCode.TASK_NOT_FOUND, 'no case "AP-7"'
    ),
    "a user task event whose task is not open": Refused(
        event("delay explained", apiary_number="AP-1"),
        ErrorCode.TASK_NOT_FOUND,
        "open tasks of the case: Activity_VisitApiary",
    ),
    "a start event for a case whose instance is active": Refused(
        event(EVENT, **{**GIVEN, "apiary_number": "AP-1"}), ErrorCode.MSG_DUPLICATE, "still active"
    ),
    "an amount with three places": Refused(
        event(EVENT, **GIVEN, deposit=Decimal("1.005")), ErrorCode.LAW_FACT_TYPE, "at most 2 places"
    ),
    "a message for nobody": Refused(
        lambda engine: engine.publish_message("bill_payed", "AP-1", {}, ADA), ErrorCode.MSG_NOBODY, "nobody waits"
    ),
    "a message with a key that is no text": Refused(
        lambda engine: engine.publish_message("bill_paid", 7, {}, ADA),  # type: ignore[arg-type]
        ErrorCode.MSG_KEY,
        "the key of the message: expected text, but got a Python int",
    ),
    "a message without a name": Refused(
        lambda engine: engine.publish_message("", "AP-1", {}, ADA), ErrorCode.MSG_KEY, "empty"
    ),
    "a message id with half of a surrogate pair": Refused(
        lambda engine: engine.publish_message("bill_paid", "AP-1", {}, ADA, message_id="\udc00"),
        ErrorCode.MSG_KEY,
        "surrogate",
    ),
    "a fact with half of a surrogate pair": Refused(
        event(EVENT, **{**GIVEN, "keeper_name": "\ud800"}), ErrorCode.LAW_FACT_TYPE, "surrogate"
    ),
    "variables that are no mapping": Refused(
        lambda engine: engine.publish_message("bill_paid", "AP-1", [1], ADA),  # type: ignore[arg-type]
        ErrorCode.JOB_INPUT,
        "expected variables by name",
    ),
    "an unknown user task": Refused(
        lambda engine: engine.complete_user_task("task-99", {}, ADA), ErrorCode.TASK_NOT_FOUND, "open tasks: task-1"
    ),
    "a user task completed with a float": Refused(
        lambda engine: engine.complete_user_task("task-1", {"size": 1.5}, ADA),  # type: ignore[dict-item]
        ErrorCode.JOB_INPUT,
        "float 1.5",
    ),
    "a user task completed with a Python object": Refused(
        lambda engine: engine.complete_user_task("task-1", {"list": [{"deep": object()}]}, ADA),  # type: ignore[dict-item]
        ErrorCode.JOB_INPUT,
        "list[1].deep",
    ),
    "a user task completed with a number that is none": Refused(
        lambda engine: engine.complete_user_task("task-1", {"size": Decimal("NaN")}, ADA),
        ErrorCode.JOB_INPUT,
        "finite",
    ),
    "a user task completed with too much": Refused(
        lambda engine: engine.complete_user_task("task-1", {"text": "x" * 2_000_000}, ADA),
        ErrorCode.JOB_INPUT,
        "at most 1000000 bytes",
    ),
    "an unknown instance": Refused(
        lambda engine: engine.cancel_instance("instance-99", ADA), ErrorCode.RUN_NOT_FOUND, "instance-99"
    ),
    "an unknown incident": Refused(
        lambda engine: engine.resolve_incident("incident-99", ADA), ErrorCode.RUN_NOT_FOUND, "incident-99"
    ),
    "an unknown job": Refused(lambda engine: engine.complete_job("job-99", {}, ADA), ErrorCode.JOB_NOT_FOUND, "job-99"),
    "a user task completed as a job": Refused(
        lambda engine: engine.complete_job("task-1", {}, ADA), ErrorCode.JOB_NOT_FOUND, "task-1"
    ),
    "a clock that is to run backwards": Refused(
        lambda engine: engine.advance_clock(START - timedelta(seconds=1), ADA), ErrorCode.RUN_CLOCK, "forward"
    ),
    "a clock set to an instant without a zone": Refused(
        lambda engine: engine.advance_clock(datetime(2031, 4, 1), ADA),
        ErrorCode.RUN_CLOCK,
        "zone",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_command_that_is_refused_leaves_the_store_as_it_was(hive: Engine, name: str) -> None:
    apply_for_registration(hive)
    before = dump(hive)

    with pytest.raises(EngineError) as caught:
        REFUSED[name].command(hive)

    assert caught.value.code is REFUSED[name].code
    assert REFUSED[name].says in str(caught.value)
    assert dump(hive) == before


QUESTIONS: dict[str, tuple[Callable[[Engine], Any], ErrorCode]] = {
    "an instance": (lambda engine: engine.instance("x"), ErrorCode.RUN_NOT_FOUND),
    "a case": (lambda engine: engine.case("x"), ErrorCode.CASE_NOT_FOUND),
    "a ledger": (lambda engine: engine.ledger("x"), ErrorCode.CASE_NOT_FOUND),
    "a user task": (lambda engine: engine.user_task("x"), ErrorCode.TASK_NOT_FOUND),
    "an incident": (lambda engine: engine.incident("x"), ErrorCode.RUN_NOT_FOUND),
    "a package": (lambda engine: engine.package("x"), ErrorCode.LAW_UNKNOWN_PACKAGE),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_about_what_is_not_stored_is_answered_with_its_code(hive: Engine, name: str) -> None:
    ask, code = QUESTIONS[name]

    with pytest.raises(EngineError) as caught:
        ask(hive)

    assert caught.value.code is code
    assert '"x"' in str(caught.value)


def test_second_completion_of_a_user_task_is_refused_and_changes_nothing(hive: Engine) -> None:
    apply_for_registration(hive)
    (task,) = hive.user_tasks()
    hive.complete_user_task(task.id, {"healthy": True}, ADA)
    before = dump(hive)

    with pytest.raises(EngineError) as caught:
        hive.complete_user_task(task.id, {"healthy": True}, ADA)

    assert caught.value.code is ErrorCode.TASK_COMPLETED
    assert caught.value.problem.location.element_id == "Activity_VisitApiary"
    assert dump(hive) == before


def test_command_on_an_instance_that_has_ended_is_refused(loose: Callable[..., Engine]) -> None:
    engine = loose(diagram("p", start(), end(), flows="Start->End"))
    instance = engine.start_process("p", {}, ADA)
    before = dump(engine)

    with pytest.raises(EngineError) as caught:
        engine.cancel_instance(instance.id, ADA)

    assert caught.value.code is ErrorCode.RUN_STATE
    assert "completed" in str(caught.value)
    assert dump(engine) == before


BROKEN_FILES = {
    "broken XML": (b"<bpmn:definitions", ErrorCode.BPMN_XML),
    "a DOCTYPE": (REGISTRATION.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1), ErrorCode.BPMN_XML),
    "an unknown job type": (REGISTRATION.replace(b'"case.open"', b'"case.opened"'), ErrorCode.BPMN_UNKNOWN_JOB_TYPE),
    "an unknown header": (REGISTRATION.replace(b'key="case_type"', b'key="case_kind"'), ErrorCode.JOB_HEADER),
    "an unknown decision": (
        REGISTRATION.replace(b"Decision_HiveFee", b"Decision_HiveFees"),
        ErrorCode.BPMN_UNKNOWN_DECISION,
    ),
    "a FEEL syntax error": (REGISTRATION.replace(b"=received_on", b"=received_on +"), ErrorCode.FEEL_SYNTAX),
    "an unknown name": (REGISTRATION.replace(b"=received_on", b"=recieved_on"), ErrorCode.FEEL_UNKNOWN_NAME),
    "an unknown function": (
        REGISTRATION.replace(b"=received_on", b"=tomorow(received_on)"),
        ErrorCode.FEEL_UNKNOWN_FUNCTION,
    ),
    "an unknown clause": (REGISTRATION.replace(b"[bee:1]", b"[bee:7]", 1), ErrorCode.LAW_UNKNOWN_CLAUSE),
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_package_with_a_broken_diagram_is_refused_with_file_and_code_and_the_old_one_stays(
    hive: Engine, name: str
) -> None:
    data, code = BROKEN_FILES[name]
    before = dump(hive)

    with pytest.raises(EngineError) as caught:
        hive.deploy(hive_law(hive_registration__bpmn=data), ADA)

    assert code in {problem.code for problem in caught.value.problems}
    assert {problem.location.file for problem in caught.value.problems} == {"hive_registration.bpmn"}
    assert dump(hive) == before


def test_package_with_faults_in_two_files_is_refused_with_all_of_them(hive: Engine) -> None:
    before = dump(hive)

    with pytest.raises(EngineError) as caught:
        hive.deploy(
            hive_law(
                hive_registration__bpmn=BROKEN_FILES["an unknown job type"][0],
                fee__dmn=b"<definitions",
            ),
            ADA,
        )

    assert {problem.location.file for problem in caught.value.problems} == {"hive_registration.bpmn", "fee.dmn"}
    assert dump(hive) == before


def test_process_id_of_another_package_is_refused(hive: Engine) -> None:
    before = dump(hive)

    with pytest.raises(EngineError) as caught:
        hive.deploy_files({"p.bpmn": diagram("delay_report", start(), end(), flows="Start->End")}, ADA)

    assert caught.value.code is ErrorCode.BPMN_DUPLICATE
    assert 'the package "hive_law"' in str(caught.value)
    assert dump(hive) == before


def test_deployment_without_any_model_is_refused(open_store: Callable[..., Engine]) -> None:
    engine = open_store()
    before = dump(engine)

    with pytest.raises(EngineError) as caught:
        engine.deploy_files({"readme.txt": b"nothing"}, ADA)

    assert caught.value.code is ErrorCode.LAW_MANIFEST
    assert dump(engine) == before


def test_notice_to_a_channel_that_nobody_serves_is_refused_at_deployment(hive: Engine) -> None:
    source = hive_law().files["bill.md"].replace(b"[mail, portal]", b"[mail, pigeon]")

    with pytest.raises(EngineError) as caught:
        hive.deploy(hive_law(bill__md=source), ADA)

    assert (caught.value.code, caught.value.problem.location.file) == (ErrorCode.NOTICE_TEMPLATE, "bill.md")
    assert '"pigeon"' in str(caught.value)


def test_clock_of_a_store_on_the_system_clock_is_not_moved(open_store: Callable[..., Engine]) -> None:
    engine = open_store(clock="system")

    with pytest.raises(EngineError) as caught:
        engine.advance_clock(START, ADA)

    assert caught.value.code is ErrorCode.RUN_CLOCK


def test_simulated_store_opened_as_one_on_the_system_clock_is_refused(open_store: Callable[..., Engine]) -> None:
    open_store()

    with pytest.raises(EngineError) as caught:
        open_store(clock="system")

    assert caught.value.code is ErrorCode.RUN_CLOCK


def test_loose_files_have_no_vocabulary(loose: Callable[..., Engine]) -> None:
    engine = loose(diagram("p", start(), user_task("T"), end(), flows="Start->T->End"))

    with pytest.raises(EngineError) as caught:
        engine.raise_event("loose_files", "anything", {}, ADA)

    assert caught.value.code is ErrorCode.LAW_UNKNOWN_PACKAGE


def test_message_catch_event_whose_key_is_null_becomes_an_incident(loose: Callable[..., Engine]) -> None:
    engine = loose(
        diagram("p", start(), catch_message("M", "m"), end(), flows="Start->M->End", messages={"m": "=missing"})
    )

    instance = engine.start_process("p", {}, ADA)

    (incident,) = engine.incidents(instance_id=instance.id)
    assert incident.element_id == "M"
    assert engine.instance(instance.id).status == "active"


def test_unknown_job_type_in_a_loose_diagram_is_refused(open_store: Callable[..., Engine]) -> None:
    engine = open_store()

    with pytest.raises(EngineError) as caught:
        engine.deploy_files(
            {"p.bpmn": diagram("p", start(), service("A", "nobody"), end(), flows="Start->A->End")}, ADA
        )

    assert (caught.value.code, caught.value.problem.location.element_id) == (ErrorCode.BPMN_UNKNOWN_JOB_TYPE, "A")
