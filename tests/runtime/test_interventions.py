"""Suspend, resume and move: nothing reaches a suspended instance, and all that came meanwhile is there on resume."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from engine.errors import EngineError, ErrorCode
from engine.handlers.contract import JobResult
from engine.runtime import Engine
from tests.runtime.conftest import ADA, START, dump, inline, pending, worker
from tests.runtime.drawing import (
    boundary_timer,
    catch_message,
    catch_timer,
    diagram,
    element,
    end,
    parallel,
    script,
    service,
    start,
    user_task,
)
from tests.runtime.test_worker_jobs import Far

HOUR = timedelta(hours=1)
WAITING = diagram(
    "waiting",
    start(),
    parallel("Fork"),
    user_task("Ask"),
    service("Fetch", "far"),
    catch_message("Hear", "news"),
    catch_timer("Rest", '="P1D"', "timeDuration"),
    parallel("Join"),
    end(),
    flows="Start->Fork->Ask->Join;Fork->Fetch->Join;Fork->Hear->Join;Fork->Rest->Join->End",
    messages={"news": "=key"},
)


def refused(code: ErrorCode, call: Callable[[], object]) -> str:
    with pytest.raises(EngineError) as caught:
        call()
    assert caught.value.code is code
    return str(caught.value)


def begun(loose: Callable[..., Engine]) -> tuple[Engine, str]:
    engine = loose(WAITING, far=worker(Far(JobResult({"fetched": True}))))
    return engine, engine.start_process("waiting", {"key": "k"}, ADA).id


def test_suspended_instance_takes_no_timer_message_job_and_task(loose: Callable[..., Engine]) -> None:
    # given
    engine, instance_id = begun(loose)
    (task,) = engine.user_tasks()

    # when
    view = engine.suspend_instance(instance_id, ADA, reason="a complaint is looked into")

    # then
    assert (view.status, view.suspended_at) == ("suspended", START)
    assert engine.next_due() is None
    assert engine.advance_clock(START + timedelta(days=3), ADA) == 0
    before = dump(engine)
    refused(ErrorCode.RUN_STATE, lambda: engine.complete_user_task(task.id, {}, ADA))
    refused(ErrorCode.RUN_STATE, lambda: engine.complete_job(engine.jobs()[0].id, {}, ADA))
    said = refused(ErrorCode.MSG_NOBODY, lambda: engine.publish_message("news", "k", {}, ADA))
    refused(ErrorCode.RUN_STATE, lambda: engine.suspend_instance(instance_id, ADA, reason="again"))
    assert f"({instance_id}, suspended)" in said
    assert dump(engine) == before
    assert [each.id for each in engine.instances(status="suspended")] == [instance_id]
    assert engine.instances(status="active") == []


def test_resumed_instance_gets_all_that_came_while_it_lay_still(loose: Callable[..., Engine]) -> None:
    # given
    engine, instance_id = begun(loose)
    engine.suspend_instance(instance_id, ADA, reason="a complaint is looked into")
    engine.publish_message("news", "k", {"heard": 1}, ADA, time_to_live=timedelta(days=9))
    engine.advance_clock(START + timedelta(days=2), ADA)

    # when
    engine.resume_instance(instance_id, ADA, reason="settled")
    engine.run_due()
    engine.complete_user_task(engine.user_tasks()[0].id, {}, ADA)

    # then
    view = engine.instance(instance_id)
    assert (view.status, view.suspended_at) == ("completed", None)
    assert (view.variables["heard"], view.variables["fetched"]) == (Decimal(1), True)
    assert not any(pending(engine).values())


@pytest.mark.parametrize(("credit", "due"), [(False, timedelta(days=1)), (True, timedelta(days=1, hours=30))])
def test_timers_of_a_resumed_instance_are_due_as_they_were_or_later_by_the_suspension(
    loose: Callable[..., Engine], credit: bool, due: timedelta
) -> None:
    engine = loose(
        diagram("p", start(), catch_timer("Rest", '="P1D"', "timeDuration"), end(), flows="Start->Rest->End")
    )
    instance_id = engine.start_process("p", {}, ADA).id
    engine.advance_clock(START + HOUR, ADA)
    engine.suspend_instance(instance_id, ADA, reason="the office is closed")
    engine.advance_clock(START + 31 * HOUR, ADA)

    engine.resume_instance(instance_id, ADA, reason="it is open", credit_timers=credit)

    assert engine.next_due() == START + due
    engine.advance_clock(max(engine.now(), START + due), ADA)
    assert engine.instance(instance_id).status == "completed"


def test_lease_of_a_suspended_instance_is_lost_and_the_job_runs_again_under_its_key(
    loose: Callable[..., Engine],
) -> None:
    # given a worker that is at work when the instance is suspended
    keys: list[tuple[str, int]] = []
    engine: Engine

    def work(job: object, services: object) -> JobResult:
        keys.append((job.idempotency_key, job.attempt))  # type: ignore[attr-defined]
        if len(keys) == 1:
            engine.suspend_instance(engine.instances()[0].id, ADA, reason="wait")
        return JobResult({"done": len(keys)})

    engine = loose(diagram("p", start(), service("A", "far"), end(), flows="Start->A->End"), far=worker(work))
    instance_id = engine.start_process("p", {}, ADA).id

    # when
    engine.run_due()
    suspended = engine.instance(instance_id)
    engine.resume_instance(instance_id, ADA, reason="go on")
    engine.run_due()

    # then
    assert suspended.status == "suspended"
    assert (keys[0][0], [attempt for _, attempt in keys]) == (keys[1][0], [1, 2])
    assert engine.instance(instance_id).variables["done"] == Decimal(2)
    assert engine.incidents() == []


def test_suspended_instance_may_be_cancelled_and_leaves_nothing(loose: Callable[..., Engine]) -> None:
    engine, instance_id = begun(loose)
    engine.suspend_instance(instance_id, ADA, reason="a complaint is looked into")

    view = engine.cancel_instance(instance_id, ADA, reason="withdrawn")

    assert (view.status, view.suspended_at) == ("terminated", None)
    assert not any(pending(engine).values())


def test_second_start_under_the_key_of_a_suspended_instance_is_refused(hive: Engine) -> None:
    from tests.runtime.conftest import apply_for_registration

    apply_for_registration(hive)
    hive.suspend_instance(hive.instances()[0].id, ADA, reason="a complaint is looked into")

    refused(ErrorCode.MSG_DUPLICATE, lambda: apply_for_registration(hive))


def test_resume_of_an_instance_that_is_not_suspended_and_a_missing_reason_are_refused(
    loose: Callable[..., Engine],
) -> None:
    engine, instance_id = begun(loose)

    refused(ErrorCode.RUN_STATE, lambda: engine.resume_instance(instance_id, ADA, reason="why not"))
    refused(ErrorCode.JOB_INPUT, lambda: engine.suspend_instance(instance_id, ADA, reason=" "))
    refused(ErrorCode.RUN_NOT_FOUND, lambda: engine.suspend_instance("instance-99", ADA, reason="why not"))


# ---- moving a token -------------------------------------------------------------------------------------------------

INNER = "".join(
    (
        start("In"),
        user_task("Inside"),
        end("Out"),
        '<bpmn:sequenceFlow id="F1" sourceRef="In" targetRef="Inside"/>'
        '<bpmn:sequenceFlow id="F2" sourceRef="Inside" targetRef="Out"/>',
    )
)
MOVING = diagram(
    "moving",
    start(),
    service("Check", "broken"),
    user_task("Ask"),
    boundary_timer("Late", "Ask", '="P1D"'),
    parallel("Fork"),
    user_task("Left"),
    user_task("Right"),
    parallel("Join"),
    element("subProcess", "Part", INNER),
    script("Count", "=1", "counted"),
    end(),
    flows="Start->Check->Ask->Fork->Left->Join;Fork->Right->Join->Part->Count->End;Late->Count",
)


def stopped(loose: Callable[..., Engine]) -> tuple[Engine, str, str]:
    """An instance that an incident holds at its first task."""

    def broken(job: object, services: object) -> JobResult:
        raise RuntimeError("no luck")

    engine = loose(MOVING, broken=inline(broken))
    view = engine.start_process("moving", {}, ADA)
    assert len(engine.incidents()) == 1
    return engine, view.id, view.active_elements[0][1]


def test_moved_token_leaves_its_element_with_its_incident_and_goes_on_at_the_other(
    loose: Callable[..., Engine],
) -> None:
    engine, instance_id, element_instance_id = stopped(loose)

    view = engine.move_token(instance_id, element_instance_id, "Ask", ADA, reason="the register was read by hand")

    assert [element_id for element_id, _ in view.active_elements] == ["Ask"]
    assert (engine.incidents(), pending(engine)["timer"]) == ([], 1)
    (moved,) = [entry for entry in engine.timeline(instance_id=instance_id) if "Token moved" in entry.what]
    assert moved.what == "Token moved from Check to Ask: the register was read by hand"
    assert (moved.actor, moved.roles) == ("ada", ("bee_officer",))


def test_token_moved_to_the_end_completes_the_instance(loose: Callable[..., Engine]) -> None:
    engine, instance_id, element_instance_id = stopped(loose)

    view = engine.move_token(instance_id, element_instance_id, "Count", ADA, reason="nothing is left to do")

    assert (view.status, view.variables["counted"]) == ("completed", Decimal(1))
    assert not any(pending(engine).values())


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("Inside", "stands in the scope Part"),
        ("Join", "joins the tokens"),
        ("Late", "a boundary event waits beside its activity"),
        ("Start", "a start event begins its scope"),
        ("Asc", 'Did you mean "Ask"?'),
    ],
)
def test_move_to_where_no_token_can_stand_is_refused_with_the_reason(
    loose: Callable[..., Engine], target: str, why: str
) -> None:
    engine, instance_id, element_instance_id = stopped(loose)
    before = dump(engine)

    said = refused(
        ErrorCode.RUN_MOVE, lambda: engine.move_token(instance_id, element_instance_id, target, ADA, reason="try")
    )

    assert why in said
    assert dump(engine) == before


def test_move_out_of_a_sub_process_and_of_the_process_itself_is_refused(loose: Callable[..., Engine]) -> None:
    engine, instance_id, element_instance_id = stopped(loose)
    view = engine.move_token(instance_id, element_instance_id, "Part", ADA, reason="straight on")
    inside = dict(view.active_elements)["Inside"]

    said = refused(ErrorCode.RUN_MOVE, lambda: engine.move_token(instance_id, inside, "Ask", ADA, reason="try"))
    refused(ErrorCode.RUN_MOVE, lambda: engine.move_token(instance_id, instance_id, "Ask", ADA, reason="try"))
    refused(ErrorCode.RUN_STATE, lambda: engine.move_token(instance_id, "nowhere", "Ask", ADA, reason="try"))

    assert "move the sub-process itself" in said


def test_token_of_a_suspended_instance_is_moved_and_waits_until_it_is_resumed(loose: Callable[..., Engine]) -> None:
    # given
    done: list[str] = []

    def work(job: object, services: object) -> JobResult:
        done.append(job.element_id)  # type: ignore[attr-defined]
        return JobResult()

    drawn = diagram(
        "p",
        start(),
        user_task("Ask"),
        service("A", "near"),
        service("B", "far"),
        catch_timer("Rest", '="PT1H"', "timeDuration"),
        end(),
        flows="Start->Ask->A->B->Rest->End",
    )
    engine = loose(drawn, near=inline(work), far=worker(work))
    view = engine.start_process("p", {}, ADA)
    engine.suspend_instance(view.id, ADA, reason="wrong turn")

    # when
    moved = engine.move_token(view.id, view.active_elements[0][1], "A", ADA, reason="no question is open")
    engine.run_due()
    still = list(done)
    engine.resume_instance(view.id, ADA, reason="go on", credit_timers=True)
    engine.run_due()

    # then
    assert (moved.status, [element_id for element_id, _ in moved.active_elements]) == ("suspended", ["A"])
    assert (still, done) == ([], ["A", "B"])
    assert engine.next_due() == START + HOUR
