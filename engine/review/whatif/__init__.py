"""What other models would have done to past cases: each changed outcome, date, notice and amount, case by case.

Entry points: `replay_store` (the cases of a store, read from its log) and `replay_scenarios`. Reading order: story.py
(what came from outside), outcome.py (what a case came to), replay.py (both runs, and the comparison).
"""

from engine.review.whatif.outcome import Change, Outcome
from engine.review.whatif.replay import CaseResult, WhatIf, replay_scenarios, replay_store
from engine.review.whatif.story import Step, Story, read_story

__all__ = [
    "CaseResult",
    "Change",
    "Outcome",
    "Step",
    "Story",
    "WhatIf",
    "read_story",
    "replay_scenarios",
    "replay_store",
]
