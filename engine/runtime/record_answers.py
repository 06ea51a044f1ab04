"""Questions about cases: their story, what stopped, deadlines, notices, payments, decisions. Part of the facade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from engine.errors import ErrorCode, failure
from engine.handlers.contract import Job, Services
from engine.runtime import questions
from engine.runtime.answers import Answers
from engine.runtime.case_view import ledger_line_of
from engine.runtime.log_kinds import LogKind
from engine.runtime.previews import preview_job
from engine.runtime.timeline import read_timeline, read_whole_log
from engine.runtime.views import (
    CaseRecord,
    DeadlineRecord,
    DecisionRecord,
    IncidentView,
    LedgerRecord,
    NoticeView,
    PaymentRecord,
    TimelineEntry,
    WholeLog,
)


class RecordAnswers(Answers):
    """The part of the facade that reads records."""

    def case(self, case_id: str) -> CaseRecord:
        """Errors: CASE_NOT_FOUND."""
        with self._store.read() as snapshot:
            return questions.case_record(snapshot, questions.require_case(snapshot, case_id))

    def cases_by_search_key(self, package_id: str, case_type: str, key: str, *, limit: int = 100) -> list[CaseRecord]:
        """The cases that can be found under a search key, see `engine.handlers.search_key`."""
        with self._store.read() as snapshot:
            found = snapshot.search_keys.find(package_id, case_type, key, limit=limit)
            return [questions.case_record(snapshot, questions.require_case(snapshot, each)) for each in found]

    def has_case(self, case_id: str) -> bool:
        with self._store.read() as snapshot:
            return snapshot.cases.get(case_id) is not None

    def find_case(self, package_id: str, case_type: str, key: str) -> CaseRecord | None:
        with self._store.read() as snapshot:
            row = snapshot.cases.with_key(package_id, case_type, key)
            return None if row is None else questions.case_record(snapshot, row)

    def cases(
        self,
        *,
        package_id: str | None = None,
        case_type: str | None = None,
        case_ids: Sequence[str] | None = None,
        after: str | None = None,
        limit: int = 1000,
    ) -> list[CaseRecord]:
        """Cases in order of their opening, only those of *case_ids* when given."""
        with self._store.read() as snapshot:
            rows = snapshot.cases.find(
                package_id=package_id, case_type=case_type, case_ids=case_ids, after=after, limit=limit
            )
            return [questions.case_record(snapshot, row) for row in rows]

    def timeline(
        self,
        *,
        case_id: str | None = None,
        instance_id: str | None = None,
        after: int = 0,
        limit: int = 10_000,
        detail: bool = False,
    ) -> list[TimelineEntry]:
        """What happened, oldest first: in a case, in an instance, or everywhere; *after* is a `seq` to go on from.

        *detail* adds what only the machine needs.
        """
        with self._store.read() as snapshot:
            return read_timeline(
                snapshot, case_id=case_id, instance_id=instance_id, after=after, limit=limit, detail=detail
            )

    def whole_log(self) -> WholeLog:
        """The log of the whole store with its timeline and its evaluations, read once, for who needs all of it."""
        with self._store.read() as snapshot:
            return read_whole_log(snapshot)

    def incidents(
        self,
        *,
        state: str | None = "open",
        instance_id: str | None = None,
        case_id: str | None = None,
        after: str | None = None,
        limit: int = 1000,
    ) -> list[IncidentView]:
        """Incidents in order of their occurrence."""
        with self._store.read() as snapshot:
            rows = snapshot.incidents.find(
                state=state, instance_id=instance_id, case_id=case_id, after=after, limit=limit
            )
            return [questions.incident_view(row) for row in rows]

    def incident(self, incident_id: str) -> IncidentView:
        """Errors: RUN_NOT_FOUND."""
        with self._store.read() as snapshot:
            row = snapshot.incidents.get(incident_id)
            if row is None:
                raise failure(ErrorCode.RUN_NOT_FOUND, f'no incident "{incident_id}" is stored.')
            return questions.incident_view(row)

    def deadlines(
        self,
        *,
        breached: bool | None = None,
        case_id: str | None = None,
        open_only: bool = False,
        case_ids: Sequence[str] | None = None,
        after: tuple[str, str] | None = None,
        limit: int = 10_000,
    ) -> list[DeadlineRecord]:
        """Deadlines in order of their due instants; *after* is (case id, name) of the one to go on from."""
        with self._store.read() as snapshot:
            rows = snapshot.deadlines.find(
                breached=breached, case_id=case_id, open_only=open_only, case_ids=case_ids, after=after, limit=limit
            )
            return [questions.deadline_record(snapshot, row) for row in rows]

    def notices(
        self,
        case_id: str | None = None,
        *,
        case_ids: Sequence[str] | None = None,
        after: str | None = None,
        newest_first: bool = False,
        limit: int = 1000,
    ) -> list[NoticeView]:
        """Notices in order of issue, or against it."""
        with self._store.read() as snapshot:
            rows = snapshot.notices.of_case(
                case_id, case_ids=case_ids, after=after, newest_first=newest_first, limit=limit
            )
            return [questions.notice_view(snapshot, row) for row in rows]

    def notice(self, notice_id: str) -> NoticeView:
        """Errors: RUN_NOT_FOUND."""
        with self._store.read() as snapshot:
            row = snapshot.notices.get(notice_id)
            if row is None:
                raise failure(
                    ErrorCode.RUN_NOT_FOUND,
                    f'expected the id of a notice, but got "{notice_id}".',
                    hint="GET /notices lists them",
                )
            return questions.notice_view(snapshot, row)

    def notice_file(self, notice_id: str, media_type: str) -> bytes:
        """The exact bytes of a notice's letter, such as application/pdf. Errors: RUN_NOT_FOUND."""
        with self._store.read() as snapshot:
            data = snapshot.notices.file(notice_id, media_type)
        if data is None:
            raise failure(
                ErrorCode.RUN_NOT_FOUND,
                f'no file {media_type} of a notice "{notice_id}" is stored.',
                hint="only notices that go out on paper have a letter",
            )
        return data

    @contextmanager
    def looking_at(self, instance_id: str, job_type: str, headers: Mapping[str, str]) -> Iterator[tuple[Job, Services]]:
        """What a handler needs to say what it would do in this instance now; nothing is written.

        Errors: RUN_NOT_FOUND.
        """
        with self._store.read() as snapshot:
            job, services = preview_job(self._store, self._parts, snapshot, instance_id, job_type, headers)
        try:
            yield job, services
        finally:
            services.close()

    def ledger(self, case_id: str) -> list[LedgerRecord]:
        """The payments ledger of a case, in order of entry. Errors: CASE_NOT_FOUND."""
        with self._store.read() as snapshot:
            questions.require_case(snapshot, case_id)
            return questions.ledger_records(snapshot, case_id)

    def payments(self, package_id: str, references: Sequence[str], *, limit: int = 1000) -> list[PaymentRecord]:
        """Lines of the ledgers of a law that bear one of these numbers of a check or a transfer, in order of entry."""
        with self._store.read() as snapshot:
            rows = snapshot.cases.ledger_with_reference(package_id, references, limit=limit)
            return [PaymentRecord(case.id, case.type, case.key, ledger_line_of(line)) for case, line in rows]

    def decisions(
        self, *, case_id: str | None = None, instance_id: str | None = None, limit: int = 1000
    ) -> list[DecisionRecord]:
        """Evaluations with their audit records, oldest first."""
        with self._store.read() as snapshot:
            entries = snapshot.history.of_kind(
                LogKind.DECISION_EVALUATED, case_id=case_id, instance_id=instance_id, limit=limit
            )
        return [questions.decision_record(entry) for entry in entries]
