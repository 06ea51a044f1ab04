"""Questions that are asked of a law alone: no case, no store, nothing left behind.

Entry points: `Asker` (a law -> answers), `check_questions` (what a deployment refuses). A question runs the very
decisions, processes and deadline jobs that cases run, so that there is one truth.
Reading order: facts.py (what is given, with every problem at once), readings.py (which readings and which life hold),
run.py (decisions and processes without wait states), answer.py (the answer and where it comes from), compiled.py,
asker.py, check.py.
"""

from engine.runtime.asking.answer import Answer, ReadingUsed, RuleUsed
from engine.runtime.asking.asker import Asker, law_with
from engine.runtime.asking.check import check_questions
from engine.runtime.asking.compiled import Models
from engine.runtime.asking.run import Notes

__all__ = ["Answer", "Asker", "Models", "Notes", "ReadingUsed", "RuleUsed", "check_questions", "law_with"]
