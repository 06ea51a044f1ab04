"""What a migration of an instance to another version of its process does, element by element, as data."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Problem


@dataclass(frozen=True, slots=True)
class MappedElement:
    """An active element instance and the element of the new version that it goes on as.

    `remarks` say in plain words what changes for it: a timer set anew, a boundary event more, a job that stays.
    """

    element_id: str
    element_instance_id: str
    to_element_id: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MigrationCheck:
    """What maps, and what cannot and why. With a problem the instance is not migrated at all."""

    elements: tuple[MappedElement, ...]
    problems: tuple[Problem, ...]
