"""Asking question cases: the answer against what is expected of it, and what the run went through.

There is no store and no clock: a question is asked of the law alone, on the day that the case says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import EngineError, Problem
from engine.feel import to_plain
from engine.law import LawPackage
from engine.runtime.asking import Answer, Asker, Notes
from engine.simulation.expectation import Difference
from engine.simulation.names import read_models
from engine.simulation.observation import find_stranded
from engine.simulation.question_cases import QuestionCase, Refusal
from engine.simulation.reached import READINGS, Owners, Place, Reached
from engine.simulation.values import agrees, show_value
from engine.wiring import open_asker

Miss = tuple[str, str]


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One case that was asked: what differed, what it went through, and what was answered, None when it was refused.

    `dated`: the law of a certain day was asked, which the case says or a fact of the question.
    """

    case: QuestionCase
    differences: tuple[Difference, ...]
    reached: Reached
    answer: Answer | None
    dated: bool

    @property
    def ok(self) -> bool:
        return not self.differences


class QuestionPlayer:
    """Asks question cases; what it compiles of a law is kept for the next case."""

    def __init__(self) -> None:
        self._askers: dict[str, Asker] = {}
        self._owners: dict[str, Owners] = {}

    def play(self, case: QuestionCase, package: LawPackage, asker: Asker | None = None) -> QuestionResult:
        """Ask *case* of its law. What the law refuses is a difference, unless the case expects it.

        *asker* stands in for who answers the questions of *package*.
        """
        asker, owners = asker or self.asker(package), self._owners_of(package)
        notes = Notes()
        try:
            answer = asker.ask(
                case.question,
                asker.with_examples(case.question, case.facts),
                today=case.today,
                on=case.on,
                readings=case.readings,
                notes=notes,
            )
        except EngineError as error:
            misses = list(_refused_misses(case, error.problems))
            return QuestionResult(case, _differences(case, misses), _reached(notes, package, owners), None, False)
        reached = _reached(notes, package, owners)
        dated = case.on is not None or asker.question(case.question).on in answer.facts
        misses = [*_misses(case, answer, reached), *_stranded(notes)]
        return QuestionResult(case, _differences(case, misses), reached, answer, dated)

    def asker(self, package: LawPackage) -> Asker:
        """Who answers the questions of *package*."""
        if package.content_hash not in self._askers:
            self._askers[package.content_hash] = open_asker(package)
        return self._askers[package.content_hash]

    def _owners_of(self, package: LawPackage) -> Owners:
        if package.content_hash not in self._owners:
            self._owners[package.content_hash] = Owners(read_models(package))
        return self._owners[package.content_hash]


def _reached(notes: Notes, package: LawPackage, owners: Owners) -> Reached:
    """As `find_reached`: the table of readings hands out every row, which proves no clause."""
    lists = package.parameters.get(READINGS, "")
    clauses = set(notes.clauses)
    rules: set[Place] = set()
    for result in (*notes.life, *notes.decisions):
        if result.audit.decision_id != lists:
            clauses.update(result.audit.clauses)
        rules.update((each.id, rule.rule_id) for each in result.audit.decisions for rule in each.matched)
    elements = frozenset(place for each in notes.elements for place in owners.of_element(each, notes.processes))
    flows = frozenset(place for each in notes.flows for place in owners.of_flow(each, notes.processes))
    return Reached(elements, frozenset(rules), frozenset(clauses), flows, elements)


def _stranded(notes: Notes) -> Iterator[Miss]:
    completed = {name: ("", each.element_id, str(each.element_type)) for name, each in notes.completed.items()}
    for name in find_stranded(completed, notes.left):
        yield "every path goes on to an end event", f"a path ended at {completed[name][1]}"


def _differences(case: QuestionCase, misses: list[Miss]) -> tuple[Difference, ...]:
    return tuple(Difference(expected, got, case.clauses, case.path, case.line) for expected, got in misses)


def _misses(case: QuestionCase, answer: Answer, reached: Reached) -> Iterator[Miss]:
    """What was expected, and what came instead."""
    if case.refused:
        yield f"refused: {', '.join(each.code for each in case.refused)}", f"the answer: {answer.says}"
        return
    value = to_plain(answer.value)
    if case.answers and not _is_whole(case.answer, value):
        yield f"the answer {show_value(case.answer)}", show_value(value)
    lines = [line for each in answer.arithmetic for line in (each.what, *each.lines)]
    rules = [rule.rule_id for rule in answer.rules]
    for what, wanted, found in (
        ("says", case.says, [answer.says]),
        ("arithmetic", case.arithmetic, lines),
        ("unverified", case.unverified, list(answer.unverified)),
    ):
        for text in wanted:
            if not any(text in each for each in found):
                yield f'{what}: "{text}"', "; ".join(found) or "nothing"
    for rule in case.rules:
        if rule not in rules:
            yield f"the rule {rule}", ", ".join(rules) or "no rule"
    rests_on = reached.clauses.union(answer.clauses)
    for clause in case.clauses:
        if clause not in rests_on:
            yield f"an answer that rests on {clause}", ", ".join(sorted(rests_on)) or "no clause"


def _is_whole(expected: object, got: object) -> bool:
    """Whether *got* is *expected* and nothing more: an entry too many in a mapping is a difference too."""
    return agrees(expected, got) and json.dumps(_shape(expected)) == json.dumps(_shape(got))


def _shape(value: object) -> object:
    """The names of all mappings in a value, without what stands under them."""
    if isinstance(value, dict):
        return {str(name): _shape(each) for name, each in sorted(value.items())}
    return [_shape(each) for each in value] if isinstance(value, list) else None


def _refused_misses(case: QuestionCase, problems: tuple[Problem, ...]) -> Iterator[Miss]:
    """Each problem that was not expected, and each expected one that was not told."""
    left = list(problems)
    for wanted in case.refused:
        found = next((problem for problem in left if _is_told(wanted, problem)), None)
        if found is None:
            yield f"refused: {wanted.code} {wanted.part} {wanted.says}".rstrip(), _told(problems)
        else:
            left.remove(found)
    if not case.refused:
        yield "an answer", f"refused: {_told(left)}"
    elif left:
        yield f"no problem beside {', '.join(each.code for each in case.refused)}", _told(left)


def _is_told(wanted: Refusal, problem: Problem) -> bool:
    return (
        problem.code == wanted.code
        and (not wanted.part or problem.location.part == wanted.part)
        and wanted.says in problem.message
    )


def _told(problems: list[Problem] | tuple[Problem, ...]) -> str:
    return " ".join(f"{problem.code} ({problem.location.part}): {problem.message}" for problem in problems)
