"""The spool folder: letters for print and mail, as files that a print shop or a script picks up.

For each notice `<notice id>.txt`, `.html` and, for print and mail, the letter `.pdf`; for each delivery
`<notice id>.<key>.json` with the address.
The address file is written last: whoever finds it finds the letter too. Files appear whole or not at all, and writing
the same again changes nothing; other content under the same name is an error, never an overwrite.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import ErrorCode, Location, Problem
from engine.handlers.channels.settings import ChannelSettings
from engine.handlers.contract import Delivery, JobFailure, NoticeIssued

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SUFFIXES = {"text/plain": ".txt", "text/html": ".html", "application/pdf": ".pdf"}


class SpoolFolder:
    def __init__(self, settings: ChannelSettings) -> None:
        self._folder = settings.spool
        self._waits_for_disk = not settings.throwaway

    @property
    def resend_is_safe(self) -> bool:
        return True

    def send(self, notice: NoticeIssued, delivery: Delivery, key: str) -> Mapping[str, Any]:
        """Errors: STORE_IO when the folder cannot be written (worth a retry); JOB_FAILED when a file differs."""
        if not _SAFE_NAME.fullmatch(notice.notice_id):
            raise JobFailure(Problem(ErrorCode.JOB_FAILED, f'"{notice.notice_id}" cannot be the name of a file.'))
        short_key = hashlib.sha256(key.encode()).hexdigest()[:16]
        contents = {**{media: text.encode() for media, text in notice.texts.items()}, **notice.files}
        letters = {
            f"{notice.notice_id}{_SUFFIXES[media]}": data
            for media, data in sorted(contents.items())
            if media in _SUFFIXES
        }
        address = {
            "notice": notice.notice_id,
            "type": notice.notice_type,
            "dated": notice.dated.isoformat(),
            "subject": notice.subject,
            "channel": delivery.channel,
            "address": dict(sorted(delivery.address.items())),
            "files": list(letters),
            "key": key,
        }
        label = json.dumps(address, ensure_ascii=False, indent=2).encode() + b"\n"
        label_name = f"{notice.notice_id}.{short_key}.json"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for name, data in [*letters.items(), (label_name, label)]:
                _write_once(self._folder / name, data, short_key, durably=self._waits_for_disk)
        except OSError as error:
            problem = Problem(
                ErrorCode.STORE_IO,
                f"the spool folder cannot be written: {error.strerror or error}.",
                Location(file=str(self._folder)),
                hint="check the folder, its rights and the space on its disk; the delivery is tried again",
            )
            raise JobFailure(problem, retry=True) from error
        return {"delivered_to": "spool", "file": label_name, "key": key}


def _write_once(path: Path, data: bytes, short_key: str, *, durably: bool) -> None:
    """Make *path* hold *data*, atomically and, when asked, *durably*; an identical file is left alone."""
    if _holds(path, data):
        return
    temporary = path.with_name(f".{path.name}.{short_key}.part")
    with temporary.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # whoever has lost the lease of this delivery may be writing it still
        if _holds(path, data):
            temporary.unlink(missing_ok=True)
            return
        stream.truncate(0)
        stream.write(data)
        stream.flush()
        if durably:
            os.fsync(stream.fileno())
        temporary.replace(path)
    if not durably:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _holds(path: Path, data: bytes) -> bool:
    """Whether the file is there already. Errors: JOB_FAILED when it holds something else."""
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return False
    if found == data:
        return True
    raise JobFailure(
        Problem(
            ErrorCode.JOB_FAILED,
            "another letter lies under this name in the spool folder.",
            Location(file=str(path)),
            hint="look who wrote it; move it away, then retry the delivery",
        )
    )
