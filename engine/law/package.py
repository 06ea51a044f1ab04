"""A law package: its manifest and every file that the manifest names, read, checked and held together.

`load_package` reads from disk, `package_from_files` from bytes (as the store keeps them); both give the same package.
Files are named by their path below the project's root, which is as far up as the manifest's own paths reach.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from functools import lru_cache
from pathlib import Path as FilePath
from typing import TypeVar
from zoneinfo import ZoneInfo

from engine.calendars import JOINED, BusinessCalendar, read_calendar, unite
from engine.documents import Findings, Path
from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean, failure
from engine.law.bank import BankDocuments
from engine.law.clauses import ClauseIndex
from engine.law.consent_pages import ConsentPages, check_files_of_pages
from engine.law.formats import Currency
from engine.law.forms import Form, read_form, unknown_earlier
from engine.law.letterhead import Letterhead
from engine.law.manifest import BreachMessage, CaseType, Manifest, Party, Role, read_manifest
from engine.law.notices import NoticeSetting, NoticeSource, read_notice
from engine.law.questions import Questions
from engine.law.registers import Clause, Register, read_register
from engine.law.retention import Retention
from engine.law.vocabulary import Vocabulary

T = TypeVar("T")


@dataclass(frozen=True)
class LawPackage:
    """One law as the engine runs it. *hash* is of the manifest, *content_hash* of all files by name and content.

    *calendar* counts where nothing chooses another one; *calendars* holds all of them by id.
    *main_scenario* names the scenario that shows the law at work, below the same root; it is no part of the files.
    """

    id: str
    title: str
    language: str
    file: str
    hash: str
    content_hash: str
    time_zone: ZoneInfo
    currency: str
    money: Currency
    letterhead: Letterhead
    calendar: BusinessCalendar
    calendars: Mapping[str, BusinessCalendar]
    office_opens: time
    vocabulary: Vocabulary
    parties: Mapping[str, Party]
    roles: Mapping[str, Role]
    retentions: Mapping[str, Retention]
    case_types: Mapping[str, CaseType]
    registers: Mapping[str, Register]
    notices: Mapping[str, NoticeSource]
    forms: Mapping[str, Form]
    parameters: Mapping[str, str]
    on_breach: BreachMessage | None
    on_undelivered: BreachMessage | None
    bank_documents: BankDocuments | None
    consent_pages: ConsentPages | None
    questions: Questions
    main_scenario: str
    processes: tuple[str, ...]
    decisions: tuple[str, ...]
    files: Mapping[str, bytes]
    clauses: ClauseIndex

    def clause(self, ref: str) -> Clause:
        """The clause that *ref* (``prefix:id``) names. Errors: LAW_UNKNOWN_CLAUSE with the nearest id."""
        return self.clauses.clause(ref)

    def calendar_named(self, name: str) -> BusinessCalendar:
        """The calendar of this id, or the union of several whose ids are joined by ` + `. Errors: CAL_UNKNOWN."""
        ids = name.split(JOINED)
        for each in ids:
            if each not in self.calendars:
                raise failure(
                    ErrorCode.CAL_UNKNOWN,
                    f'no calendar of the law is called "{each}".{did_you_mean(each, self.calendars)}',
                    hint=f"its calendars are: {', '.join(self.calendars)}",
                    file=self.file,
                    part="calendars",
                )
        return unite([self.calendars[each] for each in ids])

    def with_decisions(self, changed: Mapping[str, bytes]) -> LawPackage:
        """The same law with other decision models in these of its files; nothing else is read from them here."""
        assert changed.keys() <= set(self.decisions), "only decision models may be exchanged"
        files = {**self.files, **changed}
        return replace(self, files=files, content_hash=_content_hash(files))

    def notice(self, notice_type: str) -> NoticeSource:
        """Errors: LAW_UNKNOWN_NOTICE with the nearest type."""
        if notice_type not in self.notices:
            raise failure(
                ErrorCode.LAW_UNKNOWN_NOTICE,
                f'no notice is called "{notice_type}".{did_you_mean(notice_type, self.notices)}',
                hint="add its source under notices in the manifest",
                file=self.file,
                part="notices",
            )
        return self.notices[notice_type]

    def check_clauses(self, refs: Iterable[str], place: Location) -> list[Problem]:
        """A problem for each id that no register and no reading knows; *place* is where the ids are cited."""
        return self.clauses.check(refs, place)


def _content_hash(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return digest.hexdigest()


def load_package(manifest: FilePath) -> LawPackage:
    """Read the package whose manifest lies at *manifest*.

    Errors, all at once: LAW_MANIFEST, LAW_REGISTER, LAW_UNKNOWN_CLAUSE, LAW_UNKNOWN_FACT, CAL_INVALID, NOTICE_TEMPLATE.
    """
    try:
        data = manifest.read_bytes()
    except OSError as error:
        raise failure(
            ErrorCode.LAW_MANIFEST, f"the manifest cannot be read: {error.strerror}.", file=str(manifest)
        ) from error
    relative = _named_files(read_manifest(data, manifest.name))
    climbs = max((path.split("/").count("..") for _, path in relative), default=0)
    place = manifest.resolve()
    root = place.parent
    for _ in range(climbs):
        root = root.parent
    name = place.relative_to(root).as_posix()
    files = {name: data}
    for _, path in relative:
        below = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        source = root / below
        # A path that leaves the root, and a file that is not there, are reported with their place by the reader below.
        if not below.startswith("../") and not posixpath.isabs(path) and source.is_file():
            files[below] = source.read_bytes()
    return package_from_files(files, name)


def package_from_files(files: Mapping[str, bytes], manifest_name: str) -> LawPackage:
    """Read a package from its files by name; the same files are read once and then remembered.

    Errors: as `load_package`.
    """
    if manifest_name not in files:
        raise failure(
            ErrorCode.LAW_MANIFEST,
            f"the manifest is not among the files.{did_you_mean(manifest_name, files)}",
            file=manifest_name,
        )
    return _read_once(manifest_name, tuple(sorted(files.items())))


_MODEL = ".dmn"


@lru_cache(maxsize=8)
def _read_once(manifest_name: str, files: tuple[tuple[str, bytes], ...]) -> LawPackage:
    """A package is frozen and made of its files alone, so that one reading serves every store in this process."""
    others = tuple((name, None if name.endswith(_MODEL) else data) for name, data in files)
    package = _read_but_for_models(_Sources(manifest_name, others, dict(files)))
    decisions = {name: data for name, data in files if name in package.decisions}
    return package if decisions.items() <= package.files.items() else package.with_decisions(decisions)


@dataclass(frozen=True, slots=True)
class _Sources:
    """The files of a package, equal to others when they differ in nothing but the content of decision models."""

    manifest: str
    others: tuple[tuple[str, bytes | None], ...]
    files: Mapping[str, bytes] = field(compare=False)


LISTS_OF_FILES = ("calendars", "registers", "processes", "decisions", "forms", "notices")
"""The lists of a manifest that name files, beside `calendar`, which names one."""


@lru_cache(maxsize=8)
def _read_but_for_models(sources: _Sources) -> LawPackage:
    """Of decision models only the names matter here: a law with other readings in its tables is not read again."""
    return _PackageReader(sources.files, sources.manifest).read()


def _named_files(manifest: Manifest) -> list[tuple[Path, str]]:
    """Every file that the manifest names, with the place where it does."""
    named: list[tuple[Path, str]] = [
        ((key, index), path) for key in LISTS_OF_FILES for index, path in enumerate(getattr(manifest, key))
    ]
    return ([(("calendar",), manifest.calendar)] if manifest.calendar else []) + named


class _PackageReader:
    """Reads one package, going on after each problem so that all of them are shown together."""

    def __init__(self, files: Mapping[str, bytes], manifest_name: str) -> None:
        self._files = files
        self._name = manifest_name
        self._manifest = read_manifest(files[manifest_name], manifest_name)
        self._findings = self._manifest.document.findings
        self._problems: list[Problem] = []
        self._paths: dict[Path, str] = {}
        self._used: dict[str, bytes] = {manifest_name: files[manifest_name]}

    def read(self) -> LawPackage:
        manifest = self._manifest
        self._find_files()
        calendar = self._read_one(("calendar",), read_calendar)
        others = self._read_all("calendars", read_calendar, lambda each: each.id)
        registers = self._read_all("registers", read_register, lambda register: register.prefix)
        forms = self._read_all("forms", read_form, lambda form: form.id)
        cited = [(clause, place, self._findings) for clause, place in manifest.cited]
        setting = NoticeSetting(
            manifest.facts, manifest.parties, manifest.currency, manifest.language, manifest.paper, manifest.letterhead
        )
        notices = self._read_all(
            "notices", lambda data, file: read_notice(data, file, setting, cited), lambda notice: notice.type
        )
        for form in forms.values():
            if form.not_by and form.not_by not in manifest.facts:
                self._problems.append(unknown_earlier(form, manifest.facts))
        if manifest.consent_pages is not None:
            check_files_of_pages(manifest.consent_pages, forms, notices, self._findings)
        clauses = ClauseIndex(registers)
        if len(registers) == len(manifest.registers):
            self._check_cited(clauses, cited)
        calendars = {each.id: each for each in (*((calendar,) if calendar else ()), *others.values())}
        for each in calendars.values():
            place = Location(file=each.file, part="citation")
            self._problems.extend(clauses.check(each.clauses, place))
        problems = [*self._findings.problems, *self._problems]
        if problems or calendar is None:
            raise EngineError(*problems)
        return self._package(calendar, calendars, registers, forms, notices, clauses)

    def _package(
        self,
        calendar: BusinessCalendar,
        calendars: Mapping[str, BusinessCalendar],
        registers: Mapping[str, Register],
        forms: Mapping[str, Form],
        notices: Mapping[str, NoticeSource],
        clauses: ClauseIndex,
    ) -> LawPackage:
        manifest = self._manifest
        return LawPackage(
            id=manifest.id,
            title=manifest.title,
            language=manifest.language,
            file=self._name,
            hash=hashlib.sha256(self._used[self._name]).hexdigest(),
            content_hash=_content_hash(self._used),
            time_zone=manifest.time_zone,
            currency=manifest.currency.code,
            money=manifest.currency,
            letterhead=manifest.letterhead,
            calendar=calendar,
            calendars=calendars,
            office_opens=manifest.office_opens,
            vocabulary=Vocabulary(self._name, manifest.facts, manifest.events),
            parties=manifest.parties,
            roles=manifest.roles,
            retentions=manifest.retentions,
            case_types=manifest.case_types,
            registers=registers,
            notices=notices,
            forms=forms,
            parameters=manifest.parameters,
            on_breach=manifest.on_breach,
            on_undelivered=manifest.on_undelivered,
            bank_documents=manifest.bank_documents,
            consent_pages=manifest.consent_pages,
            questions=manifest.questions,
            main_scenario=self._below_root(manifest.main_scenario) if manifest.main_scenario else "",
            processes=self._names("processes"),
            decisions=self._names("decisions"),
            files=dict(sorted(self._used.items())),
            clauses=clauses,
        )

    def _names(self, key: str) -> tuple[str, ...]:
        return tuple(name for place, name in self._paths.items() if place[0] == key)

    def _below_root(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(self._name), path))

    def _find_files(self) -> None:
        """Resolve each path of the manifest to a file that is there, or note the problem."""
        for place, path in _named_files(self._manifest):
            name = self._below_root(path)
            if posixpath.isabs(path) or name.startswith("../") or "\\" in path:
                self._findings.add(f'"{path}" leaves the project.', place, hint="write a relative path with /")
            elif name not in self._files:
                alike = [other for other in self._files if posixpath.splitext(other)[1] == posixpath.splitext(name)[1]]
                self._findings.add(
                    f'there is no file "{path}".{did_you_mean(name, alike)}',
                    place,
                    hint="correct the path, which is relative to the manifest, or add the file",
                )
            elif name in self._paths.values():
                self._findings.add(f'"{path}" is named twice.', place, hint="keep one of the two")
            else:
                self._paths[place] = name
                self._used[name] = self._files[name]

    def _read_one(self, place: Path, read: Callable[[bytes, str], T]) -> T | None:
        name = self._paths.get(place)
        if name is None:
            return None
        try:
            return read(self._files[name], name)
        except EngineError as error:
            self._problems.extend(error.problems)
            return None

    def _read_all(self, key: str, read: Callable[[bytes, str], T], id_of: Callable[[T], str]) -> dict[str, T]:
        found: dict[str, T] = {}
        for place in [place for place in self._paths if place[0] == key]:
            item = self._read_one(place, read)
            if item is None:
                continue
            if id_of(item) in found:
                self._findings.add(f'"{id_of(item)}" is declared by an earlier file of this list.', place)
            found[id_of(item)] = item
        return found

    def _check_cited(self, clauses: ClauseIndex, cited: Iterable[tuple[str, Path, Findings]]) -> None:
        for clause, place, findings in cited:
            for problem in clauses.check([clause], Location()):
                findings_line = findings.line_of(place)
                part = " > ".join(str(step) for step in place)
                self._problems.append(problem.at(file=findings.file, line=findings_line, part=part))
