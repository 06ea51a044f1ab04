"""Deployment: versions by content, instances that keep their diagram, decisions that follow the latest files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from engine.bpmn import readable_part
from engine.errors import EngineError, ErrorCode
from engine.handlers.contract import JobResult
from engine.runtime import LOOSE_FILES, Engine
from tests.runtime.conftest import ADA, apply_for_registration, dump, worker
from tests.runtime.drawing import diagram, element, end, message_start, script, service, start, user_task
from tests.runtime.hive_law import hive_files, hive_law


def two_steps(result: str) -> bytes:
    return diagram("p", start(), user_task("T"), script("S", result, "answer"), end(), flows="Start->T->S->End")


def test_package_that_is_deployed_gives_processes_decisions_and_its_law(hive: Engine) -> None:
    (deployed,) = hive.packages()

    assert (deployed.package_id, deployed.version, deployed.processes) == (
        "hive_law",
        1,
        {"delay_report": 1, "hive_registration": 1},
    )
    assert deployed.decisions == ("Decision_HiveFee", "Decision_HiveLimit")
    assert hive.package("hive_law").title == "Island Beekeeping Rules (invented)"


def test_same_files_again_are_no_new_version_and_change_nothing(hive: Engine) -> None:
    before = dump(hive)

    again = hive.deploy(hive_law(), ADA)

    assert (again.new, again.version) == (False, 1)
    assert dump(hive) == before


def test_change_of_one_file_is_a_new_version_of_the_package_but_not_of_the_other_processes(hive: Engine) -> None:
    changed = hive_files()["hive_registration.bpmn"].replace(b'name="Activity_Register"', b'name="Register the hives"')

    deployed = hive.deploy(hive_law(hive_registration__bpmn=changed), ADA)

    assert (deployed.new, deployed.version) == (True, 2)
    assert deployed.processes == {"delay_report": 1, "hive_registration": 2}


def test_unchanged_content_is_stored_once(hive: Engine) -> None:
    blobs = len(dump(hive)["file_blob"])
    fee = hive_files()["fee.dmn"].replace(b"hives * 5", b"hives * 6")

    hive.deploy(hive_law(fee__dmn=fee), ADA)

    assert len(dump(hive)["file_blob"]) == blobs + 1


def test_running_instance_takes_the_decision_of_the_latest_deployment(hive: Engine) -> None:
    case_id = apply_for_registration(hive)
    fee = hive_files()["fee.dmn"].replace(b"hives * 5", b"hives * 6")
    hive.deploy(hive_law(fee__dmn=fee), ADA)

    hive.raise_event("hive_law", "apiary visited", {"apiary_number": "AP-1", "healthy": True}, ADA)

    (record,) = [each for each in hive.decisions(case_id=case_id) if each.decision_id == "Decision_HiveFee"]
    assert record.value == Decimal(24)


def test_running_instance_keeps_its_diagram_and_a_new_one_takes_the_latest(loose: Callable[..., Engine]) -> None:
    engine = loose(two_steps("=1"))
    old = engine.start_process("p", {}, ADA)

    engine.deploy_files({"0.bpmn": two_steps("=2")}, ADA)
    new = engine.start_process("p", {}, ADA)
    for task in engine.user_tasks():
        engine.complete_user_task(task.id, {}, ADA)

    assert engine.instance(old.id).variables["answer"] == Decimal(1)
    assert engine.instance(new.id).variables["answer"] == Decimal(2)
    assert engine.instance(old.id).diagram_hash != engine.instance(new.id).diagram_hash


def test_running_instance_keeps_its_diagram_in_another_engine_on_the_same_store(
    open_store: Callable[..., Engine],
) -> None:
    first = open_store()
    first.deploy_files({"p.bpmn": two_steps("=1")}, ADA)
    instance = first.start_process("p", {}, ADA)
    first.deploy_files({"p.bpmn": two_steps("=2")}, ADA)
    first.close()

    second = open_store()
    second.complete_user_task(second.user_tasks()[0].id, {}, ADA)

    assert second.instance(instance.id).variables["answer"] == Decimal(1)


def test_process_that_a_new_version_of_its_package_leaves_out_starts_no_more(loose: Callable[..., Engine]) -> None:
    engine = loose(
        diagram("p", message_start("S", "m"), user_task("T"), end(), flows="S->T->End", messages={"m": None})
    )
    instance_id = engine.publish_message("m", "k", {}, ADA).instance_ids[0]

    engine.deploy_files({"0.bpmn": diagram("q", start(), end(), flows="Start->End")}, ADA)

    (deployed,) = engine.packages()
    assert deployed.processes == {"q": 1}
    assert engine.publish_message("m", "k2", {}, ADA, time_to_live=timedelta(hours=1)).outcome == "buffered"
    after = engine.complete_user_task(engine.user_tasks()[0].id, {}, ADA)
    assert (after.id, after.status) == (instance_id, "completed")


def test_loose_files_join_those_deployed_before(loose: Callable[..., Engine]) -> None:
    engine = loose(diagram("a", start(), end(), flows="Start->End"))

    engine.deploy_files({"b.bpmn": diagram("b", start(), end(), flows="Start->End")}, ADA)

    (deployed,) = engine.packages()
    assert (deployed.package_id, deployed.processes) == (LOOSE_FILES, {"a": 1, "b": 1})


def test_older_diagram_that_is_deployed_again_becomes_a_new_version(loose: Callable[..., Engine]) -> None:
    engine = loose(two_steps("=1"))
    engine.deploy_files({"0.bpmn": two_steps("=2")}, ADA)

    deployed = engine.deploy_files({"0.bpmn": two_steps("=1")}, ADA)

    assert deployed.processes == {"p": 3}
    engine.start_process("p", {}, ADA)
    engine.complete_user_task(engine.user_tasks()[0].id, {}, ADA)
    assert engine.instances()[0].variables["answer"] == Decimal(1)


def test_style_findings_are_warnings_and_do_not_block(loose: Callable[..., Engine]) -> None:
    engine = loose(diagram("a", start(), end(), flows="Start->End"))

    deployed = engine.deploy_files(
        {"b.bpmn": diagram("b", start(), element("task", "T"), end(), flows="Start->T->End")}, ADA
    )

    assert deployed.new
    assert all(str(warning.severity) == "warning" for warning in deployed.warnings)


def test_files_that_one_engine_has_checked_are_checked_again_for_another_ones_handlers(
    open_store: Callable[..., Engine],
) -> None:
    drawn = {"p.bpmn": diagram("p", start(), service("A", "far"), end(), flows="Start->A->End")}
    knows = open_store(name="knows.db", handlers={"far": worker(lambda job, services: JobResult())})
    knows.deploy_files(drawn, ADA)

    with pytest.raises(EngineError) as caught:
        open_store(name="other.db").deploy_files(drawn, ADA)

    assert caught.value.code is ErrorCode.BPMN_UNKNOWN_JOB_TYPE


def test_second_store_of_a_process_reads_nothing_of_a_package_that_the_first_has_read(
    open_store: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(name="first.db").deploy(hive_law(), ADA)
    monkeypatch.setattr("engine.runtime.compiled.read_model", None)
    monkeypatch.setattr("engine.runtime.compiled.read_diagram", None)
    monkeypatch.setattr("engine.runtime.compiled.compile_diagram", None)

    second = open_store(name="second.db")
    second.deploy(hive_law(), ADA)

    assert apply_for_registration(second)


CALL = '<bpmn:extensionElements><zeebe:calledElement processId="told"/></bpmn:extensionElements>'


def test_all_that_is_wrong_in_drawing_expressions_and_calls_is_told_at_once(open_store: Callable[..., Engine]) -> None:
    engine = open_store()
    island = diagram("p", start(), script("T", "=1 +", "x"), end(), end("Island"), flows="Start->T->End")
    event = message_start("S", "m")
    told = diagram("told", event, end(), end("Alone"), flows="S->End", messages={"m": None})
    caller = diagram("caller", start(), element("callActivity", "Call", CALL), end(), flows="Start->Call->End")

    with pytest.raises(EngineError) as refused:
        engine.deploy_files({"p.bpmn": island, "told.bpmn": told, "caller.bpmn": caller}, ADA)

    found = {(each.location.element_id, str(each.code)) for each in refused.value.problems}
    assert found == {
        ("Island", "BPMN_INVALID"),
        ("T", "FEEL_SYNTAX"),
        ("Alone", "BPMN_INVALID"),
        ("Call", "BPMN_UNKNOWN_PROCESS"),
    }
    assert not engine.packages()


def test_diagram_that_was_accepted_once_goes_on_although_it_would_be_refused_now(
    open_store: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    lenient = open_store()
    drawn = diagram("p", start(), user_task("T"), end(), end("Island"), flows="Start->T->End")
    with monkeypatch.context() as earlier:
        earlier.setattr("engine.runtime.deploy.diagram_of", readable_part)
        lenient.deploy_files({"p.bpmn": drawn}, ADA)
    lenient.start_process("p", {}, ADA)
    lenient.close()

    strict = open_store()
    task = strict.user_tasks()[0]
    done = strict.complete_user_task(task.id, {}, ADA)

    assert done.status == "completed"
    assert strict.verify().problems == ()
    with pytest.raises(EngineError) as refused:
        strict.deploy_files({"p.bpmn": drawn + b"\n"}, ADA)
    assert refused.value.problem.location.element_id == "Island"
