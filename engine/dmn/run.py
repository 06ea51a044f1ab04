"""The state of one evaluation: the instant, the warnings, and what the audit record will hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeAlias

from engine.dmn.audit import EvaluatedDecision, MatchedRule, UnmatchedRule
from engine.errors import ErrorCode, Location, Problem, Severity, failure
from engine.feel import Value

Scope: TypeAlias = "dict[str, Value]"
MAX_DEPTH = 60
MAX_WARNINGS = 1_000


class Frame:
    """What was recorded while one decision was being evaluated."""

    __slots__ = ("matched", "unmatched")

    def __init__(self) -> None:
        self.matched: list[MatchedRule] = []
        self.unmatched: list[UnmatchedRule] = []


class Run:
    """Handed to every compiled expression. `explain` asks tables to say why rules did not match."""

    __slots__ = ("decisions", "depth", "explain", "frame", "now", "warnings")

    def __init__(self, now: datetime | None, explain: bool = False) -> None:
        self.now = now
        self.explain = explain
        self.warnings: list[Problem] = []
        self.decisions: list[EvaluatedDecision] = []
        self.frame = Frame()
        self.depth = 0

    def warn(
        self,
        code: ErrorCode,
        message: str,
        place: Location,
        *,
        severity: Severity = Severity.WARNING,
        hint: str | None = None,
    ) -> None:
        self.add_warnings((Problem(code, message, place, severity, hint),))

    def add_warnings(self, problems: Iterable[Problem]) -> None:
        """Keep the first thousand; a table in a loop must not fill the store."""
        room = MAX_WARNINGS - len(self.warnings)
        if room > 0:
            self.warnings.extend(list(problems)[:room])

    @contextmanager
    def unrecorded(self) -> Iterator[list[UnmatchedRule]]:
        """Evaluate once more, for an explanation: what that would record is dropped. Gives a list to fill."""
        frame, warnings, decisions = self.frame, len(self.warnings), len(self.decisions)
        self.frame = Frame()
        try:
            yield []
        finally:
            self.frame = frame
            del self.warnings[warnings:]
            del self.decisions[decisions:]

    def call(self, logic: Logic, scope: Scope, place: Location) -> Value:
        """Run *logic* one level deeper: decision logic calling decision logic. Errors: FEEL_LIMIT past MAX_DEPTH."""
        if self.depth >= MAX_DEPTH:
            raise failure(
                ErrorCode.FEEL_LIMIT,
                f"expected at most {MAX_DEPTH} levels of decision logic calling each other, but got more.",
                hint="look for a function that calls itself without an end",
                file=place.file,
                decision_id=place.decision_id,
                part=place.part,
            )
        self.depth += 1
        try:
            return logic(scope, self)
        finally:
            self.depth -= 1


Logic: TypeAlias = Callable[["dict[str, Value]", Run], Value]
