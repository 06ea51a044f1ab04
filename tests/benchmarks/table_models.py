"""One decision table in three notations: DMN with FEEL for us, a JDM graph for zen-engine, Python for SpiffWorkflow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
COLUMNS = {"amount": "number", "region": "string", "age": "number", "member": "boolean"}


@dataclass(frozen=True)
class Interval:
    """`[low..high)`; either end may be missing."""

    low: int | None = None
    high: int | None = None

    def feel(self) -> str:
        if self.low is None:
            return f"< {self.high}"
        return f">= {self.low}" if self.high is None else f"[{self.low}..{self.high})"

    def python(self) -> str:
        if self.low is None:
            return f"< {self.high}"
        return f">= {self.low}" if self.high is None else f"{self.low} <= ? < {self.high}"


@dataclass(frozen=True)
class OneOf:
    values: tuple[str | bool, ...]

    def feel(self) -> str:
        return ", ".join(json.dumps(value) for value in self.values)

    def python(self) -> str:
        if len(self.values) == 1:
            return repr(self.values[0])
        return f"? in {self.values!r}"


Cell = Interval | OneOf | None


@dataclass(frozen=True)
class TableModel:
    """Rules from the first to the last: cells by column, and the outcome."""

    rules: tuple[tuple[Mapping[str, Cell], str], ...]

    def dmn(self) -> bytes:
        """FEEL cells, hit policy FIRST."""
        return _dmn(self, "FIRST", lambda cell: cell.feel(), required=True)

    def spiff_dmn(self) -> bytes:
        """Python cells. spiff: it stops at the first rule only under UNIQUE, so that is what it is given."""
        return _dmn(self, "UNIQUE", lambda cell: cell.python(), required=False)

    def jdm(self) -> str:
        inputs = [{"id": name, "name": name, "field": name} for name in COLUMNS]
        rules = [
            {
                "_id": f"r{number}",
                "outcome": json.dumps(outcome),
                **{name: "" if cells[name] is None else cells[name].feel() for name in COLUMNS},
            }
            for number, (cells, outcome) in enumerate(self.rules)
        ]
        place = {"position": {"x": 0, "y": 0}}
        content = {
            "hitPolicy": "first",
            "inputs": inputs,
            "outputs": [{"id": "outcome", "name": "outcome", "field": "outcome"}],
            "rules": rules,
        }
        nodes = [
            {"id": "in", "name": "in", "type": "inputNode", **place},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": content, **place},
            {"id": "out", "name": "out", "type": "outputNode", **place},
        ]
        edges = [
            {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
        ]
        return json.dumps({"nodes": nodes, "edges": edges})


def _dmn(table: TableModel, hit_policy: str, write: object, *, required: bool) -> bytes:
    assert callable(write)
    inputs = "".join(
        f'<input id="Clause_{name}" label="{name}"><inputExpression id="Expression_{name}" typeRef="{kind}">'
        f"<text>{name}</text></inputExpression></input>"
        for name, kind in COLUMNS.items()
    )
    rules = []
    for number, (cells, outcome) in enumerate(table.rules):
        entries = "".join(
            f'<inputEntry id="Cell_{number}_{name}"><text>{escape("-" if cells[name] is None else write(cells[name]))}'
            "</text></inputEntry>"
            for name in COLUMNS
        )
        output = f'<outputEntry id="Cell_{number}_out"><text>{escape(json.dumps(outcome))}</text></outputEntry>'
        description = f"<description>[bench:{number}] rule {number} of the benchmark</description>"
        rules.append(f'<rule id="Rule_{number}">{description}{entries}{output}</rule>')
    body = (
        f'<decisionTable id="Table_Outcome" hitPolicy="{hit_policy}">{inputs}'
        f'<output id="Output_Outcome" name="outcome" typeRef="string"/>{"".join(rules)}</decisionTable>'
    )
    needs = data = ""
    if required:
        needs = '<variable name="Outcome" typeRef="string"/>' + "".join(
            f"<informationRequirement><requiredInput href={quoteattr(f'#Input_{name}')}/></informationRequirement>"
            for name in COLUMNS
        )
        data = "".join(
            f'<inputData id="Input_{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'
            for name, kind in COLUMNS.items()
        )
    decision = f'<decision id="Decision_Outcome" name="Outcome">{needs}{body}</decision>'
    head = f'<definitions xmlns="{NAMESPACE}" id="d" name="Bench" namespace="bench">'
    return f"{head}{decision}{data}</definitions>".encode()


def banded_table(rules: int) -> TableModel:
    """Rule n holds for amounts from 100 n to 100 (n + 1); the other columns hold for the same facts in every rule."""
    return TableModel(
        tuple(
            (
                {
                    "amount": Interval(100 * number, 100 * (number + 1)),
                    "region": OneOf(("north", "south")),
                    "age": Interval(18, 65 + number),
                    "member": None if number % 2 else OneOf((True,)),
                },
                f"outcome {number}",
            )
            for number in range(rules)
        )
    )


def selective_table(rules: int) -> TableModel:
    """Every column tells the rules apart: a code, a band of amounts, a band of ages, and membership."""
    return TableModel(
        tuple(
            (
                {
                    "region": OneOf((f"R{number}", f"Q{number}")),
                    "amount": Interval(10 * number, None),
                    "age": Interval(18, 30) if number % 2 else Interval(30, None),
                    "member": OneOf((bool(number % 2),)),
                },
                f"outcome {number}",
            )
            for number in range(rules)
        )
    )


def banded_facts(rules: int, position: str) -> dict[str, int | str | bool]:
    """Facts whose first matching rule is the first, the middle or the last one, or none."""
    number = {"first": 0, "middle": rules // 2, "last": rules - 1, "none": rules}[position]
    return {"amount": 100 * number + 50, "region": "south", "age": 40, "member": True}


def selective_facts(rules: int) -> dict[str, int | str | bool]:
    number = rules // 2
    return {
        "amount": 10 * number + 5,
        "region": f"Q{number}",
        "age": 25 if number % 2 else 40,
        "member": bool(number % 2),
    }
