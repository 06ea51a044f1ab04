"""Playing a scenario: a fresh store on a simulated clock, the law deployed, each event raised on its day.

Nothing is faked: the store is a file, the events go through `Engine.raise_event`, and the clock moves in steps, firing
everything in due order. With `reopen` the engine is closed and opened again on the same store before every event; the
trace must then be the same, byte for byte.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from engine.errors import EngineError
from engine.handlers.contract import Actor
from engine.law import LawPackage
from engine.law.letters import keep_letters
from engine.law.readings import with_readings
from engine.runtime import Engine, TimelineEntry
from engine.runtime.packages import Packages
from engine.simulation.carrier_reports import CarrierReport, tell_report
from engine.simulation.channels import rehearsal_channels
from engine.simulation.expectation import Difference
from engine.simulation.expectations import check_expectations
from engine.simulation.observation import observe
from engine.simulation.reached import Reached, find_reached
from engine.simulation.scenario import Outage, Scenario, ScenarioEvent
from engine.wiring import open_engine

ANALYST = Actor("analyst", frozenset({"analyst", "operator"}))
STORE_FILE = "store.sqlite"
SPOOL = "spool"


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """One run: its timeline, what differed from the expectations, what it reached, and when it ended (UTC)."""

    scenario: Scenario
    timeline: tuple[TimelineEntry, ...]
    differences: tuple[Difference, ...]
    reached: Reached
    ended_at: datetime

    @property
    def ok(self) -> bool:
        return not self.differences

    def trace(self) -> str:
        """The timeline as text, one JSON object a line: equal for equal runs, to the byte."""
        return trace_text(self.timeline)


class Player:
    """Holds the engine of one run; `reopen` closes it and opens it again on the same store.

    *packages* stands in for what compiles the deployed models. A *throwaway* run, whose folder is removed at its end,
    does not wait for the disk.
    """

    def __init__(
        self,
        directory: Path,
        start: datetime,
        *,
        channels_down: tuple[str, ...] = (),
        packages: Packages | None = None,
        throwaway: bool = False,
    ) -> None:
        self._directory = directory
        self._channels_down = channels_down
        self._packages = packages
        self._throwaway = throwaway
        directory.mkdir(parents=True, exist_ok=True)
        if throwaway:
            keep_letters()  # scenarios tell the same persons the same things over and over
        self.engine: Engine = self._open(start)

    def _open(self, clock: datetime | None) -> Engine:
        channels = rehearsal_channels(self._directory / SPOOL, self._channels_down, throwaway=self._throwaway)
        path = self._directory / STORE_FILE
        return open_engine(path, clock=clock, channels=channels, packages=self._packages, throwaway=self._throwaway)

    def reopen(self) -> None:
        self.engine.close()
        self.engine = self._open(None)

    def close(self) -> None:
        self.engine.close()


def run_scenario(
    scenario: Scenario, package: LawPackage, *, directory: Path | None = None, reopen: bool = False
) -> ScenarioResult:
    """Play *scenario* in a new store under *directory* (a temporary one by default) and check its expectations.

    Errors: EngineError when the package cannot be deployed. What the engine refuses during the run is a difference.
    """
    with _directory(directory) as place:
        player = Player(place, scenario.start, channels_down=scenario.channels_down, throwaway=directory is None)
        try:
            return play(player, scenario, package, reopen=reopen)
        finally:
            player.close()


def play(player: Player, scenario: Scenario, package: LawPackage, *, reopen: bool = False) -> ScenarioResult:
    """Play *scenario* in the store of *player*, which stays open."""
    package = with_readings(package, scenario.readings)
    refusals = raise_events(player, scenario, package, reopen=reopen)
    engine = player.engine
    logged = engine.whole_log()
    seen = observe(engine, package.time_zone, logged)
    differences = (*refusals, *check_expectations(scenario.expectations, seen))
    reached = find_reached(engine, package, logged)
    return ScenarioResult(scenario, logged.timeline, differences, reached, engine.now())


def raise_events(
    player: Player, scenario: Scenario, package: LawPackage, *, reopen: bool = False
) -> tuple[Difference, ...]:
    """Deploy *package*, raise each event on its day and go on until the end; the refusals that were not expected.

    Another reading that the scenario chooses is in *package* already (`with_readings`).
    """
    player.engine.deploy(package, ANALYST)
    refusals: list[Difference] = []
    steps = _in_order(scenario)
    for step, next_step in zip(steps, [*steps[1:], None], strict=True):
        if reopen:
            player.reopen()
        if isinstance(step, Outage):
            _go_down(player, step)
            continue
        player.engine.advance_clock(step.at, ANALYST)
        player.engine.run_due()
        if isinstance(step, CarrierReport):
            missed = tell_report(player.engine, step)
            refusals.extend([] if missed is None else [missed])
        else:
            refusals.extend(_raise(player.engine, package, step))
        if not (isinstance(next_step, Outage) and next_step.at == step.at):
            player.engine.run_due()
    if reopen:
        player.reopen()
    if scenario.until is not None:
        player.engine.advance_clock(scenario.until, ANALYST)
        player.engine.run_due()
    return tuple(refusals)


def _in_order(scenario: Scenario) -> list[ScenarioEvent | Outage | CarrierReport]:
    """Events, outages and reports by time. What comes at the instant in which an outage begins is taken in and lies."""
    steps: list[ScenarioEvent | Outage | CarrierReport] = [*scenario.events, *scenario.outages, *scenario.reports]
    return sorted(steps, key=lambda step: step.at)


def _go_down(player: Player, outage: Outage) -> None:
    if outage.at > player.engine.now():
        player.engine.advance_clock(outage.at, ANALYST)
    player.reopen()
    player.engine.skip_clock(outage.until, ANALYST)
    player.engine.run_due()


def _raise(engine: Engine, package: LawPackage, event: ScenarioEvent) -> Iterator[Difference]:
    """Raise *event*; a refusal that the scenario does not expect, or an expected one that does not come, differs."""
    said = f'event "{event.name}"'
    try:
        engine.raise_event(package.id, event.name, event.facts, event.actor)
    except EngineError as error:
        if event.refused in {str(problem.code) for problem in error.problems}:
            return
        expected = f"{said} refused with {event.refused}" if event.refused else f"{said} accepted"
        yield Difference(expected, f"refused: {' '.join(str(error).split())}", (), event.path, event.line)
        return
    if event.refused:
        yield Difference(f"{said} refused with {event.refused}", "accepted", (), event.path, event.line)


def trace_text(timeline: Iterable[TimelineEntry]) -> str:
    lines = (json.dumps(asdict(entry), sort_keys=True, ensure_ascii=False, default=_as_text) for entry in timeline)
    return "".join(f"{line}\n" for line in lines)


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@contextmanager
def _directory(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="clauseflow-") as name:
        yield Path(name)
