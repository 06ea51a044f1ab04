"""What a scenario may expect, one kind per row of `KINDS`, and how each is checked against what happened.

A checker returns None when the expectation holds, else the pair (what was expected, what happened instead); the
second names what did happen, so that a reader sees the cause without running anything again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from engine.simulation.dates import show_short
from engine.simulation.observation import (
    Observation,
    SeenDeadline,
    SeenDecision,
    SeenElement,
    SeenIncident,
    SeenLedgerLine,
    SeenNotice,
    SeenTask,
)
from engine.simulation.values import agrees, show_value

Miss = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One line under `expect`: its kind, whom it names, its terms, the clauses that demand it, and where it stands."""

    kind: str
    subject: str
    clauses: tuple[str, ...]
    terms: Mapping[str, Any] = field(default_factory=dict)
    case: str | None = None
    path: str = ""
    line: int | None = None

    @property
    def dated(self) -> bool:
        """Whether it says when, so that it can prove a clause."""
        return any(term in DATES for term in self.terms)

    def __str__(self) -> str:
        terms = ", ".join(f"{name}: {_show_term(value)}" for name, value in self.terms.items())
        case = f" (case {self.case})" if self.case else ""
        return f"{self.kind}: {self.subject}{case}{', ' if terms else ''}{terms}"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a scenario expected and did not get."""

    expected: str
    got: str
    clauses: tuple[str, ...] = ()
    path: str = ""
    line: int | None = None

    def as_data(self) -> dict[str, object]:
        return {
            "expected": self.expected,
            "got": self.got,
            "clauses": list(self.clauses),
            "path": self.path,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of expectation: which names its subject is checked against, its terms with their types, its checker."""

    names: str
    terms: Mapping[str, str]
    check: Callable[[Expectation, Observation], Miss | None]


def check_expectations(expectations: Iterable[Expectation], seen: Observation) -> tuple[Difference, ...]:
    """The differences between what is expected and what was seen, in the order of the scenario.

    An incident that no expectation names is a difference too: nothing that stops a case passes unseen. So is a path
    that ends elsewhere than at an end event: what was still to be done there would be left undone silently.
    """
    differences = []
    asked = list(expectations)
    for expectation in asked:
        miss = KINDS[expectation.kind].check(expectation, seen.of_case(expectation.case))
        if miss is not None:
            expected, got = miss
            differences.append(Difference(expected, got, expectation.clauses, expectation.path, expectation.line))
    foreseen = [expectation for expectation in asked if expectation.kind == "incident"]
    for incident in seen.incidents:
        if incident.open and not any(_names_incident(expectation, incident) for expectation in foreseen):
            place = f" at {incident.element_id}" if incident.element_id else ""
            happened = f"incident {incident.code}{place} on {show_short(incident.on)}: {incident.message}"
            differences.append(Difference("no incident", happened, incident.clauses))
    for element in seen.stranded:
        ended = f"a path ended at {element.element_id} on {show_short(element.on)}"
        differences.append(Difference("every path goes on to an end event", ended))
    return tuple(differences)


# ---- checkers ---------------------------------------------------------------------------------------------------


def _check_notice(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    of_type = [notice for notice in seen.notices if notice.type == expectation.subject]
    in_time = [notice for notice in of_type if _fits(notice.on, wanted)]
    said = wanted.get("says", ())
    not_said = wanted.get("says_not", ())
    best: Sequence[str] | None = None
    for notice in in_time:
        missing = [f'"{text}" is not in it' for text in said if not _says(notice, text)]
        missing += [f'"{text}" is in it' for text in not_said if _says(notice, text)]
        if not missing:
            return None
        if best is None or len(missing) < len(best):
            best = missing
    expected = f"notice {expectation.subject} sent{_when(wanted)}{_saying(said, not_said)}"
    if best is not None:
        return expected, f"sent on {show_short(in_time[0].on)}, but {'; '.join(best)}"
    if of_type:
        return expected, "sent on " + " and ".join(show_short(notice.on) for notice in of_type)
    return expected, f"not sent; {_sent(seen)}"


def _check_no_notice(expectation: Expectation, seen: Observation) -> Miss | None:
    against = [n for n in seen.notices if n.type == expectation.subject and _fits(n.on, expectation.terms)]
    if not against:
        return None
    expected = f"no notice {expectation.subject}{_when(expectation.terms)}"
    return expected, "sent on " + " and ".join(show_short(notice.on) for notice in against)


def _check_deadline(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    named = [deadline for deadline in seen.deadlines if deadline.name == expectation.subject]
    expected = f"deadline {expectation.subject}{_terms(wanted)}"
    for deadline in named:
        if not _deadline_misses(deadline, wanted):
            return None
    if named:
        shown = "; ".join(", ".join(_deadline_misses(deadline, wanted)) for deadline in named)
        steps = [step for deadline in named for step in deadline.arithmetic]
        return expected, shown + (f" (computed: {'; '.join(steps)})" if steps else "")
    others = ", ".join(f"{deadline.name} due {show_short(deadline.due)}" for deadline in seen.deadlines)
    return expected, f"never set; deadlines set: {others or 'none'}"


def _check_no_deadline(expectation: Expectation, seen: Observation) -> Miss | None:
    against = [deadline for deadline in seen.deadlines if deadline.name == expectation.subject]
    if not against:
        return None
    shown = " and ".join(f"due {show_short(deadline.due)}" for deadline in against)
    return f"no deadline {expectation.subject}", f"set, {shown}"


def _deadline_misses(deadline: SeenDeadline, wanted: Mapping[str, Any]) -> list[str]:
    got: dict[str, Any] = {
        "due": deadline.due,
        "started_on": deadline.started_on,
        "met_on": deadline.met_on,
        "met": deadline.met_on is not None,
        "breached": deadline.breached,
        "limit": deadline.limit_id,
    }
    return [f"{term}: {_show_term(got[term])}" for term, value in wanted.items() if got[term] != value]


def _check_decision(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    made = [decision for decision in seen.decisions if decision.decision_id == expectation.subject]
    for decision in made:
        if _decision_fits(decision, wanted):
            return None
    expected = f"decision {expectation.subject}{_terms(wanted)}"
    if not made:
        others = ", ".join(dict.fromkeys(decision.decision_id for decision in seen.decisions))
        return expected, f"never made; decisions made: {others or 'none'}"
    shown = (
        f"{show_value(decision.value)} on {show_short(decision.on)} by {', '.join(decision.rules) or 'no rule'}"
        for decision in made
    )
    return expected, "; ".join(shown)


def _decision_fits(decision: SeenDecision, wanted: Mapping[str, Any]) -> bool:
    if not _fits(decision.on, wanted):
        return False
    if "value" in wanted and not agrees(wanted["value"], decision.value):
        return False
    return all(rule in decision.rules for rule in wanted.get("rule", ()))


def _check_state(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    changes = ", ".join(f"{state.state} on {show_short(state.on)}" for state in seen.states) or "none"
    expected = f"state {expectation.subject}{_when(wanted)}"
    if wanted:
        reached = any(state.state == expectation.subject and _fits(state.on, wanted) for state in seen.states)
        return None if reached else (expected, f"states reached: {changes}")
    if any(state == expectation.subject for state in seen.final_states):
        return None
    return f"{expected} at the end", f"states reached: {changes}"


def _check_no_state(expectation: Expectation, seen: Observation) -> Miss | None:
    against = [s for s in seen.states if s.state == expectation.subject and _fits(s.on, expectation.terms)]
    if not against:
        return None
    expected = f"never the state {expectation.subject}{_when(expectation.terms)}"
    return expected, "reached on " + " and ".join(show_short(state.on) for state in against)


def _check_ledger(expectation: Expectation, seen: Observation) -> Miss | None:
    posted = [line for line in seen.ledger if line.entry == expectation.subject]
    if any(_ledger_fits(line, expectation.terms) for line in posted):
        return None
    lines = ", ".join(f"{line.entry} {line.amount} on {show_short(line.on)}" for line in posted or seen.ledger)
    return f"ledger entry {expectation.subject}{_terms(expectation.terms)}", f"entries posted: {lines or 'none'}"


def _ledger_fits(line: SeenLedgerLine, wanted: Mapping[str, Any]) -> bool:
    return _fits(line.on, wanted) and line.amount == wanted.get("amount", line.amount)


def _check_no_ledger(expectation: Expectation, seen: Observation) -> Miss | None:
    against = [line for line in seen.ledger if line.entry == expectation.subject and _fits(line.on, expectation.terms)]
    if not against:
        return None
    shown = ", ".join(f"{line.amount} on {show_short(line.on)}" for line in against)
    return f"no ledger entry {expectation.subject}{_when(expectation.terms)}", f"posted: {shown}"


def _check_fact(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    recorded = [fact for fact in seen.facts if fact.name == expectation.subject]
    if any(_fits(fact.on, wanted) and agrees(wanted["value"], fact.value) for fact in recorded):
        return None
    expected = f"fact {expectation.subject}{_terms(wanted)}"
    if recorded:
        return expected, "; ".join(f"{show_value(fact.value)} on {show_short(fact.on)}" for fact in recorded)
    names = ", ".join(dict.fromkeys(fact.name for fact in seen.facts))
    return expected, f"not recorded; facts recorded: {names or 'none'}"


def _check_task(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    opened = [task for task in seen.tasks if task.element_id == expectation.subject]
    if any(_task_fits(task, wanted) for task in opened):
        return None
    expected = f"user task {expectation.subject}{_terms(wanted)}"
    if opened:
        return expected, "; ".join(_task_life(task) for task in opened)
    others = ", ".join(dict.fromkeys(task.element_id for task in seen.tasks))
    return expected, f"never opened; user tasks opened: {others or 'none'}"


def _task_fits(task: SeenTask, wanted: Mapping[str, Any]) -> bool:
    open_on: date | None = wanted.get("open_on")
    if open_on is not None and not (
        task.opened_on <= open_on and (task.closed_on is None or open_on <= task.closed_on)
    ):
        return False
    if "opened_on" in wanted and task.opened_on != wanted["opened_on"]:
        return False
    return "done_on" not in wanted or (task.done and task.closed_on == wanted["done_on"])


def _task_life(task: SeenTask) -> str:
    end = (
        "still open"
        if task.closed_on is None
        else f"{'done' if task.done else 'withdrawn'} on {show_short(task.closed_on)}"
    )
    return f"opened on {show_short(task.opened_on)}, {end}"


def _check_element(expectation: Expectation, seen: Observation) -> Miss | None:
    reached = [element for element in seen.elements if element.element_id == expectation.subject]
    if any(_fits(element.on, expectation.terms) for element in reached):
        return None
    expected = f"element {expectation.subject} reached{_when(expectation.terms)}"
    return expected, _reached(reached) if reached else "never reached"


def _check_no_element(expectation: Expectation, seen: Observation) -> Miss | None:
    against = [e for e in seen.elements if e.element_id == expectation.subject and _fits(e.on, expectation.terms)]
    expected = f"element {expectation.subject} never reached{_when(expectation.terms)}"
    return (expected, _reached(against)) if against else None


def _check_incident(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    if any(_names_incident(expectation, i) and _fits(i.on, wanted) for i in seen.incidents):
        return None
    happened = "; ".join(f"{i.code} at {i.element_id} on {show_short(i.on)}" for i in seen.incidents)
    return f"incident {expectation.subject}{_terms(wanted)}", happened or "no incident"


def _names_incident(expectation: Expectation, incident: SeenIncident) -> bool:
    element = expectation.terms.get("element", incident.element_id)
    return incident.code == expectation.subject and incident.element_id == element


# ---- the table --------------------------------------------------------------------------------------------------

_SPAN = {"on": "date", "by": "date", "after": "date", "before": "date"}
DATES = frozenset({*_SPAN, "due", "met_on", "started_on", "open_on", "opened_on", "done_on"})

KINDS: Mapping[str, Kind] = {
    "notice": Kind("notices", {**_SPAN, "says": "texts", "says_not": "texts"}, _check_notice),
    "no_notice": Kind("notices", _SPAN, _check_no_notice),
    "deadline": Kind(
        "deadlines",
        {"due": "date", "started_on": "date", "met_on": "date", "met": "flag", "breached": "flag", "limit": "text"},
        _check_deadline,
    ),
    "no_deadline": Kind("deadlines", {}, _check_no_deadline),
    "decision": Kind("decisions", {**_SPAN, "value": "value", "rule": "texts"}, _check_decision),
    "state": Kind("states", _SPAN, _check_state),
    "no_state": Kind("states", _SPAN, _check_no_state),
    "ledger": Kind("ledger entries", {**_SPAN, "amount": "number"}, _check_ledger),
    "no_ledger": Kind("ledger entries", _SPAN, _check_no_ledger),
    "fact": Kind("facts", {**_SPAN, "value": "value"}, _check_fact),
    "task": Kind("user tasks", {"open_on": "date", "opened_on": "date", "done_on": "date"}, _check_task),
    "element": Kind("elements", _SPAN, _check_element),
    "no_element": Kind("elements", _SPAN, _check_no_element),
    "incident": Kind("error codes", {**_SPAN, "element": "text"}, _check_incident),
}
REQUIRED_TERMS: Mapping[str, tuple[str, ...]] = {"fact": ("value",)}


# ---- words ------------------------------------------------------------------------------------------------------


def _fits(day: date, wanted: Mapping[str, Any]) -> bool:
    """on = exactly, by = at the latest, after = later than, before = earlier than."""
    return (
        day == wanted.get("on", day)
        and day <= wanted.get("by", day)
        and ("after" not in wanted or day > wanted["after"])
        and ("before" not in wanted or day < wanted["before"])
    )


def _when(wanted: Mapping[str, Any]) -> str:
    return "".join(f" {term} {show_short(wanted[term])}" for term in _SPAN if term in wanted)


def _terms(wanted: Mapping[str, Any]) -> str:
    return "".join(f", {term}: {_show_term(value)}" for term, value in wanted.items())


def _show_term(value: object) -> str:
    if isinstance(value, date):
        return show_short(value)
    if value is None:
        return "not yet"
    return str(value) if isinstance(value, Decimal) else show_value(value)


def _says(notice: SeenNotice, text: str) -> bool:
    return any(" ".join(text.split()) in " ".join(body.split()) for body in notice.texts)


def _saying(said: Sequence[str], not_said: Sequence[str]) -> str:
    parts = [f'saying "{text}"' for text in said] + [f'not saying "{text}"' for text in not_said]
    return f", {', '.join(parts)}" if parts else ""


def _sent(seen: Observation) -> str:
    sent = ", ".join(f"{notice.type} on {show_short(notice.on)}" for notice in seen.notices)
    return f"notices sent: {sent or 'none'}"


def _reached(elements: Sequence[SeenElement]) -> str:
    return "reached on " + " and ".join(show_short(element.on) for element in elements)
