"""Every shipped notice, on data of a real case: with one required piece taken out of it, it is not sent.

The notices are met where scenarios issue them. There each piece is cut out of the source in turn, the job is asked
again, and must stop with NOTICE_CONTENT_MISSING for that piece in each form of the notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ErrorCode
from engine.handlers import HANDLERS
from engine.handlers.contract import Job, JobFailure, JobResult, NoticeIssued, Services
from engine.law import PDF, TEXT, LawPackage, NoticeSource, load_package
from engine.simulation import Shelf, load_scenario, run_scenario
from engine.store import Store
from tests.notices.plain_language import HARDEST_GRADE, LONGEST_SENTENCE, grade, longest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [load_package(manifest) for manifest in sorted(ROOT.glob("processes/*/package.yaml"))]
TYPES = sorted((package.id, notice_type) for package in SHIPPED for notice_type in package.notices)
SCENARIOS = sorted((*ROOT.glob("tests/scenarios/**/*.yaml"), *ROOT.glob("processes/*/scenarios/*.yaml")))
ORIGINAL = HANDLERS["notice.send"]


@dataclass(frozen=True)
class Cut:
    """A template without some words, whatever Markdown stands between them."""

    template: Any
    words: tuple[str, ...]

    def render(self, context: Mapping[str, Any]) -> str:
        text = str(self.template.render(context))
        for words in self.words:
            pattern = r"[\s*_>]+".join(
                "".join(rf"\\?{re.escape(character)}" for character in word) for word in words.split()
            )
            text = re.sub(pattern, "", text)
        return text


@dataclass
class CutServices:
    """The services of a job, whose law holds one notice with a piece cut out."""

    services: Services
    source: NoticeSource

    def law(self) -> LawPackage:
        law = self.services.law()
        return replace(law, notices={**law.notices, self.source.type: self.source})

    def __getattr__(self, name: str) -> Any:
        return getattr(self.services, name)


@dataclass
class Seen:
    """What became of each piece: the problem that its absence made, or None when the notice was issued all the same."""

    pieces: dict[str, Any] = field(default_factory=dict)
    forms: frozenset[str] = frozenset()
    text: str = ""


def send_without_each_piece(job: Job, services: Services, types: frozenset[str], seen: dict[str, Seen]) -> JobResult:
    """The handler of `notice.send`; one of *types* is tried without each of its pieces too, where it is met first."""
    result = ORIGINAL.run(job, services)
    (issued,) = (record for record in result.records if isinstance(record, NoticeIssued))
    if issued.notice_type in types - seen.keys():
        source = services.law().notices[issued.notice_type]
        found = seen[issued.notice_type] = Seen(
            forms=frozenset({*issued.texts, *issued.files}), text=issued.texts[TEXT]
        )
        for piece in issued.required:
            words = tuple(sorted(piece["expected"], key=len, reverse=True))
            cut = replace(source, body=Cut(source.body, words), subject=Cut(source.subject, words))
            try:
                ORIGINAL.run(job, CutServices(services, cut))
                found.pieces[piece["id"]] = None
            except JobFailure as failed:
                found.pieces[piece["id"]] = failed.problem
    return result


def plan(types: set[tuple[str, str]]) -> Iterator[tuple[Path, frozenset[str]]]:
    """As few scenarios as a greedy choice finds that expect a notice of each of *types*, with those to meet there."""
    package_of = re.compile(r"^package: (\w+)", re.M)
    expected: dict[Path, set[tuple[str, str]]] = {}
    for path in SCENARIOS:
        text = path.read_text(encoding="utf-8")
        package = package_of.search(text)
        if package:
            expected[path] = {(package[1], name) for name in re.findall(r"\{notice: (\w+)", text)} & types
    while any(expected.values()):
        best = max(expected, key=lambda path: len(expected[path]))
        covered = expected[best]
        yield best, frozenset(name for _, name in covered)
        expected = {path: found - covered for path, found in expected.items()}


PLAN = list(plan(set(TYPES)))


@cache
def shelf() -> Shelf:
    return Shelf()


@pytest.mark.parametrize(("path", "types"), PLAN, ids=[path.stem for path, _ in PLAN])
def test_shipped_notice_without_a_required_piece_is_not_sent(
    path: Path, types: frozenset[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given each notice that the scenario issues, tried without each of its pieces in turn
    seen: dict[str, Seen] = {}

    def run(job: Job, services: Services) -> JobResult:
        return send_without_each_piece(job, services, types, seen)

    monkeypatch.setitem(HANDLERS, "notice.send", replace(ORIGINAL, run=run))

    # when the scenario is played
    scenario = load_scenario(path, shelf())
    law = shelf().find(scenario.package_id, path)
    run_scenario(scenario, law)

    # then every attempt stopped for the missing piece, in every form of the notice
    assert types == set(seen)
    for notice_type in sorted(types):
        source, found = law.notices[notice_type], seen[notice_type]
        assert set(found.pieces) == {piece.id for piece in source.required}
        for piece, problem in found.pieces.items():
            assert problem is not None, f"{notice_type} was sent without {piece}"
            assert problem.code == ErrorCode.NOTICE_CONTENT_MISSING
            assert f'"{piece}"' in problem.message
            assert "the text and the page" in problem.message
        assert (PDF in found.forms) == bool({"mail", "print"} & set(source.channels))
        # and what was sent reads as plainly as its source
        assert grade(found.text) <= HARDEST_GRADE
        assert len(longest(found.text)) <= LONGEST_SENTENCE, " ".join(longest(found.text))


def test_scenarios_meet_every_shipped_notice() -> None:
    met = {(package_id(path), name) for path, types in PLAN for name in types}

    assert sorted(set(TYPES) - met) == []


def package_id(path: Path) -> str:
    return load_scenario(path, shelf()).package_id


def test_notice_without_a_required_piece_becomes_an_incident_and_nothing_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a scenario whose notice lacks the reasons
    path = ROOT / "tests/scenarios/section_2_2/residency_11_months.yaml"

    def run(job: Job, services: Services) -> JobResult:
        source = services.law().notices[job.headers["notice"]]
        cut = replace(source, body=Cut(source.body, ("You have not lived in Kentucky",)))
        return ORIGINAL.run(job, CutServices(services, cut))

    monkeypatch.setitem(HANDLERS, "notice.send", replace(ORIGINAL, run=run))

    # when it is played
    shelf = Shelf()
    scenario = load_scenario(path, shelf)
    result = run_scenario(scenario, shelf.find(scenario.package_id, path), directory=tmp_path)

    # then the determination stops, the ledger holds no notice and the spool folder no letter
    assert not result.ok
    with Store.open(tmp_path / "store.sqlite").read() as snapshot:
        assert snapshot.notices.of_case(None, limit=10) == []
        (incident,) = snapshot.incidents.find(state="open", instance_id=None, case_id=None, limit=10)
    assert incident.code == ErrorCode.NOTICE_CONTENT_MISSING
    assert incident.problem["part"] == "required > reason"
    assert not list((tmp_path / "spool").glob("*")) if (tmp_path / "spool").exists() else True
