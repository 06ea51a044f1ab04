"""Random processes of nested scopes: sub-processes, once or repeated, with listeners at the border and handlers inside.

Whatever throws comes right behind a task, so that only one path moves when it does; each message and signal has one
listener in the drawing. So what happens does not hang on the order in which an engine takes its paths.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bpmn.diagrams import (
    TERMINATE,
    boundary,
    catch,
    diagram,
    end,
    error,
    escalation,
    event_sub_process,
    flow,
    gateway,
    mark,
    message,
    multi_instance,
    service,
    signal,
    standard_loop,
    start,
    sub_process,
    throw,
)

EVENTS = {"error": error, "escalation": escalation, "message": message, "signal": signal}
ENDS = ("end error", "end escalation", "end signal", "end terminate")
ERRORS, ESCALATIONS = ("E1", "E2"), ("X1", "X2")
RUNS = 2  # of every repeated sub-process
REPEATED = {
    "once": "",
    "together": multi_instance("=[1, 2]"),
    "one by one": multi_instance("=[1, 2]", sequential=True),
    "loop": standard_loop(loopMaximum=str(RUNS)),
}
Path = tuple["Step", ...]


@dataclass(frozen=True)
class Listener:
    """A boundary event or an event sub-process; `name` is that of the message or signal, or a code, or "" for any."""

    id: str
    kind: str
    name: str
    interrupting: bool
    path: Path


@dataclass(frozen=True)
class Step:
    """One element of a path. A fork has `branches`, a sub-process the rest; `name` is what is thrown or caught."""

    kind: str
    id: str
    name: str = ""
    branches: tuple[Path, ...] = ()
    path: Path = ()
    repeated: str = "once"
    borders: tuple[Listener, ...] = ()
    handlers: tuple[Listener, ...] = ()


def ends_itself(path: Path) -> bool:
    return bool(path) and path[-1].kind in ENDS


@dataclass
class Drawer:
    chooser: random.Random
    count: int = 0
    messages: list[str] = field(default_factory=list)
    signals: list[str] = field(default_factory=lambda: ["S"])

    def process(self) -> Step:
        first = Step("task", self._new("Task"))
        return Step("sub-process", "demo", path=(first, *self._path(2)), handlers=self._listeners(1))

    def _new(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def _path(self, depth: int) -> Path:
        kinds = ["mark", "task", "task", "catch", "escalation", "signal"] + ["sub-process"] * 5 * (depth > 0)
        kinds += ["fork"] * 2 * (depth > 0)
        steps = [
            step for _ in range(self.chooser.randint(1, 3)) for step in self._steps(self.chooser.choice(kinds), depth)
        ]
        if self.chooser.random() < 0.3:
            steps += self._steps(self.chooser.choice(ENDS), depth)
        return tuple(steps)

    def _steps(self, kind: str, depth: int) -> Iterator[Step]:
        name = self._new(kind.title().replace(" ", "").replace("-", ""))
        if kind == "sub-process":
            repeated = self.chooser.choice(("once", "once", "together", "one by one", "loop"))
            path, borders, handlers = self._path(depth - 1), self._listeners(depth), self._listeners(depth)
            yield Step(kind, name, path=path, repeated=repeated, borders=borders, handlers=handlers)
        elif kind == "fork":
            branches = (self._path(depth - 1), self._path(depth - 1))
            if all(map(ends_itself, branches)):
                branches = ((Step("mark", self._new("Mark")),), branches[1])
            yield Step(kind, name, branches=branches)
        elif kind == "catch":
            self.messages.append(f"M{name}")
            yield Step(kind, name, f"M{name}")
        elif kind in ("mark", "task"):
            yield Step(kind, name)
        else:
            thrown = kind.rpartition(" ")[2]
            names = {"error": ERRORS, "escalation": ESCALATIONS, "signal": tuple(self.signals)}.get(thrown, ("",))
            yield Step("task", self._new("Task"))
            yield Step(kind, name, self.chooser.choice(names))

    def _listeners(self, depth: int) -> tuple[Listener, ...]:
        found: dict[tuple[str, str], Listener] = {}
        for _ in range(self.chooser.choice((0, 1, 2, 3, 4))):
            kind, listener_id = (
                self.chooser.choice(("error", "error", "escalation", "message", "signal")),
                self._new("On"),
            )
            codes = {"error": (*ERRORS, ""), "escalation": (*ESCALATIONS, "")}
            name = self.chooser.choice(codes[kind]) if kind in codes else f"{kind[0].upper()}{listener_id}"
            if kind in ("message", "signal"):
                (self.messages if kind == "message" else self.signals).append(name)
            interrupting = kind == "error" or self.chooser.random() < 0.5
            found.setdefault((kind, name), Listener(listener_id, kind, name, interrupting, self._path(depth - 1)))
        return tuple(found.values())


def as_diagram(process: Step, drawer: Drawer) -> bytes:
    keys = dict.fromkeys(drawer.messages, '="key"')
    parts = _scope(process)
    return diagram(*parts, messages=keys, signals=drawer.signals, errors=ERRORS, escalations=ESCALATIONS)


def _scope(scope: Step) -> list[str]:
    begin = f"Start{scope.id}"
    parts = [start(begin), *_follow(scope.path, begin)]
    for handler in scope.handlers:
        on, event = f"Start{handler.id}", EVENTS[handler.kind](handler.name)
        begun = start(on, event, isInterrupting=str(handler.interrupting).lower())
        parts.append(event_sub_process(handler.id, begun, *_follow(handler.path, on)))
    return parts


def _follow(path: Path, after: str, to: str = "") -> Iterator[str]:
    """The elements of *path* and the flows from *after* on, through it, to the element *to* or to an end of its own."""
    for step in path:
        yield flow(after, step.id)
        yield from _element(step)
        after = f"Join{step.id}" if step.kind == "fork" else step.id
    if ends_itself(path):
        return
    if not to:
        yield end(f"End{after}")
    yield flow(after, to or f"End{after}", flow_id=f"Last{after}{to}")


def _element(step: Step) -> Iterator[str]:
    match step.kind:
        case "mark":
            yield mark(step.id)
        case "task":
            yield service(step.id)
        case "catch":
            yield catch(step.id, message(step.name))
        case "escalation" | "signal":
            yield throw(step.id, EVENTS[step.kind](step.name))
        case "end terminate":
            yield end(step.id, TERMINATE)
        case "end error" | "end escalation" | "end signal":
            yield end(step.id, EVENTS[step.kind.removeprefix("end ")](step.name))
        case "fork":
            yield gateway("parallel", step.id)
            yield gateway("parallel", f"Join{step.id}")
            for branch in step.branches:
                yield from _follow(branch, step.id, f"Join{step.id}")
        case "sub-process":
            yield sub_process(step.id, *_scope(step), inner=REPEATED[step.repeated])
            for border in step.borders:
                event = EVENTS[border.kind](border.name)
                yield boundary(border.id, step.id, event, interrupting=border.interrupting)
                yield from _follow(border.path, border.id)
