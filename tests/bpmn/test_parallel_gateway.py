"""Parallel gateway: one token out per flow, one token in per flow, also in loops and in any order of completion."""

from __future__ import annotations

from itertools import product

import pytest

from tests.bpmn.diagrams import diagram, end, flow, gateway, mark, path, service, start
from tests.bpmn.driver import Driver, play


def test_parallel_gateway_waits_for_every_path() -> None:
    data = diagram(
        start(),
        gateway("parallel", "Fork"),
        service("A"),
        service("B"),
        gateway("parallel", "Join"),
        mark("After"),
        end(),
        *path("Start", "Fork", "A", "Join", "After", "End"),
        *path("Fork", "B", "Join"),
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.complete("B")
        assert driver.trace == [] and driver.active == ["A", "Join"]
        driver.complete("A")

    driver = play(data, scenario)

    assert driver.trace == ["After"]
    assert driver.completed().count("Join") == 1


@pytest.mark.parametrize("orders", list(product(["AB", "BA"], repeat=3)))
def test_parallel_gateway_in_a_loop_joins_once_per_round_in_every_order_of_completion(orders: tuple[str, ...]) -> None:
    data = diagram(
        start(),
        gateway("exclusive", "Again"),
        gateway("parallel", "Fork"),
        service("A"),
        service("B"),
        gateway("parallel", "Join"),
        mark("Round"),
        gateway("exclusive", "More", default="Out"),
        end(),
        *path("Start", "Again", "Fork", "A", "Join", "Round", "More"),
        *path("Fork", "B", "Join"),
        flow("More", "Again", "=count(trace) < 3"),
        flow("More", "End", flow_id="Out"),
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        for order in orders:
            assert sorted(driver.open_jobs) == ["A", "B"]
            for element_id in order:
                driver.complete(element_id)

    driver = play(data, scenario)

    assert driver.trace == ["Round"] * 3
    assert driver.status == "completed"


def test_parallel_gateway_counts_two_tokens_on_one_flow_as_one_each_round() -> None:
    # the exclusive merge sends two tokens over the flow Merge -> Join; the second waits for a second partner
    data = diagram(
        start(),
        gateway("parallel", "Fork"),
        gateway("exclusive", "Merge"),
        service("A"),
        gateway("parallel", "Join"),
        mark("After"),
        end(),
        *path("Start", "Fork", "Merge", "Join", "After", "End"),
        flow("Fork", "Merge", flow_id="Second"),
        *path("Fork", "A", "Join"),
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[])
        driver.complete("A")

    driver = play(data, scenario)

    assert driver.trace == ["After"]
    assert driver.active == ["Join"]
