"""Packages are loaded once for all scenarios that ask for them, also those that cannot be loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import EngineError, ErrorCode
from engine.law import LawPackage, load_package
from engine.simulation import Shelf, shelf


def test_package_with_problems_is_read_once_and_each_scenario_is_told_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = tmp_path / "processes" / "tolls" / "package.yaml"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("package: tolls\ntitle: Tolls\n")
    read: list[Path] = []

    def counted(path: Path) -> LawPackage:
        read.append(path)
        return load_package(path)

    monkeypatch.setattr(shelf, "load_package", counted)
    laws = Shelf()

    told = []
    for number in range(3):
        with pytest.raises(EngineError) as caught:
            laws.find("tolls", tmp_path / "scenarios" / f"{number}.yaml")
        told.append([str(problem) for problem in caught.value.problems])

    assert caught.value.code == ErrorCode.LAW_MANIFEST
    assert told[0] and told[0] == told[1] == told[2]
    assert len(read) == 1
