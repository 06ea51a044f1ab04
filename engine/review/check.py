"""Everything that can be found wrong before anything runs, at once: packages, models, clauses, scenarios.

A package is read and then deployed into a store that is thrown away, so that the very checks of a deployment speak;
nothing is checked twice in two ways. To these come the checks of `engine.review.checks`, which block no deployment:
what is found there may be accepted in the model, with a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.bpmn import DeployContext, Diagram, check_diagram
from engine.dmn.checks.tables import WAYS, count_columns
from engine.errors import EngineError, ErrorCode, Location, Problem, Severity
from engine.handlers.contract import Actor
from engine.law import LawPackage
from engine.review.checks import CHECKS, Accepted, apply_suppressions, read_suppressions, review_package
from engine.review.checks.context import ReviewContext
from engine.review.checks.review import Review
from engine.review.checks.whys import with_reason
from engine.review.coverage import check_coverage, read_coverage
from engine.review.loose import check_loose, loose_files
from engine.review.trial import trial_engine
from engine.simulation import (
    MANIFEST,
    Shelf,
    find_manifests,
    holds_questions,
    load_question_cases,
    load_scenario,
    owners_of,
    root_of,
)

REVIEWER = Actor("reviewer", frozenset({"compliance"}))
SCENARIO_FOLDER = "scenarios"
YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The findings, sorted by place, and what was looked at. `accepted`: those that a model accepts with a reason."""

    problems: tuple[Problem, ...]
    packages: tuple[str, ...]
    models: int
    scenarios: int
    question_cases: int
    accepted: tuple[Accepted, ...] = ()
    columns: Mapping[str, int] = field(default_factory=dict)
    """How many columns of decision tables were analysed in which way (`WAYS`)."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        return self.of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return self.of(Severity.WARNING)

    def of(self, *severities: Severity) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity in severities)

    def as_data(self) -> dict[str, object]:
        return {
            "packages": list(self.packages),
            "models": self.models,
            "scenarios": self.scenarios,
            "question_cases": self.question_cases,
            "columns": dict(self.columns),
            "counts": {
                **{str(severity): len(self.of(severity)) for severity in Severity},
                "accepted": len(self.accepted),
            },
            "problems": [problem.as_data() for problem in self.problems],
            "accepted": [{**each.problem.as_data(), "reason": each.reason} for each in self.accepted],
        }


def check_paths(paths: Iterable[Path], known: Iterable[Path] = ()) -> CheckReport:
    """Check the packages and scenarios at *paths*: manifests, scenario files, or folders that hold such.

    In a folder every `package.yaml` is a manifest, and every .yaml below a folder `scenarios` is a scenario, or holds
    question cases when it lies in a folder `questions` there. Another file of a package, be it a diagram, a table, a
    notice, a form, a register or a calendar, that is named by itself is checked within the packages above it that name
    it: told is what is found in it, and what keeps such a package from being deployed. So are diagrams and tables in a
    folder without any of these. One that no package names is checked as a loose file.
    The laws of scenarios are looked for above them, among *paths*, and among the *known* manifests.
    Errors: none; what cannot be read is a finding. A path that holds nothing to check is one too.
    """
    problems: list[Problem] = []
    manifests: list[Path] = []
    scenarios: list[Path] = []
    loose: list[Path] = []
    for path in paths:
        if _is_part_of_a_package(path, problems):
            loose.append(path)
            continue
        found_manifests, found_scenarios = _look_into(path)
        found_loose = [] if found_manifests or found_scenarios else loose_files(path)
        is_other = path.is_file() and not found_loose and path.suffix not in YAML
        if is_other or not (found_manifests or found_scenarios or found_loose):
            got = "it is none of these" if path.is_file() else "it holds none" if path.is_dir() else "nothing is there"
            said = f"expected a manifest, a scenario, a file that a package names, or a folder with such, but {got}."
            hint = f"name a {MANIFEST} or its folder"
            problems.append(Problem(ErrorCode.LAW_MANIFEST, said, Location(file=str(path)), hint=hint))
            continue
        manifests.extend(found_manifests)
        scenarios.extend(found_scenarios)
        loose.extend(found_loose)
    manifests = list(dict.fromkeys(manifests))
    parts, loose = _parts_of_packages(loose, manifests, problems)
    shelf = Shelf([*manifests, *parts, *known])
    accepted: list[Accepted] = []
    columns: Counter[str] = Counter()
    packages: list[LawPackage] = []
    models = 0
    for manifest in (*manifests, *parts):
        package = _load(shelf, manifest, problems)
        if package is not None:
            packages.append(package)
            looked_at = parts.get(manifest)
            only = None if looked_at is None else _names_in(package, manifest, looked_at)
            models += _check_package(package, problems, accepted, columns, only)
    problems.extend(check_loose(loose, REVIEWER, accepted, columns))
    models += len(loose)
    cases = 0
    for scenario in dict.fromkeys(scenarios):
        try:
            if holds_questions(scenario):
                cases += len(load_question_cases(scenario, shelf)[1])
            else:
                load_scenario(scenario, shelf)
        except EngineError as error:
            problems.extend(error.problems)
    ordered = sorted(dict.fromkeys(map(with_reason, problems)), key=lambda problem: problem.location.sort_key())
    stories = {scenario for scenario in scenarios if not holds_questions(scenario)}
    found = tuple(package.id for package in packages)
    ways = {way: columns[way] for way in WAYS}
    return CheckReport(tuple(ordered), found, models, len(stories), cases, tuple(accepted), ways)


def default_paths(root: Path, manifests: Iterable[Path] = ()) -> list[Path]:
    """What is looked at when nothing is named: the shipped packages with their scenarios, the test scenarios, and the
    folders of *manifests* that lie elsewhere."""
    folders = [manifest.parent for manifest in find_manifests(root)]
    tests = root / "tests" / SCENARIO_FOLDER
    shipped = {folder.resolve() for folder in folders}
    elsewhere = [manifest.parent for manifest in manifests if manifest.parent.resolve() not in shipped]
    return [*folders, *([tests] if any(tests.rglob("*.yaml")) else []), *elsewhere]


def scenarios_at(paths: Iterable[Path]) -> list[Path]:
    """The scenario files at *paths*, each once, in order; those with question cases are left out."""
    return [file for file in played_at(paths) if not holds_questions(file)]


def played_at(paths: Iterable[Path]) -> list[Path]:
    """The scenario files and those with question cases at *paths*, each once, in order."""
    return list(dict.fromkeys(file for path in paths for file in _look_into(path)[1]))


def _look_into(path: Path) -> tuple[list[Path], list[Path]]:
    """The manifests, and the scenarios and files of question cases, at *path*."""
    if path.is_file():
        if path.name == MANIFEST:
            return [path], []
        return [], [] if loose_files(path) else [path]
    manifests = sorted(path.rglob(MANIFEST))
    inside = SCENARIO_FOLDER in path.resolve().parts
    scenarios = sorted(
        file for file in path.rglob("*.yaml") if inside or SCENARIO_FOLDER in file.relative_to(path).parts[:-1]
    )
    return manifests, scenarios


def _is_part_of_a_package(path: Path, problems: list[Problem]) -> bool:
    """Whether a manifest above the file at *path* names it."""
    if not path.is_file() or path.name == MANIFEST:
        return False
    try:
        return bool(owners_of([path]))
    except EngineError as error:
        problems.extend(error.problems)
        return False


def _parts_of_packages(
    files: Iterable[Path], whole: Iterable[Path], problems: list[Problem]
) -> tuple[dict[Path, set[Path]], list[Path]]:
    """The packages of *files*, each with those of them that it names, and those that none names.

    Packages that are checked as a *whole* are left out with their files.
    """
    wanted = list(dict.fromkeys(files))
    try:
        parts = owners_of(wanted)
    except EngineError as error:
        problems.extend(error.problems)
        return {}, wanted
    named = set().union(*parts.values())
    for manifest in whole:
        parts.pop(manifest.resolve(), None)
    return parts, [file for file in wanted if file.resolve() not in named]


def _names_in(package: LawPackage, manifest: Path, files: set[Path]) -> frozenset[str]:
    """How the package calls *files*."""
    root = root_of(manifest, package)
    return frozenset(file.relative_to(root).as_posix() for file in files)


def _load(shelf: Shelf, manifest: Path, problems: list[Problem]) -> LawPackage | None:
    try:
        return shelf.load(manifest)
    except EngineError as error:
        problems.extend(error.problems)
        return None


def _warnings(diagrams: Iterable[Diagram]) -> Iterator[Problem]:
    """What a deployment warns of in *diagrams*: one that is refused tells its errors alone."""
    anything = DeployContext(job_types=None, decision_ids=None, process_ids=None, form_ids=None)
    for diagram in diagrams:
        yield from (each for each in check_diagram(diagram, anything) if each.severity is not Severity.ERROR)


def _check_package(
    package: LawPackage,
    problems: list[Problem],
    accepted: list[Accepted],
    columns: Counter[str],
    only: frozenset[str] | None = None,
) -> int:
    """Collect what a deployment, the clause registers and the review find; returns how many models were looked at.

    Of a package that is looked at because of *only* some files, errors of a deployment are collected wherever they are.
    """

    def is_asked(file: str | None) -> bool:
        return only is None or file in only

    refused = False
    with trial_engine() as engine:
        try:
            warnings = engine.deploy(package, REVIEWER).warnings
            problems.extend(problem for problem in warnings if is_asked(problem.location.file))
        except EngineError as error:
            problems.extend(error.problems)
            refused = True
    try:
        coverage = read_coverage(package)
    except EngineError as error:
        problems.extend(error.problems)
        return 0
    models = coverage.models
    if refused:
        problems.extend(each for each in _warnings(models.diagrams) if is_asked(each.location.file))
    found = list(check_coverage(coverage))
    try:
        review = Review(ReviewContext(coverage))
        found.extend(review_package(coverage, review))
        columns.update(count_columns(each for each in review.context.tables if is_asked(each.table.place.file)))
    except EngineError as error:
        problems.extend(error.problems)
    suppressions = read_suppressions(models.diagrams, models.decisions)
    remaining, suppressed = apply_suppressions(found, suppressions, CHECKS)
    problems.extend(problem for problem in remaining if is_asked(problem.location.file))
    accepted.extend(each for each in suppressed if is_asked(each.problem.location.file))
    files = (*(each.file for each in models.diagrams), *(each.file for each in models.decisions))
    return sum(map(is_asked, files))
