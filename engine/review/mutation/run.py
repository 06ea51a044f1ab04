"""Trying mutants: which of them does some scenario catch?

A mutant is caught when an expectation of a scenario or of a question case fails. Those that cannot see it are not
played; of the others question cases first, which cost least, then scenarios that name its place or caught its
neighbours, and none after the first that catches it.
"""

from __future__ import annotations

import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from engine.bpmn import Diagram
from engine.dmn import DecisionLibrary
from engine.errors import EngineError, ErrorCode, failure
from engine.garbage import collect_seldom
from engine.law import package_from_files
from engine.processes import sharing
from engine.review.mutation.baseline import Played, Story, differs, play_baseline
from engine.review.mutation.law import Law
from engine.review.mutation.mutant import Mutant
from engine.review.mutation.patched import Patch, Variant

ASKING_FOR_NOW = frozenset({"now", "today"})
CHUNK = 10
KILLERS = 3

Given = TypeVar("Given")
Result = TypeVar("Result")
Progress = Callable[[str, int, int], None]


class Fate(StrEnum):
    """What became of a mutant. All but the first are survivors; `FAILED` could not be run at all."""

    CAUGHT = "caught"
    UNDETECTED = "undetected"
    NO_DIFFERENCE = "no-difference"
    NOT_REACHED = "not-reached"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of one mutant: the scenario that caught it and how, or how many were played in vain."""

    mutant: Mutant
    fate: Fate
    scenario: str = ""
    detail: str = ""
    played: int = 0

    @property
    def survived(self) -> bool:
        return self.fate is not Fate.CAUGHT

    def as_data(self) -> dict[str, object]:
        data = {**self.mutant.as_data(), "fate": str(self.fate), "scenarios_played": self.played}
        named = {"caught_by": self.scenario, "detail": self.detail, "claimed_equivalent": self.mutant.claim}
        return {**data, **{name: value for name, value in named.items() if value}}


def play_all(law: Law, stories: Sequence[Story], *, jobs: int, progress: Progress) -> None:
    """Play every story on the unchanged law and keep what it asked for and reached."""
    played: list[Played] = []
    for result in _share_out(_play_one, stories, _Shared(law), jobs):
        played.append(result)
        progress("stories of the unchanged law", len(played), len(stories))
    law.take(played)


def try_mutants(
    law: Law, mutants: Sequence[Mutant], *, jobs: int, progress: Progress, most: int | None = None
) -> Iterator[tuple[Outcome, ...]]:
    """The fates of the mutants as they are found, some at a time; `play_all` comes first.

    With *most*, at most so many scenarios are played for one mutant, the likeliest ones.
    """
    by_owner: dict[str, list[str]] = defaultdict(list)
    for mutant in mutants:
        by_owner[mutant.owner].append(mutant.id)
    chunks = [tuple(ids[start : start + CHUNK]) for ids in by_owner.values() for start in range(0, len(ids), CHUNK)]
    left = {each.id: each for each in mutants}
    try:
        for result in _share_out(_try_chunk, chunks, _Shared(law, dict(left), most), jobs):
            found = tuple(Outcome(left.pop(name), *fate) for name, fate in result.items())
            progress("mutants", len(mutants) - len(left), len(mutants))
            yield found
    except EngineError:
        if len(left) == len(mutants):
            raise
    if left:
        ended = "the process that ran it was ended each time"
        yield tuple(Outcome(mutant, Fate.FAILED, detail=ended) for mutant in left.values())


# ---- in a worker ----------------------------------------------------------------------------------------------------


_Found = tuple[Fate, str, str, int]


@dataclass(slots=True)
class _Shared:
    """What all pieces of work of one process have in common. `killers`: who caught something last, by owner."""

    law: Law
    mutants: Mapping[str, Mutant] = field(default_factory=dict)
    most: int | None = None
    killers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def parcel(self) -> tuple[Mapping[str, bytes], str, tuple[Played, ...], bool, int | None]:
        """What another process must be sent to make the same for itself."""
        law = self.law
        return dict(law.package.files), law.package.file, law.played, bool(self.mutants), self.most


_SHARED: list[_Shared] = []


def _begin(
    files: Mapping[str, bytes], manifest: str, played: tuple[Played, ...], mutated: bool, most: int | None
) -> None:
    """A new process reads the law for itself: threads of the one that began it cannot be shared."""
    law = Law.of(package_from_files(files, manifest))
    law.take(played)
    _SHARED[:] = [_Shared(law, {each.id: each for each in law.mutants()} if mutated else {}, most)]
    collect_seldom()


def _play_one(story: Story) -> Played:
    law = _SHARED[0].law
    return play_baseline(story, law.package, law.asking, timeless=not ASKING_FOR_NOW & law.read)


def _try_chunk(ids: Sequence[str]) -> dict[str, _Found]:
    return {each: _try(_SHARED[0], _SHARED[0].mutants[each]) for each in ids}


def _try(shared: _Shared, mutant: Mutant) -> _Found:
    law = shared.law
    try:
        changed = mutant.changed()
        if isinstance(changed, Diagram):
            patch = Patch(law.package.id, diagram=changed)
            return _play(shared, mutant, _that_reach(law, mutant), patch, Fate.NOT_REACHED)
        return _try_table(shared, mutant, law.libraries(mutant, changed))
    except EngineError as error:
        return Fate.CAUGHT, "", f"the models cannot be compiled: {error.problem.message}", 0
    except Exception:  # noqa: BLE001 - one mutant that breaks the engine must not end the run of all; it is told
        return Fate.FAILED, "", traceback.format_exc(limit=-6), 0


def _try_table(shared: _Shared, mutant: Mutant, libraries: Callable[[Variant], DecisionLibrary | None]) -> _Found:
    """First the likeliest to see it, then all that do: to find these takes its time."""
    assert mutant.decision is not None
    questions, patch = shared.law.questions, Patch(shared.law.package.id, libraries=libraries)
    naming = questions.naming(mutant.decision, mutant.rule)
    _, able = questions.scenarios_that_see(mutant.decision, mutant.rule, libraries, naming)
    first = _play(shared, mutant, able, patch, Fate.NOT_REACHED)
    if first[0] is Fate.CAUGHT:
        return first
    reached, able = questions.scenarios_that_see(mutant.decision, mutant.rule, libraries)
    left = [index for index in able if index not in naming]
    fate = Fate.UNDETECTED if first[0] is Fate.UNDETECTED else Fate.NO_DIFFERENCE if reached else Fate.NOT_REACHED
    found = _play(shared, mutant, left, patch, fate)
    return (*found[:3], first[3] + found[3])


def _play(shared: _Shared, mutant: Mutant, able: Sequence[int], patch: Patch, fate: Fate) -> _Found:
    law, killers = shared.law, shared.killers[mutant.owner]
    inside = law.inside.get(mutant.owner, frozenset())
    ordered = sorted(able, key=lambda index: _likelihood(law.played[index], mutant, inside, index in killers))
    asked = sum(law.played[index].is_asked for index in ordered)
    if shared.most is not None:
        ordered = ordered[: asked + shared.most]
    for count, index in enumerate(ordered, 1):
        played = law.played[index]
        package = law.package if played.is_asked else law.variant(played.variant)
        missed = differs(played.story, package, patch, law.asking)
        if missed is not None:
            if index not in killers:
                killers.insert(0, index)
                del killers[KILLERS:]
            return Fate.CAUGHT, played.name, missed, count
    return (Fate.UNDETECTED if ordered else fate), "", "", len(ordered)


def _that_reach(law: Law, mutant: Mutant) -> list[int]:
    return [
        index
        for index, each in enumerate(law.played)
        if mutant.reached & each.reached.touched or mutant.reached & each.reached.flows
    ]


def _likelihood(
    played: Played, mutant: Mutant, inside: frozenset[str], caught_before: bool
) -> tuple[bool, int, bool, int, int]:
    """Small is likely: it costs least, names the place or what stands beside it, caught a neighbour, is short.

    *inside* are the elements of the process of the mutant.
    """
    far = 0 if {mutant.place, mutant.owner} & played.named else 1 if inside & played.named else 2
    shared = len(played.clauses.intersection(mutant.clauses))
    return (not played.is_asked, far, not caught_before, -min(shared, 2), played.size)


# ---- processes ------------------------------------------------------------------------------------------------------


def _share_out(run: Callable[[Given], Result], work: Sequence[Given], shared: _Shared, jobs: int) -> Iterator[Result]:
    """The results of *run* for each piece of work as they come, from *jobs* processes; from this one when that is 1."""
    if jobs <= 1:
        _SHARED[:] = [shared]
        yield from map(run, work)
        return
    waiting = list(work)
    while waiting:
        with sharing(jobs, _begin, *shared.parcel()) as pool:
            pieces = {pool.submit(run, piece): piece for piece in waiting}
            before = len(waiting)
            for future in as_completed(pieces):
                try:
                    result = future.result()
                except BrokenProcessPool:
                    continue  # a process was ended from outside: what it and the others held is begun again
                waiting.remove(pieces[future])
                yield result
        if len(waiting) == before:
            raise failure(
                ErrorCode.JOB_FAILED,
                "the processes that share the work were ended before they did any of it.",
                hint="use fewer with --jobs; each needs about 500 MB of memory",
            )
