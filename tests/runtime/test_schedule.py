"""What falls due: timers in due order, start timers, timers that cannot be fired, the clock's steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from engine.runtime import Engine
from tests.runtime.conftest import ADA, START, pending
from tests.runtime.drawing import boundary_timer, catch_timer, diagram, element, end, start, user_task

WAIT = diagram("wait", start(), catch_timer("W", "=pause", "timeDuration"), end(), flows="Start->W->End")


def test_timers_fire_in_the_order_of_their_due_instants(loose: Callable[..., Engine]) -> None:
    engine = loose(WAIT)
    ids = {pause: engine.start_process("wait", {"pause": pause}, ADA).id for pause in ("PT3H", "PT1H", "PT2H")}

    engine.advance_clock(START + timedelta(hours=5), ADA)

    fired = [(entry.at, entry.instance_id) for entry in engine.timeline() if entry.what.startswith("Timer fired")]
    assert fired == [(START + timedelta(hours=hours), ids[f"PT{hours}H"]) for hours in (1, 2, 3)]


def test_timer_that_is_not_due_does_not_fire(loose: Callable[..., Engine]) -> None:
    engine = loose(WAIT)
    instance = engine.start_process("wait", {"pause": "PT1H"}, ADA)

    assert engine.run_due() == 0
    assert engine.next_due() == START + timedelta(hours=1)
    assert engine.instance(instance.id).status == "active"


def test_engine_that_was_down_fires_overdue_timers_in_due_order_at_its_next_start(
    open_store: Callable[..., Engine],
) -> None:
    class Hand:
        at = START

        def now(self) -> datetime:
            return self.at

    clock = Hand()
    engine = open_store(clock="system", system_clock=clock)
    engine.deploy_files({"wait.bpmn": WAIT}, ADA)
    ids = [engine.start_process("wait", {"pause": pause}, ADA).id for pause in ("PT2H", "PT1H")]
    engine.close()
    clock.at = START + timedelta(days=2)

    restarted = open_store(clock="system", system_clock=clock)
    assert restarted.run_due() == 2

    fired = [entry.instance_id for entry in restarted.timeline() if entry.what.startswith("Timer fired")]
    assert fired == [ids[1], ids[0]]


def test_run_until_an_earlier_instant_leaves_what_fell_due_after_it(open_store: Callable[..., Engine]) -> None:
    class Hand:
        at = START

        def now(self) -> datetime:
            return self.at

    clock = Hand()
    engine = open_store(clock="system", system_clock=clock)
    engine.deploy_files({"wait.bpmn": WAIT}, ADA)
    for pause in ("PT1H", "PT3H"):
        engine.start_process("wait", {"pause": pause}, ADA)
    clock.at = START + timedelta(hours=5)

    assert engine.run_due(until=START + timedelta(hours=2)) == 1
    assert engine.run_due() == 1


def test_timer_that_its_instance_refuses_becomes_an_incident_and_the_others_fire(loose: Callable[..., Engine]) -> None:
    engine = loose(WAIT)
    broken = engine.start_process("wait", {"pause": "PT1H"}, ADA)
    sound = engine.start_process("wait", {"pause": "PT2H"}, ADA)
    with engine._store.transaction("mallory") as tx:
        tx.timers.schedule_element(
            instance_id=broken.id,
            timer_id="no such timer",
            element_id="W",
            element_instance_id=f"{broken.id}.99",
            due=START + timedelta(minutes=1),
        )

    engine.advance_clock(START + timedelta(hours=3), ADA)

    assert [incident.instance_id for incident in engine.incidents()] == [broken.id]
    assert engine.instance(sound.id).status == "completed"
    assert pending(engine)["timer"] == 0


def test_boundary_timer_with_a_cycle_fires_each_time_beside_its_task(loose: Callable[..., Engine]) -> None:
    engine = loose(
        diagram(
            "p",
            start(),
            user_task("T"),
            boundary_timer("Remind", "T", "R3/PT1H", "timeCycle", cancel=False),
            end(),
            end("Reminded"),
            flows="Start->T->End;Remind->Reminded",
        )
    )
    instance = engine.start_process("p", {}, ADA)

    engine.advance_clock(START + timedelta(hours=10), ADA)

    reminded = [
        e for e in engine.timeline(instance_id=instance.id) if e.element_id == "Reminded" and e.kind == "element"
    ]
    assert [entry.at for entry in reminded] == [START + timedelta(hours=hours) for hours in (1, 2, 3)]
    assert [element for element, _ in engine.instance(instance.id).active_elements] == ["T"]


def timer_start(expression: str) -> bytes:
    inner = (
        '<bpmn:timerEventDefinition><bpmn:timeCycle xsi:type="bpmn:tFormalExpression">'
        f"{expression}</bpmn:timeCycle></bpmn:timerEventDefinition>"
    )
    return diagram("daily", element("startEvent", "S", inner), end(), flows="S->End")


def test_start_timer_starts_an_instance_each_time_until_its_process_is_replaced(loose: Callable[..., Engine]) -> None:
    engine = loose(timer_start("R/P1D"))

    engine.advance_clock(START + timedelta(days=3), ADA)
    starts = [instance.started_at for instance in engine.instances()]
    assert starts == [START + timedelta(days=day) for day in (1, 2, 3)]

    engine.deploy_files({"0.bpmn": diagram("daily", start(), end(), flows="Start->End")}, ADA)
    engine.advance_clock(START + timedelta(days=9), ADA)
    assert len(engine.instances()) == 3
    assert engine.next_due() is None


def test_start_timer_with_a_count_ends(loose: Callable[..., Engine]) -> None:
    engine = loose(timer_start("R2/PT1H"))

    engine.advance_clock(START + timedelta(days=3), ADA)

    assert len(engine.instances()) == 2
    assert pending(engine)["timer"] == 0


def test_clock_moves_to_the_instant_though_nothing_is_due(loose: Callable[..., Engine]) -> None:
    engine = loose(WAIT)
    target = datetime(2032, 1, 1, tzinfo=UTC)

    assert engine.advance_clock(target, ADA) == 0

    assert engine.now() == target
    assert [entry.kind for entry in engine.timeline()][-1] == "clock"
