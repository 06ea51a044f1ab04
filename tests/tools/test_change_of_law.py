"""An analyst edits one cell of a parameter table: deadline, notice and timeline move, and the scenario says so."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lxml import etree

from engine.simulation import Player, Shelf, load_scenario, play
from tests.tools.project import run_cli

ROOT = Path(__file__).resolve().parents[2]
LIMITS = Path("decisions/parameters/time_limits.dmn")
SCENARIO = Path("processes/kentucky_access/scenarios/main.yaml")
MANIFEST = Path("processes/kentucky_access/package.yaml")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of what analysts and compliance own, as the current directory."""
    for folder in ("processes", "decisions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def edit_cure_period(project: Path, days: int) -> None:
    text = (project / LIMITS).read_text(encoding="utf-8")
    edited, count = re.subn(r'(id="Rule_Cure_Out1"><text>)\d+(</text>)', rf"\g<1>{days}\g<2>", text)
    assert count == 1
    (project / LIMITS).write_text(edited, encoding="utf-8")


def test_longer_cure_period_moves_deadline_notice_and_timeline(project: Path) -> None:
    # given
    edit_cure_period(project, 45)

    # when
    shelf = Shelf([project / MANIFEST])
    player = Player(project / "store", (scenario := load_scenario(project / SCENARIO, shelf)).start)
    with closing(player):
        result = play(player, scenario, shelf.find("kentucky_access", project / SCENARIO))
        notices = {notice.type: notice.texts["text/plain"] for notice in player.engine.notices()}

    # then
    told = "\n".join(line for entry in result.timeline for line in (entry.what, *entry.arithmetic))
    assert "Tue 8 Mar 2011 + 45 calendar days = Fri 22 Apr 2011" in told
    assert "7 Apr 2011" not in told
    assert "You have forty-five days from the date of this notice" in notices["incomplete_application"]
    assert "April 22, 2011" in notices["incomplete_application"]


def test_simulate_shows_the_differences_and_fails(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # given
    assert run_cli("simulate", SCENARIO) == 0
    edit_cure_period(project, 45)
    capsys.readouterr()

    # when
    exit_code = run_cli("simulate", SCENARIO)

    # then
    assert exit_code == 1
    said = capsys.readouterr().out
    for moved in ("2011-04-07 (Thursday)", "2011-04-22 (Friday)", "806:2(2)(e)2.b"):
        assert moved in said


def test_no_python_file_holds_a_limit_of_the_law_beside_its_unit() -> None:
    """The amounts of `time_limits.dmn`, written beside a unit of days, stand nowhere in the engine (one day apart)."""
    table = etree.parse(str(ROOT / LIMITS), etree.XMLParser(resolve_entities=False))
    namespace = {"d": "https://www.omg.org/spec/DMN/20191111/MODEL/"}
    amounts = {entry.text for entry in table.findall(".//d:rule/d:outputEntry[1]/d:text", namespace)} - {"0", "1"}
    assert {"30", "15", "10", "5", "3"} <= amounts
    pattern = re.compile(
        rf"\b({'|'.join(amounts)})\b\W{{0,3}}(calendar |business )?days\b|\bdays\s*=\s*({'|'.join(amounts)})\b"
    )

    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for folder in ("engine", "api")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for match in pattern.finditer(_code_of(path))
    ]

    assert found == []


def _code_of(path: Path) -> str:
    """The file without docstrings, whose examples may count days."""
    return re.sub(r'"""(?:.|\n)*?"""', "", path.read_text(encoding="utf-8"))
