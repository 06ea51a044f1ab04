"""The law of a case file made ready again: each version that was in force, with its tables, calendar and zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from engine.dmn import DecisionLibrary, DecisionResult
from engine.errors import ErrorCode, failure
from engine.feel import Value, from_wire
from engine.law import LawPackage, package_from_files
from engine.review.archive_case import CaseFile, DeployedVersion
from engine.runtime.compiled import library_of, model_of
from engine.store import LogEntry


@dataclass(frozen=True, slots=True)
class VersionOfLaw:
    """One version, ready to be asked. Loose files have no `law`; their zone is UTC."""

    version: int
    law: LawPackage | None
    library: DecisionLibrary
    zone: ZoneInfo


class Laws:
    """The versions of one case file, each read once."""

    def __init__(self, case_file: CaseFile) -> None:
        self._case_file = case_file
        self._read: dict[int, VersionOfLaw] = {}

    def at(self, seq: int) -> VersionOfLaw:
        """The version in force at entry *seq*. Errors: ARCHIVE_DIFFERS; EngineError when its files cannot be read."""
        version = self._case_file.version_at(seq)
        if version is None:
            raise failure(ErrorCode.ARCHIVE_DIFFERS, f"no version of the law was in force at entry {seq}.")
        return self._of(version)

    def all(self) -> tuple[VersionOfLaw, ...]:
        return tuple(self._of(version) for version in self._case_file.versions)

    def _of(self, version: DeployedVersion) -> VersionOfLaw:
        if version.version not in self._read:
            files = self._case_file.files_of(version)
            law = None if version.manifest is None else package_from_files(files, version.manifest)
            models = tuple(model_of(data, name) for name, data in files.items() if name.endswith(".dmn"))
            zone = ZoneInfo("UTC") if law is None else law.time_zone
            self._read[version.version] = VersionOfLaw(version.version, law, library_of(models), zone)
        return self._read[version.version]

    def decide_again(self, entry: LogEntry, *, explain: bool = False) -> DecisionResult:
        """Evaluate the recorded decision of *entry* once more: its version of the law, its inputs, its instant.

        Errors: as `at`; DMN_UNKNOWN_DECISION.
        """
        version = self.at(entry.seq)
        data = entry.data or {}
        now = entry.at.astimezone(version.zone)
        return version.library.evaluate(str(data["decision_id"]), inputs_of(data, version), now=now, explain=explain)


def inputs_of(data: Mapping[str, Any], version: VersionOfLaw) -> dict[str, Value]:
    """The inputs of a recorded decision, exactly: what the audit's words leave open stands beside them.

    An input that was not given is recorded as null and named by a warning; it is left out here as it was then.
    """
    exact = data.get("exact_inputs", {})
    shown = (data.get("audit") or {}).get("inputs", {})
    missing = {
        warning.get("decision_id") for warning in data["warnings"] if warning["code"] == ErrorCode.FEEL_NOT_FOUND
    }
    absent = {each.variable.name for model in version.library.models for each in model.input_data if each.id in missing}
    return {
        name: from_wire(exact[name]) if name in exact else value
        for name, value in shown.items()
        if value is not None or name not in absent
    }
