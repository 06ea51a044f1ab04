"""Questions to the engine: each is answered from one snapshot of the store, and none changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from engine.dmn import DecisionInfo, DecisionResult
from engine.errors import EngineError, ErrorCode, failure
from engine.law import LawPackage, not_taken
from engine.runtime import deploy as deployment
from engine.runtime import migration, questions, schedule
from engine.runtime.asking import Answer, Asker, law_with
from engine.runtime.associations import may_see_case, sign
from engine.runtime.command import Parts
from engine.runtime.compiled import Kept
from engine.runtime.packages import DeployedPackage, package_deciding
from engine.runtime.told import Watch
from engine.runtime.verify import verify
from engine.runtime.views import (
    AssociationView,
    Deployment,
    InstanceView,
    JobView,
    MigrationPlan,
    UserTaskView,
    VerifyReport,
)
from engine.store import Snapshot, Store

_ASKERS = 8


class Answers:
    """The part of the facade that reads. `limit` bounds every list."""

    def __init__(self, store: Store, parts: Parts) -> None:
        self._store = store
        self._parts = parts
        self._askers: Kept[Asker] = Kept(_ASKERS)

    def now(self) -> datetime:
        return self._store.now()

    @property
    def is_simulated(self) -> bool:
        """Whether the store is on a simulated clock."""
        return self._store.is_simulated

    def next_due(self) -> datetime | None:
        """When something falls due next: a timer, a job, a delivery, the end of a message's time."""
        with self._store.read() as snapshot:
            return schedule.next_due(snapshot, tuple(self._parts.handlers))

    def packages(self) -> list[Deployment]:
        """The latest deployment of each package."""
        with self._store.read() as snapshot:
            rows = snapshot.deployments.latest_of_each_package()
            return [deployment.deployment_view(snapshot, row) for row in rows]

    def package(self, package_id: str) -> LawPackage:
        """The latest deployed version of a law package. Errors: LAW_UNKNOWN_PACKAGE."""
        with self._store.read() as snapshot:
            return self._parts.packages.latest(snapshot, package_id).require_law()

    def laws(self) -> list[LawPackage]:
        """The latest deployed version of each law package; loose files are none."""
        with self._store.read() as snapshot:
            return list(self._laws(snapshot).values())

    def instance(self, instance_id: str) -> InstanceView:
        """Errors: RUN_NOT_FOUND."""
        with self._store.read() as snapshot:
            row = snapshot.instances.get(instance_id)
            if row is None:
                raise failure(ErrorCode.RUN_NOT_FOUND, f'no process instance "{instance_id}" is stored.')
            return questions.instance_view(snapshot, self._parts.packages, row)

    def instances(
        self,
        *,
        case_id: str | None = None,
        process_id: str | None = None,
        status: str | None = None,
        case_ids: Sequence[str] | None = None,
        after: str | None = None,
        limit: int = 1000,
    ) -> list[InstanceView]:
        """Instances in order of their start; *after* is the id of the one to go on from."""
        with self._store.read() as snapshot:
            rows = snapshot.instances.find(
                case_id=case_id, process_id=process_id, status=status, case_ids=case_ids, after=after, limit=limit
            )
            return [questions.instance_view(snapshot, self._parts.packages, row) for row in rows]

    def plan_migration(
        self,
        process_id: str,
        *,
        version: int | None = None,
        mapping: Mapping[str, str] | None = None,
        instance_ids: Sequence[str] | None = None,
        limit: int = 10_000,
    ) -> MigrationPlan:
        """What migrating the active instances of a process to a version (the newest) would do; nothing is changed.

        *mapping* gives new element ids by old ones where they differ; *instance_ids* picks instances.
        Errors: RUN_UNKNOWN_PROCESS; RUN_NOT_FOUND, RUN_STATE; RUN_MIGRATION for a mapping that names what is not there.
        """
        with self._store.read() as snapshot:
            return migration.plan_migration(
                snapshot,
                self._parts.packages,
                process_id,
                version=version,
                mapping=mapping or {},
                instance_ids=instance_ids,
                limit=limit,
            )

    def user_tasks(
        self,
        *,
        case_id: str | None = None,
        instance_id: str | None = None,
        element_id: str | None = None,
        state: str | None = "open",
        doable_by: tuple[str, Sequence[str]] | None = None,
        case_ids: Sequence[str] | None = None,
        after: str | None = None,
        limit: int = 1000,
    ) -> list[UserTaskView]:
        """User tasks in order of creation; *doable_by* (person, groups) keeps those that they, or anybody, may do."""
        with self._store.read() as snapshot:
            rows = snapshot.jobs.user_tasks(
                case_id=case_id,
                instance_id=instance_id,
                element_id=element_id,
                state=state,
                case_ids=case_ids,
                doable_by=doable_by,
                after=after,
                limit=limit,
            )
            return [questions.user_task_view(snapshot, row) for row in rows]

    def user_task(self, task_id: str) -> UserTaskView:
        """Errors: TASK_NOT_FOUND."""
        with self._store.read() as snapshot:
            row = snapshot.jobs.get(task_id)
            if row is None or row.kind != "user_task":
                raise failure(ErrorCode.TASK_NOT_FOUND, f'no user task "{task_id}" is stored.')
            return questions.user_task_view(snapshot, row)

    # ---- questions that are asked of a law alone ----------------------------------------------------------------

    def asker(self, question_id: str, package_id: str | None = None) -> Asker:
        """Who answers a question: the law that has it. Errors: ASK_UNKNOWN_QUESTION, LAW_UNKNOWN_PACKAGE."""
        laws = self.laws() if package_id is None else [self.package(package_id)]
        law = law_with(question_id, laws)
        return self._askers.get(law.content_hash, lambda: Asker(law, self._parts.handlers))

    def ask(
        self,
        question_id: str,
        facts: Mapping[str, object],
        *,
        package_id: str | None = None,
        on: date | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to a question of a deployed law; nothing is stored. Errors: those of `asker` and `Asker.ask`."""
        asker = self.asker(question_id, package_id)
        today = self.now().astimezone(asker.law.time_zone).date()
        return asker.ask(question_id, facts, today=today, on=on, readings=readings)

    def decision(self, decision_id: str, *, package_id: str | None = None) -> DecisionInfo:
        """What a caller must know of a decision in force. Errors: as `evaluate` for the id and the package."""
        return self._deciding(decision_id, package_id).library.info(decision_id)

    def _deciding(self, decision_id: str, package_id: str | None) -> DeployedPackage:
        with self._store.read() as snapshot:
            rows = snapshot.deployments.latest_of_each_package()
            named = [row.package_id for row in rows] if package_id is None else [package_id]
            return package_deciding(decision_id, [self._parts.packages.latest(snapshot, each) for each in named])

    def evaluate(
        self, decision_id: str, inputs: Mapping[str, object], *, package_id: str | None = None, explain: bool = False
    ) -> DecisionResult:
        """A decision of the latest deployments with these inputs, as JSON gives them; nothing is logged.

        Errors: DMN_UNKNOWN_DECISION, also when several packages hold it and none is named; LAW_UNKNOWN_PACKAGE; those
        of `DecisionLibrary.read_inputs`.
        """
        package = self._deciding(decision_id, package_id)
        given = package.library.read_inputs(decision_id, inputs)
        return package.library.evaluate(decision_id, given, now=package.local(self.now()), explain=explain)

    # ---- who may see what ------------------------------------------------------------------------------------

    def associations(self, case_id: str, *, limit: int = 1000) -> list[AssociationView]:
        """Who may see a case by leave of somebody, and who might, in order of the grants. Errors: CASE_NOT_FOUND."""
        with self._store.read() as snapshot:
            questions.require_case(snapshot, case_id)
            rows = snapshot.associations.of_case(case_id, limit=limit)
            return [questions.association_view(row) for row in rows]

    def sees_only_associated(self, roles: Iterable[str]) -> bool:
        """Whether each of *roles* is one to which a deployed law shows only associated cases; False for none."""
        given = set(roles)
        with self._store.read() as snapshot:
            restricted = {
                role.id for law in self._laws(snapshot).values() for role in law.roles.values() if role.sees != "all"
            }
        return bool(given) and given <= restricted

    def may_see_case(self, holder: str, case_id: str) -> bool:
        """Whether an association in force lets *holder* see this case. Errors: CASE_NOT_FOUND."""
        with self._store.read() as snapshot:
            case = questions.require_case(snapshot, case_id)
            return may_see_case(snapshot, holder, case, self._laws(snapshot))

    def sign(self, purpose: str, text: str) -> str:
        """The signature that a handler's `services.sign` gives, for checking what comes back from outside."""
        with self._store.read() as snapshot:
            return sign(self._parts.settings, snapshot, purpose, text)

    def cut_numbers(self, text: str) -> str:
        """*text* of somebody else, such as a bank, with every number of a person cut to its ending.

        Those are the numbers that a law hides, spelled with marks between their groups, and those of people known here.
        """
        with self._store.read() as snapshot:
            return Watch(snapshot, self._parts.packages, self._parts.settings).cut(text)

    def check_text(self, text: str, whose: str) -> str:
        """*text* of a caller that is shown and not stored. Errors: LAW_HIDDEN_NUMBER when it holds one of a person."""
        with self._store.read() as snapshot:
            watch = Watch(snapshot, self._parts.packages, self._parts.settings)
            which = watch.spelled(text) or watch.known(text)
        if which:
            raise EngineError(not_taken(whose, which))
        return text

    def _laws(self, snapshot: Snapshot) -> dict[str, LawPackage]:
        latest = (
            self._parts.packages.latest(snapshot, row.package_id)
            for row in snapshot.deployments.latest_of_each_package()
        )
        return {package.id: package.law for package in latest if package.law is not None}

    # ---- the audit -------------------------------------------------------------------------------------------

    @contextmanager
    def looking_back(self) -> Iterator[Snapshot]:
        """One consistent view of the whole record, for those who review it; nothing of it may be changed."""
        with self._store.read() as snapshot:
            yield snapshot

    def verify(self) -> VerifyReport:
        """Check the audit chain and the texts of all notices, and rebuild every instance from the log."""
        with self._store.read() as snapshot:
            return verify(snapshot, self._parts.packages)

    def jobs(self, *, instance_id: str | None = None, limit: int = 1000) -> list[JobView]:
        """Jobs that wait for a worker or are leased."""
        with self._store.read() as snapshot:
            return [questions.job_view(row) for row in snapshot.jobs.waiting(instance_id=instance_id, limit=limit)]
