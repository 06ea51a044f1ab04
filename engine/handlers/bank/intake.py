"""Taking in a bank's file: each entry is matched to a receipt on the ledger and raises what the manifest says.

An entry fits a receipt when it bears the number of the check or the transfer and the same amount, and only one case has
such a receipt. What fits none raises the manifest's event for that, which starts a process with a user task. Every
entry counts once, in whatever file it comes again; a file with a fault is refused before anything is raised.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from engine.errors import EngineError, ErrorCode, failure
from engine.handlers.bank import bai2, nacha
from engine.handlers.bank.entries import BankDocument, BankEntry, EntryKind
from engine.handlers.contract import Actor, LedgerLine
from engine.law import BankDocuments, BankRule, LawPackage

_STARTS = {b"101": nacha.read_returns, b"01,": bai2.read_statement}
NOTED = frozenset({EntryKind.PENDING, EntryKind.DEBIT, EntryKind.NOTIFICATION})
_NOTED_BECAUSE = {
    EntryKind.PENDING: "the money may not be used yet, or the bank does not say so",
    EntryKind.DEBIT: "money that left the account, but no returned item",
    EntryKind.NOTIFICATION: "a notification, no return",
}


class Payment(Protocol):
    """A line of the ledger with its case."""

    @property
    def case_type(self) -> str: ...
    @property
    def case_key(self) -> str: ...
    @property
    def line(self) -> LedgerLine: ...


class Raised(Protocol):
    """What came of an event: *outcome* is done, or duplicate."""

    @property
    def outcome(self) -> str: ...


class BankPort(Protocol):
    """What the intake needs of the engine."""

    def now(self) -> datetime: ...
    def package(self, package_id: str) -> LawPackage: ...
    def check_text(self, text: str, whose: str) -> str: ...
    def cut_numbers(self, text: str) -> str: ...
    def payments(self, package_id: str, references: Sequence[str]) -> Sequence[Payment]: ...
    def raise_event(
        self,
        package_id: str,
        event_name: str,
        facts: Mapping[str, object],
        actor: Actor,
        *,
        event_id: str | None = None,
    ) -> Raised: ...


@dataclass(frozen=True, slots=True)
class EntryOutcome:
    """What became of an entry: `raised` the *event* for the case, `unmatched`, `noted` without effect, `duplicate`."""

    entry: BankEntry
    outcome: str
    event: str = ""
    case_key: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BankFileResult:
    """*sha256* is that of the file's bytes."""

    format: str
    sha256: str
    entries: tuple[EntryOutcome, ...]

    def count(self, outcome: str) -> int:
        return sum(each.outcome == outcome for each in self.entries)


def read_bank_document(data: bytes, file: str, today: date) -> BankDocument:
    """Read a bank's file by its first characters. Errors: BANK_FILE."""
    for start, read in _STARTS.items():
        if data.startswith(start):
            return read(data, file, today)
    raise failure(
        ErrorCode.BANK_FILE,
        "expected a NACHA return file, which begins with 101, or a BAI2 statement, which begins with 01 and a comma.",
        hint="ask the bank for one of these formats",
        file=file,
        line=1,
    )


def take_bank_file(port: BankPort, package_id: str, data: bytes, file: str, actor: Actor) -> BankFileResult:
    """Read *data* and raise the events of its entries, each in a command of its own.

    Errors: BANK_FILE, with nothing taken; LAW_HIDDEN_NUMBER for a number of a person in the name of the file;
    LAW_MANIFEST when the law takes no bank documents. After a crash the same file again does what was left.
    """
    file = port.check_text(file, "the name of the file")
    law = port.package(package_id)
    documents = law.bank_documents
    if documents is None or documents.unmatched is None:
        raise failure(
            ErrorCode.LAW_MANIFEST,
            f"{law.title} takes no documents of banks.",
            hint="say under bank_documents in the manifest what they mean",
            file=law.file,
        )
    document = read_bank_document(data, file, port.now().astimezone(law.time_zone).date())
    if document.currency and document.currency != law.currency:
        raise failure(
            ErrorCode.BANK_FILE,
            f"expected amounts in {law.currency}, but got {document.currency}.",
            hint="take the file in for a law of that currency",
            file=file,
        )
    intake = _Intake(port, law, documents, documents.unmatched, actor)
    outcomes = tuple(intake.take(entry) for entry in document.entries)
    return BankFileResult(document.format, hashlib.sha256(data).hexdigest(), outcomes)


@dataclass(frozen=True, slots=True)
class _Intake:
    port: BankPort
    law: LawPackage
    documents: BankDocuments
    unmatched: BankRule
    actor: Actor

    def take(self, entry: BankEntry) -> EntryOutcome:
        if entry.kind in NOTED:
            return EntryOutcome(entry, "noted", reason=_NOTED_BECAUSE[entry.kind])
        payment, reason = self._match(entry)
        if payment is None:
            return self._to_a_person(entry, reason)
        rule = self.documents.rule(entry.kind, payment.case_type)
        if rule is None:
            return self._to_a_person(entry, f"nothing says what a {entry.kind} means for a {payment.case_type}")
        if not rule.event:
            return EntryOutcome(entry, "noted", case_key=payment.case_key, reason="nothing follows from it")
        try:
            outcome = self._raise(rule, entry, payment.case_key, str(payment.line.details["reference"]), "")
        except EngineError as error:
            if error.code.startswith("STORE_"):
                raise
            return self._to_a_person(entry, f"{rule.event} for {payment.case_key} was refused: {error.problem.message}")
        return EntryOutcome(entry, outcome, rule.event, payment.case_key)

    def _match(self, entry: BankEntry) -> tuple[Payment | None, str]:
        """The one receipt that the entry is about, or why there is none."""
        numbers = " or ".join(entry.references) or "no number"
        lines = [
            payment
            for payment in self.port.payments(self.law.id, entry.references)
            if payment.line.entry in self.documents.receipts or payment.line.amount < 0
        ]
        same = [payment for payment in lines if payment.line.amount == entry.amount]
        if not same:
            amounts = sorted({payment.line.amount for payment in lines if payment.line.amount > 0})
            if amounts:
                shown = " and ".join(self.law.money.show(amount) for amount in amounts)
                return None, f"the receipt with {numbers} is of {shown}"
            return None, f"no receipt bears {numbers}"
        cases = {(payment.case_type, payment.case_key) for payment in same}
        if len(cases) > 1:
            keys = ", ".join(sorted(key for _, key in cases))
            return None, f"several cases have a receipt with {numbers} of this amount: {keys}"
        found = same[0]
        back = [payment for payment in lines if payment.line.amount == -entry.amount and _case(payment) in cases]
        if entry.kind is EntryKind.RETURN and len(back) >= len(same):
            return None, f"the payment with {numbers} of {found.case_key} has gone back already"
        return found, ""

    def _to_a_person(self, entry: BankEntry, reason: str) -> EntryOutcome:
        outcome = self._raise(self.unmatched, entry, "", " ".join(entry.references), reason)
        return EntryOutcome(
            entry, "duplicate" if outcome == "duplicate" else "unmatched", self.unmatched.event, reason=reason
        )

    def _raise(self, rule: BankRule, entry: BankEntry, case_key: str, reference: str, reason: str) -> str:
        # Banks put numbers of their customers into what tells entries apart: of that only a hash is kept.
        event_id = f"bank:{self.law.id}:{hashlib.sha256(entry.identity.encode()).hexdigest()}"
        parts: dict[str, Any] = {
            "id": hashlib.sha256(event_id.encode()).hexdigest()[:16],
            "kind": str(entry.kind),
            "amount": entry.amount,
            "on": entry.on,
            "reference": reference,
            "code": entry.code,
            "description": entry.description,
            "case_key": case_key,
            "reason": reason,
        }
        # What a bank writes beside a payment is its customer's text: a number that the law hides stands nowhere.
        parts = {
            name: self.port.cut_numbers(value) if isinstance(value, str) else value for name, value in parts.items()
        }
        facts = {fact: parts[part] for fact, part in rule.facts.items()}
        result = self.port.raise_event(self.law.id, rule.event, facts, self.actor, event_id=event_id)
        return "duplicate" if result.outcome == "duplicate" else "raised"


def _case(payment: Payment) -> tuple[str, str]:
    return payment.case_type, payment.case_key
