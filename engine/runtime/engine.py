"""The facade: every command that the world may give to the engine; the questions are in `answers.py`.

One command is one transaction of the store: state, log, jobs, timers, subscriptions, messages, notices and case
records change together or not at all. Every command carries an `Actor`. A refused command changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from engine.errors import ErrorCode, Problem, failure
from engine.feel import Value
from engine.handlers.contract import (
    ENGINE,
    Actor,
    BpmnError,
    DeliveryReport,
    HandlerDefinition,
    JobFailure,
    ReadsReports,
)
from engine.law import LawPackage
from engine.runtime import claims, delivery_reports, events, messages, schedule, signals, tasks
from engine.runtime import deploy as deployment
from engine.runtime.access import keep_own_case
from engine.runtime.command import Command, Parts
from engine.runtime.deliveries import ChannelAdapter
from engine.runtime.effects import ONLY_LOGGED, WRITERS
from engine.runtime.jobs import Checked
from engine.runtime.log_kinds import LogKind
from engine.runtime.operating import Operating
from engine.runtime.packages import LOOSE_FILES, Packages
from engine.runtime.questions import begun_view
from engine.runtime.settings import Settings
from engine.runtime.told import is_suspect, refuse_numbers
from engine.runtime.values import checked_text
from engine.runtime.views import (
    Deployment,
    EventResult,
    InstanceView,
    MessageResult,
    UserTaskView,
)
from engine.runtime.worker import Worker, answer_job
from engine.store import JobRow, Store

_BATCH = 100


class Engine(Operating):
    """Built by `engine.wiring.open_engine`; safe to share among threads."""

    def __init__(
        self,
        store: Store,
        handlers: Mapping[str, HandlerDefinition],
        channels: Mapping[str, ChannelAdapter],
        settings: Settings | None = None,
        package_checks: Sequence[Callable[[LawPackage], Iterable[Problem]]] = (),
        packages: Packages | None = None,
    ) -> None:
        shared = Parts(packages or Packages(), handlers, settings or Settings(), WRITERS, ONLY_LOGGED, package_checks)
        super().__init__(store, shared)
        self._worker = Worker(store, self._parts, channels, lambda: self._command(ENGINE))

    @contextmanager
    def _command(self, actor: Actor) -> Iterator[Command]:
        """One command, settled and saved before it commits."""
        with self._store.transaction(actor.id, actor.roles) as tx:
            command = Command(tx, actor, self._parts)
            if is_suspect(actor.id):
                refuse_numbers(command, {"the name of who acts": actor.id})
            yield command
            command.settle()
            command.save()

    # ---- deployment ------------------------------------------------------------------------------------------

    def deploy(self, package: LawPackage, actor: Actor) -> Deployment:
        """Deploy a law package. Errors: every problem of every file at once; nothing is stored then."""
        with self._command(actor) as command:
            content = deployment.read_content(package.files, package, self._parts, command.tx)
            return deployment.store_content(command, content)

    def deploy_files(self, files: Mapping[str, bytes], actor: Actor) -> Deployment:
        """Deploy loose diagrams and tables, without a law: they join, and replace by name, those deployed so before.

        Errors: as `deploy`.
        """
        with self._command(actor) as command:
            latest = command.tx.deployments.latest(LOOSE_FILES)
            earlier = {} if latest is None else command.tx.deployments.files(latest.id)
            content = deployment.read_content({**earlier, **files}, None, self._parts, command.tx)
            return deployment.store_content(command, content)

    # ---- commands --------------------------------------------------------------------------------------------

    def start_process(self, process_id: str, variables: Mapping[str, Value], actor: Actor) -> InstanceView:
        """Start an instance at the none start event. Errors: RUN_UNKNOWN_PROCESS, JOB_INPUT."""
        given = self._variables(variables, "the variables of the start")
        with self._command(actor) as command:
            refuse_numbers(command, given)
            live = command.begin(process_id, given)
        return self.instance(live.id) if command.incidents_raised else begun_view(live)

    def publish_message(
        self,
        name: str,
        key: str,
        variables: Mapping[str, Value],
        actor: Actor,
        *,
        message_id: str | None = None,
        time_to_live: timedelta | None = None,
    ) -> MessageResult:
        """Correlate by name and key, start, or buffer for *time_to_live*; a message id counts once.

        Errors: MSG_NOBODY when nobody waits and no time to live is given; MSG_DUPLICATE; MSG_KEY, JOB_INPUT.
        """
        given = self._variables(variables, f'the variables of the message "{name}"')
        for what, text in (("name", name), ("key", key), ("id", message_id or "")):
            checked_text(text, code=ErrorCode.MSG_KEY, whose=f"the {what} of the message")
        if not name:
            raise failure(ErrorCode.MSG_KEY, "expected the name of a message, but got an empty text.")
        with self._command(actor) as command:
            refuse_numbers(command, {"name": name, "key": key, "message_id": message_id, **given})
            return messages.publish_message(command, name, key, given, message_id=message_id, time_to_live=time_to_live)

    def report_delivery(self, report: DeliveryReport, actor: Actor) -> bool:
        """What became of a delivery, as *actor* knows it; False for a report that was seen before.

        Errors: RUN_NOT_FOUND for an unknown key, RUN_STATE when it was not sent, JOB_INPUT.
        """
        for what, text in (("id", report.id), ("key", report.key), ("reason", report.reason)):
            checked_text(text, code=ErrorCode.JOB_INPUT, whose=f"the {what} of the report")
        with self._command(actor) as command:
            refuse_numbers(command, {"id": report.id, "reason": report.reason})
            return delivery_reports.report_delivery(command, report)

    def take_callback(self, channel: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """A call-back of the carrier behind *channel*, checked by its adapter; False when it was seen before.

        Errors: RUN_NOT_FOUND for a channel that takes none; API_UNAUTHORIZED, API_REQUEST, and as `report_delivery`.
        """
        adapter = self._worker.channels.get(channel)
        if not isinstance(adapter, ReadsReports):
            raise failure(
                ErrorCode.RUN_NOT_FOUND,
                f'no carrier reports on the channel "{channel}".',
                hint="configure the channel, or report by hand what became of a delivery",
            )
        return self.report_delivery(adapter.read_report(body, headers), Actor(f"carrier:{channel}"))

    def broadcast_signal(self, name: str, variables: Mapping[str, Value], actor: Actor) -> tuple[str, ...]:
        """Hand a signal to all that wait for it, and start what begins with it; the instances reached."""
        given = self._variables(variables, f'the variables of the signal "{name}"')
        with self._command(actor) as command:
            refuse_numbers(command, {"name": name, **given})
            return signals.broadcast_signal(command, name, given)

    def raise_event(
        self,
        package_id: str,
        event_name: str,
        facts: Mapping[str, object],
        actor: Actor,
        *,
        event_id: str | None = None,
    ) -> EventResult:
        """An event of the law's vocabulary, done in one transaction as the manifest says. Errors: see `events`."""
        checked_text(event_id or "", code=ErrorCode.LAW_FACT_TYPE, whose="the id of the event")
        with self._command(actor) as command:
            result = events.raise_event(command, package_id, event_name, facts, event_id)
            keep_own_case(command, package_id, result)
            return result

    def claim_task(self, task_id: str, actor: Actor) -> UserTaskView:
        """*actor* takes a user task on. Errors: TASK_NOT_FOUND, TASK_COMPLETED, TASK_CLAIMED, TASK_FOUR_EYES."""
        with self._command(actor) as command:
            claims.claim_task(command, task_id)
        return self.user_task(task_id)

    def unclaim_task(self, task_id: str, actor: Actor) -> UserTaskView:
        """Give a user task back. Errors: TASK_NOT_FOUND, TASK_COMPLETED."""
        with self._command(actor) as command:
            claims.unclaim_task(command, task_id)
        return self.user_task(task_id)

    def complete_user_task(self, task_id: str, variables: Mapping[str, Value], actor: Actor) -> InstanceView:
        """Errors: TASK_NOT_FOUND, TASK_COMPLETED, JOB_NOT_OPEN, JOB_INPUT; TASK_FOUR_EYES for an earlier decider."""
        given = self._variables(variables, "the variables of the task")
        with self._command(actor) as command:
            instance_id = tasks.complete_user_task(command, task_id, given)
        return self.instance(instance_id)

    # ---- time ------------------------------------------------------------------------------------------------

    def run_due(self, until: datetime | None = None) -> int:
        """Do all that is due now, to rest: timers in due order, then jobs and deliveries; how many things were done.

        With *until*, an earlier instant, timers that fell due after it are left.
        """
        done = 0
        while True:
            step = self._fire_due(until) + self._worker.work("engine", _BATCH)
            if step == 0:
                return done
            done += step

    def _fire_due(self, until: datetime | None) -> int:
        with self._store.read() as snapshot:  # who has nothing to fire takes no turn to write
            if not schedule.has_due(snapshot, until):
                return 0
        fired = 0
        while self._fire_one(until):
            fired += 1
        return fired

    def _fire_one(self, until: datetime | None) -> bool:
        try:
            with self._command(ENGINE) as command:
                return schedule.fire_first_due(command, until)
        except schedule.TimerRefused as refused:
            with self._command(ENGINE) as command:
                schedule.stop_timer(command, refused)
            return True

    def advance_clock(self, to: datetime, actor: Actor) -> int:
        """Move a simulated clock to *to*, stopping at each instant at which something falls due, and do it.

        Returns how many things were done. Errors: RUN_CLOCK in a store on the system clock, or when *to* has passed.
        """
        self._note_clock(to, actor)
        done = self.run_due()
        while (due := self.next_due()) is not None and due <= to:
            if due > self.now():
                self._set_clock(due)
            step = self.run_due()
            if step == 0 and due <= self.now():
                break
            done += step
        self._set_clock(to)
        return done + self.run_due()

    def skip_clock(self, to: datetime, actor: Actor) -> None:
        """Move a simulated clock to *to* as if nobody had been at work: what falls due on the way is left undone.

        `run_due` or the next advance does it then, all of it late. Errors: as `advance_clock`.
        """
        self._note_clock(to, actor, outage="begins")
        self._set_clock(to)
        self._note_clock(to, actor, outage="ends")

    def _note_clock(self, to: datetime, actor: Actor, **more: str) -> None:
        if not self.is_simulated:
            raise failure(
                ErrorCode.RUN_CLOCK,
                "the store is on the system clock, which nobody moves.",
                hint="advance the clock of a store that was made with a simulated one",
            )
        now = self.now()
        if to.tzinfo is None or to < now:
            raise failure(
                ErrorCode.RUN_CLOCK,
                f"expected an instant with a zone, at or after {now.isoformat()}, but got {to.isoformat()}.",
                hint="a simulated clock only moves forward",
            )
        with self._command(actor) as command:
            command.record(LogKind.CLOCK_MOVED, {"from": now.isoformat(), "to": to.isoformat(), **more})

    def _set_clock(self, instant: datetime) -> None:
        with self._store.transaction(ENGINE.id) as tx:
            if instant > tx.now:
                tx.move_clock(instant)

    # ---- workers ---------------------------------------------------------------------------------------------

    def work(self, owner: str, *, limit: int = 20) -> int:
        """One round of a worker named *owner*: due timers first, then up to *limit* jobs and deliveries."""
        return self._fire_due(None) + self._worker.work(owner, limit)

    def complete_job(self, job_id: str, variables: Mapping[str, Value], actor: Actor) -> InstanceView:
        """A worker outside this program has done a job. Errors: JOB_NOT_FOUND, JOB_NOT_OPEN, JOB_INPUT."""
        given = self._variables(variables, "the variables of the job")
        return self._answer(job_id, Checked(given), actor)

    def throw_job_error(
        self, job_id: str, code: str, actor: Actor, *, message: str = "", variables: Mapping[str, Value] | None = None
    ) -> InstanceView:
        """A worker outside this program ends a job in a BPMN error. Errors: as `complete_job`."""
        given = self._variables(variables or {}, "the variables of the error")
        return self._answer(job_id, BpmnError(code, message, given), actor)

    def fail_job(self, job_id: str, failed: JobFailure, actor: Actor) -> InstanceView:
        """A worker outside this program could not do a job: it is retried, or becomes an incident."""
        return self._answer(job_id, failed, actor)

    def _answer(self, job_id: str, outcome: Checked | BpmnError | JobFailure, actor: Actor) -> InstanceView:
        with self._command(actor) as command:
            refuse_numbers(command, _words_of(outcome))
            row = self._external_job(command, job_id)
            answer_job(command, row, outcome)
        return self.instance(row.instance_id)

    def _external_job(self, command: Command, job_id: str) -> JobRow:
        row = command.tx.jobs.get(job_id)
        if row is None or row.kind != "worker":
            raise failure(
                ErrorCode.JOB_NOT_FOUND, f'no job "{job_id}" is open.', hint="it was done, or its element was left"
            )
        if row.state != "open":
            raise failure(ErrorCode.JOB_NOT_OPEN, f'the job "{job_id}" ({row.type}) is {row.state}.')
        return row

    def close(self) -> None:
        self._store.close()


def _words_of(outcome: Checked | BpmnError | JobFailure) -> Mapping[str, Value]:
    """What a worker outside this program says, by the name under which it does."""
    if isinstance(outcome, Checked):
        return outcome.variables
    if isinstance(outcome, BpmnError):
        return {"code": outcome.code, "message": str(outcome), **outcome.variables}
    return {"message": outcome.problem.message, "hint": outcome.problem.hint}
