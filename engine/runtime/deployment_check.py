"""What was deployed, held against the log: the files of deployments to the byte, and what starts active processes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import ErrorCode, Location, Problem
from engine.runtime.log_kinds import LogKind
from engine.runtime.packages import Packages
from engine.store import CHANGED, ProcessVersionRow, Snapshot, sha256_of

_MANY = 1_000_000
_KINDS = ("message", "signal")


def check_deployments(snapshot: Snapshot, packages: Packages) -> Iterator[Problem]:
    """Every deployment, active process and start that the log and the deployed diagrams do not give as it stands."""
    newest: dict[str, tuple[int, dict[str, str]]] = {}
    for entry in snapshot.history.of_kind(LogKind.DEPLOYED, limit=_MANY):
        if entry.data is None:
            continue
        package, version, files = entry.data["package"], entry.data["version"], entry.data["files"]
        newest[package] = (version, files)
        row = snapshot.deployments.with_version(package, version)
        if row is None or row.hash != entry.data["hash"] or row.deployed_at != entry.at:
            yield _problem(package, f"version {version} is not the deployment that the log gives.")
            continue
        stored = {name: sha256_of(content) for name, content in snapshot.deployments.files(row.id).items()}
        for name in sorted({*stored, *files}):
            if stored.get(name) != files.get(name):
                yield _problem(package, f"the file {name} of version {version} is not the one that was deployed.")
    for latest in snapshot.deployments.latest_of_each_package():
        if newest.get(latest.package_id, (0, {}))[0] != latest.version:
            yield _problem(latest.package_id, f"the log gives no deployment of version {latest.version}.")
    yield from _active_processes(snapshot, packages, newest)


def _active_processes(
    snapshot: Snapshot, packages: Packages, newest: dict[str, tuple[int, dict[str, str]]]
) -> Iterator[Problem]:
    wanted: set[tuple[str, str, str, str]] = set()
    for row in snapshot.deployments.active_processes():
        _, files = newest.get(row.package_id, (0, {}))
        if row.hash not in files.values():  # its file may have another name since
            yield _problem(row.package_id, f"the process {row.process_id} is not the one that was deployed last.")
        else:
            wanted |= _starts(snapshot, packages, row)
    stored = {
        (start.process_id, start.element_id, kind, start.name)
        for kind in _KINDS
        for name in snapshot.deployments.start_names(kind)
        for start in snapshot.deployments.started_by(kind, name)
    }
    for process_id, element_id, kind, name in sorted(wanted ^ stored):
        yield _problem(
            process_id, f'that {element_id} starts it by the {kind} "{name}" is not as its diagram draws it.'
        )


def _starts(snapshot: Snapshot, packages: Packages, row: ProcessVersionRow) -> set[tuple[str, str, str, str]]:
    definition = packages.definition(snapshot, row.process_id, row.hash)
    starts = {"message": definition.message_starts, "signal": definition.signal_starts}
    return {(row.process_id, each.element_id, kind, each.name or "") for kind in _KINDS for each in starts[kind]}


def _problem(part: str, what: str) -> Problem:
    return Problem(
        ErrorCode.STORE_CHAIN,
        f"{part}: {what}",
        Location(part=part),
        hint=CHANGED,
    )
