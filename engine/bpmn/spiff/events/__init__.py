"""What events wait for and throw: one file per event definition, and the table that picks it.

Errors and escalations wait for nothing outside: routing.py finds who catches them by code.
"""

from engine.bpmn.model import Element, EventKind
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.events.base import Trigger
from engine.bpmn.spiff.events.conditional import ConditionalTrigger
from engine.bpmn.spiff.events.message import MessageTrigger
from engine.bpmn.spiff.events.signal import SignalTrigger
from engine.bpmn.spiff.events.timer import TimerTrigger

TRIGGERS: dict[EventKind, type[Trigger]] = {
    EventKind.MESSAGE: MessageTrigger,
    EventKind.TIMER: TimerTrigger,
    EventKind.SIGNAL: SignalTrigger,
    EventKind.CONDITIONAL: ConditionalTrigger,
    EventKind.ERROR: Trigger,
    EventKind.ESCALATION: Trigger,
    EventKind.LINK: Trigger,
}


def build_trigger(spec: ElementSpec, element: Element) -> Trigger:
    """The trigger of *element*'s event definition, armed on tasks of *spec*."""
    return TRIGGERS[element.event.kind](spec, element)


__all__ = ["TRIGGERS", "Trigger", "build_trigger"]
