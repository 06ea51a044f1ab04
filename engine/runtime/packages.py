"""Deployed packages, compiled and kept in memory. A deployment never changes, so nothing here is ever stale.

Instances keep the diagram they were started with; decisions, parameters, notices and the calendar are those of the
latest deployment of the package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.bpmn import ProcessDefinition
from engine.calendars import BusinessCalendar
from engine.dmn import DecisionLibrary
from engine.errors import ErrorCode, did_you_mean, failure, list_known
from engine.law import LawPackage, package_from_files
from engine.runtime.compiled import Kept, definitions_of, library_of, model_of, stored_diagram_of
from engine.store import DeploymentRow, ProcessVersionRow, Snapshot

LOOSE_FILES = "loose_files"
"""The package id of diagrams and tables that were deployed without a manifest."""

_KEPT = 64


@dataclass(frozen=True, slots=True)
class DeployedPackage:
    """One deployment, ready to run. Loose files have no `law`; their zone is UTC."""

    deployment: DeploymentRow
    law: LawPackage | None
    library: DecisionLibrary
    time_zone: ZoneInfo

    @property
    def id(self) -> str:
        return self.deployment.package_id

    def require_law(self) -> LawPackage:
        if self.law is None:
            raise failure(
                ErrorCode.LAW_UNKNOWN_PACKAGE,
                "these files were deployed without a manifest: they have no vocabulary, calendar or notices.",
                hint="deploy them as a law package with a package.yaml",
            )
        return self.law

    def calendar(self) -> BusinessCalendar:
        return self.require_law().calendar

    def local(self, instant: datetime) -> datetime:
        """*instant* on the clock of the law's zone, so that a table's today() is the day that it is there."""
        return instant.astimezone(self.time_zone)


class Packages:
    """The packages of one store. Safe to share among threads."""

    def __init__(self) -> None:
        self._deployments: Kept[DeployedPackage] = Kept(_KEPT)
        self._definitions: Kept[Mapping[str, ProcessDefinition]] = Kept(_KEPT)

    def latest(self, snapshot: Snapshot, package_id: str) -> DeployedPackage:
        """Errors: LAW_UNKNOWN_PACKAGE with the nearest id."""
        row = snapshot.deployments.latest(package_id)
        if row is None:
            known = [row.package_id for row in snapshot.deployments.latest_of_each_package()]
            raise failure(
                ErrorCode.LAW_UNKNOWN_PACKAGE,
                f'no package "{package_id}" is deployed.{did_you_mean(package_id, known)}',
                hint=f"deployed packages: {', '.join(known) or 'none'}",
            )
        return self._deployments.get(f"{row.id} {row.hash}", lambda: _load(snapshot, row))

    def definition(self, snapshot: Snapshot, process_id: str, file_hash: str) -> ProcessDefinition:
        """The compiled process of the diagram with this hash. Errors: RUN_UNKNOWN_PROCESS."""

        def compiled() -> Mapping[str, ProcessDefinition]:
            version = snapshot.deployments.process_with_hash(process_id, file_hash)
            content = snapshot.deployments.content(file_hash)
            if version is None or content is None:
                raise failure(
                    ErrorCode.RUN_UNKNOWN_PROCESS,
                    f'no diagram {file_hash[:12]} with a process "{process_id}" is stored.',
                )
            return definitions_of(stored_diagram_of(content, version.file))

        definitions = self._definitions.get(file_hash, compiled)
        if process_id not in definitions:
            raise failure(
                ErrorCode.RUN_UNKNOWN_PROCESS,
                f'the diagram {file_hash[:12]} holds no process "{process_id}".{did_you_mean(process_id, definitions)}',
            )
        return definitions[process_id]


def package_deciding(decision_id: str, packages: Sequence[DeployedPackage]) -> DeployedPackage:
    """The one package that holds a decision. Errors: DMN_UNKNOWN_DECISION, also when several do."""
    having = [package for package in packages if decision_id in package.library.decision_ids]
    if len(having) == 1:
        return having[0]
    known = [each for package in packages for each in package.library.decision_ids]
    said = (
        f'the decision "{decision_id}" stands in {" and in ".join(package.id for package in having)}.'
        if having
        else f'no decision is called "{decision_id}".{did_you_mean(decision_id, known)}'
    )
    hint = "name the package" if having else "deploy the model that holds it, or correct the id"
    raise failure(ErrorCode.DMN_UNKNOWN_DECISION, said, hint=hint, decision_id=decision_id)


def active_process(snapshot: Snapshot, process_id: str) -> ProcessVersionRow:
    """The version that new instances take. Errors: RUN_UNKNOWN_PROCESS with the nearest id."""
    version = snapshot.deployments.active_process(process_id)
    if version is None:
        known = [row.process_id for row in snapshot.deployments.active_processes()]
        raise failure(
            ErrorCode.RUN_UNKNOWN_PROCESS,
            f'no process "{process_id}" is deployed.{did_you_mean(process_id, known)}',
            hint=f"deployed processes: {list_known(process_id, known) or 'none'}",
        )
    return version


def _load(snapshot: Snapshot, row: DeploymentRow) -> DeployedPackage:
    law, library = _CONTENTS.get((row.hash, row.manifest), lambda: _read(snapshot, row))
    return DeployedPackage(row, law, library, ZoneInfo("UTC") if law is None else law.time_zone)


_Content = tuple[LawPackage | None, DecisionLibrary]
_CONTENTS: Kept[_Content] = Kept(16)


def _read(snapshot: Snapshot, row: DeploymentRow) -> _Content:
    files = snapshot.deployments.files(row.id)
    law = None if row.manifest is None else package_from_files(files, row.manifest)
    return law, library_of(tuple(model_of(data, name) for name, data in files.items() if name.endswith(".dmn")))
