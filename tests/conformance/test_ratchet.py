"""The ratchet over conformance results: what counts as a regression, and that absent cases are said to be absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.conformance import BASELINES, SUITES, compare, find_suite, main, read_baseline, write_baseline


def test_case_that_fails_and_is_not_in_the_baseline_is_a_regression() -> None:
    outcome = compare("suite", {"a": True, "b": False, "c": False}, {"b"})

    assert outcome.regressions == ("c",)
    assert outcome.improvements == ()
    assert (outcome.passed, outcome.total) == (1, 3)


def test_case_that_passes_and_is_in_the_baseline_is_an_improvement() -> None:
    assert compare("suite", {"a": True, "b": False}, {"a", "b"}).improvements == ("a",)


def test_case_that_the_copy_lacks_is_neither() -> None:
    outcome = compare("suite", {"a": True}, {"gone"})

    assert (outcome.regressions, outcome.improvements) == ((), ())


def test_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "baseline.txt"

    write_baseline(path, "suite", {"b": False, "a": False, "c": True})

    assert read_baseline(path) == {"a", "b"}
    assert path.read_text().splitlines()[0] == "# suite: 1 of 3 cases pass."
    assert path.read_text().splitlines()[-2:] == ["a", "b"]


def test_missing_baseline_means_no_regression(tmp_path: Path) -> None:
    assert read_baseline(tmp_path / "none.txt") is None
    assert compare("suite", {"a": False}, None).regressions == ()


def test_suite_is_found_in_its_folder_beside_it_and_by_its_cases(tmp_path: Path) -> None:
    suite = SUITES[0]
    folder = tmp_path / suite.folder
    (folder / "TestCases").mkdir(parents=True)
    (folder / suite.runner).write_text("")

    for place in (folder, tmp_path, folder / "TestCases"):
        found = find_suite(suite, place)
        assert found is not None
        assert found[1] == folder / suite.runner


def test_absent_cases_are_said_to_be_skipped_and_are_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["--cases", str(tmp_path)])

    assert code == 0
    assert f"{SUITES[0].name}: skipped, no cases found in {tmp_path}" in capsys.readouterr().out


def test_every_suite_has_a_committed_baseline() -> None:
    assert [suite.name for suite in SUITES if read_baseline(BASELINES / suite.baseline) is None] == []
