"""Decision tables: one evaluation of ours, with its audit record, against zen-engine and SpiffWorkflow's DMN engine."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import zen
from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.DMNParser import DMNParser

from engine.dmn import DecisionLibrary, read_model
from tests.benchmarks.measure import Action, peak_bytes, race, race_once
from tests.benchmarks.report import OURS, Group, Target
from tests.benchmarks.table_models import (
    NAMESPACE,
    TableModel,
    banded_facts,
    banded_table,
    selective_facts,
    selective_table,
)

ZEN, SPIFF = "zen-engine", "SpiffWorkflow"
POSITIONS = ("first", "middle", "last", "none")
Facts = Mapping[str, int | str | bool]


class OurTable:
    def __init__(self, table: TableModel) -> None:
        self.library = DecisionLibrary([read_model(table.dmn(), "bench.dmn")])

    def ready(self, facts: Facts) -> Action:
        values: dict[str, Any] = {name: Decimal(fact) if type(fact) is int else fact for name, fact in facts.items()}
        evaluate = self.library.evaluate
        return lambda: evaluate("Decision_Outcome", values)

    def outcome(self, facts: Facts) -> Any:
        return self.ready(facts)().value  # type: ignore[attr-defined]


class ZenTable:
    def __init__(self, table: TableModel) -> None:
        self.decision = zen.ZenEngine().create_decision(table.jdm())

    def ready(self, facts: Facts) -> Action:
        values, evaluate = dict(facts), self.decision.evaluate
        return lambda: evaluate(values)

    def outcome(self, facts: Facts) -> Any:
        return self.ready(facts)()["result"].get("outcome")  # type: ignore[index]


class SpiffTable:
    """The engine alone, as a business rule task calls it, without the cost of a workflow around it."""

    def __init__(self, table: TableModel) -> None:
        root = etree.fromstring(table.spiff_dmn())
        parser = DMNParser(None, root, {"dmn": NAMESPACE})
        parser.parse()
        self.engine = DMNEngine(parser.decision.decisionTables[0])
        self.workflow = SimpleNamespace(script_engine=PythonScriptEngine())

    def ready(self, facts: Facts) -> Action:
        task = SimpleNamespace(data=dict(facts), workflow=self.workflow)
        result = self.engine.result
        return lambda: result(task)

    def outcome(self, facts: Facts) -> Any:
        return self.ready(facts)().get("outcome")  # type: ignore[attr-defined]


KINDS: dict[str, type[OurTable] | type[ZenTable] | type[SpiffTable]] = {
    OURS: OurTable,
    ZEN: ZenTable,
    SPIFF: SpiffTable,
}


def measure_tables(quick: bool) -> list[Group]:
    rounds = 5 if quick else 11
    group = Group("Decision tables, four inputs: one evaluation", "Ours includes the audit record.")
    times: dict[str, float] = {}
    for size in (10, 100, 1000):
        _compare(group, f"{size} rules", banded_table(size), {p: banded_facts(size, p) for p in POSITIONS}, rounds)
    for size in (10, 1000):
        found = _compare(
            group, f"selective, {size} rules", selective_table(size), {"middle": selective_facts(size)}, rounds
        )
        times[str(size)] = found["middle"][OURS]
    group.add(
        "selective, 1000 to 10 rules",
        {OURS: times["1000"], "10 rules": times["10"]},
        Target("10 rules", 3, at_most=True),
    )
    return [group, _loading(quick)]


def _compare(
    group: Group, title: str, table: TableModel, cases: Mapping[str, Facts], rounds: int
) -> dict[str, dict[str, float]]:
    engines = {name: kind(table) for name, kind in KINDS.items()}
    found: dict[str, dict[str, float]] = {}
    for position, facts in cases.items():
        outcomes = {name: engine.outcome(facts) for name, engine in engines.items()}
        if len(set(outcomes.values())) != 1:
            raise RuntimeError(f"{title}, {position}: the engines disagree: {outcomes}")
        found[position] = race({name: engine.ready(facts) for name, engine in engines.items()}, rounds=rounds)
        targets = [Target(ZEN, 1)]
        if title == "10 rules":
            targets.append(Target(SPIFF, 20))
        if title == "1000 rules" and position == "last":
            targets.append(Target(SPIFF, 300))
        group.add(f"{title}, hit {position}", found[position], *targets)
    return found


def _loading(quick: bool) -> Group:
    """From the text to a table that has answered once."""
    group = Group("A model of 300 rules: from its text to the first answer")
    table, facts = banded_table(300), banded_facts(300, "last")
    loads: dict[str, Action] = {name: (lambda kind=kind: kind(table).outcome(facts)) for name, kind in KINDS.items()}
    group.add("load and first evaluation", race_once(loads, rounds=3 if quick else 7))
    ours = OurTable(table)
    ours.outcome(facts)
    group.add("peak memory while loading", {OURS: peak_bytes(lambda: _kept(table, facts))}, unit="bytes")
    group.add("peak memory of one evaluation", {OURS: peak_bytes(ours.ready(facts))}, unit="bytes")
    return group


def _kept(table: TableModel, facts: Facts) -> OurTable:
    loaded = OurTable(table)
    loaded.outcome(facts)
    return loaded
