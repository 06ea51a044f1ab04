"""What a reviewer asks of diagrams beside what a deployment demands: one row for each rule.

Entry point: `review_diagrams`. The rules of the token game look at an `Exploration`, the others at a `Diagram`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from engine.bpmn.checks.open_wait import check_open_wait
from engine.bpmn.checks.soundness import BOUND, Exploration, explore_all
from engine.bpmn.checks.soundness.bound import check_bound
from engine.bpmn.checks.soundness.dead_element import check_dead_element
from engine.bpmn.checks.soundness.deadlock import check_deadlock
from engine.bpmn.checks.soundness.endless_loop import check_endless_loop
from engine.bpmn.checks.soundness.improper_completion import check_improper_completion
from engine.bpmn.checks.soundness.lack_of_synchronisation import check_lack_of_synchronisation
from engine.bpmn.checks.soundness.livelock import check_livelock
from engine.bpmn.checks.user_task_complete import check_user_task_complete
from engine.bpmn.model import Diagram
from engine.errors import Problem, Severity


@dataclass(frozen=True, slots=True)
class SoundnessRule:
    """One rule about the runs of a process: how grave, why it matters, and the function that finds its faults."""

    severity: Severity
    why: str
    check: Callable[[Exploration], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class DiagramRule:
    """One rule about a diagram as it is drawn."""

    severity: Severity
    why: str
    check: Callable[[Diagram], Iterator[Problem]]


_WARNING, _INFORMATION = Severity.WARNING, Severity.INFORMATION
SOUNDNESS_RULES: dict[str, SoundnessRule] = {
    "deadlock": SoundnessRule(_WARNING, "such a case stops without an error, and nobody is told", check_deadlock),
    "lack-of-synchronisation": SoundnessRule(
        _WARNING, "notices go out twice and decisions are made twice", check_lack_of_synchronisation
    ),
    "improper-completion": SoundnessRule(
        _WARNING, "the outcome of the case is told twice, perhaps in two ways", check_improper_completion
    ),
    "dead-element": SoundnessRule(_WARNING, "a step of the law is drawn and never done", check_dead_element),
    "livelock": SoundnessRule(_WARNING, "such a case never ends", check_livelock),
    "endless-loop": SoundnessRule(_WARNING, "the engine would go round until its bound stops it", check_endless_loop),
    "soundness-bound": SoundnessRule(_INFORMATION, "no finding here is no proof", check_bound),
}
DIAGRAM_RULES: dict[str, DiagramRule] = {
    "no-open-wait": DiagramRule(_WARNING, "a case whose answer never comes is forgotten", check_open_wait),
    "user-task-complete": DiagramRule(
        _WARNING, "a task that nobody sees, understands or is reminded of stays undone", check_user_task_complete
    ),
}


def review_diagrams(diagrams: Iterable[Diagram], bound: int = BOUND) -> list[Problem]:
    """All findings about *diagrams*, which may call each other, sorted by place. Codes: BPMN_SOUNDNESS, BPMN_STYLE.

    *bound* limits the markings of one process that are looked at.
    """
    read = list(diagrams)
    files = {process_id: diagram.file for diagram in read for process_id in diagram.processes}
    found: list[Problem] = []
    for exploration in explore_all((process for diagram in read for process in diagram.processes.values()), bound):
        for name, rule in SOUNDNESS_RULES.items():
            found.extend(
                replace(problem, check=name, severity=rule.severity, why=rule.why).at(
                    file=files[exploration.process.id]
                )
                for problem in rule.check(exploration)
            )
    for diagram in read:
        for name, drawn in DIAGRAM_RULES.items():
            found.extend(
                replace(problem, check=name, severity=drawn.severity, why=drawn.why) for problem in drawn.check(diagram)
            )
    return sorted(found, key=lambda problem: problem.location.sort_key())
