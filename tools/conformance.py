"""Runs the conformance suites that lie beside the repository, and holds their results like a ratchet.

    python -m tools.conformance [--cases DIR] [--update]

Each suite brings its own runner; ours only connects the engine (`tools/*_adapter.py`) and compares with the committed
baseline, the sorted list of the cases that fail. A case that fails and is not on the list is a regression; a case that
passes and is on the list asks for `--update`. Where a suite is not found, that is said aloud, and is no failure.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BESIDE = ROOT.parent / "shared" / "conformance"
BASELINES = ROOT / "tests" / "conformance"


@dataclass(frozen=True, slots=True)
class Suite:
    """One suite: the runner's file beside the cases, our adapter, the baseline, and how to run and read it."""

    name: str
    folder: str
    runner: str
    adapter: str
    baseline: str
    run: Callable[[Path, Path, Path], dict[str, bool]]


@dataclass(frozen=True, slots=True)
class Outcome:
    suite: str
    passed: int
    total: int
    regressions: tuple[str, ...]
    improvements: tuple[str, ...]


# ---- running the suites -----------------------------------------------------------------------------------------


def run_dmn_tck(folder: Path, runner: Path, workspace: Path) -> dict[str, bool]:
    """Case id (folder, test file, case) -> passed, for levels 2 and 3."""
    table = workspace / "dmn_tck.csv"
    _call(
        [
            sys.executable,
            str(runner),
            "--cases",
            str(_cases_in(folder)),
            "--adapter",
            f'"{sys.executable}" -m tools.tck_adapter',
            "--tck-csv",
            str(table),
            "--quiet",
        ]
    )
    with table.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if row]
    return {"/".join(row[:3]): row[3] == "SUCCESS" for row in rows if row[0].startswith("compliance-level")}


def run_bpmn_pack(folder: Path, runner: Path, workspace: Path) -> dict[str, bool]:
    """Case id -> passed."""
    table = workspace / "bpmn.csv"
    _call(
        [sys.executable, str(runner), "--adapter", f'"{sys.executable}" -m tools.bpmn_adapter', "--csv", str(table)],
        directory=folder,
    )
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {row["id"]: row["result"] in BPMN_GOOD for row in rows}


def _call(command: Sequence[str], directory: Path | None = None) -> None:
    """Run a runner with the repository importable; its own exit code says nothing about our baseline."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    subprocess.run(list(command), cwd=directory or ROOT, env=environment, check=False)


def _cases_in(folder: Path) -> Path:
    inside = folder / "TestCases"
    return inside if inside.is_dir() else folder


BPMN_GOOD = frozenset({"pass", "refused"})
"""The verdicts that the pack's runner counts as passed; an optional diagram may be refused."""

SUITES = (
    Suite("DMN TCK", "dmn-tck", "tck_run.py", "tck_adapter.py", "dmn_tck.txt", run_dmn_tck),
    Suite("BPMN pack", "bpmn", "run_bpmn.py", "bpmn_adapter.py", "bpmn.txt", run_bpmn_pack),
)


def find_suite(suite: Suite, cases: Path | None) -> tuple[Path, Path] | None:
    """The folder of the cases and the runner; a folder handed in may be the suite, its parent, or its cases."""
    places = [BESIDE / suite.folder] if cases is None else [cases, cases / suite.folder, cases.parent]
    for place in places:
        runner = place / suite.runner
        if runner.is_file():
            return (cases if cases is not None and place == cases.parent else place), runner
    fallback = BESIDE / suite.folder / suite.runner
    if cases is not None and fallback.is_file() and suite.folder == "dmn-tck" and any(cases.glob("**/*.dmn")):
        return cases, fallback
    return None


# ---- the ratchet ------------------------------------------------------------------------------------------------


def read_baseline(path: Path) -> set[str] | None:
    """The ids of the cases that are known to fail; None when there is no baseline yet."""
    if not path.is_file():
        return None
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return {line for line in lines if line and not line.startswith("#")}


def write_baseline(path: Path, suite: str, results: dict[str, bool]) -> None:
    failing = sorted(case for case, passed in results.items() if not passed)
    head = [
        f"# {suite}: {len(results) - len(failing)} of {len(results)} cases pass.",
        "# These fail; the list may only get shorter.",
        "# Written by `python -m tools.conformance --update`.",
    ]
    path.write_text("\n".join([*head, *failing]) + "\n", encoding="utf-8")


def compare(suite: str, results: dict[str, bool], known: set[str] | None) -> Outcome:
    failing = {case for case, passed in results.items() if not passed}
    regressions = () if known is None else tuple(sorted(failing - known))
    improvements = () if known is None else tuple(sorted(case for case in known if results.get(case) is True))
    return Outcome(suite, len(results) - len(failing), len(results), regressions, improvements)


def report(outcomes: Sequence[Outcome]) -> None:
    print(f"\n{'suite':<12} {'passed':>8} {'of':>6} {'share':>7}   {'new failures':>12} {'newly passing':>13}")
    for outcome in outcomes:
        share = 100 * outcome.passed / outcome.total if outcome.total else 0
        print(
            f"{outcome.suite:<12} {outcome.passed:>8} {outcome.total:>6} {share:>6.1f}%   "
            f"{len(outcome.regressions):>12} {len(outcome.improvements):>13}"
        )
    for outcome in outcomes:
        for case in outcome.regressions:
            print(f"REGRESSION {outcome.suite}: {case}")
        if outcome.improvements:
            print(f"{outcome.suite}: {len(outcome.improvements)} cases now pass; write them down with --update")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tools.conformance", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=Path, help="another copy of the cases")
    parser.add_argument("--update", action="store_true", help="rewrite the baselines")
    options = parser.parse_args(arguments)
    cases: Path | None = options.cases.resolve() if options.cases else None
    outcomes: list[Outcome] = []
    for suite in SUITES:
        if not (ROOT / "tools" / suite.adapter).is_file():
            print(f"{suite.name}: skipped, there is no tools/{suite.adapter}")
            continue
        found = find_suite(suite, cases)
        if found is None:
            print(f"{suite.name}: skipped, no cases found in {cases or BESIDE / suite.folder}")
            continue
        with tempfile.TemporaryDirectory() as workspace:
            results = suite.run(*found, Path(workspace))
        baseline = BASELINES / suite.baseline
        outcomes.append(compare(suite.name, results, read_baseline(baseline)))
        if options.update:
            write_baseline(baseline, suite.name, results)
    if outcomes:
        report(outcomes)
    return 1 if any(outcome.regressions for outcome in outcomes) and not options.update else 0


if __name__ == "__main__":
    sys.exit(main())
