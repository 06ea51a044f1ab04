"""Inclusive gateway: every true condition; the join waits for the tokens that can still come, and for no others."""

from __future__ import annotations

import pytest

from engine.bpmn import ElementFailed
from engine.errors import ErrorCode
from tests.bpmn.diagrams import boundary, diagram, end, flow, gateway, mark, path, service, start, timer
from tests.bpmn.driver import Driver, play


def either(*, default: bool = False) -> bytes:
    attributes = {"default": "Flow_Split_C"} if default else {}
    third = flow("Split", "C") if default else flow("Split", "C", '=contains(x, "c")')
    return diagram(
        start(),
        gateway("inclusive", "Split", **attributes),
        *(service(name) for name in "ABC"),
        gateway("inclusive", "Join"),
        mark("After"),
        end(),
        flow("Start", "Split"),
        flow("Split", "A", '=contains(x, "a")'),
        flow("Split", "B", '=contains(x, "b")'),
        third,
        *(flow(name, "Join") for name in "ABC"),
        *path("Join", "After", "End"),
    )


@pytest.mark.parametrize("chosen", ["a", "b", "ab", "ca", "abc"])
def test_inclusive_gateway_joins_what_it_has_split(chosen: str) -> None:
    def scenario(driver: Driver) -> None:
        driver.start(trace=[], x=chosen)
        assert sorted(driver.open_jobs) == sorted(chosen.upper())
        for letter in reversed(chosen):
            assert driver.trace == []
            driver.complete(letter.upper())

    driver = play(either(), scenario)

    assert driver.trace == ["After"]
    assert driver.status == "completed"


def test_inclusive_gateway_takes_the_default_only_when_nothing_else_is_true() -> None:
    assert play(either(default=True), lambda d: d.start(trace=[], x="")).open_jobs == ["C"]
    assert play(either(default=True), lambda d: d.start(trace=[], x="a")).open_jobs == ["A"]


def test_inclusive_gateway_without_a_way_out_fails() -> None:
    driver = play(either(), lambda d: d.start(trace=[], x=""))

    assert driver.all(ElementFailed)[0].problem.code == ErrorCode.BPMN_NO_FLOW


def test_inclusive_join_waits_for_a_token_that_can_come_by_a_boundary_event() -> None:
    data = diagram(
        start(),
        gateway("inclusive", "Split"),
        service("A"),
        service("B"),
        boundary("Late", "B", timer(duration="PT1H")),
        service("Remind"),
        gateway("exclusive", "Merge"),
        gateway("inclusive", "Join"),
        mark("After"),
        end(),
        end("Elsewhere"),
        flow("Start", "Split"),
        flow("Split", "A", "=true"),
        flow("Split", "B", "=true"),
        *path("A", "Join", "After", "End"),
        *path("B", "Elsewhere"),
        *path("Late", "Remind", "Merge", "Join"),
    )

    def scenario(driver: Driver, elapsed: bool) -> None:
        driver.start(trace=[])
        driver.complete("A")
        assert driver.trace == []
        if elapsed:
            driver.advance("PT1H")
            assert driver.trace == []
            driver.complete("Remind")
        else:
            driver.complete("B")
        assert driver.trace == ["After"]

    play(data, lambda d: scenario(d, elapsed=True))
    play(data, lambda d: scenario(d, elapsed=False))
