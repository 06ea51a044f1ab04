"""Playing past cases again, under the models that were in force and under others, and comparing what each case came to.

Both runs happen in stores that are thrown away, on a simulated clock; the store that the cases come from is only read,
from a copy. A case counts as replayable when the models then in force bring it to what the store says; otherwise the
reason is told instead of a difference that means nothing.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from engine.errors import EngineError, ErrorCode, failure
from engine.handlers.contract import Actor
from engine.law import LawPackage, package_from_files
from engine.law.readings import reading_faults, with_readings
from engine.review.stored import copied_store, stored_versions
from engine.review.whatif.outcome import Change, Outcome, differences, outcomes_of
from engine.review.whatif.story import EVENT, TASK, Step, Story, read_story
from engine.runtime import Engine
from engine.simulation import Difference, Player, Scenario, ScenarioEvent, raise_events
from engine.simulation.observation import EVERYTHING
from engine.wiring import open_engine

REPLAYER = Actor("replay", frozenset({"operator"}))
Outcomes = dict[str, list[Outcome]]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case: what is otherwise under the candidate, or why nobody can say. `source`: the store or a scenario."""

    source: str
    case: str
    changes: tuple[Change, ...] = ()
    reason: str = ""

    def as_data(self) -> dict[str, object]:
        data: dict[str, object] = {"source": self.source, "case": self.case}
        if self.reason:
            data["not_replayed"] = self.reason
        return {**data, "changes": [change.as_data() for change in self.changes]}


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the candidate models would have done to past cases."""

    package: str
    candidate: str
    results: tuple[CaseResult, ...]

    @property
    def changed(self) -> tuple[CaseResult, ...]:
        return tuple(each for each in self.results if each.changes)

    @property
    def not_replayed(self) -> tuple[CaseResult, ...]:
        return tuple(each for each in self.results if each.reason)

    @property
    def by_clause(self) -> dict[str, tuple[int, int]]:
        """For each clause the number of cases and of changes that concern it."""
        cases: Counter[str] = Counter()
        changes: Counter[str] = Counter()
        for result in self.results:
            cases.update({clause for change in result.changes for clause in change.clauses})
            changes.update(clause for change in result.changes for clause in change.clauses)
        return {clause: (cases[clause], changes[clause]) for clause in sorted(cases)}

    def as_data(self) -> dict[str, object]:
        return {
            "package": self.package,
            "candidate": self.candidate,
            "cases": len(self.results),
            "changed": len(self.changed),
            "not_replayed": len(self.not_replayed),
            "clauses": {clause: {"cases": n, "changes": m} for clause, (n, m) in self.by_clause.items()},
            "results": [each.as_data() for each in self.results if each.changes or each.reason],
        }


# ---- scenarios ------------------------------------------------------------------------------------------------------


def replay_scenarios(
    scenarios: Iterable[Scenario],
    package: LawPackage,
    candidate: LawPackage,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[CaseResult, ...]:
    """Play each of *scenarios* under *package* and under *candidate*.

    Errors: EngineError when the candidate cannot be deployed.
    """
    _check_deployable(candidate)
    found: list[CaseResult] = []
    for number, scenario in enumerate(scenarios, 1):
        found.extend(_scenario_results(scenario, package, candidate))
        progress(number)
    return tuple(found)


def _scenario_results(scenario: Scenario, package: LawPackage, candidate: LawPackage) -> Iterator[CaseResult]:
    faults = [said for _, said, _ in reading_faults(candidate, scenario.readings)]
    if faults:
        reason = f"it chooses a reading that the candidate does not have: {faults[0]}"
        yield CaseResult(scenario.file, "", reason=reason)
        return
    sides = [_play_scenario(scenario, with_readings(law, scenario.readings)) for law in (package, candidate)]
    (taken_before, before), (taken_after, after) = sides
    new = [each for each in taken_after if each not in taken_before]
    events = {event.path: event for event in scenario.events}
    told = [(events.get(each.path), each) for each in new]
    answered = tuple(_answered_otherwise(event, each) for event, each in told if event is not None and event.refused)
    stopped = [each for event, each in told if event is None or not event.refused]
    refusal = f"an event is taken otherwise: {stopped[0].expected}, but {stopped[0].got}" if stopped else ""
    yield from _with_events(list(_compare(scenario.file, before, after, refusal)), answered, scenario.file)


def _play_scenario(scenario: Scenario, law: LawPackage) -> tuple[tuple[Difference, ...], Outcomes]:
    """The events that are not taken as the scenario expects, and what the cases came to."""
    with tempfile.TemporaryDirectory(prefix="clauseflow-") as folder:
        player = Player(Path(folder), scenario.start, channels_down=scenario.channels_down, throwaway=True)
        try:
            return raise_events(player, scenario, law), outcomes_of(player.engine, law.time_zone)
        finally:
            player.close()


def _answered_otherwise(event: ScenarioEvent, difference: Difference) -> Change:
    """An event that should be refused and is not, or for another reason: the story goes on to its end all the same."""
    return Change(
        "event", event.name, f'the event "{event.name}" is {difference.got}, was refused: {event.refused}', ()
    )


def _with_events(results: list[CaseResult], changes: tuple[Change, ...], source: str) -> list[CaseResult]:
    """The changes of events come first at the case that comes to something else, for which case they meant is not told.

    Without such a case they stand at the first, and without any case alone.
    """
    if not changes:
        return results
    if not results:
        return [CaseResult(source, "", changes)]
    place = next((number for number, each in enumerate(results) if each.changes), 0)
    results[place] = replace(results[place], changes=(*changes, *results[place].changes))
    return results


# ---- a store --------------------------------------------------------------------------------------------------------


def replay_store(directory: Path, candidate: LawPackage) -> tuple[CaseResult, ...]:
    """Play the cases of *candidate*'s law in the store of *directory*, under the models then in force and under these.

    Errors: STORE_IO, STORE_SCHEMA; LAW_UNKNOWN_PACKAGE when the store holds no such law; EngineError when the candidate
    cannot be deployed.
    """
    _check_deployable(candidate)
    with copied_store(directory) as store:
        with store.read() as snapshot:
            rows = [row for row in stored_versions(snapshot) if row.package_id == candidate.id and row.manifest]
            files = [(row.deployed_at, snapshot.deployments.files(row.id), row.manifest or "") for row in rows]
        packages = [(at, package_from_files(data, manifest)) for at, data, manifest in files]
        if not packages:
            raise failure(
                ErrorCode.LAW_UNKNOWN_PACKAGE,
                f'the store holds no law package "{candidate.id}".',
                hint="name the store of this law with --store",
                file=str(directory),
            )
        story = read_story(store, candidate.id, packages)
        path = store.path
        stored = _stored_outcomes(path, story.package)
    before = _play_story(story, story.deployments)
    after = _play_story(story, [(story.deployments[0][0], candidate)])
    found = []
    for key in stored:
        reason = story.unable.get(key) or _unlike(stored[key], before, key)
        if reason:
            found.append(CaseResult(str(directory), key, reason=reason))
        else:
            new = after.stopped.get(key, "")
            found.extend(_compare(str(directory), {key: stored[key]}, {key: after.outcomes.get(key, [])}, new))
    return tuple(found)


@dataclass(slots=True)
class _Played:
    """What a replay came to, and for each case why it could not go on."""

    outcomes: Outcomes = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)


def _stored_outcomes(path: Path, law: LawPackage) -> Outcomes:
    """Of the copy of a store, never of the store itself."""
    engine = open_engine(path)
    try:
        wanted = {case.key for case in engine.cases(limit=EVERYTHING) if case.package_id == law.id}
        return {key: found for key, found in outcomes_of(engine, law.time_zone).items() if key in wanted}
    finally:
        engine.close()


def _play_story(story: Story, deployments: Sequence[tuple[datetime, LawPackage]]) -> _Played:
    assert story.started_at is not None and story.ended_at is not None
    played = _Played()
    with _rehearsal(min(story.started_at, *(step.at for step in story.steps), story.ended_at)) as engine:
        waiting = list(deployments)
        engine.deploy(waiting.pop(0)[1], REPLAYER)
        for step in story.steps:
            while waiting and waiting[0][0] <= step.at:
                at, law = waiting.pop(0)
                _advance(engine, at)
                engine.deploy(law, REPLAYER)
            _advance(engine, step.at)
            refused = _take(engine, story.package_id, step)
            if refused:
                played.stopped.setdefault(step.key, f"on {step.at:%Y-%m-%d} {refused}")
            engine.run_due()
        _advance(engine, story.ended_at)
        played.outcomes = outcomes_of(engine, story.package.time_zone)
    return played


@contextmanager
def _rehearsal(start: datetime) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="clauseflow-") as folder:
        player = Player(Path(folder), start, throwaway=True)
        try:
            yield player.engine
        finally:
            player.close()


def _advance(engine: Engine, to: datetime) -> None:
    if to > engine.now():
        engine.advance_clock(to, REPLAYER)
    engine.run_due()


def _take(engine: Engine, package_id: str, step: Step) -> str:
    """Let *step* come in; why it is not taken, or an empty text."""
    try:
        if step.kind == EVENT:
            engine.raise_event(package_id, step.name, step.values, step.actor)
        elif step.kind == TASK:
            return _answer(engine, step)
        else:
            engine.publish_message(step.name, step.key, step.values, step.actor)
    except EngineError as error:
        return f'the {step.kind} "{step.name}" is refused: {error.problem.message}'
    return ""


def _answer(engine: Engine, step: Step) -> str:
    waiting = [
        task
        for task in engine.user_tasks(limit=EVERYTHING)
        if task.element_id == step.name and (task.case_key or "") == step.key
    ]
    if not waiting:
        return f'nobody is asked for "{step.name}" any more'
    engine.complete_user_task(waiting[0].id, step.values, step.actor)
    return ""


# ---- comparing ------------------------------------------------------------------------------------------------------


def _check_deployable(candidate: LawPackage) -> None:
    with _rehearsal(datetime.fromisoformat("2001-01-01T00:00:00+00:00")) as engine:
        engine.deploy(candidate, REPLAYER)


def _unlike(stored: list[Outcome], before: _Played, key: str) -> str:
    """Why a case cannot be replayed: its own models do not bring it to what the store says."""
    if key in before.stopped:
        return before.stopped[key]
    differing = next(differences(stored, before.outcomes.get(key, [])), None)
    if differing is None:
        return ""
    return f"a replay under the models then in force comes to something else: {differing.sentence}"


def _compare(source: str, before: Outcomes, after: Outcomes, refusal: str) -> Iterator[CaseResult]:
    for key in dict.fromkeys((*before, *after)):
        changes = tuple(differences(before.get(key, []), after.get(key, [])))
        yield CaseResult(source, key, changes, refusal)
    if refusal and not before and not after:
        yield CaseResult(source, "", reason=refusal)
