"""Reading a store without touching it: a copy is made and thrown away, whoever works in the store meanwhile."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from engine.errors import ErrorCode, did_you_mean, failure
from engine.law import LawPackage, package_from_files
from engine.store import DeploymentRow, Snapshot, Store

STORE_FILE = "store.sqlite"
PREFIX = "store:"
LATEST = "latest"
SHORTEST_HASH = 6


@contextmanager
def copied_store(directory: Path) -> Iterator[Store]:
    """A copy of the store in *directory*, as it is now; the store itself is only read.

    Errors: STORE_IO when there is none or it cannot be read; STORE_SCHEMA when another program made it.
    """
    path = directory / STORE_FILE if directory.is_dir() else directory
    if not path.is_file():
        hint = "name the folder that holds the store with --store"
        said = f"expected a store, but there is no {path}."
        raise failure(ErrorCode.STORE_IO, said, file=str(path), hint=hint)
    with tempfile.TemporaryDirectory(prefix="clauseflow-") as folder:
        copy = Path(folder) / STORE_FILE
        _copy(path, copy)
        store = Store.open(copy, throwaway=True)
        try:
            yield store
        finally:
            store.close()


def _copy(path: Path, copy: Path) -> None:
    # Without a write-ahead log nobody has the store open, and SQLite need not lay files beside it to read.
    mode = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    try:
        with (
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        said = f"the store cannot be read: {error}."
        raise failure(ErrorCode.STORE_IO, said, file=str(path), hint="name a file that clauseflow made") from error


def stored_package(store: Store, wanted: str) -> tuple[str, LawPackage]:
    """The package version that *wanted* names, with its name for people.

    *wanted* is a version (`3`), the beginning of a hash, or `latest`; before it `PACKAGE@` where the store has several.
    Errors: LAW_UNKNOWN_PACKAGE with the versions that there are.
    """
    package_id, _, version = wanted.rpartition("@")
    with store.read() as snapshot:
        rows = [row for row in stored_versions(snapshot) if row.manifest is not None]
        known = list(dict.fromkeys(row.package_id for row in rows))
        if package_id and package_id not in known:
            raise _unknown(f'no package "{package_id}" is stored.{did_you_mean(package_id, known)}', rows)
        mine = [row for row in rows if not package_id or row.package_id == package_id]
        found = [row for row in mine if _is_meant(row, version, mine)]
        if not found:
            raise _unknown(f'no stored version is meant by "{wanted}".', rows)
        if len(found) > 1:
            raise _unknown(f'"{wanted}" may mean {len(found)} stored versions.', found)
        row = found[0]
        assert row.manifest is not None
        package = package_from_files(snapshot.deployments.files(row.id), row.manifest)
    return f"{row.package_id} version {row.version} (stored, {row.hash[:12]})", package


def stored_versions(snapshot: Snapshot) -> Iterator[DeploymentRow]:
    """Every version of every package, oldest first within a package."""
    for latest in snapshot.deployments.latest_of_each_package():
        for version in range(1, latest.version + 1):
            row = snapshot.deployments.with_version(latest.package_id, version)
            if row is not None:
                yield row


def _is_meant(row: DeploymentRow, version: str, rows: list[DeploymentRow]) -> bool:
    if version in ("", LATEST):
        return row.version == max(each.version for each in rows if each.package_id == row.package_id)
    if version.isdigit() and len(version) < SHORTEST_HASH:
        return row.version == int(version)
    return len(version) >= SHORTEST_HASH and row.hash.startswith(version.lower())


def _unknown(said: str, rows: list[DeploymentRow]) -> Exception:
    versions = ", ".join(f"{row.package_id}@{row.version} ({row.hash[:12]})" for row in rows)
    hint = f"stored versions: {versions or 'none'}"
    return failure(ErrorCode.LAW_UNKNOWN_PACKAGE, said, hint=hint)
