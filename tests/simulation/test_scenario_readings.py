"""A scenario with another reading in force is played on the law with that one cell changed, and on nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.dmn import DecisionLibrary, read_model
from engine.errors import EngineError
from engine.feel import FeelDate
from engine.law.readings import find_readings, with_readings
from engine.simulation import Shelf, load_scenario

MINI_LAW = Path(__file__).parent / "mini_law"
READINGS = Path(__file__).parent / "data" / "lantern_readings.dmn"


@pytest.fixture
def law(tmp_path: Path) -> Path:
    """A copy of the invented law with a table of readings."""
    copy = tmp_path / "law"
    shutil.copytree(MINI_LAW, copy)
    shutil.copy(READINGS, copy / "decisions" / "readings.dmn")
    manifest = copy / "package.yaml"
    text = manifest.read_text(encoding="utf-8")
    assert "decisions: [" in text
    manifest.write_text(text.replace("decisions: [", "decisions: [decisions/readings.dmn, ", 1), encoding="utf-8")
    return copy


def scenario_with(law: Path, readings: str) -> Path:
    path = law / "scenarios" / "certificate_in_time.yaml"
    text = path.read_text(encoding="utf-8").replace("facts:\n", f"readings: {readings}\nfacts:\n", 1)
    path.write_text(text, encoding="utf-8")
    return path


def test_readings_of_a_law_are_found_with_the_values_that_they_may_have(law: Path) -> None:
    package = Shelf().load(law / "package.yaml")

    assert find_readings(package) == {"dusk": ("sunset", "midnight"), "colour": ("any", "red")}


def test_law_with_a_chosen_reading_differs_in_that_value_only(law: Path) -> None:
    # given
    package = Shelf().load(law / "package.yaml")

    # when
    changed = with_readings(package, {"dusk": "midnight"})

    # then
    differing = {name for name, data in changed.files.items() if package.files[name] != data}
    assert {Path(name).name for name in differing} == {"readings.dmn"}
    (name,) = differing
    library = DecisionLibrary([read_model(changed.files[name], name)])
    value = library.evaluate("Decision_LanternReadings", {"as_of": FeelDate(2024, 3, 1)}).value
    assert isinstance(value, list)
    assert [(row["key"], row["value"]) for row in value if isinstance(row, dict)] == [
        ("dusk", "midnight"),
        ("colour", "any"),
    ]
    assert with_readings(package, {}) is package


def test_scenario_keeps_the_readings_that_it_names(law: Path) -> None:
    path = scenario_with(law, "{dusk: midnight}")

    assert load_scenario(path, Shelf()).readings == {"dusk": "midnight"}


@pytest.mark.parametrize(
    ("readings", "part", "said"),
    [
        ("{dask: midnight}", "readings > dask", 'the law has no reading "dask". Did you mean "dusk"?'),
        ("{dusk: noon}", "readings > dusk", "expected one of sunset, midnight"),
    ],
)
def test_scenario_with_a_reading_that_the_law_does_not_have_is_refused(
    law: Path, readings: str, part: str, said: str
) -> None:
    path = scenario_with(law, readings)

    with pytest.raises(EngineError) as caught:
        load_scenario(path, Shelf())

    (problem,) = caught.value.problems
    assert (str(problem.code), problem.location.part) == ("SCENARIO_INVALID", part)
    assert said in problem.message
