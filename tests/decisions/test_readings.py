"""Both sides of each reading that can be flipped: the tables answer otherwise when its row has another value.

Scenarios play under the readings in force; the other side of a reading is shown here, as data in `readings.yaml`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.dmn import DecisionLibrary, read_model
from engine.feel import FeelDate, Value

ROOT = Path(__file__).parents[2]
CASES = yaml.safe_load((Path(__file__).parent / "readings.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def library() -> DecisionLibrary:
    files = [*sorted((ROOT / "decisions/kentucky_access").glob("*.dmn")), ROOT / "decisions/parameters/readings.dmn"]
    return DecisionLibrary([read_model(file.read_bytes(), str(file)) for file in files])


@pytest.fixture(scope="module")
def rows(library: DecisionLibrary) -> dict[str, dict[str, Value]]:
    listed = library.evaluate("Decision_Readings", {"as_of": _value(date(2011, 3, 8))}).value
    return {row["key"]: row for row in listed}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_decision_under_either_reading_answers_accordingly(
    case: dict[str, Any], library: DecisionLibrary, rows: dict[str, dict[str, Value]]
) -> None:
    in_force = {key: row["value"] for key, row in rows.items()}
    flipped = {**in_force, case["reading"]: case["other"]}
    facts = _value(case["facts"])

    by_default = library.evaluate(case["decision"], {**facts, "readings": in_force})
    otherwise = library.evaluate(case["decision"], {**facts, "readings": flipped})

    assert by_default.value == _value(case["default_answer"])
    assert otherwise.value == _value(case["other_answer"])
    assert by_default.value != otherwise.value


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_other_value_of_a_reading_stands_among_its_allowed_values(
    case: dict[str, Any], rows: dict[str, dict[str, Value]]
) -> None:
    allowed = str(rows[case["reading"]]["allowed"]).split(" | ")

    assert case["other"] in allowed
    assert rows[case["reading"]]["value"] in allowed


def _value(given: Any) -> Any:
    """A value of YAML as FEEL has it."""
    if isinstance(given, dict):
        return {key: _value(item) for key, item in given.items()}
    if isinstance(given, list):
        return [_value(item) for item in given]
    if isinstance(given, date):
        return FeelDate.from_python(given)
    if isinstance(given, int) and not isinstance(given, bool):
        return Decimal(given)
    return given
