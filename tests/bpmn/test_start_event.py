"""Start events: none, message, signal and timer; what the payload becomes; what a definition says about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.bpmn import ElementActivated, EventKind, compile_diagram, read_diagram
from engine.errors import EngineError, ErrorCode
from tests.bpmn.diagrams import diagram, end, mapping, mark, message, path, signal, start, timer
from tests.bpmn.driver import Driver, play

NOW = datetime(2025, 1, 1, 9, tzinfo=UTC)
SEVERAL = diagram(
    start("ByHand"),
    start("ByMessage", message("arrived"), ext=mapping(outputs={"case_id": "=payload.id"})),
    start("BySignal", signal("go")),
    start("Daily", timer(cycle="R2/P1D")),
    *(mark(f"On{name}") for name in ("ByHand", "ByMessage", "BySignal", "Daily")),
    *(path_part for name in ("ByHand", "ByMessage", "BySignal", "Daily") for path_part in path(name, f"On{name}")),
    messages={"arrived": None},
    signals=["go"],
)


@pytest.mark.parametrize("chosen", ["ByHand", "BySignal", "Daily"])
def test_process_begins_at_the_chosen_start_event(chosen: str) -> None:
    driver = play(SEVERAL, lambda d: d.start(at=chosen, trace=[]))

    assert driver.trace == [f"On{chosen}"]
    assert [effect.element_id for effect in driver.all(ElementActivated)] == ["demo", chosen, f"On{chosen}"]


def test_process_without_a_chosen_start_event_begins_at_the_none_start() -> None:
    assert play(SEVERAL, lambda d: d.start(trace=[])).trace == ["OnByHand"]


def test_start_event_mapping_takes_from_the_payload_only_what_it_names() -> None:
    data = diagram(
        start("Start", message("arrived"), ext=mapping(outputs={"case_id": "=payload.id"})),
        end(),
        *path("Start", "End"),
        messages={"arrived": None},
    )

    driver = play(data, lambda d: d.start(at="Start", payload={"id": "A-1", "noise": 2}))

    assert driver.variables == {"case_id": "A-1"}


def test_definition_tells_its_start_events() -> None:
    definition = compile_diagram(read_diagram(SEVERAL, "demo.bpmn"))["demo"]

    assert [(event.element_id, event.event.kind) for event in definition.start_events] == [
        ("ByHand", EventKind.NONE),
        ("ByMessage", EventKind.MESSAGE),
        ("BySignal", EventKind.SIGNAL),
        ("Daily", EventKind.TIMER),
    ]
    assert [event.name for event in definition.message_starts] == ["arrived"]


def test_unknown_start_event_is_refused() -> None:
    driver = Driver(compile_diagram(read_diagram(SEVERAL, "demo.bpmn")), reload=False)

    with pytest.raises(EngineError) as refused:
        driver.start(at="Nowhere")

    assert refused.value.code == ErrorCode.RUN_UNKNOWN_PROCESS
    assert "ByHand, ByMessage, BySignal, Daily" in refused.value.problem.message


def test_timer_start_is_due_until_its_cycle_is_used_up() -> None:
    definition = compile_diagram(read_diagram(SEVERAL, "demo.bpmn"))["demo"]
    daily = definition.timer_starts[0]

    first = definition.timer_due(daily, NOW, UTC)
    assert first == NOW + timedelta(days=1)
    assert definition.timer_due(daily, NOW, UTC, after=first, fired=1) == NOW + timedelta(days=2)
    assert definition.timer_due(daily, NOW, UTC, after=first, fired=2) is None


@pytest.mark.parametrize(
    ("event", "due"),
    [(timer(date="2025-02-01"), datetime(2025, 2, 1, tzinfo=UTC)), (timer(duration="PT1H"), NOW + timedelta(hours=1))],
)
def test_timer_start_by_date_or_duration_is_due_once(event: str, due: datetime) -> None:
    data = diagram(start("Start", event), end(), *path("Start", "End"))
    definition = compile_diagram(read_diagram(data, "demo.bpmn"))["demo"]
    begin = definition.timer_starts[0]

    assert definition.timer_due(begin, NOW, UTC) == due
    assert definition.timer_due(begin, NOW, UTC, after=due, fired=1) is None


def test_timer_start_that_gives_no_time_is_refused() -> None:
    data = diagram(start("Start", timer(date="=1 + 1")), end(), *path("Start", "End"))
    definition = compile_diagram(read_diagram(data, "demo.bpmn"))["demo"]

    with pytest.raises(EngineError) as refused:
        definition.timer_due(definition.timer_starts[0], NOW, UTC)

    assert (refused.value.code, refused.value.problem.location.element_id) == (ErrorCode.BPMN_EXPRESSION, "Start")
