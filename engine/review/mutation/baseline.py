"""The unchanged law, played once: what each scenario or question case reaches, and which decisions it asks for.

From that follows which scenarios can see a mutant at all. A run goes the same way until the first thing that differs;
so a table whose answers to all recorded questions stay the same changes no run, and need not be played.
"""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import FrameType

from engine.dmn import DecisionLibrary, DecisionResult
from engine.errors import EngineError
from engine.feel import Value, dump_value
from engine.law import LawPackage
from engine.law.readings import with_readings
from engine.review.mutation.patched import Listener, Patch, PatchedModels, PatchedPackages, Variant
from engine.simulation import (
    Difference,
    Player,
    QuestionCase,
    QuestionPlayer,
    Reached,
    Scenario,
    find_reached,
    raise_events,
)
from engine.simulation.expectations import check_expectations
from engine.simulation.observation import observe

MEMORY = Path("/dev/shm")
SECONDS_OF_A_RUN = 10

Story = Scenario | QuestionCase


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
    """One story on the unchanged law. `size` is how much was logged: what another run of it will cost."""

    story: Story
    questions: tuple[Question, ...]
    reached: Reached
    size: int
    differences: tuple[Difference, ...]
    named: frozenset[str] = field(default=frozenset())
    """Decisions, rules and elements that its expectations name."""
    clauses: frozenset[str] = field(default=frozenset())
    """What its expectations cite."""

    @property
    def is_asked(self) -> bool:
        """Whether it is a question case: it needs no store, and costs a hundredth of a scenario."""
        return isinstance(self.story, QuestionCase)

    @property
    def name(self) -> str:
        """The file, and of a question case its title too."""
        return f"{self.story.file} > {self.story.title}" if self.is_asked else self.story.file

    @property
    def variant(self) -> Variant:
        return variant_of(self.story)


def variant_of(story: Story) -> Variant:
    return tuple(sorted(story.readings.items()))


def play_baseline(story: Story, package: LawPackage, player: QuestionPlayer, *, timeless: bool) -> Played:
    """Play *story* on *package* and note its questions; *timeless* says that no decision asks for the present.

    *player* asks what is no scenario.
    """
    asked: dict[Question, None] = {}
    variant = variant_of(story)
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

    if isinstance(story, QuestionCase):
        asker = player.asker(package).with_models(lambda models: PatchedModels(models, heard=hear))
        result = player.play(story, package, asker)
        # an answer tells every rule that it rests on, and which of them are unverified
        named = frozenset(name for place in result.reached.rules for name in place)
        return Played(story, tuple(asked), result.reached, 1, result.differences, named, frozenset(story.clauses))
    return replace(_play_scenario(story, package, hear), questions=tuple(asked))


def _play_scenario(scenario: Scenario, package: LawPackage, hear: Listener) -> Played:
    with rehearsal(scenario, PatchedPackages(package.id, heard=hear)) as player:
        law = with_readings(package, scenario.readings)
        refusals = raise_events(player, scenario, law)
        logged = player.engine.whole_log()
        seen = observe(player.engine, law.time_zone, logged)
        differences = (*refusals, *check_expectations(scenario.expectations, seen))
        reached = find_reached(player.engine, law, logged)
    named = {expectation.subject for expectation in scenario.expectations}
    for expectation in scenario.expectations:
        named.update(expectation.terms.get("rule", ()))
    clauses = frozenset(clause for expectation in scenario.expectations for clause in expectation.clauses)
    size = len(seen.elements) + len(seen.decisions) + 10 * len(seen.notices)
    return Played(scenario, (), reached, size, differences, frozenset(named), clauses)


class RunTooLong(BaseException):
    """A run that does not come to rest. No Exception, or what it runs through would take it for a job that failed."""


def differs(story: Story, package: LawPackage, patch: Patch, player: QuestionPlayer) -> str | None:
    """What *story* expects and does not get under *patch*, in a line; None when all of it holds.

    A run that stops with an error, or that does not come to rest within ten seconds of computing, does not give what is
    expected either.
    """
    try:
        with bounded(SECONDS_OF_A_RUN):
            missed = (
                player.play(story, package, patch.asker(player.asker(package), variant_of(story))).differences
                if isinstance(story, QuestionCase)
                else _play(story, package, patch)
            )
    except EngineError as error:
        return f"stopped with {error.code}"
    except RunTooLong:
        return "does not come to rest"
    return _line(missed[0]) if missed else None


def _play(scenario: Scenario, package: LawPackage, patch: Patch) -> tuple[Difference, ...]:
    with rehearsal(scenario, patch.packages(variant_of(scenario))) as player:
        refusals = raise_events(player, scenario, package)
        if refusals:
            return refusals
        seen = observe(player.engine, package.time_zone, player.engine.whole_log())
        return check_expectations(scenario.expectations, seen)


@contextmanager
def rehearsal(scenario: Scenario, packages: PatchedPackages) -> Iterator[Player]:
    """A player in a folder that is thrown away, in memory where there is such a place."""
    with tempfile.TemporaryDirectory(prefix="clauseflow-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        player = Player(
            Path(folder), scenario.start, channels_down=scenario.channels_down, packages=packages, throwaway=True
        )
        try:
            yield player
        finally:
            player.close()


@contextmanager
def bounded(seconds: int) -> Iterator[None]:
    """Raises RunTooLong after that much computing, and again should it be lost. Only in the main thread."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise RunTooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _line(difference: Difference) -> str:
    return " ".join(f"expected {difference.expected}, got {difference.got}".split())[:300]
