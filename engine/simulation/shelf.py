"""Where the law packages of scenarios and question cases lie, so that these need only the name of their package.

A package is looked for in the folders above the scenario, nearest first: a `package.yaml` there, then each
`processes/<law>/package.yaml`; at last in those that were given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from engine.documents import read_document
from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean, failure
from engine.law import LISTS_OF_FILES, LawPackage, load_package
from engine.simulation.question_cases import QuestionCase, read_question_cases
from engine.simulation.scenario import Scenario, read_scenario

MANIFEST = "package.yaml"
QUESTIONS_FOLDER = "questions"


class Shelf:
    """Loads each package once, and looks once into each folder. *manifests* are looked at last, for every scenario."""

    def __init__(self, manifests: Iterable[Path] = ()) -> None:
        self._given = tuple(manifests)
        self._loaded: dict[Path, LawPackage | EngineError] = {}
        self._ids: dict[Path, str] = {}
        self._above: dict[Path, tuple[Path, ...]] = {}

    def load(self, manifest: Path) -> LawPackage:
        """Errors: EngineError with all problems of the package, found once for all scenarios that ask for it."""
        if manifest not in self._loaded:
            place = manifest.resolve()
            if place not in self._loaded:
                self._loaded[place] = _load(manifest)
            self._loaded[manifest] = self._loaded[place]
        loaded = self._loaded[manifest]
        if isinstance(loaded, EngineError):
            raise EngineError(*loaded.problems)
        return loaded

    def find(self, package_id: str, scenario: Path) -> LawPackage:
        """The package of this id that lies nearest to *scenario*. Errors: LAW_UNKNOWN_PACKAGE."""
        known: list[str] = []
        folder = scenario.parent
        if folder not in self._above:
            self._above[folder] = tuple(_manifests_above(folder.resolve()))
        for manifest in (*self._above[folder], *self._given):
            found = self._id(manifest)
            if found == package_id:
                return self.load(manifest)
            known.append(found)
        raise EngineError(
            Problem(
                ErrorCode.LAW_UNKNOWN_PACKAGE,
                f'no law package is called "{package_id}".{did_you_mean(package_id, known)}',
                Location(),
                hint=f"packages found: {', '.join(dict.fromkeys(known)) or 'none'}",
            )
        )

    def _id(self, manifest: Path) -> str:
        if manifest not in self._ids:
            document = read_document(manifest.read_bytes(), str(manifest), ErrorCode.LAW_MANIFEST)
            self._ids[manifest] = document.section().text("package")
        return self._ids[manifest]


def _load(manifest: Path) -> LawPackage | EngineError:
    try:
        return load_package(manifest)
    except EngineError as error:
        return error


def root_of(manifest: Path, package: LawPackage) -> Path:
    """The folder from which the files of *package* are named; its manifest's paths reach up to it."""
    root = manifest.resolve()
    for _ in PurePosixPath(package.file).parts:
        root = root.parent
    return root


def load_scenario(path: Path, shelf: Shelf) -> Scenario:
    """Read the scenario at *path*. Errors: as `read_scenario`; SCENARIO_INVALID when the file cannot be read."""
    return read_scenario(_bytes_of(path, "a scenario"), str(path), lambda package_id: shelf.find(package_id, path))


def load_question_cases(path: Path, shelf: Shelf) -> tuple[LawPackage, tuple[QuestionCase, ...]]:
    """Read the cases at *path* and the law that they ask. Errors: as `read_question_cases`; SCENARIO_INVALID."""
    data = _bytes_of(path, "question cases")
    return read_question_cases(data, str(path), lambda package_id: shelf.find(package_id, path))


def _bytes_of(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        said = f"expected {what}, but the file cannot be read: {error.strerror}."
        raise failure(ErrorCode.SCENARIO_INVALID, said, file=str(path)) from error


def holds_questions(path: Path) -> bool:
    """Whether the file at *path* holds question cases and no scenario: those in a folder `questions` do."""
    return path.resolve().parent.name == QUESTIONS_FOLDER


def find_scenarios(path: Path) -> list[Path]:
    """The scenario or the question cases at *path*, or all in the folder *path*, by name.

    Errors: SCENARIO_INVALID when there is none.
    """
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*.yaml") if file.name != MANIFEST)
    if not found:
        raise failure(
            ErrorCode.SCENARIO_INVALID,
            "expected a folder of scenarios, but it holds no .yaml file.",
            file=str(path),
            hint="name a scenario file or a folder with scenarios",
        )
    return found


def find_manifests(root: Path) -> list[Path]:
    """The manifests of the law packages under *root*, in order: processes/<law>/package.yaml."""
    return sorted((root / "processes").glob(f"*/{MANIFEST}"))


def owners_of(files: Iterable[Path]) -> dict[Path, set[Path]]:
    """The manifests in the folders above *files* that name any of them, nearest first, each with those it names.

    Manifests and files are resolved paths. Errors: LAW_MANIFEST when a manifest above them is no YAML.
    """
    listed: dict[Path, set[Path]] = {}
    owners: dict[Path, set[Path]] = {}
    for file in files:
        wanted = file.resolve()
        for manifest in _manifests_above(wanted.parent):
            if manifest not in listed:
                listed[manifest] = _files_of(manifest)
            if wanted in listed[manifest]:
                owners.setdefault(manifest, set()).add(wanted)
    return owners


def _files_of(manifest: Path) -> set[Path]:
    named = read_document(manifest.read_bytes(), str(manifest), ErrorCode.LAW_MANIFEST).section()
    paths = [path for files in LISTS_OF_FILES for path in named.texts(files)]
    return {(manifest.parent / path).resolve() for path in (named.text("calendar", required=False), *paths) if path}


def _manifests_above(inner: Path) -> Iterator[Path]:
    for folder in (inner, *inner.parents):
        if (folder / MANIFEST).is_file():
            yield folder / MANIFEST
        yield from find_manifests(folder)
