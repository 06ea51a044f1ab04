"""Migration: running instances go on in another version of their process, by a plan that is shown before it is applied.

The plan is tried out on each instance in memory, so that it says what applying would do; applying tries it again inside
its one transaction. What cannot be migrated is listed with its reasons and left alone; all the rest changes together.
A process that runs because a call activity has called it is part of the caller's instance, and is migrated inside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.bpmn import Execution, InstanceStatus, MappedElement, ProcessDefinition
from engine.errors import EngineError, ErrorCode, Problem, did_you_mean, failure
from engine.runtime.command import Command
from engine.runtime.log_kinds import LogKind
from engine.runtime.packages import Packages, active_process
from engine.runtime.services import InstanceServices
from engine.runtime.views import InstanceMigration, MigrationPlan
from engine.store import InstanceRow, ProcessVersionRow, Snapshot


def plan_migration(
    snapshot: Snapshot,
    packages: Packages,
    process_id: str,
    *,
    version: int | None,
    mapping: Mapping[str, str],
    instance_ids: Sequence[str] | None,
    limit: int,
) -> MigrationPlan:
    """What would become of each active instance of the process on another version; nothing is changed.

    Errors: RUN_UNKNOWN_PROCESS; RUN_NOT_FOUND, RUN_STATE for an instance that was asked for; RUN_MIGRATION for a
    mapping that names what no version has.
    """
    target = _target(snapshot, process_id, version)
    definition = packages.definition(snapshot, process_id, target.hash)
    loaded = [_load(snapshot, packages, row) for row in _rows(snapshot, target, instance_ids, limit)]
    found = [(row, execution) for row, execution in loaded if execution.versions_to_leave(definition)]
    if instance_ids is not None and len(found) < len(loaded):
        raise _nothing_to_leave(next(row for row, execution in loaded if (row, execution) not in found), target)
    versions = {version for _, execution in found for version in execution.versions_to_leave(definition)}
    _check_mapping(mapping, definition, [packages.definition(snapshot, process_id, each) for each in versions])
    planned = tuple(_try(snapshot, row, execution, definition, mapping) for row, execution in found)
    return MigrationPlan(process_id, target.version, target.hash, dict(mapping), planned)


def apply_migration(
    command: Command,
    process_id: str,
    *,
    version: int | None,
    mapping: Mapping[str, str],
    instance_ids: Sequence[str] | None,
    limit: int,
    reason: str,
) -> MigrationPlan:
    """Migrate, in this one command, every instance that can be; the plan as it was carried out. Errors: as the plan."""
    packages = command.parts.packages
    plan = plan_migration(
        command.tx,
        packages,
        process_id,
        version=version,
        mapping=mapping,
        instance_ids=instance_ids,
        limit=limit,
    )
    definition = packages.definition(command.tx, process_id, plan.to_hash)
    for each in plan.instances:
        if not each.problems:
            _migrate(command, plan, each, definition, reason)
    return plan


def _migrate(
    command: Command, plan: MigrationPlan, each: InstanceMigration, definition: ProcessDefinition, reason: str
) -> None:
    live = command.load(each.instance_id, suspended_too=True)

    def call(execution: Execution) -> None:
        execution.migrate(definition, plan.mapping)
        command.record(
            LogKind.INSTANCE_MIGRATED,
            {
                "reason": reason,
                "process_id": plan.process_id,
                "from": each.from_hash,
                "from_version": each.from_version,
                "to": plan.to_hash,
                "to_version": plan.to_version,
                "mapping": dict(plan.mapping),
                "elements": [
                    [element.element_id, element.element_instance_id, element.to_element_id]
                    for element in each.elements
                ],
            },
            live=live,
        )
        if live.process_id == plan.process_id:
            command.tx.instances.set_hash(live.id, plan.to_hash)

    command.act(live, call)


def _load(snapshot: Snapshot, packages: Packages, row: InstanceRow) -> tuple[InstanceRow, Execution]:
    """A copy of the instance in memory."""
    definition = packages.definition(snapshot, row.process_id, row.hash)
    services = InstanceServices(snapshot, packages, row.package_id)
    return row, Execution.load(definition, row.state, services, instance_id=row.id)


def _nothing_to_leave(row: InstanceRow, target: ProcessVersionRow) -> EngineError:
    """Why an instance that was asked for is not migrated."""
    if row.process_id == target.process_id:
        return failure(ErrorCode.RUN_STATE, f'the process instance "{row.id}" is on version {target.version}.')
    return failure(
        ErrorCode.RUN_NOT_FOUND,
        f'no {target.process_id} that could be migrated runs in the instance "{row.id}" of {row.process_id}.',
        hint="what is called by the binding deployment is migrated with its caller",
    )


def _try(
    snapshot: Snapshot,
    row: InstanceRow,
    execution: Execution,
    definition: ProcessDefinition,
    mapping: Mapping[str, str],
) -> InstanceMigration:
    """Migrate the copy, and say what came of it."""
    before = execution.versions_to_leave(definition)[0]
    elements: tuple[MappedElement, ...] = ()
    problems: tuple[Problem, ...]
    try:
        check = execution.check_migration(definition, mapping)
        elements, problems = check.elements, check.problems
        if not problems:
            execution.migrate(definition, mapping)
    except EngineError as error:
        problems = error.problems
    version = snapshot.deployments.process_with_hash(definition.process_id, before)
    return InstanceMigration(
        instance_id=row.id,
        process_id=row.process_id,
        case_id=row.case_id,
        suspended=row.suspended_at is not None,
        from_version=0 if version is None else version.version,
        from_hash=before,
        elements=elements,
        problems=problems,
    )


def _target(snapshot: Snapshot, process_id: str, version: int | None) -> ProcessVersionRow:
    newest = active_process(snapshot, process_id)
    if version is None:
        return newest
    found = snapshot.deployments.process_version(process_id, version)
    if found is None:
        raise failure(
            ErrorCode.RUN_UNKNOWN_PROCESS,
            f"the process {process_id} has no version {version}.",
            hint=f"its newest version is {newest.version}",
        )
    return found


def _rows(
    snapshot: Snapshot, target: ProcessVersionRow, instance_ids: Sequence[str] | None, limit: int
) -> list[InstanceRow]:
    ids = instance_ids
    if ids is None:
        mark = Execution.mark_of_call(target.process_id)
        ids = snapshot.instances.ids_to_migrate(target.process_id, target.hash, mark, limit=limit)
    return [_row(snapshot, target, instance_id) for instance_id in dict.fromkeys(ids)]


def _row(snapshot: Snapshot, target: ProcessVersionRow, instance_id: str) -> InstanceRow:
    row = snapshot.instances.get(instance_id)
    if row is None:
        raise failure(
            ErrorCode.RUN_NOT_FOUND, f'no instance "{instance_id}" of the process {target.process_id} is stored.'
        )
    if row.status != InstanceStatus.ACTIVE:
        raise failure(
            ErrorCode.RUN_STATE,
            f'the process instance "{instance_id}" of {row.process_id} is {row.status}.',
            hint="only an active instance is migrated",
        )
    return row


def _check_mapping(
    mapping: Mapping[str, str], definition: ProcessDefinition, before: Sequence[ProcessDefinition]
) -> None:
    """Refuse a mapping that names what is not there, or two elements to one."""
    known = {element_id for each in before for element_id in each.process.elements}
    targets: dict[str, str] = {}
    for old, new in mapping.items():
        if before and old not in known:
            raise failure(
                ErrorCode.RUN_MIGRATION,
                f'no version that an instance is on has an element "{old}".{did_you_mean(old, known)}',
                part=f"{old}={new}",
            )
        if new not in definition.process.elements:
            near = did_you_mean(new, definition.process.elements)
            raise failure(
                ErrorCode.RUN_MIGRATION, f'the new version has no element "{new}".{near}', part=f"{old}={new}"
            )
        if new in targets:
            raise failure(
                ErrorCode.RUN_MIGRATION,
                f"{targets[new]} and {old} are both mapped to {new}.",
                hint="map each to an element of its own",
                part=f"{old}={new}",
            )
        targets[new] = old
