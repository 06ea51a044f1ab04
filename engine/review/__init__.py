"""What a reviewer asks of a law before and after it runs: is each clause carried out, where, and who proves it?

Entry points: `check_paths` (everything wrong with packages and scenarios, at once), `read_coverage` (which clause is
cited where), `build_trace` (clause -> models -> scenarios -> proven?) and `build_back_trace` (from the models).

Reading order: coverage.py (citations), trace.py (the matrix), check.py (the findings), checks/ (one file per rule
across models; those for one table or diagram stand in engine/dmn/checks/tables and engine/bpmn/checks). Nothing here
changes a model or a store that is kept; packages are deployed into a store that is thrown away.
"""

from engine.review.check import CheckReport, check_paths, default_paths
from engine.review.coverage import Citation, Coverage, check_coverage, clauses_in_force, read_coverage
from engine.review.trace import BackRow, Proof, Row, build_back_trace, build_trace, covers

__all__ = [
    "BackRow",
    "CheckReport",
    "Citation",
    "Coverage",
    "Proof",
    "Row",
    "build_back_trace",
    "build_trace",
    "check_coverage",
    "check_paths",
    "clauses_in_force",
    "covers",
    "default_paths",
    "read_coverage",
]
