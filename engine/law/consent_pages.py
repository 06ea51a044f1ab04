"""The key `consent_pages` of a manifest: which of the law's words the pages of consent speak in.

    consent_pages:
      asked_by: agent                        # the party that asks; its notices are shown on its screen
      case_types: {client: client, search: case_search, episode: access_episode, prospect: prospect}
      events: {search: ..., answer: ..., withdraw: ..., propose: ...}
      facts: {asked_by: agent_id, answer: consent_answer, channel: ..., received: ..., withdrawal: ..., proposed: ...,
              warned_at: ...}
      forms: {home: dashboard, search: ..., question: ..., waiting: ..., end: ..., prospect: ..., warned: ...}
      answer_notice: answer_received         # its reason texts say what an answer did
      associated_already: associated already # the state of a search that needs no consent
      proposals: {stopped: stopped, warned: warned}      # the states of a proposal that do not simply let it go on
      withdrawals: {cancel: cancelled, leave: left the screen}
      process: case_access                   # the procedure of one episode
      deadline: consent_answer               # until when a client may answer

Whatever is named must be there. The record of an attempt is written by the job types of consent and has their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.documents import Findings, Section
from engine.errors import did_you_mean
from engine.law.vocabulary import EventDefinition, FactDefinition

if TYPE_CHECKING:
    from engine.law.manifest import CaseType

KEY = "consent_pages"
CASE_TYPES = ("client", "search", "episode", "prospect")
FACTS = ("asked_by", "answer", "channel", "received", "withdrawal", "proposed", "warned_at")
FORMS = ("home", "search", "question", "waiting", "end", "prospect", "warned")
PROPOSALS = ("stopped", "warned")
WITHDRAWALS = ("cancel", "leave")
EVENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    # what happens: the type of its case, and which of the facts it must take
    "search": ("search", ("asked_by",)),
    "answer": ("episode", ("answer", "channel")),
    "withdraw": ("episode", ("withdrawal",)),
    "propose": ("prospect", ("asked_by", "proposed", "warned_at")),
}


@dataclass(frozen=True, slots=True)
class ConsentPages:
    """The names by what they mean; *keys* gives the fact that holds the key of each type of case."""

    asked_by: str
    case_types: Mapping[str, str]
    keys: Mapping[str, str]
    events: Mapping[str, str]
    facts: Mapping[str, str]
    forms: Mapping[str, str]
    answer_notice: str
    associated_already: str
    proposals: Mapping[str, str]
    withdrawals: Mapping[str, str]
    process: str
    deadline: str


def read_consent_pages(
    top: Section,
    parties: Iterable[str],
    case_types: Mapping[str, CaseType],
    events: Mapping[str, EventDefinition],
    facts: Mapping[str, FactDefinition],
) -> ConsentPages | None:
    """None when the manifest has no such key. Problems go into the findings of *top*."""
    section = top.section(KEY, required=False)
    if section is None:
        return None
    types = _named(section, "case_types", CASE_TYPES, case_types, "case type")
    words = _named(section, "facts", FACTS, facts, "fact")
    keys = {role: case_types[name].key for role, name in types.items() if name in case_types}
    pages = ConsentPages(
        asked_by=section.choice("asked_by", parties),
        case_types=types,
        keys=keys,
        events=_named(section, "events", tuple(EVENTS), events, "event"),
        facts=words,
        forms=_named(section, "forms", FORMS, None, "form"),
        answer_notice=section.text("answer_notice"),
        associated_already=section.text("associated_already"),
        proposals=_named(section, "proposals", PROPOSALS, _states(types.get("prospect", ""), case_types), "state"),
        withdrawals=_named(section, "withdrawals", WITHDRAWALS, None, "value"),
        process=section.text("process"),
        deadline=section.text("deadline"),
    )
    section.close()
    _check_events(section, pages, events)
    search = case_types.get(types.get("search", ""))
    if search is not None and pages.associated_already and pages.associated_already not in search.states:
        said = f'a {search.id} has no state "{pages.associated_already}".'
        section.problem(said + did_you_mean(pages.associated_already, search.states), "associated_already")
    withdrawal = facts.get(words.get("withdrawal", ""))
    for role, value in pages.withdrawals.items():
        if withdrawal is not None and value and value not in withdrawal.values:
            said = f'"{value}" is no value of the fact "{withdrawal.name}".{did_you_mean(value, withdrawal.values)}'
            section.problem(said, "withdrawals", role)
    return pages


def check_files_of_pages(pages: ConsentPages, forms: Iterable[str], notices: Iterable[str], findings: Findings) -> None:
    """The forms and the notice must be among those of the package."""
    known_forms, known_notices = list(forms), list(notices)
    for role, name in pages.forms.items():
        if name not in known_forms:
            findings.add(f'no form is called "{name}".{did_you_mean(name, known_forms)}', (KEY, "forms", role))
    if pages.answer_notice not in known_notices:
        said = f'no notice is called "{pages.answer_notice}".{did_you_mean(pages.answer_notice, known_notices)}'
        findings.add(said, (KEY, "answer_notice"))


def _states(name: str, case_types: Mapping[str, CaseType]) -> Iterable[str] | None:
    return case_types[name].states if name in case_types else None


def _named(
    section: Section, key: str, roles: tuple[str, ...], known: Iterable[str] | None, what: str
) -> dict[str, str]:
    """A name for each of *roles*, each of them one of *known* where that is given."""
    own = section.section(key)
    if own is None:
        return {}
    names = {role: own.text(role) for role in roles}
    own.close()
    for role, name in names.items():
        if known is not None and name and name not in known:
            own.problem(f'no {what} is called "{name}".{did_you_mean(name, known)}', role)
    return names


def _check_events(section: Section, pages: ConsentPages, events: Mapping[str, EventDefinition]) -> None:
    for role, (case_role, words) in EVENTS.items():
        event = events.get(pages.events.get(role, ""))
        if event is None:
            continue
        case_type = pages.case_types.get(case_role)
        if case_type and event.case_type != case_type:
            said = f'"{event.name}" is an event of a {event.case_type}, not of a {case_type}.'
            section.problem(said, "events", role)
        taken = {*event.requires, *event.may_have}
        lacking = [pages.facts[word] for word in words if pages.facts.get(word) and pages.facts[word] not in taken]
        if lacking:
            section.problem(f'"{event.name}" does not take {" or ".join(lacking)}.', "events", role)
