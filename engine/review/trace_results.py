"""What runs of scenarios and question cases prove, kept small: played, or read from what `clauseflow simulate` wrote.

A results file names the SHA-256 of every package and scenario that it speaks of. One that speaks of other models or
scenarios than those that are there now is refused: nobody is to sign what an older law did.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import EngineError, ErrorCode, Location, Problem, failure
from engine.simulation import QuestionResult, ScenarioResult
from engine.simulation.observation import is_reached

FORMAT = 2
NEWER = "play them again: clauseflow simulate tests/scenarios --json FILE"


@dataclass(frozen=True, slots=True)
class Cited:
    """One expectation of a scenario: the clauses that it cites, and whether it says when."""

    clauses: tuple[str, ...]
    dated: bool


@dataclass(frozen=True, slots=True)
class Played:
    """One run of one scenario, or of one question case of a file that holds several.

    *elements*, *flows* and *rules* were reached, *done* holds the ids of elements gone through.
    """

    file: str
    title: str
    package_id: str
    holds: bool
    elements: frozenset[tuple[str, str]]
    rules: frozenset[tuple[str, str]]
    clauses: frozenset[str]
    done: frozenset[str]
    notices: frozenset[str]
    expectations: tuple[Cited, ...]
    flows: frozenset[tuple[str, str]] = frozenset()
    question: str = ""

    def reaches(self, place: str) -> bool:
        """Whether the run went through the element, the rule or the decision, or sent the notice, of this id."""
        return (
            place in self.notices
            or any(place in pair for pair in self.rules)
            or any(place == element for _, element in self.elements)
        )


def played(result: ScenarioResult) -> Played:
    """What is left of a run for the matrix."""
    issued = [entry for entry in result.timeline if entry.kind == "notice"]
    return Played(
        file=result.scenario.file,
        title=result.scenario.title,
        package_id=result.scenario.package_id,
        holds=result.ok,
        elements=result.reached.elements,
        rules=result.reached.rules,
        clauses=result.reached.clauses.union(*(entry.clauses for entry in issued)),
        done=frozenset(entry.element_id for entry in result.timeline if entry.element_id and is_reached(entry)),
        notices=frozenset(str(entry.data["type"]) for entry in issued if "type" in entry.data),
        expectations=tuple(Cited(each.clauses, each.dated) for each in result.scenario.expectations),
        flows=result.reached.flows,
    )


def asked(result: QuestionResult) -> Played:
    """What is left of a question case for the matrix; it expects the clauses that it says the answer rests on."""
    case = result.case
    return Played(
        file=case.file,
        title=case.title,
        package_id=case.package_id,
        holds=result.ok,
        elements=result.reached.elements,
        rules=result.reached.rules,
        clauses=result.reached.clauses,
        done=frozenset(element for _, element in result.reached.elements),
        notices=frozenset(),
        expectations=(Cited(case.clauses, result.dated),) if case.clauses else (),
        flows=result.reached.flows,
        question=case.question,
    )


# ---- the file -------------------------------------------------------------------------------------------------------


def write_results(path: Path, runs: Iterable[Played], packages: Mapping[str, str]) -> None:
    """Write *runs* to *path*; *packages* gives the content hash of each law package that was played."""
    data = {"format": FORMAT, "packages": dict(packages), "scenarios": [_as_data(run) for run in runs]}
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_results(path: Path, scenarios: Sequence[Path], packages: Mapping[str, str]) -> list[Played]:
    """The runs of exactly *scenarios* under exactly *packages* (content hashes by id).

    Errors: TRACE_RESULTS, all at once, for a file that is none, for models or scenarios that changed since, and for
    scenarios that are missing from it or no longer there.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']}")
        runs = [(_from_data(each), str(each["sha256"])) for each in data["scenarios"]]
        hashes = {str(name): str(value) for name, value in data["packages"].items()}
    except OSError as error:
        said = f"expected the results of scenarios, but the file cannot be read: {error.strerror}."
        raise failure(ErrorCode.TRACE_RESULTS, said, file=str(path), hint=NEWER) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        said = "expected the results of scenarios as `clauseflow simulate --json` writes them, but got another file."
        raise failure(ErrorCode.TRACE_RESULTS, said, file=str(path), hint=NEWER) from error
    problems = list(_stale(path, runs, hashes, scenarios, packages))
    if problems:
        raise EngineError(*problems)
    return [run for run, _ in runs]


def _stale(
    path: Path,
    runs: Sequence[tuple[Played, str]],
    hashes: Mapping[str, str],
    scenarios: Sequence[Path],
    packages: Mapping[str, str],
) -> Iterable[Problem]:
    def problem(said: str) -> Problem:
        return Problem(ErrorCode.TRACE_RESULTS, said, Location(file=str(path)), hint=NEWER)

    for package_id in dict.fromkeys(run.package_id for run, _ in runs):
        if hashes.get(package_id) != packages.get(package_id):
            yield problem(f'the models of "{package_id}" are not those that were played.')
    wanted = {scenario.resolve(): scenario for scenario in scenarios}
    found = {Path(run.file).resolve(): sha256 for run, sha256 in runs}
    for place, scenario in wanted.items():
        if place not in found:
            yield problem(f"the scenario {scenario} was not played.")
        elif found[place] != hash_of_file(scenario):
            yield problem(f"the scenario {scenario} was changed after it was played.")
    for run, _ in runs:
        if Path(run.file).resolve() not in wanted:
            yield problem(f"the scenario {run.file} was played, but is not among those asked for.")


def hash_of_file(path: Path) -> str:
    """SHA-256 of the file, empty when there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _as_data(run: Played) -> dict[str, Any]:
    return {
        "file": run.file,
        "sha256": hash_of_file(Path(run.file)),
        "title": run.title,
        "question": run.question,
        "package": run.package_id,
        "holds": run.holds,
        "elements": sorted(map(list, run.elements)),
        "flows": sorted(map(list, run.flows)),
        "rules": sorted(map(list, run.rules)),
        "clauses": sorted(run.clauses),
        "done": sorted(run.done),
        "notices": sorted(run.notices),
        "expectations": [{"clauses": list(each.clauses), "dated": each.dated} for each in run.expectations],
    }


def _from_data(data: Mapping[str, Any]) -> Played:
    return Played(
        file=str(data["file"]),
        title=str(data["title"]),
        package_id=str(data["package"]),
        holds=data["holds"] is True,
        elements=frozenset((str(owner), str(place)) for owner, place in data["elements"]),
        rules=frozenset((str(owner), str(place)) for owner, place in data["rules"]),
        clauses=frozenset(map(str, data["clauses"])),
        done=frozenset(map(str, data["done"])),
        notices=frozenset(map(str, data["notices"])),
        expectations=tuple(
            Cited(tuple(map(str, each["clauses"])), each["dated"] is True) for each in data["expectations"]
        ),
        flows=frozenset((str(owner), str(place)) for owner, place in data["flows"]),
        question=str(data["question"]),
    )
