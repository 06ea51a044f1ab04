"""What a deployment knows beside the diagram: job types, decisions, processes, forms, and the law's variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.bpmn.model import Diagram, Element, Process
from engine.errors import ErrorCode, Location, Problem, Severity


class Named(Protocol):
    """A header, an input or an output of a job type, such as `engine.handlers.contract.Field`."""

    @property
    def name(self) -> str: ...

    @property
    def required(self) -> bool: ...

    @property
    def values(self) -> Sequence[str]:
        """The values that it may have; empty for any."""
        ...


class JobTypeInfo(Protocol):
    """What a diagram must know of a job type; `engine.handlers.contract.HandlerDefinition` is one."""

    @property
    def headers(self) -> Sequence[Named] | None:
        """None: not known, so that any header may be given."""
        ...

    @property
    def inputs(self) -> Sequence[Named]: ...

    @property
    def outputs(self) -> Sequence[Named]: ...


@dataclass(frozen=True, slots=True)
class DeployContext:
    """Everything that a diagram may refer to. None for a part: nothing is known of it, so it is not checked.

    `process_ids` need not name the processes of the diagram itself; `event_started_ids` are those of them that nothing
    but an event starts.
    """

    job_types: Mapping[str, JobTypeInfo] | None = field(default_factory=dict)
    decision_ids: Iterable[str] | None = ()
    process_ids: Iterable[str] | None = ()
    form_ids: Iterable[str] | None = ()
    known_variables: frozenset[str] | None = None
    event_started_ids: frozenset[str] = frozenset()

    def job_type(self, name: str | None) -> JobTypeInfo | None:
        return None if name is None or self.job_types is None else self.job_types.get(name)


def problem_at(
    diagram: Diagram,
    element: Element | Process,
    code: ErrorCode,
    message: str,
    hint: str,
    *,
    part: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Problem:
    place = Location(file=diagram.file, element_id=element.id, line=element.line, part=part)
    return Problem(code, message, place, severity, hint)
