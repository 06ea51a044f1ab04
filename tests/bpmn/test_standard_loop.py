"""Standard loop: condition before or after, maximum."""

from __future__ import annotations

import pytest

from engine.bpmn import ElementFailed, read_diagram
from engine.errors import EngineError
from tests.bpmn.diagrams import diagram, end, mark, path, standard_loop, start
from tests.bpmn.driver import play


def looped(loop: str) -> bytes:
    return diagram(start(), mark("Again", inner=loop), mark("After"), end(), *path("Start", "Again", "After", "End"))


@pytest.mark.parametrize(
    ("loop", "runs"),
    [
        (standard_loop("=count(trace) < 3"), 3),
        (standard_loop("=false"), 1),
        (standard_loop("=false", testBefore="true"), 0),
        (standard_loop("=true", loopMaximum="4"), 4),
        (standard_loop(loopMaximum="2"), 2),
        (standard_loop("=loopCounter < 3"), 3),
        (standard_loop("=loopCounter < 2", testBefore="true"), 2),
    ],
)
def test_standard_loop_runs_as_often_as_it_says(loop: str, runs: int) -> None:
    assert play(looped(loop), lambda d: d.start(trace=[])).trace == ["Again"] * runs + ["After"]


def test_standard_loop_condition_that_is_null_fails() -> None:
    driver = play(looped(standard_loop("=more")), lambda d: d.start(trace=[]))

    assert driver.all(ElementFailed)[0].problem.location.part == "loop condition"


@pytest.mark.parametrize("maximum", ["0", "-1", "1.5", "many", ""])
def test_loop_whose_maximum_allows_no_run_is_refused(maximum: str) -> None:
    with pytest.raises(EngineError) as refused:
        read_diagram(looped(standard_loop("=true", loopMaximum=maximum)), "demo.bpmn")

    assert [problem.location.element_id for problem in refused.value.problems] == ["Again"]
