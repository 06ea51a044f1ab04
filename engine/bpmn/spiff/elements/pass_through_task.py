"""Abstract task and manual task (BPMN 10.3.3): nothing for the engine to do, so the token passes, as in Zeebe."""

from __future__ import annotations

from engine.bpmn.spiff.elements.base import ElementSpec


class PassThroughTask(ElementSpec):
    pass
