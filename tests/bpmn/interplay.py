"""Cases of two or three features at once, as data: a drawing, what happens to it, and the trace that must come of it.

Steps are words: `job J`, `error J CODE`, `message m KEY`, `signal s`, `advance PT1H`. A list inside a trace may come in
any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bpmn.diagrams import diagram, process
from tests.bpmn.driver import Driver, play


@dataclass(frozen=True)
class Case:
    parts: Sequence[str]
    trace: Sequence[Any]
    steps: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    child: Sequence[str] = ()  # a second process of the file, called "child"
    status: str = "completed"
    messages: Mapping[str, str] = field(default_factory=dict)
    signals: Sequence[str] = ()
    errors: Sequence[str] = ()
    escalations: Sequence[str] = ()


def check(case: Case) -> Driver:
    """Play *case*, with and without reloading between the steps, and hold it against its trace."""
    data = diagram(
        *case.parts,
        messages=case.messages,
        signals=case.signals,
        errors=case.errors,
        escalations=case.escalations,
        more=process("child", *case.child) if case.child else "",
    )

    def scenario(driver: Driver) -> None:
        driver.start(trace=[], **case.given)
        for step in filter(None, map(str.strip, case.steps.split(";"))):
            _do(driver, *step.split())

    driver = play(data, scenario)
    assert _in_order(case.trace, driver.trace), driver.trace
    assert driver.status == case.status
    if case.status == "completed":
        assert driver.nothing_left()
    return driver


def _do(driver: Driver, what: str, *words: str) -> None:
    match what:
        case "job":
            driver.complete(*words)
        case "error":
            driver.throw_error(*words)
        case "message":
            assert driver.message(*words), f"somebody waits for {words}"
        case "signal":
            driver.signal(*words)
        case "advance":
            driver.advance(*words)
        case _:
            raise ValueError(what)


def _in_order(expected: Sequence[Any], got: Sequence[Any]) -> bool:
    position = 0
    for wanted in expected:
        group = wanted if isinstance(wanted, list) else [wanted]
        part = got[position : position + len(group)]
        if sorted(map(str, part)) != sorted(map(str, group)):
            return False
        position += len(group)
    return position == len(got)
