"""Question cases: a question of the law, the facts that are given, and the answer or the refusal that must come.

A YAML file in a folder `questions` holds many of them, as a scenario holds one story. Its facts lie over the examples
of the facts that the question demands; one that is null is left out. No question and no fact is named here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.documents import Section, read_document
from engine.errors import EngineError, ErrorCode, did_you_mean
from engine.law import LawPackage, Question, unknown_question
from engine.law.readings import reading_faults
from engine.simulation.expecting import check_clause
from engine.simulation.names import collect_names, read_models

EXPECTED = ("answer", "says", "arithmetic", "unverified", "rules", "refused")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One problem that must be told: its code, the fact that it names and words of it, each empty for any."""

    code: str
    part: str
    says: str


@dataclass(frozen=True, slots=True)
class QuestionCase:
    """One case as read. *today* is the day on which it is asked; *on*, where set, the day whose law is asked.

    *answers*: whether the whole value is expected, which is then *answer* (it may be null). The texts of *says*,
    *arithmetic* and *unverified* must stand in those parts of the answer, *rules* must have matched, and it must rest
    on *clauses*. A case with *refused* must be refused for just these problems.
    """

    file: str
    title: str
    package_id: str
    question: str
    facts: Mapping[str, Any]
    readings: Mapping[str, str]
    today: date
    on: date | None
    clauses: tuple[str, ...]
    answers: bool
    answer: Any
    says: tuple[str, ...]
    arithmetic: tuple[str, ...]
    unverified: tuple[str, ...]
    rules: tuple[str, ...]
    refused: tuple[Refusal, ...]
    path: str
    line: int | None


def read_question_cases(
    data: bytes, file: str, find_package: Callable[[str], LawPackage]
) -> tuple[LawPackage, tuple[QuestionCase, ...]]:
    """Read one file of cases; *find_package* gives the package of an id, or raises LAW_UNKNOWN_PACKAGE.

    Errors: all problems at once, as SCENARIO_INVALID, ASK_UNKNOWN_QUESTION, LAW_UNKNOWN_FACT, LAW_UNKNOWN_CLAUSE, each
    with file, YAML path and line. What is wrong with the values of facts is told when they are asked.
    """
    document = read_document(data, file, ErrorCode.SCENARIO_INVALID)
    top = document.section()
    package_id, today = top.text("package"), top.day("today")
    document.findings.raise_if_any()
    assert today is not None
    try:
        package = find_package(package_id)
    except EngineError as error:
        raise EngineError(*(problem.at(file=file, part="package") for problem in error.problems)) from error
    rules = collect_names(package, read_models(package)).known("rules")
    cases = [_read(section, package, rules, today) for section in top.sections("cases", required=True)]
    top.close()
    document.findings.raise_if_any()
    return package, tuple(cases)


def _read(section: Section, package: LawPackage, known_rules: frozenset[str], today: date) -> QuestionCase:
    name = section.text("question")
    question = _question(section, name, package)
    refused = tuple(_refusal(each) for each in section.sections("refused"))
    case = QuestionCase(
        file=section.findings.file,
        title=section.text("title"),
        package_id=package.id,
        question=name,
        facts=_facts(section, question, refused),
        readings=_readings(section, package, refused),
        today=today,
        on=section.day("on", required=False),
        clauses=section.texts("clauses"),
        answers="answer" in section.value,
        answer=section.raw("answer"),
        says=section.texts("says"),
        arithmetic=section.texts("arithmetic"),
        unverified=section.texts("unverified"),
        rules=section.texts("rules"),
        refused=refused,
        path=f"cases[{section.path[-1]}]",
        line=section.findings.line_of(section.path),
    )
    for index, clause in enumerate(case.clauses):
        check_clause(section, package, clause, "clauses", index)
    for index, rule in enumerate(case.rules):
        if rule not in known_rules:
            section.problem(f'no rule is called "{rule}".{did_you_mean(rule, known_rules)}', "rules", index)
    if not any(name in section.value for name in EXPECTED):
        section.problem("the case expects nothing.", hint=f"say what must come: {', '.join(EXPECTED)}")
    section.close()
    return case


def _question(section: Section, name: str, package: LawPackage) -> Question | None:
    found = package.questions.by_id.get(name)
    if name and found is None:
        unknown = unknown_question(name, tuple(package.questions.by_id))
        section.problem(unknown.message, "question", code=unknown.code, hint=unknown.hint)
    return found


def _facts(section: Section, question: Question | None, refused: tuple[Refusal, ...]) -> Mapping[str, Any]:
    """The facts as written; a name that the question does not take is a problem, unless the case is about that."""
    given = section.section("facts", required=False)
    if given is None:
        return {}
    if question is not None and not refused:
        for name in given.value:
            if name not in question.facts:
                said = f'the question "{question.id}" takes no fact "{name}".{did_you_mean(name, question.facts)}'
                hint = f"it takes: {', '.join(question.facts)}"
                given.problem(said, name, code=ErrorCode.LAW_UNKNOWN_FACT, hint=hint)
    facts: Mapping[str, Any] = given.value
    return facts


def _readings(section: Section, package: LawPackage, refused: tuple[Refusal, ...]) -> Mapping[str, str]:
    given = section.section("readings", required=False)
    if given is None:
        return {}
    chosen = {key: given.text(key) for key in given.value}
    if not refused:
        for key, said, hint in reading_faults(package, chosen):
            given.problem(said, key, hint=hint)
    return chosen


def _refusal(section: Section) -> Refusal:
    code = section.choice("code", [str(each) for each in ErrorCode])
    found = Refusal(code, section.text("part", required=False), section.text("says", required=False))
    section.close()
    return found
