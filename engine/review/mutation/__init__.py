"""Do the scenarios notice when the law is wrong? Small faults, one at a time, and which of them none of them catches.

Entry points: `Law.of(package)`, `play_all` (the unchanged law), `Law.mutants`, `try_mutants`; `MutationReport` sums up.

Reading order: kinds.py (which faults), feel_changes.py, model_mutants.py and diagram_mutants.py (where), mutant.py,
claims.py (faults that change nothing), baseline.py, infection.py and patched.py (what a fault can change, and how it is
run), law.py and run.py (who catches it), scores.py. Everything happens in memory; no model and no store is changed.
"""

from engine.review.mutation.baseline import Story
from engine.review.mutation.kinds import MEANING, Kind
from engine.review.mutation.law import Law
from engine.review.mutation.mutant import Mutant
from engine.review.mutation.run import Fate, Outcome, Progress, play_all, try_mutants
from engine.review.mutation.scores import WHY, MutationReport, Score

__all__ = [
    "MEANING",
    "WHY",
    "Fate",
    "Kind",
    "Law",
    "Mutant",
    "MutationReport",
    "Outcome",
    "Progress",
    "Score",
    "Story",
    "play_all",
    "try_mutants",
]
