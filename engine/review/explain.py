"""The life of a case for a hearing: facts, decisions, deadlines, notices, money, and who did what, from its case file.

Everything comes from the log and the models that were in force; what was erased is said to be erased. The words are
those of the law's own vocabulary, registers and tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.review.archive_case import CaseFile
from engine.review.archive_models import Laws
from engine.review.explain_decisions import DecisionStory, tell_decision
from engine.review.explain_law import (
    ClauseLine,
    ReadingLine,
    element_names,
    find_cited,
    tell_clauses,
    tell_readings,
    tell_unverified,
)
from engine.review.explain_lines import (
    ActorLine,
    DeadlineLine,
    FactLine,
    MoneyLine,
    NoticeLine,
    tell_actors,
    tell_deadlines,
    tell_facts,
    tell_money,
    tell_notices,
)
from engine.review.explain_story import Event, Said, summarise, tell_events
from engine.review.explain_words import words_of
from engine.runtime import LogKind


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole story, ready to be rendered."""

    title: str
    law: str
    language: str
    zone: ZoneInfo
    case_file: CaseFile
    states: tuple[str, ...]
    summary: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]
    facts: tuple[FactLine, ...]
    decisions: tuple[DecisionStory, ...]
    parameters: tuple[DecisionStory, ...]
    deadlines: tuple[DeadlineLine, ...]
    notices: tuple[NoticeLine, ...]
    money: tuple[MoneyLine, ...]
    actors: tuple[ActorLine, ...]
    clauses: tuple[ClauseLine, ...]
    readings: tuple[ReadingLine, ...]
    unverified: tuple[str, ...]
    erased: int


def build_explanation(case_file: CaseFile) -> Explanation:
    """Tell *case_file*. Errors: ARCHIVE_DIFFERS, and EngineError when the law of then cannot be read."""
    laws = Laws(case_file)
    entries = tuple(case_file.log())
    law = laws.at(entries[-1].seq).law if entries else None
    zone = laws.at(entries[-1].seq).zone if entries else ZoneInfo("UTC")
    names = element_names(entries)
    lists = frozenset() if law is None else frozenset(law.parameters.values())
    told = [
        tell_decision(entry, laws, names.get(entry.element_id or "", ""))
        for entry in entries
        if entry.kind == LogKind.DECISION_EVALUATED and entry.data is not None
    ]
    decisions = tuple(story for story in told if story.decision_id not in lists)
    case = case_file.case
    said = Said(law, zone, "" if case is None else case.type)
    events = tuple(tell_events(entries, said, decisions))
    cited = find_cited(entries, decisions)
    parameters = tuple(story for story in told if story.decision_id in lists)
    states = tuple(str(entry.data["state"]) for entry in entries if entry.kind == LogKind.CASE_STATE and entry.data)
    return Explanation(
        title=f"{words_of(case.type).capitalize()} {case.key}" if case else f"Process instance {case_file.subject}",
        law=case_file.package_id if law is None else law.title,
        language="en",
        zone=zone,
        case_file=case_file,
        states=states,
        summary=tuple(summarise(entries, said, states)),
        events=events,
        facts=tuple(tell_facts(entries, law)),
        decisions=decisions,
        parameters=parameters,
        deadlines=tuple(tell_deadlines(entries, parameters)),
        notices=tuple(tell_notices(case_file, entries, zone)),
        money=tuple(tell_money(entries)),
        actors=tuple(tell_actors(entries)),
        clauses=tuple(tell_clauses(cited, law)),
        readings=tuple(tell_readings(cited, parameters, laws.at(entries[-1].seq) if entries else None)),
        unverified=tuple(dict.fromkeys(tell_unverified(decisions))),
        erased=sum(entry.data is None for entry in entries),
    )
