"""What a reviewer asks of a law before and after it runs: is each clause carried out, where, and who proves it?

Entry points: `check_paths` (everything wrong with packages and scenarios, at once), `read_coverage` (which clause is
cited where), `build_trace` (clause -> models -> scenarios -> proven?), `build_back_trace` (from the models),
`judge` (the gate), `build_amendment` (what a clause touches), `read_case_file` with `build_explanation` (a case told),
`write_archive` and `verify_archive`.

Reading order: coverage.py (citations), trace_results.py and trace_play.py (what runs prove), trace.py (the matrix),
trace_gate.py, trace_amend.py, trace_sheets.py with trace_formats.py (how it reads); archive_case.py and
archive_models.py (what the store holds of a case), explain_decisions.py, explain.py, explain_html.py (the case told),
archive_zip.py, archive_deadlines.py, archive_verify.py (the case kept and checked); check.py (the findings), checks/
(one file per rule across models; those for one table or diagram stand in engine/dmn/checks/tables and
engine/bpmn/checks). Nothing here changes a model or a store that is kept; packages are deployed into a store that is
thrown away.
"""

from engine.review.archive_case import CaseFile, read_case_file
from engine.review.archive_verify import ArchiveReport, verify_archive
from engine.review.archive_zip import read_archive, write_archive
from engine.review.check import CheckReport, check_paths, default_paths
from engine.review.coverage import Citation, Coverage, check_coverage, clauses_in_force, read_coverage
from engine.review.explain import Explanation, build_explanation
from engine.review.explain_html import render_explanation
from engine.review.trace import BackRow, Proof, Row, Standing, build_back_trace, build_trace, covers
from engine.review.trace_amend import Amendment, Touched, build_amendment, resolve_clause
from engine.review.trace_formats import FORMATS
from engine.review.trace_gate import judge, judge_proofs, judge_registers
from engine.review.trace_play import play_scenarios, question_player, share_out, shelf_of
from engine.review.trace_results import Played, asked, played, read_results, write_results
from engine.review.trace_sheets import Sheet, amendment_sheets, back_sheet, matrix_sheet

__all__ = [
    "FORMATS",
    "Amendment",
    "ArchiveReport",
    "BackRow",
    "CaseFile",
    "CheckReport",
    "Citation",
    "Coverage",
    "Explanation",
    "Played",
    "Proof",
    "Row",
    "Sheet",
    "Standing",
    "Touched",
    "amendment_sheets",
    "asked",
    "back_sheet",
    "build_amendment",
    "build_back_trace",
    "build_explanation",
    "build_trace",
    "check_coverage",
    "check_paths",
    "clauses_in_force",
    "covers",
    "default_paths",
    "judge",
    "judge_proofs",
    "judge_registers",
    "matrix_sheet",
    "play_scenarios",
    "played",
    "question_player",
    "read_archive",
    "read_case_file",
    "read_coverage",
    "read_results",
    "render_explanation",
    "resolve_clause",
    "share_out",
    "shelf_of",
    "verify_archive",
    "write_archive",
    "write_results",
]
