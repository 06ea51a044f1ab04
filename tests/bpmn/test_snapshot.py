"""The stored state: exact, compact, flat for history, and checked when it is loaded."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from engine.bpmn import Execution, compile_diagram, read_diagram
from engine.errors import EngineError, ErrorCode
from engine.feel import DaysTimeDuration, FeelDate, FeelDateTime, Range, Value, YearsMonthsDuration
from engine.feel.temporal_text import read_date_time
from tests.bpmn.diagrams import call, diagram, end, flow, gateway, path, service, start
from tests.bpmn.driver import INSTANCE, Driver, play

WAITING = diagram(start(), service("Work"), end(), *path("Start", "Work", "End"))
MOMENT = read_date_time("2025-03-09T08:00:00@America/New_York")


def host(data: bytes) -> Driver:
    return Driver(compile_diagram(read_diagram(data, "demo.bpmn")), reload=False)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "text",
        Decimal("1000.00"),
        Decimal("0.1234567890123456789012345678901234"),
        FeelDate(2025, 2, 28),
        MOMENT,
        DaysTimeDuration.of(days=3),
        YearsMonthsDuration(14),
        [Decimal(1), ["a", None]],
        {"typename": "x", "inner": {"on": FeelDate(2025, 2, 28)}},
        Range(Decimal(1), Decimal(5), True, False),
    ],
)
def test_values_survive_exactly(value: Value) -> None:
    driver = host(WAITING)
    started = Execution.start(driver.definitions["demo"], {"v": value}, driver, instance_id=INSTANCE)

    loaded = Execution.load(driver.definitions["demo"], started.dump(), driver, instance_id=INSTANCE)

    assert loaded.variables == {"v": value}
    assert str(loaded.variables["v"]) == str(value)


def test_date_and_time_keeps_its_zone() -> None:
    assert isinstance(MOMENT, FeelDateTime) and MOMENT.time.zone == "America/New_York"


def looping() -> bytes:
    return diagram(
        start(),
        gateway("exclusive", "Again"),
        gateway("parallel", "Fork"),
        service("A"),
        service("B"),
        gateway("parallel", "Join"),
        gateway("exclusive", "More", default="Out"),
        end(),
        *path("Start", "Again", "Fork", "A", "Join", "More"),
        *path("Fork", "B", "Join"),
        flow("More", "Again", "=more"),
        flow("More", "End", flow_id="Out"),
    )


def test_state_does_not_grow_with_the_number_of_rounds() -> None:
    sizes: list[int] = []

    def scenario(driver: Driver) -> None:
        sizes.clear()
        driver.start(more=True)
        for _ in range(300):
            driver.complete("A")
            driver.complete("B")
            sizes.append(len(driver.execution.dump()))

    play(looping(), scenario)

    assert sizes[-1] <= sizes[5] + 20  # element instance numbers get longer, nothing else


def test_a_completed_instance_keeps_its_variables_only() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(a=1)
        driver.complete("Work", b=2)

    driver = play(WAITING, scenario)

    state = json.loads(driver.execution.dump())
    assert (state["s"], state["t"]) == ("completed", [])
    assert driver.variables == {"a": 1, "b": 2}


def test_a_cancelled_instance_withdraws_everything_and_takes_no_command() -> None:
    def scenario(driver: Driver) -> None:
        driver.start(a=1)
        where = next(iter(driver.jobs))
        driver.cancel()
        assert driver.nothing_left()
        with pytest.raises(EngineError) as refused:
            driver.execution.complete_job(where, {})
        assert refused.value.code == ErrorCode.RUN_STATE

    driver = play(WAITING, scenario)

    assert driver.status == "terminated"
    assert driver.variables == {"a": 1}


def damaged(change: Any) -> str:
    driver = host(WAITING)
    driver.start(a=1)
    state = json.loads(driver.execution.dump())
    change(state)
    return json.dumps(state)


DAMAGE = {
    "no JSON": lambda: "{",
    "other shape": lambda: "[1, 2]",
    "other format": lambda: damaged(lambda s: s.update(v=99)),
    "other process": lambda: damaged(lambda s: s.update(p="other")),
    "other diagram": lambda: damaged(lambda s: s.update(h="0")),
    "unknown element": lambda: damaged(lambda s: s["t"][1].__setitem__(2, "Gone")),
    "unknown parent": lambda: damaged(lambda s: s["t"][1].__setitem__(1, 77)),
    "number beyond the last": lambda: damaged(lambda s: s["t"][1].__setitem__(0, 77)),
    "no root": lambda: damaged(lambda s: s["t"].pop(0)),
    "no tasks": lambda: damaged(lambda s: s["t"].clear()),
    "unknown phase": lambda: damaged(lambda s: s["t"][1].__setitem__(4, 9)),
    "no FEEL value": lambda: damaged(lambda s: s["t"][0].__setitem__(7, {"a": {"nonsense": 1}})),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_damaged_state_is_refused(case: str) -> None:
    driver = host(WAITING)

    with pytest.raises(EngineError) as refused:
        Execution.load(driver.definitions["demo"], DAMAGE[case](), driver, instance_id=INSTANCE)

    assert refused.value.code == ErrorCode.RUN_STATE
    assert INSTANCE in refused.value.problem.message


def test_a_called_process_is_loaded_in_the_version_that_was_called() -> None:
    data = diagram(start(), call("Call", "called"), end(), *path("Start", "Call", "End"))
    called = diagram(start("S"), service("W"), end("E"), *path("S", "W", "E"), process_id="called")

    def scenario(driver: Driver) -> None:
        driver.start()
        asked: list[str | None] = []
        original = driver.process
        driver.process = lambda name, pinned: asked.append(pinned) or original(name, pinned)  # type: ignore[method-assign]
        Execution.load(driver.definition, driver.execution.dump(), driver, instance_id=INSTANCE)
        assert asked == [driver.definitions["called"].diagram_hash]

    play(data, scenario, called)
