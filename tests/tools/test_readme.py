"""What the README shows is so: its scenario plays, its commands are there, its files exist."""

from __future__ import annotations

import re
import shlex
from io import BytesIO, TextIOWrapper
from pathlib import Path
from textwrap import dedent

import pytest

from engine.simulation import Shelf, find_manifests, load_scenario, run_scenario
from tests.tools.project import run_cli
from tools.cli import COMMANDS, GROUPS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_scenario_of_the_readme_holds(tmp_path: Path) -> None:
    # given
    [shown] = re.findall(r"```yaml\n(title: .*?)```", TEXT, re.DOTALL)
    file = tmp_path / "own.yaml"
    file.write_text(shown, encoding="utf-8")
    shelf = Shelf(find_manifests(ROOT))

    # when
    scenario = load_scenario(file, shelf)
    result = run_scenario(scenario, shelf.find(scenario.package_id, file))

    # then
    assert result.ok, result.differences


def test_run_prints_what_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    [shown] = re.findall(r"```\n(Deployed .*?)```", TEXT, re.DOTALL)
    *pieces, last = shown.split("...\n")
    served = last.index("Serving the API")
    monkeypatch.chdir(ROOT)

    # when
    code = run_cli("run", "--store", str(tmp_path / "store"), "--no-serve")

    # then
    said = capsys.readouterr().out
    assert code == 0
    for piece in [*pieces, last[:served]]:
        assert piece in said
        said = said[said.index(piece) :]


@pytest.mark.parametrize("command", ["decide", "ask"])
def test_command_prints_what_the_readme_shows(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    [(given, line, shown)] = re.findall(
        rf"```\n +\$ echo '([^'\n]*)' \|\n +\.venv/bin/clauseflow ({command} .*?[^\\])\n(.*?)```", TEXT, re.DOTALL
    )
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(given.encode())))

    # when
    code = run_cli(*shlex.split(line.replace("\\\n", " ")))

    # then
    said = capsys.readouterr().out
    assert code == 0
    for piece in dedent(shown).split("...\n"):
        assert piece in said
        said = said[said.index(piece) :]


def test_every_command_that_the_readme_names_is_there() -> None:
    named = set(re.findall(r"(?:bin/|`)clauseflow ([a-z][a-z-]+)", TEXT))

    assert named <= COMMANDS.keys() | GROUPS.keys()
    assert len(named) > 15


def test_every_command_that_there_is_stands_in_the_readme() -> None:
    unnamed = {name for name in COMMANDS if f"clauseflow {name}" not in TEXT and f"make {name}" not in TEXT}

    assert unnamed == set()


def test_every_file_that_the_readme_names_is_there() -> None:
    named = set(re.findall(r"`((?:processes|decisions|tests|engine|api|tools)/[\w./-]+)`", TEXT))
    missing = {name for name in named if not (ROOT / name).exists()}

    assert missing == set()
    assert len(named) > 5
