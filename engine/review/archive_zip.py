"""The archive of a case as one zip file: the same case file always gives the same bytes.

    explanation.html     the life of the case, for people
    archive.json         which case, which versions of the law, what lies where
    log.jsonl            its rows of the log, one a line, with the hashes of the chain
    models/v1/...        the files of each version in force, as deployed; a file that did not change stands once
    diagrams/...         older diagrams that an instance still ran on
    notices/<id>/...     each notice as sent
    SHA256SUMS           of all other files (`sha256sum -c SHA256SUMS`)

The comment at the very end of the zip holds the SHA-256 of all bytes before it, so that no byte can change unseen.
Whoever rewrites all of it anew is told by the chain, by evaluating again, and by comparing with the store.
"""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from engine.errors import EngineError, ErrorCode, Location, Problem, failure
from engine.review.archive_case import CaseFile, CaseHead, DeployedVersion, sha256_of_bytes
from engine.review.explain_html import PAGE
from engine.store import ChainLink, read_instant

FORMAT = 1
EXPLANATION, HEADER, LOG, SUMS = "explanation.html", "archive.json", "log.jsonl", "SHA256SUMS"
MODELS, DIAGRAMS, NOTICES = "models/", "diagrams/", "notices/"
NOTICE_FILES: Mapping[str, str] = {
    "text/plain": "text.txt",
    "text/markdown": "text.md",
    "text/html": "page.html",
    "application/pdf": "letter.pdf",
}
MOST_BYTES = 512 * 1024 * 1024
MOST_FILES = 50_000
_SEAL = "sha256:"
_SEAL_LENGTH = len(_SEAL) + 64
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


# ---- writing --------------------------------------------------------------------------------------------------------


def write_archive(case_file: CaseFile, explanation: str) -> bytes:
    """The archive of *case_file*; *explanation* is its page as `render_explanation` gives it."""
    files: dict[str, bytes] = {EXPLANATION: explanation.encode()}
    files[LOG] = "".join(f"{json.dumps(_link_data(link), ensure_ascii=False)}\n" for link in case_file.links).encode()
    placed = set()
    for version in case_file.versions:
        for name, sha256 in version.files.items():
            if sha256 in case_file.blobs and sha256 not in placed:
                placed.add(sha256)
                files[f"{MODELS}v{version.version}/{name}"] = case_file.blobs[sha256]
    for sha256, name in case_file.diagrams.items():
        if sha256 in case_file.blobs and sha256 not in placed:
            files[f"{DIAGRAMS}{sha256[:12]}/{posixpath.basename(name)}"] = case_file.blobs[sha256]
    for notice_id, contents in case_file.notices.items():
        for media_type, content in contents.items():
            files[f"{NOTICES}{notice_id}/{_file_of(media_type)}"] = content
    files[HEADER] = (json.dumps(_header(case_file), ensure_ascii=False, indent=1) + "\n").encode()
    return seal_files(files)


def seal_files(files: Mapping[str, bytes]) -> bytes:
    """*files* with their sums as one sealed zip: the same files always give the same bytes."""
    sums = "".join(f"{sha256_of_bytes(files[name])}  {name}\n" for name in sorted(files))
    files = {**files, SUMS: sums.encode()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, files[name])
        archive.comment = b"0" * _SEAL_LENGTH
    body = out.getvalue()[:-_SEAL_LENGTH]
    return body + _SEAL.encode() + hashlib.sha256(body).hexdigest().encode()


def _file_of(media_type: str) -> str:
    return NOTICE_FILES.get(media_type, media_type.replace("/", "."))


def _header(case_file: CaseFile) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "page": PAGE,
        "subject": case_file.subject,
        "package": case_file.package_id,
        "case": None if case_file.case is None else asdict(case_file.case),
        "instances": list(case_file.instance_ids),
        "read_at": case_file.read_at.isoformat(),
        "log_entries": case_file.entries,
        "log_head": case_file.head,
        "versions": [asdict(version) for version in case_file.versions],
        "diagrams": dict(case_file.diagrams),
        "notices": {
            notice_id: {media_type: _file_of(media_type) for media_type in contents}
            for notice_id, contents in case_file.notices.items()
        },
    }


def _link_data(link: ChainLink) -> dict[str, Any]:
    return {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in ((name, getattr(link, name)) for name in _LINK_FIELDS)
    }


_LINK_FIELDS = (
    "seq",
    "at",
    "actor",
    "roles",
    "case_id",
    "instance_id",
    "entries",
    "commitment",
    "prev_hash",
    "hash",
    "salt",
    "payload",
)


# ---- reading --------------------------------------------------------------------------------------------------------


def read_archive(data: bytes) -> tuple[CaseFile, str, tuple[Problem, ...]]:
    """The case file and the page of an archive, with a problem for each byte, sum or file that is not as it was sealed.

    Errors: ARCHIVE_INVALID when it is no archive, or so damaged that nothing in it can be read.
    """
    files = _unzip(data)
    problems = [*_check_seal(data), *_check_sums(files)]
    for name in (EXPLANATION, HEADER, LOG):
        if name not in files:
            raise failure(ErrorCode.ARCHIVE_INVALID, f"expected the archive of a case, but it holds no {name}.")
    try:
        case_file = _case_file(files)
        page = files[EXPLANATION].decode()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        seen = "".join(f" {problem.message}" for problem in problems[:3])
        raise failure(
            ErrorCode.ARCHIVE_INVALID,
            f"expected the archive of a case, but {HEADER} or {LOG} cannot be read ({error}).{seen}",
            hint="compare it with the archive as it was handed out",
        ) from error
    return case_file, page, tuple(problems)


def _unzip(data: bytes) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > MOST_FILES:
                raise _no_archive(f"it holds {len(infos)} files, more than {MOST_FILES}")
            for info in infos:
                if info.filename in files:
                    raise _no_archive(f'it holds "{info.filename}" twice')
                if info.filename.startswith("/") or ".." in info.filename.split("/") or "\\" in info.filename:
                    raise _no_archive(f'the name "{info.filename}" leaves the archive')
                total += info.file_size
                if total > MOST_BYTES:
                    raise _no_archive(f"it holds more than {MOST_BYTES} bytes")
                with archive.open(info) as content:
                    files[info.filename] = content.read(info.file_size + 1)
    except _DAMAGED as error:
        raise _no_archive(str(error) or type(error).__name__) from error
    return files


_DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
)


def _no_archive(why: str) -> EngineError:
    return failure(
        ErrorCode.ARCHIVE_INVALID,
        f"expected an archive as `clauseflow explain --archive` writes it, but {why}.",
        hint="compare it with the archive as it was handed out",
    )


def _check_seal(data: bytes) -> Iterable[Problem]:
    body, seal = data[:-_SEAL_LENGTH], data[-_SEAL_LENGTH:]
    if seal != _SEAL.encode() + hashlib.sha256(body).hexdigest().encode():
        yield _differs("the archive", "its bytes are not those that were sealed.")


def _check_sums(files: Mapping[str, bytes]) -> Iterable[Problem]:
    listed: dict[str, str] = {}
    for line in files.get(SUMS, b"").decode(errors="replace").splitlines():
        sha256, _, name = line.partition("  ")
        listed[name] = sha256
    for name in sorted(listed.keys() - files.keys()):
        yield _differs(name, "the file is listed, but is not there.")
    for name in sorted(files.keys() - listed.keys() - {SUMS}):
        yield _differs(name, f"the file is not listed in {SUMS}.")
    for name in sorted(files.keys() & listed.keys()):
        if sha256_of_bytes(files[name]) != listed[name]:
            yield _differs(name, "its content is not the one that was listed.")


def _differs(part: str, said: str) -> Problem:
    hint = "somebody changed the archive after it was made; compare it with the store"
    return Problem(ErrorCode.ARCHIVE_DIFFERS, said, Location(part=part), hint=hint)


def _case_file(files: Mapping[str, bytes]) -> CaseFile:
    header = json.loads(files[HEADER])
    if header["format"] != FORMAT:
        raise ValueError(f"its format is {header['format']}, and this reads {FORMAT}")
    models = {
        sha256_of_bytes(content): content for name, content in files.items() if name.startswith((MODELS, DIAGRAMS))
    }
    read_at = datetime.fromisoformat(header["read_at"])
    return CaseFile(
        subject=str(header["subject"]),
        package_id=str(header["package"]),
        case=None if header["case"] is None else CaseHead(**header["case"]),
        instance_ids=tuple(_text(each) for each in header["instances"]),
        read_at=read_at.astimezone(UTC),
        entries=int(header["log_entries"]),
        head=str(header["log_head"]),
        links=tuple(_link(line) for line in files[LOG].decode().split("\n") if line),
        versions=tuple(_version(each) for each in header["versions"]),
        diagrams=dict(header["diagrams"]),
        blobs=models,
        page=int(header["page"]),
        notices={
            notice_id: {
                media_type: files[f"{NOTICES}{notice_id}/{name}"]
                for media_type, name in contents.items()
                if f"{NOTICES}{notice_id}/{name}" in files
            }
            for notice_id, contents in header["notices"].items()
        },
    )


def _link(line: str) -> ChainLink:
    """A row of the log. Errors: ValueError, KeyError, TypeError for a line that is none."""
    data = json.loads(line)
    read_instant(data["at"])
    for name in ("roles", "entries"):
        if not isinstance(json.loads(data[name]), list):
            raise ValueError(f"{name} of entry {data['seq']} is no list")
    if type(data["seq"]) is not int:
        raise TypeError(f"the number {data['seq']!r} of an entry is no whole number")
    if data["payload"] is not None and len(json.loads(data["payload"])) != len(json.loads(data["entries"])):
        raise ValueError(f"the payload of entry {data['seq']} is not that of its entries")
    return ChainLink(
        seq=data["seq"],
        at=data["at"],
        actor=_text(data["actor"]),
        roles=data["roles"],
        case_id=None if data["case_id"] is None else _text(data["case_id"]),
        instance_id=None if data["instance_id"] is None else _text(data["instance_id"]),
        entries=data["entries"],
        commitment=bytes.fromhex(data["commitment"]),
        prev_hash=bytes.fromhex(data["prev_hash"]),
        hash=bytes.fromhex(data["hash"]),
        salt=None if data["salt"] is None else bytes.fromhex(data["salt"]),
        payload=data["payload"],
    )


def _version(data: Mapping[str, Any]) -> DeployedVersion:
    manifest = data["manifest"]
    files = {_text(name): _text(sha256) for name, sha256 in data["files"].items()}
    return DeployedVersion(int(data["version"]), int(data["seq"]), None if manifest is None else _text(manifest), files)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
