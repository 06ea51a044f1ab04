"""Question cases: how a file is read, what a case that does not hold says, and what a case went through."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.simulation import (
    QuestionPlayer,
    QuestionResult,
    Shelf,
    build_answer,
    build_question_verdicts,
    find_scenarios,
    holds_questions,
    load_question_cases,
    read_question_cases,
)

MANIFEST = Path(__file__).parent / "mini_law" / "package.yaml"
HEAD = "package: lantern_market\ntoday: 2024-03-01\ncases:\n"
SHELF = Shelf([MANIFEST])


def read(cases: str, head: str = HEAD) -> None:
    read_question_cases(f"{head}{cases}".encode(), "cases.yaml", lambda name: SHELF.find(name, MANIFEST))


def play(cases: str) -> list[QuestionResult]:
    package, found = read_question_cases(f"{HEAD}{cases}".encode(), "cases.yaml", lambda _: SHELF.load(MANIFEST))
    player = QuestionPlayer()
    return [player.play(case, package) for case in found]


# ---- holding ----


def test_case_that_names_everything_rightly_holds() -> None:
    [result] = play(
        "  - {title: Short, question: fee_outcome, facts: {fee_paid: 119.99, stall_size: small}, on: 2024-02-26,"
        " answer: {outcome: short, reason_code: fee_short}, says: is short, rules: [Rule_FeeShort, Rule_SmallStall],"
        ' clauses: ["lmo:2(2)"]}\n'
    )

    assert result.ok, result.differences
    assert result.dated
    assert result.answer is not None and result.answer.on.isoformat() == "2024-02-26"
    assert result.reached.rules == {("Decision_FeeOutcome", "Rule_FeeShort"), ("Decision_StallFee", "Rule_SmallStall")}
    assert result.reached.clauses == {"lmo:2(1)", "lmo:2(2)"}


def test_facts_lie_over_the_examples_of_the_manifest() -> None:
    [result] = play("  - {title: Example, question: fee_outcome, facts: {fee_paid: 1}, says: short}\n")

    assert result.answer is not None
    assert result.answer.facts["stall_size"] == "small"
    assert not result.dated


def test_case_that_expects_a_refusal_holds_when_just_that_is_refused() -> None:
    [missing] = play(
        "  - {title: None, question: stall_fee, facts: {stall_size: null},"
        " refused: [{code: ASK_FACT_MISSING, part: stall_size, says: stall_size}]}\n"
    )

    assert missing.ok and missing.answer is None
    assert not missing.dated


# ---- not holding ----


@dataclass(frozen=True)
class Wrong:
    """A case that does not hold: what it expects and gets."""

    name: str
    case: str
    expected: str
    got: str


WRONG = [
    Wrong("value", "answer: 121", "the answer 121", "120"),
    Wrong("null", "answer: null", "the answer null", "120"),
    Wrong("words", "says: USD", 'says: "USD"', "EUR 120.00."),
    Wrong("arithmetic", "arithmetic: [Tue]", 'arithmetic: "Tue"', "nothing"),
    Wrong("unverified", "unverified: example", 'unverified: "example"', "nothing"),
    Wrong("rule", "rules: [Rule_LargeStall]", "the rule Rule_LargeStall", "Rule_SmallStall"),
    Wrong("clause", 'says: EUR, clauses: ["lmo:2(2)"]', "an answer that rests on lmo:2(2)", "lmo:2(1)"),
    Wrong("refusal", "refused: [{code: ASK_NEGATIVE}]", "refused: ASK_NEGATIVE", "the answer: EUR 120.00."),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_case_that_does_not_hold_says_what_came_instead(wrong: Wrong) -> None:
    # when
    [result] = play(f"  - {{title: Wrong, question: stall_fee, {wrong.case}}}\n")

    # then
    [difference] = result.differences
    assert not result.ok
    assert (difference.expected, difference.got) == (wrong.expected, wrong.got)
    assert (difference.path, difference.line) == ("cases[0]", 4)


def test_entry_that_the_case_does_not_name_is_a_difference() -> None:
    [result] = play("  - {title: Half, question: fee_outcome, answer: {outcome: enough}}\n")

    [difference] = result.differences
    assert difference.got == '{outcome: "enough", reason_code: "fee_enough"}'


def test_refusal_that_nobody_expected_is_told_with_its_problems() -> None:
    [result] = play("  - {title: Refused, question: stall_fee, facts: {stall_size: huge}, answer: 1}\n")

    [difference] = result.differences
    assert difference.expected == "an answer"
    assert difference.got.startswith("refused: LAW_FACT_TYPE (stall_size)")


def test_problem_beside_the_expected_one_is_a_difference() -> None:
    [result] = play(
        "  - {title: Two, question: fee_outcome, facts: {stall_size: huge, fee_paid: -1},"
        " refused: [{code: LAW_FACT_TYPE, part: stall_size}]}\n"
    )

    [difference] = result.differences
    assert difference.expected == "no problem beside LAW_FACT_TYPE"
    assert "ASK_NEGATIVE" in difference.got


def test_verdict_counts_what_holds_and_lists_what_does_not() -> None:
    # given
    results = play(
        "  - {title: Right, question: stall_fee, answer: 120}\n  - {title: Wrong, question: stall_fee, answer: 1}\n"
    )

    # when
    lines = [line.text for line in build_question_verdicts("cases.yaml", results)]

    # then
    assert lines[0] == "ok      1 question (cases.yaml)"
    assert lines[1] == "FAILED  Wrong (cases.yaml)"
    assert "expected  the answer 1 (line 5)" in lines[2]
    assert [line.text for line in build_answer(results[0])][:3] == [
        "Right",
        '  stall_fee  {stall_size: "small"}',
        "  EUR 120.00.",
    ]


# ---- reading ----


@dataclass(frozen=True)
class Fault:
    """A file with one fault and what is said of it."""

    name: str
    case: str
    part: str
    says: str
    head: str = HEAD


FAULTS = [
    Fault("no title", "{question: stall_fee, answer: 120}", "cases[0]", '"title" is missing'),
    Fault("no question", "{title: A, answer: 120}", "cases[0]", '"question" is missing'),
    Fault(
        "unknown question",
        "{title: A, question: stal_fee, answer: 1}",
        "cases[0] > question",
        'Did you mean "stall_fee"?',
    ),
    Fault(
        "unknown fact",
        "{title: A, question: stall_fee, facts: {stall: small}, answer: 1}",
        "cases[0] > facts > stall",
        'Did you mean "stall_size"?',
    ),
    Fault("no expectation", "{title: A, question: stall_fee}", "cases[0]", "expects nothing"),
    Fault(
        "misspelt key",
        "{title: A, question: stall_fee, anser: 1, says: EUR}",
        "cases[0] > anser",
        'Did you mean "answer"?',
    ),
    Fault(
        "unknown rule",
        "{title: A, question: stall_fee, rules: [Rule_SmalStall]}",
        "cases[0] > rules[0]",
        'Did you mean "Rule_SmallStall"?',
    ),
    Fault(
        "unknown clause",
        '{title: A, question: stall_fee, says: EUR, clauses: ["lmo:9"]}',
        "cases[0] > clauses[0]",
        "lmo:9",
    ),
    Fault(
        "unknown code",
        "{title: A, question: stall_fee, refused: [{code: ASK_NEGATIV}]}",
        "cases[0] > refused[0] > code",
        'Did you mean "ASK_NEGATIVE"?',
    ),
    Fault(
        "unknown reading",
        "{title: A, question: stall_fee, readings: {dusk: late}, says: EUR}",
        "cases[0] > readings > dusk",
        "dusk",
    ),
    Fault("no day", "{title: A, question: stall_fee, answer: 1}", "", '"today" is missing', "package: x\ncases:\n"),
    Fault(
        "unknown package",
        "{title: A, question: stall_fee, answer: 1}",
        "package",
        'Did you mean "lantern_market"?',
        HEAD.replace("lantern_market", "lantern_markt"),
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_of_a_file_is_told_with_its_place(fault: Fault) -> None:
    # when
    with pytest.raises(EngineError) as refused:
        read(f"  - {fault.case}\n", fault.head)

    # then
    [problem] = [problem for problem in refused.value.problems if fault.says in problem.message + (problem.hint or "")]
    assert (problem.location.part or "") == fault.part
    assert problem.location.file == "cases.yaml"


def test_faults_of_several_cases_are_told_at_once() -> None:
    with pytest.raises(EngineError) as refused:
        read("  - {title: A, question: stal_fee, answer: 1}\n  - {title: B, question: stall_fee}\n")

    assert [problem.location.line for problem in refused.value.problems] == [4, 5]


def test_case_about_a_refusal_may_give_what_the_question_does_not_take() -> None:
    [result] = play(
        "  - {title: A, question: stall_fee, facts: {stall: small}, readings: {dusk: late},"
        " refused: [{code: LAW_UNKNOWN_FACT, part: stall}, {code: ASK_READING}]}\n"
    )

    assert result.ok, result.differences


def test_file_in_a_folder_of_questions_holds_questions_and_is_found_with_the_scenarios(tmp_path: Path) -> None:
    # given
    cases = tmp_path / "questions" / "fees.yaml"
    cases.parent.mkdir()
    cases.write_text(f"{HEAD}  - {{title: A, question: stall_fee, answer: 120}}\n", encoding="utf-8")
    (tmp_path / "story.yaml").write_text("", encoding="utf-8")

    # then
    assert find_scenarios(tmp_path) == [cases, tmp_path / "story.yaml"]
    assert [holds_questions(path) for path in find_scenarios(tmp_path)] == [True, False]
    assert [case.title for case in load_question_cases(cases, SHELF)[1]] == ["A"]


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="expected question cases, but the file cannot be read"):
        load_question_cases(tmp_path / "questions" / "none.yaml", SHELF)
