"""The unchanged law, played once: what each scenario reaches and which decisions it asks for with which inputs.

From that follows which scenarios can see a mutant at all. A run goes the same way until the first thing that differs;
so a table whose answers to all recorded questions stay the same changes no run, and need not be played.
"""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import FrameType

from engine.dmn import DecisionLibrary, DecisionResult
from engine.errors import EngineError
from engine.feel import Value, dump_value
from engine.law import LawPackage
from engine.law.readings import with_readings
from engine.review.mutation.patched import PatchedPackages
from engine.simulation import Difference, Player, Reached, Scenario, find_reached, raise_events
from engine.simulation.expectations import check_expectations
from engine.simulation.observation import observe, read_timeline

MEMORY = Path("/dev/shm")
SECONDS_OF_A_RUN = 60

Variant = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One evaluation that a run asked for: the decision, its inputs as stored JSON, the instant where it matters.

    `variant` are the readings that the scenario chose: they change the tables.
    """

    decision_id: str
    inputs: str
    now: datetime | None
    variant: Variant


@dataclass(frozen=True, slots=True)
class Played:
    """One scenario on the unchanged law. `size` is how much was logged: what another run of it will cost."""

    scenario: Scenario
    questions: tuple[Question, ...]
    reached: Reached
    size: int
    differences: tuple[Difference, ...]
    named: frozenset[str] = field(default=frozenset())
    """Decisions, rules and elements that its expectations name."""

    @property
    def variant(self) -> Variant:
        return variant_of(self.scenario)


def variant_of(scenario: Scenario) -> Variant:
    return tuple(sorted(scenario.readings.items()))


def play_baseline(scenario: Scenario, package: LawPackage, *, timeless: bool) -> Played:
    """Play *scenario* on *package* and note its questions; *timeless* says that no decision asks for the present."""
    asked: dict[Question, None] = {}
    variant = variant_of(scenario)
    known: dict[str, frozenset[str]] = {}

    def hear(
        library: DecisionLibrary,
        decision_id: str,
        inputs: Mapping[str, Value],
        now: datetime | None,
        result: DecisionResult,
    ) -> None:
        if decision_id not in known:
            known[decision_id] = frozenset(each.name for each in library.info(decision_id).inputs)
        used = {name: value for name, value in inputs.items() if name in known[decision_id]}
        asked[Question(decision_id, dump_value(used), None if timeless else now, variant)] = None

    with rehearsal(scenario, PatchedPackages(package.id, heard=hear)) as player:
        law = with_readings(package, scenario.readings)
        refusals = raise_events(player, scenario, law)
        log = read_timeline(player.engine, detail=True)
        seen = observe(player.engine, law.time_zone, log)
        differences = (*refusals, *check_expectations(scenario.expectations, seen))
        reached = find_reached(player.engine, law, log=log)
    named = {expectation.subject for expectation in scenario.expectations}
    for expectation in scenario.expectations:
        named.update(expectation.terms.get("rule", ()))
    size = len(seen.elements) + len(seen.decisions) + 10 * len(seen.notices)
    return Played(scenario, tuple(asked), reached, size, differences, frozenset(named))


class RunTooLong(Exception):
    """A run that does not come to rest."""


def differs(scenario: Scenario, package: LawPackage, packages: PatchedPackages) -> str | None:
    """What *scenario* expects and does not get under *packages*, in a line; None when all of it holds.

    *package* is the law with the readings of the scenario. A run that stops with an error, or that does not come to
    rest within a minute of computing, does not give what is expected either.
    """
    try:
        with rehearsal(scenario, packages) as player, bounded(SECONDS_OF_A_RUN):
            refusals = raise_events(player, scenario, package)
            if refusals:
                return _line(refusals[0])
            missed = check_expectations(scenario.expectations, observe(player.engine, package.time_zone))
            return _line(missed[0]) if missed else None
    except EngineError as error:
        return f"stopped with {error.code}"
    except RunTooLong:
        return "does not come to rest"


@contextmanager
def rehearsal(scenario: Scenario, packages: PatchedPackages) -> Iterator[Player]:
    """A player in a folder that is thrown away, in memory where there is such a place."""
    with tempfile.TemporaryDirectory(prefix="clauseflow-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        player = Player(Path(folder), scenario.start, channels_down=scenario.channels_down, packages=packages)
        try:
            yield player
        finally:
            player.close()


@contextmanager
def bounded(seconds: int) -> Iterator[None]:
    """Raises RunTooLong after that much computing. For the main thread of a process only."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise RunTooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _line(difference: Difference) -> str:
    return " ".join(f"expected {difference.expected}, got {difference.got}".split())[:300]
