"""What the token game is played with: markings, the moves from one to another, how a called process may end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.bpmn.model import Element

Marking = frozenset[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a called process may end: normally, by an error that it does not catch, beside an escalation."""

    completes: bool = True
    errors: frozenset[str] | None = None  # None: any
    escalations: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One step: the element that acts, in words, the marking after it, and what is wrong with the step itself.

    `doubled` is the place that got a second token, `ended_twice` the end event that was reached again, `caught_by` the
    event that caught what was thrown.
    """

    element_id: str
    label: str
    after: Marking
    doubled: str = ""
    ended_twice: str = ""
    caught_by: str = ""


@dataclass
class Step:
    """A marking in the making."""

    places: set[str]
    may_double: frozenset[str]
    doubled: str = ""
    ended_twice: str = ""
    caught_by: str = ""

    def put(self, places: Iterable[str]) -> Step:
        for place in places:
            if place in self.places and place not in self.may_double:
                self.doubled = self.doubled or place
            self.places.add(place)
        return self

    def move(self, element: Element, answer: str = "") -> Move:
        label = f"{element.label} [{answer}]" if answer else element.label
        return Move(element.id, label, frozenset(self.places), self.doubled, self.ended_twice, self.caught_by)


def is_token(place: str) -> bool:
    return place.startswith(("flow:", "at:"))
