"""Rules about the graph of one process, applied after it is read: each adds what it finds, none stops the others."""

from collections.abc import Callable

from engine.bpmn.model import Process
from engine.bpmn.reading.findings import Findings
from engine.bpmn.reading.rules.boundaries import check_boundaries
from engine.bpmn.reading.rules.conditions import check_conditions
from engine.bpmn.reading.rules.connections import check_connections
from engine.bpmn.reading.rules.event_gateways import check_event_gateways
from engine.bpmn.reading.rules.links import check_links
from engine.bpmn.reading.rules.reachability import check_reachability
from engine.bpmn.reading.rules.starts import check_starts

RULES: tuple[Callable[[Process, Findings], None], ...] = (
    check_starts,
    check_connections,
    check_conditions,
    check_boundaries,
    check_event_gateways,
    check_links,
    check_reachability,
)

__all__ = ["RULES"]
