"""Reading `package.yaml`: the manifest of a law package, key by key, with every problem at once.

What the keys mean stands in the README; this module checks shapes and the names inside the manifest. Whether files
exist and clauses are known is checked by `package.py`, which has the files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from engine.documents import Document, Path, Section, read_document, show_value
from engine.errors import ErrorCode, did_you_mean
from engine.law.bank import BankDocuments, read_bank_documents
from engine.law.citing import read_clause_ids
from engine.law.consent_pages import ConsentPages, read_consent_pages
from engine.law.events import read_events
from engine.law.formats import PAPERS, Currency
from engine.law.hidden import HOLDS, check_hidden, read_hidden
from engine.law.letterhead import Letterhead, read_letterhead
from engine.law.questions import Questions, read_questions
from engine.law.retention import Retention, read_class, read_retentions
from engine.law.vocabulary import FACT_TYPES, EventDefinition, FactDefinition

SEES_BY_DEFAULT: Mapping[str, str] = {"person": "own", "agent": "associated"}
NAME = re.compile(r"[a-z][a-z0-9_]*")
ROLE_SEES = ("all", "associated", "own")
ROLE_ACTS_AS = ("person", "agent", "staff", "authority", "analyst", "auditor", "operator")


@dataclass(frozen=True, slots=True)
class Party:
    """Someone the law speaks of. *address* maps a part of an address (name, street) to the fact that holds it."""

    id: str
    meaning: str
    clauses: tuple[str, ...]
    address: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Role:
    """What an actor may be; user tasks and the API assign by role.

    *acts_as* is the kind of user that it is, by which the API gives permissions; empty for none of them. *sees* is
    `all`, `associated` (only cases that an association gives leave to see), or `own` (those, and what the actor opens
    becomes theirs). *parties* are those in whose name it tells events.
    """

    id: str
    meaning: str = ""
    sees: str = "all"
    acts_as: str = ""
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseType:
    """One kind of case record; the fact *key* names a case. *states* lists its states, empty when any is allowed.

    *covers* names facts that hold keys of other cases: an association with such a case reaches those too. *retention*
    is the class that says how long its records are kept; without one they are never erased.
    """

    id: str
    key: str
    meaning: str
    clauses: tuple[str, ...]
    states: Mapping[str, str]
    covers: tuple[str, ...] = ()
    retention: str = ""


@dataclass(frozen=True, slots=True)
class BreachMessage:
    """The message published when a duty is missed or a notice did not arrive; *key* names the variable with its key."""

    message: str
    key: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest as written; paths are still relative to it."""

    document: Document
    id: str
    title: str
    language: str
    paper: str
    letterhead: Letterhead
    time_zone: ZoneInfo
    currency: Currency
    office_opens: time
    calendar: str
    calendars: tuple[str, ...]
    registers: tuple[str, ...]
    processes: tuple[str, ...]
    decisions: tuple[str, ...]
    forms: tuple[str, ...]
    notices: tuple[str, ...]
    main_scenario: str
    parameters: Mapping[str, str]
    parties: Mapping[str, Party]
    roles: Mapping[str, Role]
    retentions: Mapping[str, Retention]
    case_types: Mapping[str, CaseType]
    facts: Mapping[str, FactDefinition]
    events: Mapping[str, EventDefinition]
    on_breach: BreachMessage | None
    on_undelivered: BreachMessage | None
    bank_documents: BankDocuments | None
    consent_pages: ConsentPages | None
    questions: Questions
    cited: tuple[tuple[str, Path], ...]


def read_manifest(data: bytes, file: str) -> Manifest:
    """Read one manifest. Problems stay in `document.findings`, so that the caller can add its own before raising.

    Errors: LAW_MANIFEST at once when the file is no YAML mapping.
    """
    document = read_document(data, file, ErrorCode.LAW_MANIFEST)
    top = document.section()
    cited: list[tuple[str, Path]] = []
    facts = {name: _read_fact(section, name, cited) for name, section in top.named_sections("facts").items()}
    fact_types = {name: fact.type for name, fact in facts.items()}
    for name, section in top.named_sections("facts").items():
        hidden = facts[name].hidden
        if hidden is not None:
            check_hidden(section, name, hidden, fact_types)
    parties = {
        name: _read_party(section, name, facts, cited) for name, section in top.named_sections("parties").items()
    }
    retentions = read_retentions(top, cited)
    case_types = {
        name: _read_case_type(section, name, facts, retentions, cited)
        for name, section in top.named_sections("case_types").items()
    }
    office_opens = top.time_of_day("office_opens")
    events = read_events(top, facts, parties, case_types, cited)
    manifest = Manifest(
        document=document,
        id=_name(top, "package"),
        title=top.text("title"),
        language=top.text("language", "en", required=False),
        paper=top.choice("paper", PAPERS, PAPERS[0], required=False),
        letterhead=read_letterhead(top, parties),
        time_zone=_read_zone(top),
        currency=_read_currency(top),
        office_opens=office_opens or time(0),
        calendar=top.text("calendar"),
        calendars=top.texts("calendars"),
        registers=top.texts("registers", required=True),
        processes=top.texts("processes", required=True),
        decisions=top.texts("decisions"),
        forms=top.texts("forms"),
        notices=top.texts("notices"),
        main_scenario=top.text("main_scenario", required=False),
        parameters=_read_parameters(top),
        parties=parties,
        roles=_read_roles(top, parties),
        retentions=retentions,
        case_types=case_types,
        facts=facts,
        events=events,
        on_breach=_read_message(top, "on_breach"),
        on_undelivered=_read_message(top, "on_undelivered"),
        bank_documents=read_bank_documents(top, events, case_types, fact_types),
        consent_pages=read_consent_pages(top, parties, case_types, events, facts),
        questions=read_questions(top, facts, cited),
        cited=tuple(cited),
    )
    top.close()
    return manifest


def _name(section: Section, key: str) -> str:
    name = section.text(key)
    if section.has(key) and not NAME.fullmatch(name):
        section.problem(f'expected a name in snake_case, but got "{name}".', key)
    return name


def _read_zone(top: Section) -> ZoneInfo:
    name = top.text("time_zone")
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        said = f'expected an IANA time zone, but got "{name}".{did_you_mean(name or "", available_timezones())}'
        top.problem(said, "time_zone", hint="such as Europe/Paris")
        return ZoneInfo("UTC")


def _read_currency(top: Section) -> Currency:
    """`currency: USD`, or a mapping with code, symbol and places."""
    if not isinstance(top.raw("currency"), Mapping):
        code, places, symbol = top.text("currency"), 2, ""
    else:
        section = Section(top.raw("currency"), ("currency",), top.findings)
        code, places, symbol = section.text("code"), section.whole("places", 2, required=False), section.text("symbol")
        section.close()
        if not 0 <= places <= 4:
            section.problem(f"expected 0 to 4 places, but got {places}.", "places")
    if top.has("currency") and not re.fullmatch(r"[A-Z]{3}", code):
        top.problem(f'expected a currency code of three capitals, but got "{code}".', "currency")
    return Currency(code, places, symbol)


def _read_parameters(top: Section) -> dict[str, str]:
    section = top.section("parameters", required=False)
    return {} if section is None else {name: section.text(name) for name in section.value}


def _read_roles(top: Section, parties: Mapping[str, Party]) -> dict[str, Role]:
    roles: dict[str, Role] = {}
    for section in top.sections("roles"):
        acts_as = section.choice("acts_as", ROLE_ACTS_AS, required=False)
        sees = section.choice("sees", ROLE_SEES, SEES_BY_DEFAULT.get(acts_as, "all"), required=False)
        role = Role(
            _name(section, "id"), section.text("meaning", required=False), sees, acts_as, section.texts("parties")
        )
        section.close()
        for index, party in enumerate(role.parties):
            if party not in parties:
                section.problem(f'no party is called "{party}".{did_you_mean(party, parties)}', "parties", index)
        if role.id in roles:
            section.problem(f'the role "{role.id}" is given twice.', "id")
        roles[role.id] = role
    return roles


def _read_party(
    section: Section, name: str, facts: Mapping[str, FactDefinition], cited: list[tuple[str, Path]]
) -> Party:
    meaning, clauses = section.text("meaning"), read_clause_ids(section, cited)
    address: dict[str, str] = {}
    parts = section.section("address", required=False)
    if parts is not None:
        for part in parts.value:
            address[part] = parts.text(part)
            if address[part] not in facts:
                parts.problem(
                    f'no fact is called "{address[part]}".{did_you_mean(address[part], facts)}',
                    part,
                    code=ErrorCode.LAW_UNKNOWN_FACT,
                    hint="declare the fact under facts",
                )
    section.close()
    return Party(name, meaning, clauses, address)


def _read_case_type(
    section: Section,
    name: str,
    facts: Mapping[str, FactDefinition],
    retentions: Mapping[str, Retention],
    cited: list[tuple[str, Path]],
) -> CaseType:
    key, meaning, clauses = section.text("key"), section.text("meaning"), read_clause_ids(section, cited)
    states_section = section.section("states", required=False)
    states = {} if states_section is None else {state: states_section.text(state) for state in states_section.value}
    covers, retention = section.texts("covers"), read_class(section, retentions)
    section.close()
    for index, fact in enumerate(covers):
        if fact not in facts:
            section.problem(
                f'no fact is called "{fact}".{did_you_mean(fact, facts)}',
                "covers",
                index,
                code=ErrorCode.LAW_UNKNOWN_FACT,
                hint="name facts that hold keys of other cases",
            )
    if section.has("key") and key not in facts:
        section.problem(
            f'no fact is called "{key}".{did_you_mean(key, facts)}',
            "key",
            code=ErrorCode.LAW_UNKNOWN_FACT,
            hint="the key of a case type is the fact that names a case; declare it under facts",
        )
    return CaseType(name, key, meaning, clauses, states, covers, retention)


def _read_fact(section: Section, name: str, cited: list[tuple[str, Path]]) -> FactDefinition:
    if not NAME.fullmatch(name):
        section.problem(f'expected the name of a fact in snake_case, but got "{name}".')
    kind = section.choice("type", FACT_TYPES)
    items = section.choice("items", FACT_TYPES, required=False)
    definition = FactDefinition(
        name=name,
        type=kind,
        meaning=section.text("meaning"),
        clauses=read_clause_ids(section, cited),
        values=section.texts("values"),
        unit=section.text("unit", required=False),
        items=items,
        hidden=read_hidden(section),
        holds=section.choice("holds", HOLDS, required=False),
        past=section.flag("past"),
        also=_read_other_words(section),
    )
    section.close()
    for word, meant in definition.also:
        if meant not in definition.values or word in definition.values:
            said = f'expected another word for one of {", ".join(definition.values) or "its values"}, but got "{meant}"'
            section.problem(f'{said} for "{word}".', "also", word)
    if definition.past and kind != "date":
        section.problem(f"only a date can be past, but the type is {kind}.", "past")
    if definition.holds and "string" not in (kind, items):
        section.problem(f"only text holds a name or an address, but the type is {kind}.", "holds")
    if items and kind != "list":
        section.problem(f"only a list has items, but the type is {kind or show_value(None)}.", "items")
    if definition.values and "string" not in (kind, items):
        section.problem(f"only strings have a list of values, but the type is {kind}.", "values")
    return definition


def _read_other_words(section: Section) -> tuple[tuple[str, str], ...]:
    inner = section.section("also", required=False)
    if inner is None:
        return ()
    words = tuple((word, inner.text(word)) for word in inner.value)
    inner.close()
    return words


def _read_message(top: Section, name: str) -> BreachMessage | None:
    section = top.section(name, required=False)
    if section is None:
        return None
    message = BreachMessage(section.text("message"), section.text("key"))
    section.close()
    return message
