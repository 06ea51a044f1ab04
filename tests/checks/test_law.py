"""Clauses without a home, citations of clauses that are not there, rules without a clause: all found at their place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.errors import ErrorCode, Problem
from engine.review import check_paths
from engine.review.checks.sarif import rule_id
from tests.checks.ferry_law import FILES, Change

PASS, MANIFEST, REGISTER, ROUTE, LIMITS = "ferry_pass.bpmn", "package.yaml", "register.yaml", "route.dmn", "limits.dmn"
UNCITED = "TRACE_CLAUSE"
UNKNOWN = "LAW_UNKNOWN_CLAUSE"
WITHOUT = "DMN_NO_CLAUSE"


@dataclass(frozen=True)
class Case:
    finds: str
    name: str
    place: str
    changes: tuple[Change, ...]


def case(finds: str, name: str, place: str, *changes: Change) -> Case:
    return Case(finds, name, place, changes)


def clause(clause_id: str, **more: str) -> Change:
    """A clause more in the register, which nothing cites."""
    given = {"text": "More.", "citation": f"FPO {clause_id}", "kind": "obligation", "home": "decision"} | more
    row = ", ".join(f"{key}: {value}" for key, value in given.items())
    return (REGISTER, '  - {id: "2"', f'  - {{id: "{clause_id}", {row}, status: found}}\n  - {{id: "2"')


CASES = [
    # ---- blank clauses
    case(UNCITED, "A sub-clause", "clauses > 2.a", clause("2.a")),
    case(UNCITED, "A permission", "clauses > 3(1)", clause("3(1)", kind="permission")),
    case(UNCITED, "A definition", "clauses > 1.b", clause("1.b", kind="definition")),
    case(UNCITED, "A section that came into force", "clauses > 9", clause("9"), (REGISTER, '"4"]', '"4", "9"]')),
    case(
        UNCITED,
        "The last citation was taken out",
        "clauses > 3",
        ("calendar.yaml", "[fe:3]", "[fe:2]"),
        (LIMITS, "[fe:3]", "[fe:2]"),
        (MANIFEST, '"fe:3"', '"fe:1"'),
    ),
    case(UNCITED, "A citation of the clause above is none", "clauses > 4(2)(a)", clause("4(2)(a)")),
    # ---- citations of what is not there
    case(UNKNOWN, "At a start event", "Event_Asked", (PASS, "[fe:1]", "[fe:11]")),
    case(
        UNKNOWN, "At a task, beside one that is there", "Activity_Visit", (PASS, "[fe:2; R-03]", "[fe:2; fe:22; R-03]")
    ),
    case(UNKNOWN, "At a rule", "Rule_North", (ROUTE, "[fe:2] b", "[fe:2.b] b")),
    case(
        UNKNOWN,
        "At a fact",
        "facts > resident",
        (MANIFEST, 'whether resident, clause: "fe:2"', 'whether resident, clause: "fe:5"'),
    ),
    case(
        UNKNOWN,
        "At an event",
        "events > answer given",
        (MANIFEST, 'meaning: answers, clause: "fe:3"', 'meaning: answers, clause: "fe:7"'),
    ),
    case(
        UNKNOWN,
        "In a notice",
        "granted.md",
        ("granted.md", "meaning: the number, value", "meaning: the number, value"),
        ("granted.md", 'id: number, clause: "fe:4"', 'id: number, clause: "fe:44"'),
    ),
    case(
        UNKNOWN,
        "In the calendar",
        "calendar.yaml",
        ("calendar.yaml", 'day: 3}, citation: "[fe:3]"', 'day: 3}, citation: "[fe:33]"'),
    ),
    case(UNKNOWN, "Of another register", "Rule_North", (ROUTE, "[fe:2] b", "[ef:2] b")),
    # ---- rules without a clause
    case(WITHOUT, "No description", "Rule_North", (ROUTE, "[fe:2] b", "")),
    case(WITHOUT, "A description without brackets", "Rule_North", (ROUTE, "[fe:2] b", "fe:2 b")),
    case(WITHOUT, "Brackets at the end", "Rule_Resident", (ROUTE, "[fe:2] a", "residents [fe:2]")),
    case(WITHOUT, "Empty brackets", "Rule_South", (ROUTE, "[fe:2; R-01] c", "[] c")),
    case(WITHOUT, "A row of a parameter", "Rule_Answer", (LIMITS, "[fe:3] b", "thirty days")),
]


def findings(folder: Path, *changes: Change) -> list[Problem]:
    files = dict(FILES)
    for file, old, new in changes:
        assert old in files[file], f"{file} does not hold {old}"
        files[file] = files[file].replace(old, new)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return list(check_paths([folder]).problems)


def test_law_as_it_is_has_none_of_these_findings(tmp_path: Path) -> None:
    found = findings(tmp_path)

    assert {problem.code for problem in found} == {ErrorCode.BPMN_STYLE, ErrorCode.BPMN_NO_CLAUSE}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.finds}-{case.name.replace(' ', '_')}")
def test_spoilt_law_is_found_at_its_place(case: Case, tmp_path: Path) -> None:
    # when
    found = findings(tmp_path, *case.changes)

    # then
    told = "\n\n".join(map(str, found))
    assert any(rule_id(problem) == case.finds and case.place in str(problem).splitlines()[0] for problem in found), told
    assert [str(problem) for problem in found if not problem.why] == []
