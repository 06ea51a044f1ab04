"""A mutant: the law with one small fault, where that stands, whose clause it is, and what must be reached to see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from engine.bpmn import Diagram
from engine.clauses import NO_CLAUSE
from engine.dmn import Model
from engine.review.mutation.kinds import Kind
from engine.simulation.reached import Place

_SECTION = re.compile(r"[^:]+:[^(]+")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault. `owner` is the decision or process, `place` the rule, element or flow in it, `part` the text there.

    `clauses` are those of the place, or of its owner where it cites none. A mutant of a table names the decision whose
    results it may change, and the rule without which it changes nothing; one of a diagram what must be `reached`: any
    of these elements and flows. `claim` is the reason for which the model says that nothing can differ.
    """

    id: str
    kind: Kind
    file: str
    owner: str
    place: str
    label: str
    clauses: tuple[str, ...]
    what: str
    changed: Callable[[], Model | Diagram] = field(compare=False, repr=False)
    decision: str | None = None
    rule: str | None = None
    reached: frozenset[Place] = frozenset()
    claim: str | None = None

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections of its clauses, each once: `act:2` of `act:2(2)(a)`. Readings belong to none."""
        return sections_of(self.clauses)

    def as_data(self) -> dict[str, object]:
        return {
            "id": self.id,
            "kind": str(self.kind),
            "file": self.file,
            "owner": self.owner,
            "place": self.place,
            "label": self.label,
            "what": self.what,
            "clauses": list(self.clauses),
            "sections": list(self.sections),
        }


def sections_of(clauses: Iterable[str]) -> tuple[str, ...]:
    """
    >>> sections_of(["act:2(2)(a)", "act:2(3)", "R-02", "code:14-2(1)"])
    ('act:2', 'code:14-2')
    """
    found = (_SECTION.match(clause) for clause in clauses if clause != NO_CLAUSE)
    return tuple(dict.fromkeys(match[0] for match in found if match is not None))


def cited(own: Iterable[str], *outer: Iterable[str]) -> tuple[str, ...]:
    """The clauses of a place: its own when these name a section, else with those of what it stands in."""
    clauses = list(own)
    for others in outer:
        if sections_of(clauses):
            break
        clauses.extend(others)
    return tuple(dict.fromkeys(clauses))


def numbered(mutants: Iterable[Mutant]) -> tuple[Mutant, ...]:
    """The mutants, with ids that are given twice told apart by a number. Ids stay the same while the models do."""
    seen: dict[str, int] = {}
    told = []
    for mutant in mutants:
        seen[mutant.id] = number = seen.get(mutant.id, 0) + 1
        told.append(mutant if number == 1 else replace(mutant, id=f"{mutant.id} #{number}"))
    return tuple(told)
