"""A question ready to be asked: its expressions and its sentence compiled against the names that exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from engine.bpmn import Diagram, Process, ProcessDefinition
from engine.bpmn.checks.context import DeployContext
from engine.bpmn.checks.expression_texts import written_variables
from engine.dmn import Decision, DecisionLibrary
from engine.errors import ErrorCode, Location, Problem, did_you_mean, failure
from engine.handlers.contract import HandlerDefinition
from engine.law import LawPackage, Question
from engine.law.expressions import FeelText, read_feel
from engine.law.questions import ALWAYS
from engine.law.templates import Template, TemplateReader
from engine.runtime.compiled import definitions_of, diagram_of, library_of, model_of

ANSWER = "answer"
REASON_TEXTS = "reason_texts"


class Models:
    """The models of a law, read when they are first asked for."""

    def __init__(self, law: LawPackage) -> None:
        self._law = law
        names = [name for name in law.files if name.endswith(".dmn")]
        self.library: DecisionLibrary = library_of(tuple(model_of(law.files[name], name) for name in names))
        self.decisions: Mapping[str, Decision] = {
            decision.id: decision for model in self.library.models for decision in model.decisions
        }
        self._diagrams: dict[str, Diagram] = {}

    def diagram(self, process_id: str) -> Diagram:
        """The diagram that draws a process. Errors: RUN_UNKNOWN_PROCESS with the nearest id."""
        if process_id not in self._diagrams:
            files = [name for name in self._law.files if name.endswith(".bpmn")]
            # the file that is called like the process is most likely the one: reading all of them takes its time
            for name in sorted(files, key=lambda name: PurePosixPath(name).stem != process_id):
                diagram = diagram_of(self._law.files[name], name)
                self._diagrams.update(dict.fromkeys(diagram.processes, diagram))
                if process_id in self._diagrams:
                    break
        if process_id not in self._diagrams:
            raise failure(
                ErrorCode.RUN_UNKNOWN_PROCESS,
                f'no process is called "{process_id}".{did_you_mean(process_id, self._diagrams)}',
                hint="name a process of the package",
            )
        return self._diagrams[process_id]

    def process(self, process_id: str) -> Process:
        return self.diagram(process_id).processes[process_id]

    def definition(self, process_id: str) -> ProcessDefinition:
        return definitions_of(self.diagram(process_id))[process_id]

    def processes_under(self, process_id: str) -> Iterable[tuple[Diagram, Process]]:
        """A process and all that it calls, each once. Errors: RUN_UNKNOWN_PROCESS."""
        waiting, seen = [process_id], {process_id}
        while waiting:
            name = waiting.pop(0)
            diagram = self.diagram(name)
            yield diagram, diagram.processes[name]
            for element in diagram.processes[name].elements.values():
                called = element.called_process
                if called and called not in seen:
                    seen.add(called)
                    waiting.append(called)


@dataclass(frozen=True, slots=True)
class CompiledQuestion:
    """A question with its FEEL and its template. *result* is the name under which the value of a decision stands."""

    question: Question
    inputs: Mapping[str, FeelText]
    result: str
    answer: FeelText | None
    says: Template | None


def compile_question(
    law: LawPackage, question: Question, models: Models, handlers: Mapping[str, HandlerDefinition]
) -> tuple[CompiledQuestion, list[Problem]]:
    """Problems: FEEL_SYNTAX, FEEL_UNKNOWN_NAME, NOTICE_TEMPLATE ... each at the question's place in the manifest."""
    names = [*question.facts, *ALWAYS]
    problems: list[Problem] = []
    inputs = {}
    for name, text in question.inputs.items():
        inputs[name], found = read_feel(text, names)
        problems.extend(_at(question, f"run > inputs > {name}", found))
    result = models.decisions[question.decision].variable.name if question.decision in models.decisions else ""
    written = (*written_names(question, models, handlers), *(question.inputs if question.process else ()))
    answer = None
    if question.answer:
        answer, found = read_feel(question.answer, [*names, *written])
        problems.extend(_at(question, "answer", found))
    known = dict.fromkeys([*names, *written, ANSWER])
    if question.reasons:
        known[REASON_TEXTS] = None
        problems.extend(_no_such_notice(law, question))
    place = question.place
    says, found = TemplateReader(law.money).read(
        question.says,
        place.file or law.file,
        f"{place.part} > says",
        line=question.says_line,
        known=known,
        markdown=False,
    )
    problems.extend(found)
    return CompiledQuestion(question, inputs, result, answer, says), problems


def written_names(question: Question, models: Models, handlers: Mapping[str, HandlerDefinition]) -> tuple[str, ...]:
    """The names that a run leaves beside the facts."""
    if question.decision:
        decision = models.decisions.get(question.decision)
        return () if decision is None else (decision.variable.name,)
    context = DeployContext(job_types=handlers)
    return tuple(sorted(written_variables(models.process(question.process), context)))


def reason_texts_for(law: LawPackage, question: Question) -> Mapping[str, str]:
    """The words for people of each reason that an answer may give, by its code; empty where the question names none."""
    return law.notices[question.reasons].reason_texts if question.reasons else {}


def _no_such_notice(law: LawPackage, question: Question) -> Iterable[Problem]:
    notice = law.notices.get(question.reasons)
    if notice is None or not notice.reason_texts:
        with_texts = [name for name, each in law.notices.items() if each.reason_texts]
        where = question.place
        yield Problem(
            ErrorCode.ASK_QUESTION,
            f'no notice "{question.reasons}" has texts of reasons.{did_you_mean(question.reasons, with_texts)}',
            Location(file=where.file, part=f"{where.part} > reasons", line=where.line),
            hint=f"name one of: {', '.join(with_texts) or 'none has any'}",
        )


def _at(question: Question, part: str, problems: Iterable[Problem]) -> Iterable[Problem]:
    where = question.place
    for problem in problems:
        place = Location(
            file=where.file,
            part=f"{where.part} > {part}",
            line=where.line,
            text=problem.location.text,
            span=problem.location.span,
        )
        yield replace(problem, location=place, hint="name a fact of the question, or what its run leaves")
