"""Deployment: everything is read and checked before anything is stored; the same files again are no new version.

A package replaces its diagrams, tables, notices and calendar together. Instances that run keep their diagram; new
instances, and every decision from now on, take the new files. Loose files join those deployed loosely before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from zoneinfo import ZoneInfo

from engine.bpmn import (
    DeployContext,
    Diagram,
    JobTypeInfo,
    ProcessDefinition,
    check_diagram,
    readable_part,
)
from engine.bpmn.checks.expression_texts import written_variables
from engine.dmn import DecisionLibrary, Model
from engine.errors import EngineError, ErrorCode, Location, Problem, Severity, did_you_mean
from engine.handlers.contract import Field
from engine.law import ConsentPages, LawPackage
from engine.runtime.asking import check_questions
from engine.runtime.command import Command, Parts
from engine.runtime.compiled import Kept, content_hash, definitions_of, diagram_of, library_of, model_of, problems_of
from engine.runtime.deadlines import BREACH_VARIABLES
from engine.runtime.log_kinds import LogKind
from engine.runtime.packages import LOOSE_FILES
from engine.runtime.views import Deployment
from engine.store import DeploymentRow, ProcessVersionRow, Snapshot, StartSubscriptionRow


@dataclass(frozen=True, slots=True)
class ExternalJobType:
    """A job type whose worker is another program: nothing is known of its headers, inputs and outputs."""

    headers: None = None
    inputs: tuple[Field, ...] = ()
    outputs: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """Files that were read and checked. `files` gives hash and bytes by name."""

    package_id: str
    manifest: str | None
    hash: str
    files: Mapping[str, tuple[str, bytes]]
    diagrams: tuple[Diagram, ...]
    models: tuple[Model, ...]
    decisions: Mapping[str, Model]
    definitions: Mapping[str, ProcessDefinition]
    time_zone: tzinfo
    warnings: tuple[Problem, ...]


def read_content(files: Mapping[str, bytes], law: LawPackage | None, parts: Parts, snapshot: Snapshot) -> Content:
    """Read and check all files of a deployment. Errors: every error-level problem of every file, at once."""
    given = tuple(sorted(files.items()))
    hashed = _HASHED.get(given, lambda: {name: (content_hash(data), data) for name, data in given})
    manifest = None if law is None else law.file
    whole = hashlib.sha256("\n".join(f"{name} {each[0]}" for name, each in hashed.items()).encode()).hexdigest()
    shared = (parts.settings.external_job_types, tuple(parts.package_checks), tuple(parts.handlers.items()))
    checked = _CHECKED.get((whole, manifest, *map(_by_identity, shared)), lambda: _check(files, law, parts, shared))
    package_id = LOOSE_FILES if law is None else law.id
    problems = [*checked.problems, *_processes_of_others(checked.diagrams, package_id, snapshot)]
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise EngineError(*(problem for problem in problems if problem.severity is Severity.ERROR))
    return Content(
        package_id=package_id,
        manifest=manifest,
        hash=whole,
        files=hashed,
        diagrams=checked.diagrams,
        models=checked.models,
        decisions={decision.id: model for model in checked.models for decision in model.decisions},
        definitions={
            process_id: definition
            for diagram in checked.diagrams
            for process_id, definition in definitions_of(diagram).items()
        },
        time_zone=ZoneInfo("UTC") if law is None else law.time_zone,
        warnings=tuple(problems),
    )


@dataclass(frozen=True, slots=True)
class _Checked:
    """What the files alone say; `shared` keeps alive what the key names by its identity."""

    diagrams: tuple[Diagram, ...]
    models: tuple[Model, ...]
    problems: tuple[Problem, ...]
    shared: object


_HASHED: Kept[Mapping[str, tuple[str, bytes]]] = Kept(8)
_CHECKED: Kept[_Checked] = Kept(16)
_DIAGRAM_CHECKS: Kept[tuple[tuple[Problem, ...], object]] = Kept(1024)
"""With what keeps alive the job types, checks and handlers that the key names by their identity."""


def _by_identity(shared: object) -> object:
    """A key of job types, checks or handlers: handlers are functions, and equal only to themselves."""
    if isinstance(shared, tuple):
        return tuple(_by_identity(each) for each in shared)
    return shared if isinstance(shared, str | frozenset) else id(shared)


def _check(files: Mapping[str, bytes], law: LawPackage | None, parts: Parts, shared: object) -> _Checked:
    problems: list[Problem] = []
    diagrams, models = [], []
    damaged: list[Diagram] = []
    for name, data in sorted(files.items()):
        try:
            if name.endswith(".bpmn"):
                diagrams.append(diagram_of(data, name))
            elif name.endswith(".dmn"):
                models.append(model_of(data, name))
        except EngineError as error:
            problems.extend(error.problems)
            if name.endswith(".bpmn") and error.code != ErrorCode.BPMN_XML:
                damaged.append(readable_part(data, name))
    if not diagrams and not models and not problems:
        problems.append(
            Problem(
                ErrorCode.LAW_MANIFEST,
                f"expected a diagram (.bpmn) or a decision model (.dmn), but got {sorted(files) or 'no file'}.",
            )
        )
    library = _library(models, problems)
    if law is not None:
        for check in parts.package_checks:
            problems.extend(check(law))
        problems.extend(check_questions(law, parts.handlers))
    for model in models:
        problems.extend(problems_of(model))
        if law is not None:
            problems.extend(_unknown_clauses_of_model(law, model))
    context = _context([*diagrams, *damaged], library, law, parts)
    if law is not None and law.consent_pages is not None:
        problems.extend(_unknown_to_pages(law.file, law.consent_pages, [*diagrams, *damaged]))
    for diagram in damaged:
        problems.extend(each for each in check_diagram(diagram, context) if each.severity is Severity.ERROR)
    for diagram in diagrams:
        problems.extend(_problems_of_diagram(diagram, context, shared))
        if law is not None:
            problems.extend(_unknown_clauses_of_diagram(law, diagram))
    return _Checked(tuple(diagrams), tuple(models), tuple(problems), shared)


def _problems_of_diagram(diagram: Diagram, context: DeployContext, shared: object) -> tuple[Problem, ...]:
    """As `check_diagram`, once for a diagram among the same names: of other readings the tables alone differ."""
    names = (context.decision_ids, context.process_ids, context.form_ids)
    key = (diagram.hash, diagram.file, *names, context.known_variables, context.event_started_ids, _by_identity(shared))
    found, _ = _DIAGRAM_CHECKS.get(key, lambda: (tuple(check_diagram(diagram, context)), shared))
    return found


def _unknown_to_pages(file: str, pages: ConsentPages, diagrams: list[Diagram]) -> Iterator[Problem]:
    """The process and the deadline that the pages of consent name must stand in the diagrams."""
    processes = {process_id: process for diagram in diagrams for process_id, process in diagram.processes.items()}
    headers = [each.headers for process in processes.values() for each in process.elements.values()]
    deadlines = {each["limit"] for each in headers if "limit" in each}
    deadlines |= {each["deadline"] for each in headers if "deadline" in each}
    for key, name, known in (("process", pages.process, processes), ("deadline", pages.deadline, deadlines)):
        if name not in known:
            message = f'no {key} is called "{name}".{did_you_mean(name, known)}'
            yield Problem(ErrorCode.LAW_MANIFEST, message, Location(file=file, part=f"consent_pages > {key}"))


def store_content(command: Command, content: Content) -> Deployment:
    """Store a checked deployment, unless exactly these files are the latest already."""
    deployments = command.tx.deployments
    latest = deployments.latest(content.package_id)
    if latest is not None and latest.hash == content.hash:
        return deployment_view(command.tx, latest, new=False, warnings=content.warnings)
    row = DeploymentRow(
        id=command.tx.new_id("deployment"),
        package_id=content.package_id,
        version=1 if latest is None else latest.version + 1,
        hash=content.hash,
        manifest=content.manifest,
        deployed_at=command.now,
        actor=command.actor.id,
    )
    deployments.add(row, content.files)
    active = {version.process_id: version for version in deployments.active_processes()}
    for diagram in content.diagrams:
        for process_id in diagram.processes:
            _store_process(command, content, diagram, process_id, row.id, active.get(process_id))
    for gone in deployments.active_processes(content.package_id):
        if gone.process_id not in content.definitions:
            deployments.withdraw_process(gone.process_id)
            command.tx.timers.cancel_starts(gone.process_id)
    names = {decision.id: decision.name for model in content.models for decision in model.decisions}
    deployments.add_decision_versions(
        content.package_id,
        row.id,
        [(decision_id, names[decision_id], model.file, model.hash) for decision_id, model in content.decisions.items()],
    )
    command.record(
        LogKind.DEPLOYED,
        {
            "package": row.package_id,
            "version": row.version,
            "hash": row.hash,
            "files": {name: file_hash for name, (file_hash, _) in content.files.items()},
        },
    )
    return deployment_view(command.tx, row, new=True, warnings=content.warnings)


def deployment_view(
    snapshot: Snapshot, row: DeploymentRow, *, new: bool = False, warnings: tuple[Problem, ...] = ()
) -> Deployment:
    processes = {each.process_id: each.version for each in snapshot.deployments.active_processes(row.package_id)}
    return Deployment(
        id=row.id,
        package_id=row.package_id,
        version=row.version,
        hash=row.hash,
        at=row.deployed_at,
        new=new,
        processes=processes,
        decisions=tuple(snapshot.deployments.decision_ids(row.id, row.package_id)),
        warnings=warnings,
    )


def _store_process(
    command: Command,
    content: Content,
    diagram: Diagram,
    process_id: str,
    deployment_id: str,
    active: ProcessVersionRow | None,
) -> None:
    """A new version when the diagram has changed; what starts the process is that of the new diagram."""
    deployments = command.tx.deployments
    definition = content.definitions[process_id]
    if active is not None and active.hash == diagram.hash and active.package_id == content.package_id:
        return
    deployments.add_process_version(
        process_id=process_id,
        name=definition.name or process_id,
        package_id=content.package_id,
        deployment_id=deployment_id,
        file=diagram.file,
        file_hash=diagram.hash,
    )
    starts = [("message", start) for start in definition.message_starts]
    starts += [("signal", start) for start in definition.signal_starts]
    deployments.replace_start_subscriptions(
        process_id,
        [StartSubscriptionRow(process_id, start.element_id, kind, start.name or "") for kind, start in starts],
    )
    command.tx.timers.cancel_starts(process_id)
    for start in definition.timer_starts:
        due = definition.timer_due(start, command.now, content.time_zone)
        if due is not None:
            command.tx.timers.schedule_start(process_id=process_id, element_id=start.element_id, due=due)


def _library(models: list[Model], problems: list[Problem]) -> DecisionLibrary:
    try:
        return library_of(tuple(models))
    except EngineError as error:
        problems.extend(error.problems)
        return DecisionLibrary(())


def _context(diagrams: list[Diagram], library: DecisionLibrary, law: LawPackage | None, parts: Parts) -> DeployContext:
    job_types: dict[str, JobTypeInfo] = {name: ExternalJobType() for name in parts.settings.external_job_types}
    job_types.update(parts.handlers)
    processes = {process_id: process for diagram in diagrams for process_id, process in diagram.processes.items()}
    context = DeployContext(
        job_types=job_types,
        decision_ids=frozenset(library.decision_ids),
        process_ids=frozenset(processes),
        event_started_ids=frozenset(each for each, process in processes.items() if process.only_events_start_it),
        form_ids=frozenset() if law is None else frozenset(law.forms),
    )
    if law is None:
        return context
    known = frozenset(law.vocabulary.facts) | frozenset(BREACH_VARIABLES)
    known |= {name for question in law.questions.by_id.values() for name in question.names}
    for diagram in diagrams:
        for process in diagram.processes.values():
            known |= written_variables(process, context)
    return replace(context, known_variables=known)


def _processes_of_others(diagrams: Sequence[Diagram], package_id: str, snapshot: Snapshot) -> list[Problem]:
    """A process id is one process: neither twice in a deployment nor in two packages."""
    problems = []
    seen: dict[str, str] = {}
    owners = {active.process_id: active.package_id for active in snapshot.deployments.active_processes()}
    for diagram in diagrams:
        for process_id in diagram.processes:
            owner = owners.get(process_id, package_id)
            if process_id in seen:
                taken = f"the file {seen[process_id]}"
            elif owner != package_id:
                taken = f'the package "{owner}"'
            else:
                seen[process_id] = diagram.file
                continue
            problems.append(
                Problem(
                    ErrorCode.BPMN_DUPLICATE,
                    f'the process id "{process_id}" is taken by {taken}.',
                    Location(file=diagram.file, element_id=process_id),
                    hint="give the process another id",
                )
            )
    return problems


def _unknown_clauses_of_diagram(law: LawPackage, diagram: Diagram) -> list[Problem]:
    problems = []
    for process in diagram.processes.values():
        problems.extend(law.check_clauses(process.clauses, Location(file=diagram.file, element_id=process.id)))
        for element in process.elements.values():
            place = Location(file=diagram.file, element_id=element.id, line=element.line)
            problems.extend(law.check_clauses(element.clauses, place))
    return problems


def _unknown_clauses_of_model(law: LawPackage, model: Model) -> list[Problem]:
    problems = []
    for decision in model.decisions:
        for rule in decision.rules:
            place = Location(file=model.file, decision_id=decision.id, rule_id=rule.id)
            problems.extend(law.check_clauses(rule.clauses, place))
    return problems
