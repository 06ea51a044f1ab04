"""Who may come in and who sees what: API keys, leave to see cases, the log of readings. Part of the facade."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from engine.errors import ErrorCode, did_you_mean, failure
from engine.handlers.contract import Actor
from engine.law import Form
from engine.runtime import questions
from engine.runtime.associations import visible_case_ids
from engine.runtime.command import Command
from engine.runtime.independence import form_of
from engine.runtime.log_kinds import LogKind
from engine.runtime.sources import Sources
from engine.runtime.told import refuse_numbers
from engine.runtime.values import checked_text
from engine.runtime.views import AssociationView, EventResult
from engine.store import AccessRow, ApiKeyRow, AssociationRow, ChainLink, KeptAnswer, Reservation

KEY_PREFIX = "cfk_"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key that was just made; `text` is shown once and stored nowhere."""

    row: ApiKeyRow
    text: str = field(repr=False)


class Access(Sources):
    """The part of the facade that decides who comes in and what they see."""

    if TYPE_CHECKING:

        def _command(self, actor: Actor) -> AbstractContextManager[Command]: ...

    # ---- API keys --------------------------------------------------------------------------------------------

    def add_api_key(
        self,
        person: str,
        roles: Sequence[str],
        actor: Actor,
        *,
        party: str = "",
        note: str = "",
        expires_at: datetime | None = None,
    ) -> NewApiKey:
        """A new key by which *person* acts in *roles*, until *expires_at*; with a *party*, for its events only.

        Errors: LAW_MANIFEST for a role or a party that no deployed law knows; JOB_INPUT.
        """
        for what, text in (("person", person), ("note", note)):
            checked_text(text, code=ErrorCode.JOB_INPUT, whose=f"the {what} of the key")
        laws = self.laws()
        known = {role for law in laws for role in law.roles}
        for role in roles:
            if role not in known:
                raise failure(
                    ErrorCode.LAW_MANIFEST,
                    f'no deployed law has a role "{role}".{did_you_mean(role, known)}',
                    hint=f"roles: {', '.join(sorted(known)) or 'none, deploy a law first'}",
                )
        parties = {each for law in laws for each in law.parties}
        if party and party not in parties:
            raise failure(
                ErrorCode.LAW_MANIFEST, f'no deployed law has a party "{party}".{did_you_mean(party, parties)}'
            )
        if not roles:
            raise failure(
                ErrorCode.JOB_INPUT, "expected a role, but got none.", hint="a key without a role opens nothing"
            )
        with self._command(actor) as command:
            refuse_numbers(command, {"person": person, "note": note})
            key_id = command.tx.new_id("key")
            text = f"{KEY_PREFIX}{key_id}.{secrets.token_urlsafe(32)}"
            row = ApiKeyRow(key_id, _digest(text), person, tuple(roles), party, note, command.now, actor.id, expires_at)
            command.tx.api_keys.add(row)
            command.record(
                LogKind.API_KEY_ADDED,
                {
                    "key_id": key_id,
                    "person": person,
                    "roles": list(roles),
                    "party": party,
                    "expires_at": None if expires_at is None else expires_at.isoformat(),
                },
            )
        return NewApiKey(row, text)

    def revoke_api_key(self, key_id: str, actor: Actor) -> ApiKeyRow:
        """The key opens nothing from now on; again it does nothing. Errors: RUN_NOT_FOUND."""
        with self._command(actor) as command:
            row = command.tx.api_keys.get(key_id)
            if row is None:
                raise failure(ErrorCode.RUN_NOT_FOUND, f'no API key "{key_id}" is stored.', hint="list the keys")
            if row.revoked_at is None:
                command.tx.api_keys.revoke(key_id, command.now)
                command.record(LogKind.API_KEY_REVOKED, {"key_id": key_id, "person": row.person})
            revoked = command.tx.api_keys.get(key_id)
        assert revoked is not None
        return revoked

    def api_keys(self, *, limit: int = 1000) -> list[ApiKeyRow]:
        with self._store.read() as snapshot:
            return snapshot.api_keys.all(limit=limit)

    def has_api_keys(self) -> bool:
        """Whether a key was ever given out; a revoked one counts, so that the last revocation opens nothing."""
        with self._store.read() as snapshot:
            return snapshot.api_keys.exist()

    def api_key(self, text: str) -> ApiKeyRow | None:
        """The key in force with this text, compared in constant time; None for any other text."""
        key_id, _, secret = text.removeprefix(KEY_PREFIX).partition(".")
        if not text.startswith(KEY_PREFIX) or not secret:
            return None
        with self._store.read() as snapshot:
            row = snapshot.api_keys.get(key_id)
            now = snapshot.now
        if row is None or not hmac.compare_digest(row.digest, _digest(text)):
            return None
        return row if row.is_in_force(now) else None

    def api_key_in_force(self, key_id: str) -> ApiKeyRow | None:
        """The key with this id, for somebody who has shown it before; None when it is revoked or expired."""
        with self._store.read() as snapshot:
            row = snapshot.api_keys.get(key_id)
            return row if row is not None and row.is_in_force(snapshot.now) else None

    # ---- user tasks ------------------------------------------------------------------------------------------

    def task_form(self, task_id: str) -> Form | None:
        """The form of a user task; None for one without. Errors: TASK_NOT_FOUND."""
        with self._store.read() as snapshot:
            row = snapshot.jobs.get(task_id)
            if row is None or row.kind != "user_task":
                raise failure(ErrorCode.TASK_NOT_FOUND, f'no user task "{task_id}" is stored.')
            return form_of(snapshot, self._parts.packages, row)

    # ---- leave to see cases ----------------------------------------------------------------------------------

    def visible_case_ids(self, holder: str) -> list[str]:
        """The cases that an association in force lets *holder* see, and those that they cover."""
        with self._store.read() as snapshot:
            return visible_case_ids(snapshot, holder, self._laws(snapshot))

    def grant_association(self, case_id: str, holder: str, role: str, basis: str, actor: Actor) -> AssociationView:
        """Let *holder* see a case. Where they may already, that stands. Errors: CASE_NOT_FOUND, JOB_INPUT."""
        for what, text in (("holder", holder), ("role", role), ("basis", basis)):
            checked_text(text, code=ErrorCode.JOB_INPUT, whose=f"the {what} of the association")
        with self._command(actor) as command:
            refuse_numbers(command, {"holder": holder, "role": role, "basis": basis}, case_id=case_id)
            return questions.association_view(_grant(command, case_id, holder, role, basis))

    def revoke_association(self, case_id: str, holder: str, reason: str, actor: Actor) -> AssociationView:
        """End the leave of *holder*. Errors: CASE_NOT_FOUND; RUN_NOT_FOUND where none is in force; JOB_INPUT."""
        checked_text(reason, code=ErrorCode.JOB_INPUT, whose="the reason")
        with self._command(actor) as command:
            refuse_numbers(command, {"reason": reason}, case_id=case_id)
            questions.require_case(command.tx, case_id)
            row = command.tx.associations.in_force(case_id, holder)
            if row is None:
                raise failure(ErrorCode.RUN_NOT_FOUND, f'"{holder}" has no leave to see the case "{case_id}".')
            command.tx.associations.revoke(row.id, at=command.now, reason=reason)
            command.record(
                LogKind.ASSOCIATION_REVOKED,
                {"association_id": row.id, "holder": holder, "reason": reason, "clauses": []},
                case_id=case_id,
            )
        return next(each for each in self.associations(case_id) if each.id == row.id)

    # ---- the log of readings ---------------------------------------------------------------------------------

    def record_readings(self, readings: Iterable[tuple[str, str]], actor: Actor) -> None:
        """Write that *actor* reads these (case id, question), before the answer leaves."""
        with self._store.transaction(actor.id, actor.roles) as tx:
            tx.access_log.add(readings, actor=actor.id, roles=actor.roles, at=tx.now)

    def readings(self, *, case_id: str | None = None, after: int = 0, limit: int = 1000) -> list[AccessRow]:
        """Who has read a case, or any, in order; *after* is a `seq` to go on from."""
        with self._store.read() as snapshot:
            return snapshot.access_log.find(case_id=case_id, after=after, limit=limit)

    # ---- commands under a key of their sender ----------------------------------------------------------------

    def kept_answer(self, caller: str, key: str) -> KeptAnswer | None:
        with self._store.read() as snapshot:
            return snapshot.idempotency.find(caller, key, now=snapshot.now)

    def keep_answer(self, reservation: Reservation, answer: KeptAnswer) -> None:
        with self._store.transaction(reservation.caller) as tx:
            tx.idempotency.keep_answer(reservation, answer, tx.now)

    # ---- the export of the audit -----------------------------------------------------------------------------

    def audit_links(self) -> Iterator[ChainLink]:
        """The chain of the log, row by row, read in pages so that nothing is held while a reader is slow."""
        after = 0
        while True:
            with self._store.read() as snapshot:
                page = list(snapshot.history.links(after=after, limit=_PAGE))
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].seq

    def all_readings(self) -> Iterator[AccessRow]:
        """The chain of the readings, row by row, read in pages."""
        after = 0
        while page := self.readings(after=after, limit=_PAGE):
            yield from page
            after = page[-1].seq


def keep_own_case(command: Command, package_id: str, result: EventResult) -> None:
    """A case that an actor opens who sees their own cases only becomes theirs."""
    roles = command.package(package_id).require_law().roles
    own = sorted(role for role in command.actor.roles if role in roles and roles[role].sees == "own")
    if not own or result.case_id is None:
        return
    opened = any(
        kind == LogKind.CASE_OPENED and case_id == result.case_id for kind, _, case_id, _, _ in command.tx.log.pending
    )
    if opened:
        _grant(command, result.case_id, command.actor.id, own[0], f"opened by {command.actor.id}")


def _grant(command: Command, case_id: str, holder: str, role: str, basis: str) -> AssociationRow:
    questions.require_case(command.tx, case_id)
    present = command.tx.associations.in_force(case_id, holder)
    if present is not None:
        return present
    row = AssociationRow(command.tx.new_id("association"), case_id, holder, role, basis, command.now)
    command.tx.associations.add(row)
    command.record(
        LogKind.ASSOCIATION_GRANTED,
        {"association_id": row.id, "holder": holder, "role": role, "basis": basis, "clauses": []},
        case_id=case_id,
    )
    return row


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
