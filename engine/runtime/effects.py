"""What an execution answers becomes rows and log entries. `WRITERS` has one writer for each kind of effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.bpmn import (
    DecisionEvaluated,
    Effect,
    ElementActivated,
    ElementCompleted,
    ElementEffect,
    ElementFailed,
    ElementMigrated,
    ElementTerminated,
    ExpressionWarned,
    InstanceCompleted,
    InstanceTerminated,
    JobCancelled,
    JobCreated,
    MessageSubscribed,
    ProcessCalled,
    SequenceFlowTaken,
    SignalSubscribed,
    SignalThrown,
    SubscriptionCancelled,
    TimerCancelled,
    TimerPostponed,
    TimerScheduled,
    UserTaskCreated,
    UserTaskRevised,
    VariablesChanged,
)
from engine.runtime.command import Command, LiveInstance
from engine.runtime.incidents import raise_incident
from engine.runtime.jobs import write_job_created
from engine.runtime.kept_messages import start_next, take_buffered
from engine.runtime.log_kinds import LogKind
from engine.runtime.services import record_decision
from engine.runtime.signals import write_signal_thrown
from engine.runtime.tasks import write_task_created
from engine.runtime.values import stored

STATES: dict[type[ElementEffect], tuple[str, str]] = {
    ElementActivated: (str(LogKind.ELEMENT_ACTIVATED), "activated"),
    ElementCompleted: (str(LogKind.ELEMENT_COMPLETED), "completed"),
    ElementTerminated: (str(LogKind.ELEMENT_TERMINATED), "terminated"),
}
FLOW_TAKEN, VARIABLES_CHANGED = str(LogKind.FLOW_TAKEN), str(LogKind.VARIABLES_CHANGED)


def _log(command: Command, live: LiveInstance, kind: LogKind, effect: ElementEffect, **data: Any) -> None:
    if effect.clauses:
        data["clauses"] = list(effect.clauses)
    data["element_instance_id"] = effect.element_instance_id
    command.entries.append((str(kind), data, live.case_id, live.id, effect.element_id))


def _element(
    command: Command, live: LiveInstance, effect: ElementActivated | ElementCompleted | ElementTerminated
) -> None:
    kind, state = STATES[type(effect)]
    data: dict[str, Any] = {"name": effect.name, "type": effect.element_type._value_, "state": state}
    if effect.clauses:
        data["clauses"] = effect.clauses
    data["element_instance_id"] = effect.element_instance_id
    command.entries.append((kind, data, live.case_id, live.id, effect.element_id))


def _terminated(command: Command, live: LiveInstance, effect: ElementTerminated) -> None:
    command.tx.incidents.cancel_of_element(live.id, effect.element_instance_id, command.now)
    _element(command, live, effect)


def _flow_taken(command: Command, live: LiveInstance, effect: SequenceFlowTaken) -> None:
    data: dict[str, Any] = {"flow_id": effect.flow_id, "name": effect.name}
    if effect.clauses:
        data["clauses"] = effect.clauses
    data["element_instance_id"] = effect.element_instance_id
    command.entries.append((FLOW_TAKEN, data, live.case_id, live.id, effect.element_id))


def _task_created(command: Command, live: LiveInstance, effect: UserTaskCreated) -> None:
    write_task_created(command, live, effect)


def _task_revised(command: Command, live: LiveInstance, effect: UserTaskRevised) -> None:
    task = command.tx.jobs.of_element(live.id, effect.element_instance_id)
    if task is None:
        return
    command.tx.jobs.revise_user_task(task.id, due=effect.due, variables=effect.variables)
    due = None if effect.due is None else effect.due.isoformat()
    _log(command, live, LogKind.TASK_REVISED, effect, task_id=task.id, name=task.element_name, due=due)


def _job_cancelled(command: Command, live: LiveInstance, effect: JobCancelled) -> None:
    live.waiting_jobs.discard(effect.element_instance_id)
    command.tx.incidents.cancel_of_element(live.id, effect.element_instance_id, command.now)
    job = command.tx.jobs.of_element(live.id, effect.element_instance_id)
    if job is None:
        return
    if job.kind == "user_task":
        command.tx.jobs.end_user_task(job.id, "cancelled", command.now)
        _log(command, live, LogKind.TASK_CANCELLED, effect, task_id=job.id, name=job.element_name)
    else:
        command.tx.jobs.remove(job.id)


def _timer_scheduled(command: Command, live: LiveInstance, effect: TimerScheduled) -> None:
    command.tx.timers.schedule_element(
        instance_id=live.id,
        timer_id=effect.timer_id,
        element_id=effect.element_id,
        element_instance_id=effect.element_instance_id,
        due=effect.due,
        held_at=command.now if live.suspended else None,
    )
    _log(command, live, LogKind.TIMER_SCHEDULED, effect, timer_id=effect.timer_id, due=effect.due.isoformat())


def _timer_cancelled(command: Command, live: LiveInstance, effect: TimerCancelled) -> None:
    command.tx.timers.cancel_element(live.id, effect.timer_id)
    _log(command, live, LogKind.TIMER_CANCELLED, effect, timer_id=effect.timer_id)


def _timer_postponed(command: Command, live: LiveInstance, effect: TimerPostponed) -> None:
    command.tx.timers.reschedule_element(live.id, effect.timer_id, effect.due)
    _log(command, live, LogKind.TIMER_POSTPONED, effect, timer_id=effect.timer_id, due=effect.due.isoformat())


def _message_subscribed(command: Command, live: LiveInstance, effect: MessageSubscribed) -> None:
    _subscribe(command, live, effect, "message", effect.message_name, effect.correlation_key)
    _log(command, live, LogKind.SUBSCRIBED, effect, name=effect.message_name, key=effect.correlation_key)
    take_buffered(command, live, effect)


def _signal_subscribed(command: Command, live: LiveInstance, effect: SignalSubscribed) -> None:
    _subscribe(command, live, effect, "signal", effect.signal_name, "")


def _subscribe(command: Command, live: LiveInstance, effect: ElementEffect, kind: str, name: str, key: str) -> None:
    command.tx.subscriptions.add(
        kind=kind,
        name=name,
        key=key,
        instance_id=live.id,
        process_id=live.process_id,
        element_id=effect.element_id,
        element_instance_id=effect.element_instance_id,
        held_at=command.now if live.suspended else None,
    )


def _subscription_cancelled(command: Command, live: LiveInstance, effect: SubscriptionCancelled) -> None:
    command.tx.subscriptions.cancel(live.id, effect.element_instance_id, effect.name)


def _signal_thrown(command: Command, live: LiveInstance, effect: SignalThrown) -> None:
    write_signal_thrown(command, live, effect)


def _process_called(command: Command, live: LiveInstance, effect: ProcessCalled) -> None:
    called = {"process_id": effect.process_id, "diagram": effect.diagram_hash, "pinned": effect.pinned}
    _log(command, live, LogKind.PROCESS_CALLED, effect, **called)


def _element_migrated(command: Command, live: LiveInstance, effect: ElementMigrated) -> None:
    where = (live.id, effect.element_instance_id)
    command.tx.jobs.follow_element(*where, element_id=effect.element_id, name=effect.name, clauses=effect.clauses)
    command.tx.timers.follow_element(*where, effect.element_id)
    command.tx.subscriptions.follow_element(*where, effect.element_id)
    command.tx.incidents.follow_element(*where, effect.element_id)


def _decision_evaluated(command: Command, live: LiveInstance, effect: DecisionEvaluated) -> None:
    record_decision(command, live, effect.element_id, effect.decision_id, effect.result, asked_by="element")


def _variables_changed(command: Command, live: LiveInstance, effect: VariablesChanged) -> None:
    data: dict[str, Any] = {"variables": stored(effect.changed)}
    if effect.clauses:
        data["clauses"] = effect.clauses
    data["element_instance_id"] = effect.element_instance_id
    command.entries.append((VARIABLES_CHANGED, data, live.case_id, live.id, effect.element_id))


def _warned(command: Command, live: LiveInstance, effect: ExpressionWarned) -> None:
    problems = [problem.as_data() for problem in effect.problems]
    _log(command, live, LogKind.EXPRESSION_WARNED, effect, part=effect.part, problems=problems)


def _failed(command: Command, live: LiveInstance, effect: ElementFailed) -> None:
    raise_incident(
        command,
        effect.problem,
        live=live,
        element_id=effect.element_id,
        element_instance_id=effect.element_instance_id,
    )


def _instance_completed(command: Command, live: LiveInstance, effect: InstanceCompleted) -> None:
    _forget_signals(command, live)
    _log(command, live, LogKind.INSTANCE_COMPLETED, effect, variables=stored(effect.variables))
    start_next(command, live)


def _instance_terminated(command: Command, live: LiveInstance, effect: InstanceTerminated) -> None:
    command.tx.incidents.cancel_of_instance(live.id, command.now)
    _forget_signals(command, live)
    _log(command, live, LogKind.INSTANCE_TERMINATED, effect)
    start_next(command, live)


def _forget_signals(command: Command, live: LiveInstance) -> None:
    if live.suspended:  # an operator may end one that is, by a token that is moved or by cancelling it
        command.tx.subscriptions.take_held_signals(live.id)


WRITERS: dict[type[Effect], Callable[[Command, LiveInstance, Any], None]] = {
    ElementActivated: _element,
    ElementCompleted: _element,
    ElementTerminated: _terminated,
    SequenceFlowTaken: _flow_taken,
    JobCreated: write_job_created,
    UserTaskCreated: _task_created,
    UserTaskRevised: _task_revised,
    JobCancelled: _job_cancelled,
    TimerScheduled: _timer_scheduled,
    TimerCancelled: _timer_cancelled,
    TimerPostponed: _timer_postponed,
    MessageSubscribed: _message_subscribed,
    SubscriptionCancelled: _subscription_cancelled,
    SignalSubscribed: _signal_subscribed,
    SignalThrown: _signal_thrown,
    ProcessCalled: _process_called,
    ElementMigrated: _element_migrated,
    DecisionEvaluated: _decision_evaluated,
    VariablesChanged: _variables_changed,
    ExpressionWarned: _warned,
    ElementFailed: _failed,
    InstanceCompleted: _instance_completed,
    InstanceTerminated: _instance_terminated,
}
ONLY_LOGGED: frozenset[type[Effect]] = frozenset(
    {
        ElementActivated,
        ElementCompleted,
        SequenceFlowTaken,
        VariablesChanged,
        ExpressionWarned,
        ProcessCalled,
        DecisionEvaluated,
        InstanceCompleted,
        JobCreated,  # an inline one; for any other its writer sees to the row
    }
)
