"""How long the reviewer's checks take: one large table of numeric ranges, and everything that is shipped."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from time import process_time

from engine.dmn import Model
from engine.dmn.checks.tables import check_tables
from engine.review import check_paths, default_paths
from tests.benchmarks.report import OURS, Group, Target
from tests.dmn.models import decision_xml, read, table_xml

COLUMNS = 6
SIDE = 4
"""Ranges a column, in the table whose rules partition what its inputs can be."""


BOUND = "bound"


def measure_checks(quick: bool) -> list[Group]:
    count = 100 if quick else 1_000
    group = Group("clauseflow check", "CPU time beside the time that it may take.")
    for name, cells in (("that partition the space", _partition(count)), ("that lie at random", _random(count))):
        for policy in ("UNIQUE", "FIRST"):
            model = _model(cells, policy)
            seconds = _seconds(lambda model=model: check_tables([model]))  # type: ignore[misc]
            what = f"{count:,} rules of {COLUMNS} ranges {name}, {policy}"
            group.add(what, {OURS: seconds, BOUND: 2.0}, Target(BOUND, 1, at_most=True))
    seconds = _seconds(lambda: check_paths(default_paths(Path.cwd())))
    group.add("all shipped models and scenarios", {OURS: seconds, BOUND: 5.0}, Target(BOUND, 1, at_most=True))
    return [group]


def _seconds(action: Callable[[], object]) -> float:
    started = process_time()
    action()
    return process_time() - started


def _model(cells: list[list[str]], policy: str) -> Model:
    rules = {f"Rule_{n}": {"when": cells[n], "then": [str(n % 7)]} for n in range(len(cells))}
    inputs = {f"input_{n}": "number" for n in range(COLUMNS)}
    table = {"inputs": inputs, "outputs": {"answer": "number"}, "rules": rules, "hit_policy": policy, "allowed": {}}
    return read(decision_xml(table_xml(table), inputs))


def _partition(count: int) -> list[list[str]]:
    found = []
    for number in range(count):
        places, rest = [], number
        for _ in range(COLUMNS - 1):
            places.append(rest % SIDE)
            rest //= SIDE
        found.append([f"[{10 * place}..{10 * place + 10})" for place in (*places, rest)])
    return found


def _random(count: int) -> list[list[str]]:
    chosen = random.Random(3)  # the same table in every run
    lows = [[chosen.randint(0, 900) for _ in range(COLUMNS)] for _ in range(count)]
    return [[f"[{low}..{low + chosen.randint(10, 400)}]" for low in row] for row in lows]
