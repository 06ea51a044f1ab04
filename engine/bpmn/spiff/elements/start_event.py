"""Start event (BPMN 10.5.2): the first token of a scope; what started it comes as its payload."""

from __future__ import annotations

from engine.bpmn.spiff.elements.base import ElementSpec


class StartEvent(ElementSpec):
    pass
