"""The invented market law at work, for tests of the review: a played store, and archives that somebody tampers with."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from engine.review import Played, build_explanation, play_scenarios, read_case_file, render_explanation, write_archive
from engine.review.archive_case import CaseFile
from engine.review.archive_zip import LOG, SUMS, seal_files
from engine.runtime import Engine
from engine.simulation import Player, Shelf, load_scenario, play
from engine.store import ChainLink, commitment_of, hash_of

MINI_LAW = Path(__file__).parents[1] / "simulation" / "mini_law"
MANIFEST = MINI_LAW / "package.yaml"


def play_market(folder: Path, scenario: str = "certificate_too_late") -> Player:
    """The scenario played in a store in *folder*; close the player when done."""
    shelf = Shelf([MANIFEST])
    told = load_scenario(MINI_LAW / "scenarios" / f"{scenario}.yaml", shelf)
    player = Player(folder, told.start)
    play(player, told, shelf.load(MANIFEST))
    return player


@cache
def market_runs() -> tuple[Played, ...]:
    """The runs of the scenarios of the market law, in order of their files."""
    runs, problems = play_scenarios(sorted((MINI_LAW / "scenarios").glob("*.yaml")), [MANIFEST])
    assert not problems
    return tuple(runs)


def archive_of(engine: Engine, subject: str) -> bytes:
    case_file = read_case_file(engine, subject)
    return write_archive(case_file, render_explanation(build_explanation(case_file)))


def unzip(data: bytes) -> dict[str, bytes]:
    """The files of an archive, without their sums."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != SUMS}


def forge(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The archive with its files changed, its sums and its seal made anew: what somebody who knows the format does."""
    files = unzip(data)
    change(files)
    return seal_files(files)


def rows_of(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[LOG].decode().split("\n") if line]


def put_rows(files: dict[str, bytes], rows: list[dict[str, Any]]) -> None:
    files[LOG] = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def rehash(rows: list[dict[str, Any]], first: int) -> None:
    """Make the chain whole again from row *first* on, as far as its rows follow one another without a gap."""
    for number in range(first, len(rows)):
        row = rows[number]
        before = rows[number - 1] if number else None
        follows = before is not None and row["seq"] - len(json.loads(row["entries"])) == before["seq"]
        if number > first and not follows:
            return
        if follows and before is not None:
            row["prev_hash"] = before["hash"]
        row["commitment"] = commitment_of(bytes.fromhex(row["salt"]), row["payload"]).hex()
        visible = tuple(row[name] for name in ("seq", "at", "actor", "roles", "case_id", "instance_id", "entries"))
        own = hash_of(bytes.fromhex(row["prev_hash"]), visible, bytes.fromhex(row["commitment"]))
        row["hash"] = own.hex()


def without_row(case_file: CaseFile, link: ChainLink) -> CaseFile:
    """The case file as if that row had never been."""
    return replace(case_file, links=tuple(each for each in case_file.links if each != link))
