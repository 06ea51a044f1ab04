"""Timing in turns: contestants run one after the other in short batches, round after round; medians count.

What only computes is timed in CPU seconds of this process, all its threads together, so that other programs on the
machine do not count; what waits for a disk is timed by the wall (`clock=perf_counter`).
"""

from __future__ import annotations

import gc
import statistics
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter, process_time

Action = Callable[[], object]
Reading = Callable[[], float]


@contextmanager
def without_collection() -> Iterator[None]:
    """No pause of the garbage collector falls on whoever happens to run."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def race(
    contestants: Mapping[str, Action],
    *,
    rounds: int = 9,
    batch_seconds: float = 0.01,
    most_calls: int = 100_000,
    clock: Reading = process_time,
) -> dict[str, float]:
    """Seconds a call of each contestant: the median over *rounds* batches of at least *batch_seconds* each.

    The order turns round after round, so that nobody always runs after the same neighbour.
    """
    calls = {name: _calls_for(action, batch_seconds, most_calls, clock) for name, action in contestants.items()}
    samples: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    with without_collection():
        for turn in range(rounds):
            first = turn % len(names)
            for name in names[first:] + names[:first]:
                samples[name].append(_batch(contestants[name], calls[name], clock) / calls[name])
    return _medians(samples)


def race_once(contestants: Mapping[str, Action], *, rounds: int = 3, clock: Reading = process_time) -> dict[str, float]:
    """As `race`, for long actions: one call a batch."""
    return race(contestants, rounds=rounds, batch_seconds=0, most_calls=1, clock=clock)


def race_durably(
    contestants: Mapping[str, Action], *, rounds: int, calls: int = 1
) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds a call by the wall and of the processor, in turns of *calls* calls: what waits for a disk needs both.

    An action with a method `prepare` gets that called before each turn, outside of the time.
    """
    wall: dict[str, list[float]] = {name: [] for name in contestants}
    cpu: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    with without_collection():
        for turn in range(rounds):
            first = turn % len(names)
            for name in names[first:] + names[:first]:
                getattr(contestants[name], "prepare", lambda: None)()
                at_wall, at_cpu = perf_counter(), process_time()
                for _ in range(calls):
                    contestants[name]()
                wall[name].append((perf_counter() - at_wall) / calls)
                cpu[name].append((process_time() - at_cpu) / calls)
    return _medians(wall), _medians(cpu)


def _medians(samples: Mapping[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(each) for name, each in samples.items()}


def _calls_for(action: Action, seconds: float, most: int, clock: Reading) -> int:
    calls = 1
    while calls < most:
        taken = _batch(action, calls, clock)
        if taken >= seconds:
            return calls
        calls = min(most, max(2 * calls, int(calls * seconds / taken) if taken else 10 * calls))
    return calls


def _batch(action: Action, calls: int, clock: Reading) -> float:
    turns = range(calls)
    started = clock()
    for _ in turns:
        action()
    return clock() - started


def peak_bytes(action: Action) -> int:
    """The most memory that Python objects took at once while *action* ran, beyond what was there before."""
    gc.collect()
    tracemalloc.start()
    try:
        kept = action()
        peak = tracemalloc.get_traced_memory()[1]
        del kept
    finally:
        tracemalloc.stop()
    return peak
