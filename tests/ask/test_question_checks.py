"""What a manifest and a deployment refuse in questions, on copies of an invented law with one fault each."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.errors import EngineError, Problem
from engine.handlers import HANDLERS
from engine.handlers.contract import Actor
from engine.law import LawPackage, load_package
from engine.review import check_paths
from engine.runtime.asking import check_questions
from engine.wiring import open_engine

MARKET = Path(__file__).resolve().parents[1] / "simulation" / "mini_law"
GOOD = """
  asked:
    asks: What does a stall cost?
    clause: "lmo:2(1)"
    facts:
      stall_size: {example: small}
    run: {decision: Decision_StallFee}
    says: "{{ answer | money }}."
"""


@pytest.fixture
def law_with(tmp_path: Path) -> Callable[..., Path]:
    """The manifest of a copy of the law with this question in place of its own; *edit* changes the folder first."""

    def build(question: str, edit: Callable[[Path], None] = lambda folder: None) -> Path:
        folder = tmp_path / "law"
        shutil.copytree(MARKET, folder)
        manifest = folder / "package.yaml"
        text = manifest.read_text(encoding="utf-8")
        kept = text[: text.index("\ncontradictions:")]
        manifest.write_text(f"{kept}\nquestions:{question}", encoding="utf-8")
        edit(folder)
        return manifest

    return build


@dataclass(frozen=True)
class Fault:
    """A question with one fault: what is replaced in the good one, and the problem that names it."""

    name: str
    changed: tuple[str, str]
    code: str
    says: str
    part: str = "questions > asked"


MANIFEST_FAULTS = [
    Fault("no sentence", ("asks: What does a stall cost?", ""), "LAW_MANIFEST", '"asks" is missing'),
    Fault(
        "a clause that no register knows",
        ("lmo:2(1)", "lmo:9(9)"),
        "LAW_UNKNOWN_CLAUSE",
        "lmo:9(9)",
        "questions > asked > clause",
    ),
    Fault(
        "a fact that is not declared",
        ("stall_size:", "stal_size:"),
        "LAW_UNKNOWN_FACT",
        'Did you mean "stall_size"?',
        "questions > asked > facts > stal_size",
    ),
    Fault(
        "a fact without an example",
        ("{example: small}", "{}"),
        "LAW_MANIFEST",
        '"example" is missing',
        "questions > asked > facts > stall_size",
    ),
    Fault(
        "a fact of the vocabulary with a type of its own",
        ("{example: small}", "{example: small, type: string, meaning: the size}"),
        "LAW_MANIFEST",
        "is a fact of the vocabulary",
        "questions > asked > facts > stall_size > type",
    ),
    Fault(
        "nothing to run",
        ("{decision: Decision_StallFee}", "{}"),
        "LAW_MANIFEST",
        "expected one of decision and process",
        "questions > asked > run",
    ),
    Fault(
        "two things to run",
        ("{decision: Decision_StallFee}", "{decision: Decision_StallFee, process: stall_permit}"),
        "LAW_MANIFEST",
        "expected one of decision and process",
        "questions > asked > run",
    ),
    Fault(
        "a date that is no date",
        ("    run:", "    on: stall_size\n    run:"),
        "LAW_MANIFEST",
        "expected a date among the facts",
        "questions > asked > on",
    ),
    Fault(
        "a condition that reads what is no fact",
        ("{example: small}", "{example: small, needed_when: size = 3}"),
        "FEEL_UNKNOWN_NAME",
        '"size"',
        "questions > asked > facts > stall_size > needed_when",
    ),
    Fault(
        "a key that is not known",
        ("says:", "sayz: x\n    says:"),
        "LAW_MANIFEST",
        '"sayz" is not known here',
        "questions > asked > sayz",
    ),
]
DEPLOYMENT_FAULTS = [
    Fault(
        "an unknown decision",
        ("Decision_StallFee", "Decision_StalFee"),
        "ASK_QUESTION",
        'Did you mean "Decision_StallFee"?',
    ),
    Fault(
        "an unknown process",
        ("{decision: Decision_StallFee}", "{process: stall_permitt}\n    answer: stall_size"),
        "ASK_QUESTION",
        'Did you mean "stall_permit"?',
    ),
    Fault(
        "an input that is not given",
        ("Decision_StallFee", "Decision_FeeOutcome"),
        "ASK_QUESTION",
        'asks for "fee_paid"',
    ),
    Fault(
        "an input that does not exist",
        ("{decision: Decision_StallFee}", '{decision: Decision_StallFee, inputs: {size: "1"}}'),
        "ASK_QUESTION",
        'has no input "size"',
    ),
    Fault(
        "a fact that nothing reads",
        ("    run:", "      keeper_name: {example: Aiko}\n    run:"),
        "ASK_QUESTION",
        'nothing that the question runs reads the fact "keeper_name"',
    ),
    Fault(
        "an example of the wrong type",
        ("{example: small}", "{example: 3}"),
        "LAW_FACT_TYPE",
        "stall_size",
        "stall_size",
    ),
    Fault(
        "an example that is no allowed value",
        ("{example: small}", "{example: smal}"),
        "LAW_FACT_TYPE",
        'Did you mean "small"?',
        "stall_size",
    ),
    Fault(
        "an answer that reads what nobody leaves",
        ("    says:", "    answer: stall_fees\n    says:"),
        "FEEL_UNKNOWN_NAME",
        'Did you mean "stall_fee"?',
        "questions > asked > answer",
    ),
    Fault(
        "an answer that is no FEEL",
        ("    says:", "    answer: stall_fee +\n    says:"),
        "FEEL_SYNTAX",
        "",
        "questions > asked > answer",
    ),
    Fault(
        "a sentence that reads what nobody leaves",
        ("{{ answer | money }}", "{{ answr | money }}"),
        "LAW_UNKNOWN_FACT",
        'Did you mean "answer"?',
        "questions > asked > says",
    ),
    Fault(
        "a sentence that calls a function",
        ("{{ answer | money }}", "{{ answer.as_tuple() }}"),
        "NOTICE_TEMPLATE",
        "not allowed",
        "questions > asked > says",
    ),
    Fault(
        "words of reasons from a notice that does not exist",
        ('says: "{{', 'reasons: fines\n    says: "{{'),
        "ASK_QUESTION",
        'no notice "fines" has texts of reasons',
        "questions > asked > reasons",
    ),
    Fault(
        "words of reasons from a notice without any",
        ('says: "{{', 'reasons: fine\n    says: "{{'),
        "ASK_QUESTION",
        'no notice "fine" has texts of reasons',
        "questions > asked > reasons",
    ),
    Fault(
        "words of reasons that no notice is named for",
        ("{{ answer | money }}", "{{ reason_texts[answer] }}"),
        "LAW_UNKNOWN_FACT",
        "reason_texts",
        "questions > asked > says",
    ),
    Fault(
        "a process that waits for a person",
        ("{decision: Decision_StallFee}", "{process: request_return}\n    answer: stall_size"),
        "ASK_QUESTION",
        "",
    ),
    Fault(
        "a process that a message starts and that sends notices",
        ("{decision: Decision_StallFee}", "{process: stall_fine}\n    answer: stall_size"),
        "ASK_QUESTION",
        "no none start event",
    ),
    Fault(
        "a process with a user task",
        ("{decision: Decision_StallFee}", "{process: stall_permit}\n    answer: stall_size"),
        "ASK_QUESTION",
        "Activity_ExamineRequest",
    ),
]


def problems_of(manifest: Path) -> list[Problem]:
    try:
        law: LawPackage = load_package(manifest)
    except EngineError as error:
        return list(error.problems)
    return check_questions(law, HANDLERS)


def changed(fault: Fault) -> str:
    old, new = fault.changed
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_good_question_is_deployed(law_with: Callable[..., Path]) -> None:
    assert problems_of(law_with(GOOD)) == []


@pytest.mark.parametrize("fault", [*MANIFEST_FAULTS, *DEPLOYMENT_FAULTS], ids=lambda fault: fault.name)
def test_question_with_a_fault_is_refused_at_its_place(law_with: Callable[..., Path], fault: Fault) -> None:
    # when
    problems = problems_of(law_with(changed(fault)))

    # then
    found = [each for each in problems if each.code == fault.code and fault.says in each.message]
    assert found, problems
    assert fault.part in [each.location.part for each in found]
    assert all(each.location.line and each.location.file for each in found)


def test_process_whose_job_leaves_a_trace_is_refused(law_with: Callable[..., Path]) -> None:
    # given
    manifest = law_with(
        GOOD.replace("{decision: Decision_StallFee}", "{process: request_return}\n    answer: stall_size")
    )

    # when
    problems = check_questions(load_package(manifest), HANDLERS)

    # then
    said = [each.message for each in problems if "has a side effect" in each.message]
    assert any('job type "notice.send"' in each for each in said), problems
    assert all("request_return" in each for each in said)


def test_deployment_and_check_report_a_question_that_cannot_be_asked(
    law_with: Callable[..., Path], tmp_path: Path
) -> None:
    # given
    manifest = law_with(GOOD.replace("Decision_StallFee", "Decision_Nothing"))
    engine = open_engine(tmp_path / "store.sqlite", clock=datetime(2024, 2, 26, tzinfo=UTC))

    # when
    with pytest.raises(EngineError) as refused:
        engine.deploy(load_package(manifest), Actor("analyst"))
    report = check_paths([manifest])

    # then
    assert [str(each.code) for each in refused.value.problems] == ["ASK_QUESTION"]
    assert refused.value.problem in [replace(each, why=None) for each in report.errors]
    assert engine.packages() == []
    engine.close()


def test_only_jobs_that_calculate_are_fit_for_questions() -> None:
    assert {name for name, handler in HANDLERS.items() if handler.calculates} == {
        "deadline.set",
        "deadline.set_chosen",
        "deadline.set_exact",
        "deadline.latest",
        "deadline.earliest",
        "deadline.met",
    }
