"""One case as the store holds it: rows of the log, the models that were in force, notices to the byte.

A `CaseFile` is all that an explanation and an archive are made of. It follows what was erased: a payload that is gone
stays gone, and so do the texts of notices whose issue it told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.errors import ErrorCode, did_you_mean, failure
from engine.runtime import Engine, LogKind
from engine.store import CaseRow, ChainLink, LogEntry, Snapshot, entries_of

_CASES = 100_000


@dataclass(frozen=True, slots=True)
class CaseHead:
    """Which case it is."""

    id: str
    type: str
    key: str


@dataclass(frozen=True, slots=True)
class DeployedVersion:
    """One version of the law: the entry of the log that deployed it, and its files by name, as SHA-256."""

    version: int
    seq: int
    manifest: str | None
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything about one case, or about one instance that belongs to none, at the instant *read_at*.

    *links* are its rows of the log and those that deployed its law, in order; *head* is the hash of the last row of the
    whole log then, *entries* the number of that row. *blobs* are files by SHA-256: models, and diagrams of older
    versions that an instance still runs on (*diagrams*: SHA-256 -> file name). *notices*: id -> media type -> bytes.
    *page* says which way of telling the page of an archive is in.
    """

    subject: str
    package_id: str
    case: CaseHead | None
    instance_ids: tuple[str, ...]
    read_at: datetime
    entries: int
    head: str
    links: tuple[ChainLink, ...]
    versions: tuple[DeployedVersion, ...]
    diagrams: Mapping[str, str]
    blobs: Mapping[str, bytes]
    notices: Mapping[str, Mapping[str, bytes]]
    page: int = 0

    def log(self) -> Iterator[LogEntry]:
        """The entries of the rows that are about the case or its instances, in order."""
        for link in self.links:
            if link.case_id is not None or link.instance_id is not None:
                yield from entries_of(link)

    def version_at(self, seq: int) -> DeployedVersion | None:
        """The version of the law that was in force at entry *seq*; None when none was deployed before it."""
        return next((each for each in reversed(self.versions) if each.seq <= seq), None)

    def files_of(self, version: DeployedVersion) -> dict[str, bytes]:
        """Errors: ARCHIVE_DIFFERS when one is missing."""
        missing = [name for name, sha256 in version.files.items() if sha256 not in self.blobs]
        if missing:
            said = f"version {version.version} of {self.package_id} lacks {', '.join(missing)}."
            raise failure(
                ErrorCode.ARCHIVE_DIFFERS, said, hint="a file was taken out, or is not the one that was deployed"
            )
        return {name: self.blobs[sha256] for name, sha256 in version.files.items()}


def read_case_file(engine: Engine, subject: str) -> CaseFile:
    """The case file of an instance, of a case, or of a case by its key.

    Errors: RUN_NOT_FOUND with the nearest that is stored.
    """
    with engine.looking_back() as snapshot:
        case, instance_id, package_id = _find(snapshot, subject)
        if case is not None:
            rows = list(snapshot.history.links_of_case(case.id))
            instance_ids = tuple(snapshot.cases.linked_instances(case.id))
        else:
            rows = list(snapshot.history.links_of_instance(instance_id))
            instance_ids = (instance_id,)
        entries = [entry for link in rows for entry in entries_of(link)]
        last = entries[-1].seq if entries else 0
        first = entries[0].seq if entries else 0
        deployed = _deployments(snapshot, package_id, first, last)
        versions = tuple(version for _, version in deployed)
        diagrams = dict(_pinned_diagrams(snapshot, entries))
        hashes = {sha256 for version in versions for sha256 in version.files.values()} | diagrams.keys()
        blobs = {each: data for each in sorted(hashes) if (data := snapshot.deployments.content(each)) is not None}
        number, head = snapshot.history.head()
        return CaseFile(
            subject=subject,
            package_id=package_id,
            case=None if case is None else CaseHead(case.id, case.type, case.key),
            instance_ids=instance_ids,
            read_at=snapshot.now,
            entries=number,
            head=head.hex(),
            links=tuple(sorted([*rows, *(link for link, _ in deployed)], key=lambda link: link.seq)),
            versions=versions,
            diagrams=diagrams,
            blobs=blobs,
            notices=dict(_notices(snapshot, entries)),
        )


def _find(snapshot: Snapshot, subject: str) -> tuple[CaseRow | None, str, str]:
    """The case (None where there is none), the instance, and the law that they belong to."""
    instance = snapshot.instances.get(subject)
    if instance is not None:
        case = None if instance.case_id is None else snapshot.cases.get(instance.case_id)
        return case, instance.id, instance.package_id
    row = snapshot.cases.get(subject)
    if row is not None:
        return row, "", row.package_id
    cases = snapshot.cases.find(limit=_CASES)
    named = [each for each in cases if subject in (each.key, f"{each.type} {each.key}")]
    if len(named) == 1:
        return named[0], "", named[0].package_id
    if named:
        said = f'several cases are called "{subject}".'
        hint = "say which: " + " or ".join(f'"{each.type} {each.key}"' for each in named)
        raise failure(ErrorCode.RUN_NOT_FOUND, said, hint=hint)
    known = [*(each.key for each in cases), *(each.id for each in cases)]
    raise failure(
        ErrorCode.RUN_NOT_FOUND,
        f'no process instance and no case "{subject}" is stored.{did_you_mean(subject, known)}',
        hint="`clauseflow instances` lists what is under way",
    )


def _deployments(snapshot: Snapshot, package_id: str, first: int, last: int) -> list[tuple[ChainLink, DeployedVersion]]:
    """What was in force from entry *first* to entry *last*: the latest before, and all that came in between."""
    found: list[tuple[ChainLink, DeployedVersion]] = []
    for link in snapshot.history.links_of_kind(LogKind.DEPLOYED):
        for entry in entries_of(link):
            if entry.kind != LogKind.DEPLOYED or entry.data is None or entry.data["package"] != package_id:
                continue
            version = int(entry.data["version"])
            row = snapshot.deployments.with_version(package_id, version)
            manifest = None if row is None else row.manifest
            if entry.seq < first:
                found.clear()
            if entry.seq <= last:
                found.append((link, DeployedVersion(version, entry.seq, manifest, dict(entry.data["files"]))))
    return found


def _pinned_diagrams(snapshot: Snapshot, entries: Iterable[LogEntry]) -> Iterator[tuple[str, str]]:
    """The diagrams that the instances were started, called and migrated on."""
    for entry in entries:
        data = entry.data or {}
        name = _DIAGRAM_IN.get(entry.kind)
        if name is not None and name in data:
            sha256, process_id = str(data[name]), str(data["process_id"])
            row = snapshot.deployments.process_with_hash(process_id, sha256)
            yield sha256, process_id + ".bpmn" if row is None else row.file


_DIAGRAM_IN: Mapping[str, str] = {
    LogKind.INSTANCE_STARTED: "diagram",
    LogKind.PROCESS_CALLED: "diagram",
    LogKind.INSTANCE_MIGRATED: "to",
}


def _notices(snapshot: Snapshot, entries: Iterable[LogEntry]) -> Iterator[tuple[str, dict[str, bytes]]]:
    for entry in entries:
        if entry.kind == LogKind.NOTICE_ISSUED and entry.data is not None:
            row = snapshot.notices.get(str(entry.data["notice_id"]))
            if row is not None:
                texts = {media_type: text.encode() for media_type, text in row.texts.items()}
                yield row.id, {**texts, **row.files}


def sha256_of_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
