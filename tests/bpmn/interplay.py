"""Cases of two or three features at once, as data: a drawing, what happens to it, and the trace that must come of it.

Steps are words: `job J`, `error J CODE`, `message m KEY`, `signal s`, `advance PT1H`. A list inside a trace may come in
any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bpmn.diagrams import (
    boundary,
    diagram,
    end,
    error,
    escalation,
    event_sub_process,
    gateway,
    mark,
    multi_instance,
    path,
    process,
    service,
    start,
    sub_process,
    throw,
)
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


# ---- parts that many cases share

THREE = multi_instance("=[1, 2, 3]", inputElement="item")
ONE_BY_ONE = multi_instance("=[1, 2, 3]", inputElement="item", sequential=True)
END = end()


def around(activity: str, *beside: str, name: str = "A") -> tuple[str, ...]:
    """Start, the activity, a mark behind it, end; and what stands beside them."""
    return (start(), activity, mark("After"), END, *path("Start", name, "After", "End"), *beside)


def edge(event: str, *, at: str = "A", interrupting: bool = True, name: str = "Edge") -> tuple[str, ...]:
    """A boundary event that leads to a mark of its name and an end of its own."""
    host = boundary(f"{name}Event", at, event, interrupting=interrupting)
    return (host, mark(name), end(f"{name}End"), *path(f"{name}Event", name, f"{name}End"))


def aside(event: str, *, interrupting: bool = True, name: str = "Aside", last: str = "") -> str:
    """An event sub-process of one mark; *last* is what its end event throws."""
    begin = start(f"{name}Start", event, isInterrupting=str(interrupting).lower())
    return event_sub_process(
        f"{name}Sub", begin, mark(name), end(f"{name}End", last), *path(f"{name}Start", name, f"{name}End")
    )


def inner(*middle: str, flows: tuple[str, ...], more: tuple[str, ...] = (), loop: str = "", ext: str = "") -> str:
    """A sub-process A: start In, the elements, end Out."""
    return sub_process("A", start("In"), *middle, end("Out"), *path("In", *flows, "Out"), *more, inner=loop, ext=ext)


CALLED = (start("CalledStart"), service("Called"), end("CalledEnd"), *path("CalledStart", "Called", "CalledEnd"))
FAILING = (start("CalledStart"), end("CalledEnd", error("X")), *path("CalledStart", "CalledEnd"))
ESCALATING = (throw("Raise", escalation("E")), mark("On"))
SPLIT = (start("In"), gateway("parallel", "Both"), service("Work"), end("Out"), *path("In", "Both", "Work", "Out"))
