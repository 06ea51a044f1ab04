"""Is a process sound? Plays its token game without data and looks for runs that go wrong (BPMN 2.0 chapter 13).

Reading order: marking.py and layout.py (markings, places), scopes.py (what ends with a scope, who catches what), net.py
(the moves), exploration.py (all markings, shortest ways), then the rules, one file each: deadlock.py,
lack_of_synchronisation.py, improper_completion.py, dead_element.py, livelock.py, endless_loop.py, bound.py. The rows
stand in `engine.bpmn.checks.review`.
"""

from engine.bpmn.checks.soundness.exploration import BOUND, Exploration, explore, explore_all

__all__ = ["BOUND", "Exploration", "explore", "explore_all"]
