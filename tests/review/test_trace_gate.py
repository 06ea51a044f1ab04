"""The gate on registers in force: what is blank, unproven, wrongly standing or not there is found; the rest passes."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from engine.errors import EngineError, ErrorCode
from engine.law import load_package
from engine.review import (
    Coverage,
    Played,
    Standing,
    build_trace,
    judge,
    judge_registers,
    read_coverage,
)
from engine.review.trace_results import Cited
from tests.review.market import MANIFEST, MINI_LAW, market_runs

RUNS = market_runs()


def market_with(tmp_path: Path, changes: Iterable[tuple[str, str, str]]) -> Coverage:
    """The coverage of the market law with texts replaced: (file, old, new)."""
    law = tmp_path / "law"
    shutil.copytree(MINI_LAW, law)
    for file, old, new in changes:
        path = law / file
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return read_coverage(load_package(law / "package.yaml"))


def in_force(*prefixes: str) -> tuple[str, str, str]:
    shown = ", ".join(f'"{prefix}"' for prefix in prefixes)
    return ("law/register.yaml", 'in_force: ["2", "3", "4", "5"]', f"in_force: [{shown}]")


def standing(clause: str, line: str) -> tuple[str, str, str]:
    """A line more at a clause of the register."""
    return ("law/register.yaml", f'- id: "{clause}"\n', f'- id: "{clause}"\n    {line}\n')


def test_gate_is_open_when_every_clause_in_force_is_carried_out_and_proven() -> None:
    assert judge(read_coverage(load_package(MANIFEST)), RUNS) == ()


def test_clause_that_nothing_carries_out_is_blank(tmp_path: Path) -> None:
    # given: only the calendar and the manifest speak of Section 1
    coverage = market_with(tmp_path, [in_force("1", "4")])

    # when
    findings = judge(coverage, RUNS)

    # then
    assert [problem.code for problem in findings] == [ErrorCode.TRACE_BLANK] * 3
    assert [problem.location.part for problem in findings] == [f"clauses > 1({n})" for n in (1, 2, 3)]
    assert findings[0].location.file == "law/register.yaml"


def test_definition_in_use_is_proven_by_a_scenario_that_reaches_its_user_and_expects_what_that_cites(
    tmp_path: Path,
) -> None:
    # given
    coverage = market_with(tmp_path, [in_force("1(1)"), standing("1(1)", "used_by: [Event_RequestReceived]")])

    # when
    (row,) = build_trace(coverage, RUNS, in_force_only=True)

    # then
    assert row.standing is Standing.DEFINITION
    assert row.proven
    assert judge(coverage, RUNS) == ()


def test_definition_whose_user_no_scenario_reaches_is_unproven(tmp_path: Path) -> None:
    # given
    coverage = market_with(tmp_path, [in_force("1(1)"), standing("1(1)", "used_by: [Event_RequestReceived]")])

    # when
    (problem,) = judge(coverage, [])

    # then
    assert problem.code is ErrorCode.TRACE_UNPROVEN
    assert "no scenario reaches what uses it" in problem.message


def test_clause_of_a_person_is_proven_only_when_its_user_task_is_done(tmp_path: Path) -> None:
    # given
    coverage = market_with(tmp_path, [in_force("3(1)"), standing("3(1)", "manual: [Activity_ExamineRequest]")])
    (examined,) = [run for run in RUNS if "certificate_in_time" in run.file]
    only_open = Played(
        examined.file,
        examined.title,
        examined.package_id,
        True,
        examined.elements,
        examined.rules,
        examined.clauses,
        examined.done - {"Activity_ExamineRequest"},
        examined.notices,
        examined.expectations,
    )

    # then
    assert judge(coverage, [examined]) == ()
    (problem,) = judge(coverage, [only_open])
    assert "done by a person" in problem.message
    assert "no scenario has its user task done" in problem.message


def test_clause_out_of_scope_with_a_reason_passes_without_proof(tmp_path: Path) -> None:
    # given
    coverage = market_with(tmp_path, [in_force("1(1)"), standing("1(1)", "out_of_scope: the term is never used")])

    # when
    (row,) = build_trace(coverage, [], in_force_only=True)

    # then
    assert row.standing is Standing.OUT_OF_SCOPE
    assert row.open == ()
    assert judge(coverage, []) == ()


REFUSED = [
    (
        "an obligation out of scope",
        standing("3(1)", "out_of_scope: too much work"),
        "cannot be out of scope",
    ),
    ("a computation out of scope", standing("5(1)", "out_of_scope: too hard"), "cannot be out of scope"),
    (
        "an obligation as a definition",
        standing("3(1)", "used_by: [Event_RequestReceived]"),
        "at a definition only",
    ),
    ("two ways at once", standing("1(1)", "used_by: [a]\n    out_of_scope: unused"), "but got both"),
]


@pytest.mark.parametrize(("what", "change", "said"), REFUSED, ids=[case[0] for case in REFUSED])
def test_register_that_lets_a_clause_off_where_none_may_be_is_refused(
    tmp_path: Path, what: str, change: tuple[str, str, str], said: str
) -> None:
    with pytest.raises(EngineError) as caught:
        market_with(tmp_path, [change])

    (problem,) = [each for each in caught.value.problems if each.code is ErrorCode.LAW_REGISTER]
    assert said in problem.message
    assert problem.location.line is not None


@pytest.mark.parametrize(
    ("clause", "line", "said"),
    [
        ("3(1)", "manual: [Activity_ExamineRequst]", 'Did you mean "Activity_ExamineRequest"?'),
        (
            "3(1)",
            "manual: [Activity_CheckFee]",
            'user task "Activity_CheckFee", but the models hold none',
        ),
        ("1(1)", "used_by: [Rule_Nothing]", "but the models hold none"),
    ],
)
def test_register_that_names_what_the_models_do_not_hold_is_found(
    tmp_path: Path, clause: str, line: str, said: str
) -> None:
    # given
    coverage = market_with(tmp_path, [in_force(clause), standing(clause, line)])

    # when
    (problem,) = judge_registers(coverage)

    # then
    assert problem.code is ErrorCode.TRACE_STANDING
    assert said in problem.message


@pytest.mark.parametrize(
    ("file", "old", "new", "element_id", "rule_id"),
    [
        ("stall_permit.bpmn", "[lmo:4]", "[lmo:44]", "Gateway_CertificateComplete", None),
        ("decisions/stall_fee.dmn", "[lmo:2(2)]", "[lmo:2(7)]", None, "Rule_FeeShort"),
    ],
)
def test_element_or_rule_that_cites_a_clause_that_does_not_exist_is_found(
    tmp_path: Path, file: str, old: str, new: str, element_id: str | None, rule_id: str | None
) -> None:
    # given
    coverage = market_with(tmp_path, [(file, old, new)])

    # when
    (problem,) = judge_registers(coverage)

    # then
    assert problem.code is ErrorCode.LAW_UNKNOWN_CLAUSE
    assert (problem.location.element_id, problem.location.rule_id) == (element_id, rule_id)


UNPROVEN = [
    ("not reached", frozenset(), (Cited(("lmo:4",), True),), True, "no scenario reaches what cites it"),
    ("not expected", frozenset({"lmo:4"}), (), True, "no scenario expects anything of it"),
    ("no date", frozenset({"lmo:4"}), (Cited(("lmo:4",), False),), True, "names a date"),
    ("the scenario fails", frozenset({"lmo:4"}), (Cited(("lmo:4",), True),), False, "one.yaml fails"),
]


@pytest.mark.parametrize(("what", "clauses", "expectations", "holds", "said"), UNPROVEN, ids=[c[0] for c in UNPROVEN])
def test_clause_that_is_not_reached_and_expected_on_a_date_by_one_holding_scenario_is_unproven(
    tmp_path: Path,
    what: str,
    clauses: frozenset[str],
    expectations: tuple[Cited, ...],
    holds: bool,
    said: str,
) -> None:
    # given
    nothing: frozenset[str] = frozenset()
    run = Played(
        "one.yaml", "One", "lantern_market", holds, frozenset(), frozenset(), clauses, nothing, nothing, expectations
    )

    # when
    (problem,) = judge(market_with(tmp_path, [in_force("4")]), [run])

    # then
    assert problem.code is ErrorCode.TRACE_UNPROVEN
    assert said in problem.message
    assert problem.location.clause == "lmo:4"
