"""`verify` of an archive: nobody changed it, and the law, asked again, says the same.

Found are: bytes, files and rows that are not as they were sealed; rows that do not follow from one another; models
that are not those which the log deployed; notices that are not those which the log issued; decisions whose evaluation
gives another answer, and deadlines whose computation gives another day; a page that tells another story than the log.
What lies between two rows of the case is about other cases and is not in the archive: that rows are whole and
unaltered is proven by the archive alone, that none was left out by comparing with the store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine.dmn import DecisionResult
from engine.errors import EngineError, ErrorCode, Location, Problem
from engine.feel import to_wire
from engine.review.archive_case import CaseFile, sha256_of_bytes
from engine.review.archive_deadlines import check_deadline
from engine.review.archive_models import Laws
from engine.review.archive_zip import read_archive
from engine.review.explain import build_explanation
from engine.review.explain_html import PAGE, render_explanation
from engine.runtime import Engine, LogKind
from engine.store import ChainLink, LogEntry, commitment_of, entries_of, hash_of


@dataclass(frozen=True, slots=True)
class ArchiveReport:
    """What was checked, and every problem. `erased` counts entries whose payload was erased before the archive.

    A page that an earlier program wrote otherwise cannot be made again, and is then not compared.
    """

    subject: str
    rows: int
    entries: int
    erased: int
    gaps: int
    head: str
    files: int
    decisions: int
    deadlines: int
    notices: int
    compared: bool
    page_compared: bool
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_data(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "subject": self.subject,
            "rows": self.rows,
            "entries": self.entries,
            "erased": self.erased,
            "gaps": self.gaps,
            "head": self.head,
            "files": self.files,
            "decisions": self.decisions,
            "deadlines": self.deadlines,
            "notices": self.notices,
            "compared_with_store": self.compared,
            "page_compared": self.page_compared,
            "problems": [problem.as_data() for problem in self.problems],
        }


def verify_archive(data: bytes, *, engine: Engine | None = None) -> ArchiveReport:
    """Check the archive *data*; with *engine* also that its store holds the same rows of the case, and no others.

    Errors: ARCHIVE_INVALID when it cannot be read at all.
    """
    case_file, page, sealed = read_archive(data)
    laws = Laws(case_file)
    problems = [*sealed, *_check_rows(case_file), *_check_models(case_file)]
    decided = [entry for entry in case_file.log() if entry.kind == LogKind.DECISION_EVALUATED and entry.data]
    due = [entry for entry in case_file.log() if entry.kind == LogKind.DEADLINE_SET and entry.data]
    for entry in decided:
        problems.extend(_guarded(entry, lambda entry=entry: _check_decision(entry, laws)))
    for entry in due:
        problems.extend(_guarded(entry, lambda entry=entry: check_deadline(entry, laws)))
    problems.extend(_check_notices(case_file))
    if case_file.page == PAGE:
        problems.extend(_check_page(case_file, page))
    if engine is not None:
        problems.extend(_compare(case_file, engine))
    rows = [link for link in case_file.links if link.case_id is not None or link.instance_id is not None]
    return ArchiveReport(
        subject=case_file.subject,
        rows=len(case_file.links),
        entries=sum(len(json.loads(link.entries)) for link in rows),
        erased=sum(len(json.loads(link.entries)) for link in rows if link.payload is None),
        gaps=_gaps(case_file.links),
        head=case_file.head,
        files=len(case_file.blobs),
        decisions=len(decided),
        deadlines=len(due),
        notices=len(case_file.notices),
        compared=engine is not None,
        page_compared=case_file.page == PAGE,
        problems=tuple(dict.fromkeys(problems)),
    )


# ---- the chain ------------------------------------------------------------------------------------------------------


def _check_rows(case_file: CaseFile) -> Iterator[Problem]:
    """Each row is what was hashed, and follows from the one before it where nothing lies between them."""
    before: ChainLink | None = None
    for link in case_file.links:
        first = link.seq - len(json.loads(link.entries)) + 1
        if hash_of(link.prev_hash, link.visible, link.commitment) != link.hash:
            yield _row(link, "its content is not the one that was hashed.")
        if (link.payload is None) != (link.salt is None):
            yield _row(link, "its payload is half erased.")
        elif _commitment(link) != link.commitment:
            yield _row(link, "its payload is not the one that was committed to.")
        if before is not None:
            if first <= before.seq:
                yield _row(link, f"it does not come after entry {before.seq}.")
            elif first == before.seq + 1 and link.prev_hash != before.hash:
                yield _row(link, f"it does not follow from entry {before.seq}.")
            elif first > before.seq + 1 and link.prev_hash == before.hash:
                yield _row(link, f"it follows from entry {before.seq}, but its number does not.")
        before = link
    if before is not None:
        if before.seq > case_file.entries:
            yield _row(before, f"the log ended at entry {case_file.entries}.")
        elif before.seq == case_file.entries and before.hash.hex() != case_file.head:
            yield _row(before, "it is the last row of the log, but not its head.")


def _commitment(link: ChainLink) -> bytes:
    """What the payload commits to; of an erased one nothing but the commitment is left."""
    if link.payload is None or link.salt is None:
        return link.commitment
    return commitment_of(link.salt, link.payload)


def _gaps(links: tuple[ChainLink, ...]) -> int:
    return sum(later.seq - len(json.loads(later.entries)) > earlier.seq for earlier, later in pairwise(links))


def _row(link: ChainLink, said: str) -> Problem:
    return differs(f"log entry {link.seq}", said)


# ---- models and notices ---------------------------------------------------------------------------------------------


def _check_models(case_file: CaseFile) -> Iterator[Problem]:
    """The versions are those which the log says were deployed, each file to the byte, and none is there beside them."""
    told: dict[int, dict[str, str]] = {}
    for link in case_file.links:
        for entry in entries_of(link):
            if entry.kind == LogKind.DEPLOYED and entry.data and entry.data["package"] == case_file.package_id:
                told[entry.seq] = dict(entry.data["files"])
    for version in case_file.versions:
        part = f"version {version.version} of {case_file.package_id}"
        if told.pop(version.seq, None) != dict(version.files):
            yield differs(part, f"its files are not those that entry {version.seq} of the log deployed.")
        for name, sha256 in version.files.items():
            if sha256 not in case_file.blobs:
                yield differs(part, f"{name} is missing, or is not the file that was deployed.")
    for seq in told:
        yield differs(f"log entry {seq}", "it deployed a version that is not listed.")
    wanted = {sha256 for version in case_file.versions for sha256 in version.files.values()}
    pinned = {
        str(entry.data[name])
        for entry in case_file.log()
        for name in ("diagram", "to")
        if entry.data and name in entry.data and "process_id" in entry.data
    }
    for sha256 in sorted(pinned - case_file.blobs.keys()):
        yield differs(f"diagram {sha256[:12]}", "an instance ran on it, but it is missing or was changed.")
    for sha256 in sorted(case_file.blobs.keys() - wanted - pinned):
        yield differs(f"model {sha256[:12]}", "no version of the law and no instance knows this file.")


def _check_notices(case_file: CaseFile) -> Iterator[Problem]:
    issued = {
        str(entry.data["notice_id"]): dict(entry.data["sha256"])
        for entry in case_file.log()
        if entry.kind == LogKind.NOTICE_ISSUED and entry.data
    }
    for notice_id, sums in issued.items():
        found = {name: sha256_of_bytes(data) for name, data in case_file.notices.get(notice_id, {}).items()}
        for media_type in sorted(sums.keys() | found.keys()):
            if sums.get(media_type) != found.get(media_type):
                yield differs(f"notice {notice_id}", f"its {media_type} is not the one that was issued.")
    for notice_id in sorted(case_file.notices.keys() - issued.keys()):
        yield differs(f"notice {notice_id}", "the log did not issue it.")


# ---- decisions ------------------------------------------------------------------------------------------------------


def _check_decision(entry: LogEntry, laws: Laws) -> Iterator[Problem]:
    """The same tables, asked again with the same inputs on the same day, give the same answer by the same rules.

    The first part of the record that differs is told; others follow from it as a rule.
    """
    data = entry.data or {}
    again = laws.decide_again(entry)
    part = f"log entry {entry.seq}, {data['decision_id']}"
    if to_wire(again.value) != data["value"]:
        yield differs(
            part, f"it says {_short(data['value'])}, but evaluating again gives {_short(to_wire(again.value))}."
        )
        return
    for name, was, now in _parts(data, again):
        if was != now:
            yield differs(part, f"its {name} are {_short(was)}, but evaluating again gives {_short(now)}.")
            return


def _parts(data: Mapping[str, Any], again: DecisionResult) -> Iterator[tuple[str, object, object]]:
    audit, now = data["audit"], json.loads(json.dumps(again.audit.as_data()))
    yield "rules", _rules(audit), _rules(now)
    yield "clauses", list(data["clauses"]), list(again.audit.clauses)
    yield "models", audit["model_hashes"], now["model_hashes"]
    yield "warnings", [each["code"] for each in data["warnings"]], [str(each.code) for each in again.warnings]
    for name in sorted(audit):
        yield name.replace("_", " "), audit[name], _as_far_as(audit[name], now.get(name))


def _as_far_as(recorded: object, now: object) -> object:
    """*now* without what a later program tells beside all that was *recorded*."""
    if isinstance(recorded, Mapping) and isinstance(now, Mapping):
        return {name: _as_far_as(each, now[name]) for name, each in recorded.items() if name in now}
    if isinstance(recorded, list) and isinstance(now, list) and len(recorded) == len(now):
        return [_as_far_as(each, other) for each, other in zip(recorded, now, strict=True)]
    return now


def _rules(audit: Mapping[str, Any]) -> list[str]:
    return [str(rule["rule_id"]) for decision in audit["decisions"] for rule in decision["matched"]]


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _guarded(entry: LogEntry, check: Any) -> Iterator[Problem]:
    """What *check* finds; a record that it cannot read, or a law that cannot be asked, is a finding too."""
    try:
        yield from check()
    except EngineError as error:
        for problem in error.problems:
            yield differs(f"log entry {entry.seq}", f"it cannot be checked: {problem.message}")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        yield differs(f"log entry {entry.seq}", f"it is no such record ({type(error).__name__}: {error}).")


# ---- the page, and the store ----------------------------------------------------------------------------------------


def _check_page(case_file: CaseFile, page: str) -> Iterator[Problem]:
    try:
        told = render_explanation(build_explanation(case_file))
    except (EngineError, KeyError, TypeError, ValueError, AttributeError) as error:
        yield differs("explanation.html", f"it cannot be made again: {' '.join(str(error).split())}.")
        return
    if told != page:
        yield differs("explanation.html", "it is not the page that the log and the models give.")


def _compare(case_file: CaseFile, engine: Engine) -> Iterator[Problem]:
    with engine.looking_back() as snapshot:
        if case_file.case is not None:
            rows = snapshot.history.links_of_case(case_file.case.id)
        else:
            rows = snapshot.history.links_of_instance(case_file.instance_ids[0] if case_file.instance_ids else "")
        stored = {link.seq: link for link in rows if link.seq <= case_file.entries}
    archived = {link.seq: link for link in case_file.links if link.case_id is not None or link.instance_id is not None}
    for seq in sorted(stored.keys() | archived.keys()):
        if seq not in archived:
            yield differs(f"log entry {seq}", "the store holds it, but the archive does not.")
        elif seq not in stored:
            yield differs(f"log entry {seq}", "the archive holds it, but the store does not.")
        elif stored[seq].hash != archived[seq].hash:
            yield differs(f"log entry {seq}", "the store holds another row of this number.")
        elif archived[seq].payload is None and stored[seq].payload is not None:
            yield differs(f"log entry {seq}", "the archive says that it was erased, but the store holds it.")


def differs(part: str, said: str) -> Problem:
    hint = (
        "somebody changed the archive after it was made, or it was made by another version; compare it with the store"
    )
    return Problem(ErrorCode.ARCHIVE_DIFFERS, said, Location(part=part), hint=hint)
