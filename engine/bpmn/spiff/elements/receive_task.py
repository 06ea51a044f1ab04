"""Receive task (BPMN 10.3.3): waits for a message, and may have boundary events."""

from __future__ import annotations

from engine.bpmn.spiff.elements.catching import CatchingSpec


class ReceiveTask(CatchingSpec):
    pass
