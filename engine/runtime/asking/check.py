"""What a deployment refuses in questions: unknown models and names, wait states, anything that leaves a trace."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.bpmn import Diagram, Element, ElementType, EventKind, Process
from engine.errors import EngineError, ErrorCode, Location, Problem, did_you_mean
from engine.feel import FreeName
from engine.handlers.contract import HandlerDefinition
from engine.law import LawPackage, Question
from engine.law.expressions import FeelText, convert_fact
from engine.runtime.asking.compiled import CompiledQuestion, Models, compile_question

WAITS = frozenset(
    {
        ElementType.USER_TASK,
        ElementType.RECEIVE_TASK,
        ElementType.EVENT_BASED_GATEWAY,
        ElementType.EVENT_SUB_PROCESS,
    }
)
WAITING_EVENTS = frozenset({EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL, EventKind.CONDITIONAL})


def check_questions(law: LawPackage, handlers: Mapping[str, HandlerDefinition]) -> list[Problem]:
    """Every problem of every question: ASK_QUESTION, LAW_FACT_TYPE for examples, those of `compile_question`."""
    if not law.questions.by_id:
        return []
    try:
        models = Models(law)
    except EngineError:
        return []  # models that cannot be read are told by the checks of the models
    return [problem for question in law.questions.by_id.values() for problem in _check(law, question, models, handlers)]


def _check(
    law: LawPackage, question: Question, models: Models, handlers: Mapping[str, HandlerDefinition]
) -> Iterator[Problem]:
    for fact in question.facts.values():
        try:
            convert_fact(fact.definition, fact.example)
        except EngineError as error:
            yield from (problem.at(file=question.place.file, line=question.place.line) for problem in error.problems)
    if question.decision:
        if question.decision not in models.decisions:
            near = did_you_mean(question.decision, models.decisions)
            yield _problem(
                question, f'no decision is called "{question.decision}".{near}', "name a decision of the package"
            )
            return
    else:
        unfit = list(_check_process(question, models, handlers))
        yield from unfit
        if unfit:
            return
    compiled, problems = compile_question(law, question, models, handlers)
    yield from problems
    if question.decision:
        yield from _check_inputs(question, compiled, models)
    yield from _unread(law, question, compiled, models)


def _check_process(question: Question, models: Models, handlers: Mapping[str, HandlerDefinition]) -> Iterator[Problem]:
    try:
        processes = list(models.processes_under(question.process))
    except EngineError as error:
        yield _problem(question, error.problem.message, "name a process of the package")
        return
    first = processes[0][1]
    if not any(_is_none_start(element) for element in first.children(first.id)):
        said = f'the process "{first.id}" has no none start event, so nobody can ask it.'
        yield _problem(question, said, "draw a start event without a trigger")
    for diagram, process in processes:
        for element in process.elements.values():
            reason = _unfit(element, handlers)
            if reason:
                yield _problem(
                    question,
                    f'the question runs "{process.id}", but its element {element.id} ("{element.label}") {reason}.',
                    "a question runs a process without wait states and side effects",
                    diagram=diagram,
                )


def _unfit(element: Element, handlers: Mapping[str, HandlerDefinition]) -> str:
    """Why a question cannot run this element; empty when it can."""
    if element.type in WAITS:
        return f"waits ({element.type})"
    if element.event.kind in WAITING_EVENTS:
        throws = element.type in (ElementType.END_EVENT, ElementType.INTERMEDIATE_THROW_EVENT)
        return f"{'sends a' if throws else 'waits for a'} {element.event.kind}"
    if element.job_type is not None:
        handler = handlers.get(element.job_type)
        if handler is None or not handler.calculates:
            return f'has a side effect or reads a case (job type "{element.job_type}")'
    return ""


def _is_none_start(element: Element) -> bool:
    return element.type is ElementType.START_EVENT and element.event.kind is EventKind.NONE


def _check_inputs(question: Question, compiled: CompiledQuestion, models: Models) -> Iterator[Problem]:
    """Every input of the decision is given, and every input that the question gives exists."""
    wanted = [each.name for each in models.library.info(question.decision).inputs]
    given = question.names
    for name in wanted:
        if name not in given:
            said = f'the decision {question.decision} asks for "{name}", which the question does not give.'
            yield _problem(
                question, said + did_you_mean(name, given), "take it as a fact, or map it under run > inputs"
            )
    for name in question.inputs:
        if name not in wanted:
            said = f'the decision {question.decision} has no input "{name}".{did_you_mean(name, wanted)}'
            yield _problem(question, said, f"its inputs are: {', '.join(wanted)}")


def _unread(law: LawPackage, question: Question, compiled: CompiledQuestion, models: Models) -> Iterator[Problem]:
    """A fact that nothing reads would be asked for in vain."""
    read = {
        question.on,
        *_names(compiled.answer),
        *(name for feel in compiled.inputs.values() for name in _names(feel)),
    }
    read.update(name for each in law.questions.contradictions for name in each.facts)
    if question.decision:
        read.update(each.name for each in models.library.info(question.decision).inputs)
    else:
        for _, process in models.processes_under(question.process):
            read.update(_read_by(process, models))
    for name in question.facts:
        if name not in read and f"{{{{ {name}" not in question.says:
            yield _problem(question, f'nothing that the question runs reads the fact "{name}".', "leave the fact out")


def _read_by(process: Process, models: Models) -> Iterator[str]:
    """What a process can read of its variables: names in its expressions, inputs of its decisions and jobs."""
    for element in process.elements.values():
        texts = [rule.source for rule in (*element.inputs, *element.outputs)]
        texts.extend(text for text in (element.script,) if text)
        for text in texts:
            yield from _words(text)
        decision_id = element.called_decision
        if decision_id is not None and decision_id in models.decisions:
            yield from (each.name for each in models.library.info(decision_id).inputs)
    for flow in process.flows.values():
        yield from _words(flow.condition or "")


def _words(text: str) -> Iterator[str]:
    return iter(re.findall(r"\w+", text))


def _names(feel: FeelText | None) -> tuple[str, ...]:
    free: tuple[FreeName, ...] = () if feel is None else tuple(feel.code.free_names)
    return tuple(name.name for name in free)


def _problem(question: Question, said: str, hint: str, diagram: Diagram | None = None) -> Problem:
    where = question.place
    place = Location(file=where.file, part=where.part, line=where.line)
    more = "" if diagram is None else f" (in {diagram.file})"
    return Problem(ErrorCode.ASK_QUESTION, f"{said[:-1]}{more}." if more else said, place, hint=hint)
