"""Builds small decision models for the tests, and runs cases kept as data.

A case file holds `tables` (compact) or `logic` (the XML of a boxed expression) by name, and `cases`: what is given and
what comes out, both written in FEEL; the rules that count; the codes of the warnings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import yaml

from engine.dmn import DecisionLibrary, DecisionResult, Model, read_model
from engine.feel import Value, compile_expression

DATA = Path(__file__).parent / "data"
NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def model_xml(body: str, *, name: str = "Ferry", imports: str = "", namespace: str = "test:ferry") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{NAMESPACE}" id="definitions" name="{name}" '
        f'namespace="{namespace}">{imports}{body}</definitions>'
    ).encode()


def decision_xml(
    logic: str, inputs: dict[str, str], *, name: str = "Answer", result_type: str = "", more: str = ""
) -> str:
    """A decision that requires all *inputs* (name -> type), with its input data and whatever else is needed."""
    declared = f" typeRef={quoteattr(result_type)}" if result_type else ""
    data = "".join(
        f"<inputData id={quoteattr(f'Input_{each}')} name={quoteattr(each)}>"
        f"<variable name={quoteattr(each)}{f' typeRef={quoteattr(kind)}' if kind else ''}/></inputData>"
        for each, kind in inputs.items()
    )
    required = "".join(
        f"<informationRequirement><requiredInput href={quoteattr(f'#Input_{each}')}/></informationRequirement>"
        for each in inputs
    )
    return (
        f'{more}<decision id="Decision_Answer" name={quoteattr(name)}><variable name={quoteattr(name)}{declared}/>'
        f"{required}{logic}</decision>{data}"
    )


def table_xml(table: dict[str, Any]) -> str:
    """The XML of a table written as: hit_policy, aggregation, inputs, outputs, rules."""
    attributes = f' hitPolicy="{table.get("hit_policy", "UNIQUE")}"'
    if "aggregation" in table:
        attributes += f' aggregation="{table["aggregation"]}"'
    inputs = "".join(
        f"<input label={quoteattr(expression)}><inputExpression typeRef={quoteattr(kind)}>"
        f"<text>{escape(expression)}</text></inputExpression>{_values('inputValues', table, expression)}</input>"
        for expression, kind in table["inputs"].items()
    )
    outputs = "".join(
        f"<output name={quoteattr(name)} typeRef={quoteattr(kind)}>{_values('outputValues', table, name)}"
        f"{_default(table, name)}</output>"
        for name, kind in table["outputs"].items()
    )
    rules = "".join(
        f"<rule id={quoteattr(rule_id)}><description>{escape(rule.get('why', '[none]'))}</description>"
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in rule["when"])
        + "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in rule["then"])
        + "</rule>"
        for rule_id, rule in table["rules"].items()
    )
    return f'<decisionTable id="Table_Answer"{attributes}>{inputs}{outputs}{rules}</decisionTable>'


def _values(tag: str, table: dict[str, Any], column: str) -> str:
    text = table.get("allowed", {}).get(column)
    return f"<{tag}><text>{escape(text)}</text></{tag}>" if text else ""


def _default(table: dict[str, Any], column: str) -> str:
    text = table.get("default", {}).get(column)
    return f"<defaultOutputEntry><text>{escape(text)}</text></defaultOutputEntry>" if text else ""


def read(body: str, **options: Any) -> Model:
    return read_model(model_xml(body, **options), "ferry.dmn")


def feel(text: str) -> Value:
    return compile_expression(str(text)).evaluate({}).value


# ---- cases ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    name: str
    body: str
    given: dict[str, str]
    value: str
    rules: list[str] | None
    warnings: list[str]
    expected: dict[str, Any] = field(default_factory=dict)


def load_cases(file: str) -> list[Case]:
    data = yaml.safe_load((DATA / file).read_text(encoding="utf-8"))
    bodies: dict[str, str] = {}
    for name, table in data.get("tables", {}).items():
        bodies[name] = decision_xml(
            table_xml(table),
            table.get("given", table["inputs"]),
            result_type=table.get("type", ""),
            more=table.get("more", ""),
        )
    for name, logic in data.get("logic", {}).items():
        bodies[name] = decision_xml(
            logic["xml"], logic.get("given", {}), result_type=logic.get("type", ""), more=logic.get("more", "")
        )
    return [
        Case(
            name=case["name"],
            body=bodies[case["of"]],
            given=case.get("given", {}),
            value=str(case["value"]),
            rules=case.get("rules"),
            warnings=case.get("warnings", []),
        )
        for case in data["cases"]
    ]


def run_case(case: Case) -> DecisionResult:
    """The result of the first evaluation; the third, which may take a shorter way, must be the same in everything."""
    library = DecisionLibrary([read(case.body)])
    given = {name: feel(text) for name, text in case.given.items()}
    first, _, third = (library.evaluate("Decision_Answer", given) for _ in range(3))
    assert repr(third) == repr(first)
    return first


def check_case(case: Case) -> None:
    result = run_case(case)

    assert result.value == feel(case.value), [str(warning) for warning in result.warnings]
    assert [str(warning.code) for warning in result.warnings] == case.warnings
    if case.rules is not None:
        assert [rule.rule_id for rule in result.audit.decisions[-1].matched] == case.rules


def by_name(case: Case) -> str:
    return case.name.replace(" ", "_")
