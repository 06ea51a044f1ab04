"""The key `bank_documents` of a manifest: which event a bank's entry about a payment raises, and where others go.

    bank_documents:
      receipts: [premium_received]          # the ledger entries that a bank's entry may be about
      matched:
        - {kind: return, case: application, event: bank returns check, facts: {check_amount: amount, ...}}
        - {kind: credit, case: enrollment}  # nothing follows from it
      unmatched: {event: bank entry unmatched, facts: {bank_entry: id, ...}}

`facts` gives each fact of the event from a part of the entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.documents import Section
from engine.errors import ErrorCode, did_you_mean
from engine.law.vocabulary import EventDefinition

ENTRY_KINDS = ("credit", "return")
ENTRY_PARTS = ("id", "kind", "amount", "on", "reference", "code", "description", "case_key", "reason")
_PARTS_OF_TYPE = {"number": ("amount",), "date": ("on",)}


@dataclass(frozen=True, slots=True)
class BankRule:
    """What an entry of this kind about a case of this type raises; nothing when *event* is empty."""

    kind: str
    case_type: str
    event: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BankDocuments:
    """*unmatched* is the rule of entries that no receipt fits; its kind and case type are empty."""

    receipts: tuple[str, ...]
    rules: tuple[BankRule, ...]
    unmatched: BankRule | None = field(default=None)

    def rule(self, kind: str, case_type: str) -> BankRule | None:
        return next((rule for rule in self.rules if (rule.kind, rule.case_type) == (kind, case_type)), None)


def read_bank_documents(
    top: Section, events: Mapping[str, EventDefinition], case_types: Iterable[str], fact_types: Mapping[str, str]
) -> BankDocuments | None:
    """None when the manifest has no such key. Problems go into the findings of *top*."""
    section = top.section("bank_documents", required=False)
    if section is None:
        return None
    receipts = section.texts("receipts", required=True)
    rules: list[BankRule] = []
    for item in section.sections("matched"):
        kind, case_type = item.choice("kind", ENTRY_KINDS), item.choice("case", case_types)
        rule = _read_rule(item, kind, case_type, events, fact_types)
        if any((rule.kind, rule.case_type) == (kind, case_type) for rule in rules):
            item.problem(f"a {kind} for a case of type {case_type} stands here twice.", hint="keep one of the two")
        rules.append(rule)
    unmatched = section.section("unmatched")
    documents = BankDocuments(
        receipts, tuple(rules), None if unmatched is None else _read_rule(unmatched, "", "", events, fact_types)
    )
    section.close()
    return documents


def _read_rule(
    section: Section,
    kind: str,
    case_type: str,
    events: Mapping[str, EventDefinition],
    fact_types: Mapping[str, str],
) -> BankRule:
    name = section.text("event", required=not kind)
    facts_section = section.section("facts", required=bool(name))
    facts = (
        {} if facts_section is None else {fact: facts_section.choice(fact, ENTRY_PARTS) for fact in facts_section.value}
    )
    section.close()
    event = events.get(name)
    if event is None:
        if name:
            section.problem(
                f'no event is called "{name}".{did_you_mean(name, events)}', "event", code=ErrorCode.LAW_UNKNOWN_EVENT
            )
        return BankRule(kind, case_type, name, facts)
    if case_type and event.case_type != case_type:
        section.problem(f'"{name}" is an event of cases of type {event.case_type}.', "case")
    own = {*event.requires, *event.may_have, event.date_fact}
    for fact, part in facts.items():
        if fact not in own:
            section.problem(f'"{name}" does not take the fact "{fact}".{did_you_mean(fact, own)}', "facts", fact)
        elif part and part not in _PARTS_OF_TYPE.get(fact_types.get(fact, ""), ENTRY_PARTS):
            section.problem(f'"{fact}" is a {fact_types[fact]}, which {part} is not.', "facts", fact)
    missing = [fact for fact in event.requires if fact not in facts and fact != event.date_fact]
    if missing:
        section.problem(f'"{name}" requires {", ".join(missing)}.', "facts", hint="say which part of the entry it is")
    return BankRule(kind, case_type, name, facts)
