"""What an event waits for: armed on a task, taken back, or used up when the event occurs."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

from engine.bpmn.model import Element
from engine.bpmn.spiff.task import ElementTask

if TYPE_CHECKING:
    from engine.bpmn.spiff.elements.base import ElementSpec


class Trigger:
    """The event definition of *element*, waited for by tasks of *spec* (they differ for an event sub-process)."""

    def __init__(self, spec: ElementSpec, element: Element) -> None:
        self.spec = spec
        self.element = element
        self.event = element.event

    def arm(self, task: ElementTask) -> None:
        """Start to wait. Raises ElementFailure when what to wait for cannot be worked out; nothing is armed then."""

    def disarm(self, task: ElementTask) -> None:
        """Stop to wait; harmless when nothing is armed."""

    def used_up(self, task: ElementTask) -> None:
        """The event has occurred and *task* waits no more."""
        self.disarm(task)

    def waits_on(self, task: ElementTask) -> bool:
        """The event has occurred for a listener that does not interrupt: True when it stays armed."""
        return True

    def ask(self, task: ElementTask, changed: Set[str] | None) -> bool:
        """For a condition: whether it has just become true."""
        return False

    def on_revised(self, task: ElementTask, names: Set[str]) -> None:
        """Variables of these *names* were put right while *task* waits."""

    def on_loaded(self, task: ElementTask) -> None:
        """*task* was restored from a snapshot."""
