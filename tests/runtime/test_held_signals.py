"""A signal that is thrown while an instance lies still is kept for it, and handed over when it is resumed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from engine.runtime import Engine
from tests.runtime.conftest import ADA, pending
from tests.runtime.drawing import diagram, element, end, root, script, signal, start, user_task

CATCH = '<bpmn:signalEventDefinition signalRef="Signal_alarm"/>'
LISTENING = root(
    diagram(
        "listening",
        start(),
        user_task("Ask"),
        element("boundaryEvent", "Hear", CATCH, attachedToRef="Ask", cancelActivity="false"),
        script("Count", "=heard + 1", "heard"),
        end(),
        end("Heard"),
        flows="Start->Ask->End;Hear->Count->Heard",
    ),
    signal("alarm"),
)
WAITING = root(
    diagram("waiting", start(), element("intermediateCatchEvent", "Catch", CATCH), end(), flows="Start->Catch->End"),
    signal("alarm"),
)


@pytest.mark.parametrize("times", [1, 2])
def test_signals_thrown_while_an_instance_is_suspended_count_when_it_is_resumed(
    loose: Callable[..., Engine], times: int
) -> None:
    # given
    engine = loose(LISTENING)
    instance_id = engine.start_process("listening", {"heard": 0}, ADA).id
    engine.suspend_instance(instance_id, ADA, reason="a complaint is looked into")

    # when
    reached = [engine.broadcast_signal("alarm", {}, ADA) for _ in range(times)]
    still = engine.instance(instance_id).variables["heard"]
    engine.resume_instance(instance_id, ADA, reason="settled")

    # then
    assert (reached, still) == ([()] * times, Decimal(0))
    assert engine.instance(instance_id).variables["heard"] == Decimal(times)
    assert pending(engine)["held_signal"] == 0
    said = [entry.what for entry in engine.timeline(instance_id=instance_id, limit=100)]
    assert said.count('Signal "alarm" kept until the process is resumed') == times


def test_kept_signal_carries_its_variables_and_is_for_the_suspended_instance_alone(
    loose: Callable[..., Engine],
) -> None:
    engine = loose(WAITING)
    still, awake = (engine.start_process("waiting", {}, ADA).id for _ in range(2))
    engine.suspend_instance(still, ADA, reason="a complaint is looked into")

    reached = engine.broadcast_signal("alarm", {"loud": True}, ADA)
    engine.resume_instance(still, ADA, reason="settled")

    assert reached == (awake,)
    assert [(view.status, view.variables) for view in engine.instances()] == [("completed", {"loud": True})] * 2


def test_kept_signal_is_gone_when_a_moved_token_ends_the_suspended_instance(loose: Callable[..., Engine]) -> None:
    engine = loose(LISTENING)
    view = engine.start_process("listening", {"heard": 0}, ADA)
    engine.suspend_instance(view.id, ADA, reason="a complaint is looked into")
    engine.broadcast_signal("alarm", {}, ADA)

    engine.move_token(view.id, view.active_elements[0][1], "Count", ADA, reason="nobody is there to ask")

    assert engine.instance(view.id).variables["heard"] == Decimal(1), "moved there once, heard never"
    assert not any(pending(engine).values())


def test_suspended_instance_that_is_cancelled_leaves_no_signal(loose: Callable[..., Engine]) -> None:
    engine = loose(LISTENING)
    instance_id = engine.start_process("listening", {"heard": 0}, ADA).id
    engine.suspend_instance(instance_id, ADA, reason="a complaint is looked into")
    engine.broadcast_signal("alarm", {}, ADA)

    engine.cancel_instance(instance_id, ADA, reason="withdrawn")

    assert not any(pending(engine).values())
