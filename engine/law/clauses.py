"""All clause ids of a package: those of its registers, their groups, and the readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.clauses import NO_CLAUSE
from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean
from engine.law.registers import Clause, Register


class ClauseIndex:
    """Looks up what a model cites. A reading (an id without a prefix) is known when a register names it."""

    def __init__(self, registers: Mapping[str, Register], readings: Iterable[str] = ()) -> None:
        self._clauses: dict[str, Clause] = {}
        self._groups: dict[str, str] = {}
        self._readings = set(readings)
        for register in registers.values():
            for clause in register.clauses.values():
                self._clauses[clause.ref] = clause
                self._readings.update(clause.readings)
            for group, text in register.groups.items():
                self._groups[f"{register.prefix}:{group}"] = text
        self._prefixes = sorted(registers)

    @property
    def clauses(self) -> Mapping[str, Clause]:
        """Every clause by its ref; groups and readings are not among them."""
        return self._clauses

    @property
    def groups(self) -> Mapping[str, str]:
        return self._groups

    @property
    def readings(self) -> frozenset[str]:
        return frozenset(self._readings)

    def knows(self, ref: str) -> bool:
        return ref in self._clauses or ref in self._groups or ref in self._readings or ref == NO_CLAUSE

    def clause(self, ref: str) -> Clause:
        """Errors: LAW_UNKNOWN_CLAUSE with the nearest id."""
        if ref not in self._clauses:
            raise EngineError(self._unknown(ref))
        return self._clauses[ref]

    def check(self, refs: Iterable[str], place: Location) -> list[Problem]:
        """A problem at *place* for each id that is neither clause, group nor reading."""
        problems = []
        for ref in refs:
            if not self.knows(ref):
                problem = self._unknown(ref)
                problems.append(replace(problem, location=replace(place, clause=ref)))
        return problems

    def _unknown(self, ref: str) -> Problem:
        known = [*self._clauses, *self._groups] if ":" in ref else sorted(self._readings)
        what = "clause" if ":" in ref else "reading"
        hint = (
            f"write register:id as in the registers ({', '.join(self._prefixes)}), or a reading that a register names"
        )
        message = f'no register knows the {what} "{ref}".{did_you_mean(ref, known)}'
        return Problem(ErrorCode.LAW_UNKNOWN_CLAUSE, message, Location(clause=ref), hint=hint)
