"""Models as the modelers of other makers export them are read, checked and answered; see exports/cases.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.errors import Severity
from engine.feel import to_plain
from engine.review import check_paths
from tools.commands.decide import find_decision
from tools.decision_models import load_model

EXPORTS = Path(__file__).parent / "exports"
MODELS: list[dict[str, Any]] = yaml.safe_load((EXPORTS / "cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("wanted", MODELS, ids=lambda wanted: str(wanted["file"]))
def test_exported_model_answers(wanted: dict[str, Any]) -> None:
    model, library = load_model(EXPORTS / wanted["file"])

    for case in wanted["cases"]:
        decision_id = find_decision(model, case.get("decision"))
        result = library.evaluate(decision_id, library.read_inputs(decision_id, case["inputs"]))

        assert to_plain(result.value) == case["gives"], case
        grave = [str(warning.code) for warning in result.warnings if warning.severity is Severity.ERROR]
        assert grave == case.get("warnings", []), case


def test_every_exported_model_stands_among_the_cases() -> None:
    assert {path.name for path in EXPORTS.glob("*.dmn")} == {wanted["file"] for wanted in MODELS}


@pytest.mark.parametrize("wanted", MODELS, ids=lambda wanted: str(wanted["file"]))
def test_nothing_of_an_exported_model_is_an_error(wanted: dict[str, Any]) -> None:
    report = check_paths([EXPORTS / wanted["file"]])

    assert report.errors == ()
