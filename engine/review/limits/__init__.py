"""The edges of each limit of time: where scenarios stand, which cannot be, what to begin with for the rest.

Entry points: `read_limits` (the limits of a law's table), `find_edges` (where scenarios stand), `EdgeFinder` (the same,
scenario by scenario), `suggest_scenario`.
Reading order: rows.py (limits as the table has them), edges.py (what an edge is and which a limit can have), runs.py
(what a played scenario tells), standing.py (both together), suggest.py (YAML to begin with).
"""

from engine.review.limits.edges import AROUND, EDGES, Edge
from engine.review.limits.rows import LimitOfLaw, read_limits
from engine.review.limits.standing import EdgeFinder, LimitEdges, find_edges
from engine.review.limits.suggest import suggest_scenario

__all__ = [
    "AROUND",
    "EDGES",
    "Edge",
    "EdgeFinder",
    "LimitEdges",
    "LimitOfLaw",
    "find_edges",
    "read_limits",
    "suggest_scenario",
]
