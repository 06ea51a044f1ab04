"""Embedded sub-process (BPMN 10.3.5): a scope inside its process; a variable that it does not hold is its parent's."""

from __future__ import annotations

from engine.bpmn.spiff.elements.scope import ScopeSpec


class SubProcess(ScopeSpec):
    pass
