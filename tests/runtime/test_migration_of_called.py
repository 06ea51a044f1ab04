"""A process that a call activity has called is migrated inside the instance of its caller."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.errors import EngineError, ErrorCode
from engine.runtime import Engine
from tests.runtime.conftest import ADA, START, dump, pending
from tests.runtime.drawing import boundary_timer, diagram, element, end, script, start, user_task

Loose = Callable[..., Engine]
HOUR = timedelta(hours=1)


def calling(process_id: str, called: str, binding: str = "latest") -> bytes:
    extension = (
        f'<bpmn:extensionElements><zeebe:calledElement processId="{called}" bindingType="{binding}"/>'
        "</bpmn:extensionElements>"
    )
    return diagram(process_id, start(), element("callActivity", "Call", extension), end(), flows="Start->Call->End")


ASK = diagram("asking", start(), user_task("Ask"), end(), flows="Start->Ask->End")
ASK_IN_TIME = diagram(
    "asking",
    start(),
    user_task("Enquire"),
    boundary_timer("Late", "Enquire", '="PT1H"'),
    script("Note", "=true", "late"),
    end(),
    flows="Start->Enquire->End;Late->Note->End",
)


def together(*diagrams: bytes) -> bytes:
    """Several processes in one file."""
    first, *others = diagrams
    for other in others:
        inside = other[other.index(b"<bpmn:process ") : other.index(b"</bpmn:process>")] + b"</bpmn:process>"
        for name in (b"Start", b"End", b"Ask", b"Flow_"):
            inside = inside.replace(b'"' + name, b'"Inner' + name)
        first = first.replace(b"</bpmn:definitions>", inside + b"</bpmn:definitions>")
    return first


def active(engine: Engine, instance_id: str) -> list[str]:
    return [element_id for element_id, _ in engine.instance(instance_id).active_elements]


def test_called_process_goes_on_in_its_new_version_and_its_caller_stays(loose: Loose) -> None:
    # given one that is called, one that is called from a called one, and one of its own
    engine = loose(calling("outer", "middle"), calling("middle", "asking"), ASK)
    ids = [engine.start_process(process_id, {}, ADA).id for process_id in ("outer", "middle", "asking")]
    outer = engine.instance(ids[0]).diagram_hash
    engine.deploy_files({"2.bpmn": ASK_IN_TIME}, ADA)

    # when
    planned = engine.plan_migration("asking", mapping={"Ask": "Enquire"})
    applied = engine.migrate("asking", ADA, reason="answers are due in an hour", mapping={"Ask": "Enquire"})

    # then
    assert applied == planned
    assert [(each.instance_id, each.process_id) for each in applied.migrated] == [
        (ids[0], "outer"),
        (ids[1], "middle"),
        (ids[2], "asking"),
    ]
    assert [active(engine, each) for each in ids] == [["Call", "Call", "Enquire"], ["Call", "Enquire"], ["Enquire"]]
    assert engine.instance(ids[0]).diagram_hash == outer
    assert engine.instance(ids[2]).diagram_hash == applied.to_hash
    assert [task.element_id for task in engine.user_tasks()] == ["Enquire"] * 3
    engine.advance_clock(START + HOUR, ADA)
    assert [(view.status, view.variables) for view in engine.instances()] == [("completed", {"late": True})] * 3
    assert not any(pending(engine).values())
    assert engine.plan_migration("asking").instances == ()


def test_called_element_without_counterpart_is_told_and_its_instance_left_alone(loose: Loose) -> None:
    engine = loose(calling("outer", "asking"), ASK)
    instance_id = engine.start_process("outer", {}, ADA).id
    engine.deploy_files({"1.bpmn": ASK_IN_TIME}, ADA)

    plan = engine.migrate("asking", ADA, reason="answers are due in an hour")

    (refused,) = plan.refused
    assert [(p.code, p.location.element_id) for p in refused.problems] == [(ErrorCode.RUN_MIGRATION, "Ask")]
    assert active(engine, instance_id) == ["Call", "Ask"]


def test_process_called_from_its_own_file_follows_its_caller(loose: Loose) -> None:
    # given
    pinned = calling("outer", "asking", "deployment")
    engine = loose(together(pinned, ASK))
    instance_id = engine.start_process("outer", {}, ADA).id
    longer = diagram(
        "asking", start(), user_task("Ask"), script("Count", "=1", "counted"), end(), flows="Start->Ask->Count->End"
    )
    engine.deploy_files({"0.bpmn": together(pinned, longer)}, ADA)
    before = dump(engine)

    # when it is asked for alone, then with its caller
    alone = engine.migrate("asking", ADA, reason="count them")
    with pytest.raises(EngineError) as caught:
        engine.plan_migration("asking", instance_ids=[instance_id])
    still = dump(engine)
    plan = engine.migrate("outer", ADA, reason="count them")

    # then
    assert (alone.instances, still) == ((), before)
    assert caught.value.code is ErrorCode.RUN_NOT_FOUND
    assert [element.element_id for element in plan.migrated[0].elements] == ["Call", "InnerAsk"]
    (task,) = engine.user_tasks()
    engine.complete_user_task(task.id, {}, ADA)
    assert engine.instance(instance_id).variables["counted"] == 1


def test_caller_whose_new_file_lacks_the_process_that_it_called_is_left_alone(loose: Loose) -> None:
    engine = loose(together(calling("outer", "asking", "deployment"), ASK))
    instance_id = engine.start_process("outer", {}, ADA).id
    engine.deploy_files({"0.bpmn": calling("outer", "asking"), "1.bpmn": ASK}, ADA)

    plan = engine.migrate("outer", ADA, reason="files were split")

    (refused,) = plan.refused
    assert refused.problems[0].location.element_id == "Call"
    assert "which the new version draws no more" in refused.problems[0].message
    assert active(engine, instance_id) == ["Call", "InnerAsk"]
