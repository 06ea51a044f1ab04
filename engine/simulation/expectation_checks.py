"""How each kind of expectation is checked against what happened: one function a kind.

It returns None when the expectation holds, else the pair (what was expected, what happened instead); the second names
what did happen, so that a reader sees the cause without running anything again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.simulation.dates import show_short
from engine.simulation.expectation import Expectation, fits, show_term, show_terms, when
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


def check_notice(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    of_type = [notice for notice in seen.notices if notice.type == expectation.subject]
    in_time = [notice for notice in of_type if fits(notice.on, wanted)]
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
    expected = f"notice {expectation.subject} sent{when(wanted)}{_saying(said, not_said)}"
    if best is not None:
        return expected, f"sent on {show_short(in_time[0].on)}, but {'; '.join(best)}"
    if of_type:
        return expected, "sent on " + " and ".join(show_short(notice.on) for notice in of_type)
    return expected, f"not sent; {_sent(seen)}"


def check_no_notice(expectation: Expectation, seen: Observation) -> Miss | None:
    against = [n for n in seen.notices if n.type == expectation.subject and fits(n.on, expectation.terms)]
    if not against:
        return None
    expected = f"no notice {expectation.subject}{when(expectation.terms)}"
    return expected, "sent on " + " and ".join(show_short(notice.on) for notice in against)


def check_deadline(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    named = [deadline for deadline in seen.deadlines if deadline.name == expectation.subject]
    expected = f"deadline {expectation.subject}{show_terms(wanted)}"
    for deadline in named:
        if not _deadline_misses(deadline, wanted):
            return None
    if named:
        shown = "; ".join(", ".join(_deadline_misses(deadline, wanted)) for deadline in named)
        steps = [step for deadline in named for step in deadline.arithmetic]
        return expected, shown + (f" (computed: {'; '.join(steps)})" if steps else "")
    others = ", ".join(f"{deadline.name} due {show_short(deadline.due)}" for deadline in seen.deadlines)
    return expected, f"never set; deadlines set: {others or 'none'}"


def check_no_deadline(expectation: Expectation, seen: Observation) -> Miss | None:
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
    return [f"{term}: {show_term(got[term])}" for term, value in wanted.items() if got[term] != value]


def check_decision(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    made = [decision for decision in seen.decisions if decision.decision_id == expectation.subject]
    for decision in made:
        if _decision_fits(decision, wanted):
            return None
    expected = f"decision {expectation.subject}{show_terms(wanted)}"
    if not made:
        others = ", ".join(dict.fromkeys(decision.decision_id for decision in seen.decisions))
        return expected, f"never made; decisions made: {others or 'none'}"
    shown = (
        f"{show_value(decision.value)} on {show_short(decision.on)} by {', '.join(decision.rules) or 'no rule'}"
        for decision in made
    )
    return expected, "; ".join(shown)


def _decision_fits(decision: SeenDecision, wanted: Mapping[str, Any]) -> bool:
    if not fits(decision.on, wanted):
        return False
    if "value" in wanted and not agrees(wanted["value"], decision.value):
        return False
    return all(rule in decision.rules for rule in wanted.get("rule", ()))


def check_state(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    changes = ", ".join(f"{state.state} on {show_short(state.on)}" for state in seen.states) or "none"
    expected = f"state {expectation.subject}{when(wanted)}"
    if wanted:
        reached = any(state.state == expectation.subject and fits(state.on, wanted) for state in seen.states)
        return None if reached else (expected, f"states reached: {changes}")
    if any(state == expectation.subject for state in seen.final_states):
        return None
    return f"{expected} at the end", f"states reached: {changes}"


def check_no_state(expectation: Expectation, seen: Observation) -> Miss | None:
    against = [s for s in seen.states if s.state == expectation.subject and fits(s.on, expectation.terms)]
    if not against:
        return None
    expected = f"never the state {expectation.subject}{when(expectation.terms)}"
    return expected, "reached on " + " and ".join(show_short(state.on) for state in against)


def check_ledger(expectation: Expectation, seen: Observation) -> Miss | None:
    posted = [line for line in seen.ledger if line.entry == expectation.subject]
    if any(_ledger_fits(line, expectation.terms) for line in posted):
        return None
    lines = ", ".join(f"{line.entry} {line.amount} on {show_short(line.on)}" for line in posted or seen.ledger)
    return f"ledger entry {expectation.subject}{show_terms(expectation.terms)}", f"entries posted: {lines or 'none'}"


def _ledger_fits(line: SeenLedgerLine, wanted: Mapping[str, Any]) -> bool:
    return fits(line.on, wanted) and line.amount == wanted.get("amount", line.amount)


def check_no_ledger(expectation: Expectation, seen: Observation) -> Miss | None:
    against = [line for line in seen.ledger if line.entry == expectation.subject and fits(line.on, expectation.terms)]
    if not against:
        return None
    shown = ", ".join(f"{line.amount} on {show_short(line.on)}" for line in against)
    return f"no ledger entry {expectation.subject}{when(expectation.terms)}", f"posted: {shown}"


def check_fact(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    recorded = [fact for fact in seen.facts if fact.name == expectation.subject]
    if any(fits(fact.on, wanted) and agrees(wanted["value"], fact.value) for fact in recorded):
        return None
    expected = f"fact {expectation.subject}{show_terms(wanted)}"
    if recorded:
        return expected, "; ".join(f"{show_value(fact.value)} on {show_short(fact.on)}" for fact in recorded)
    names = ", ".join(dict.fromkeys(fact.name for fact in seen.facts))
    return expected, f"not recorded; facts recorded: {names or 'none'}"


def check_task(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    opened = [task for task in seen.tasks if task.element_id == expectation.subject]
    if any(_task_fits(task, wanted) for task in opened):
        return None
    expected = f"user task {expectation.subject}{show_terms(wanted)}"
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


def check_element(expectation: Expectation, seen: Observation) -> Miss | None:
    reached = [element for element in seen.elements if element.element_id == expectation.subject]
    if any(fits(element.on, expectation.terms) for element in reached):
        return None
    expected = f"element {expectation.subject} reached{when(expectation.terms)}"
    return expected, _reached(reached) if reached else "never reached"


def check_no_element(expectation: Expectation, seen: Observation) -> Miss | None:
    against = [e for e in seen.elements if e.element_id == expectation.subject and fits(e.on, expectation.terms)]
    expected = f"element {expectation.subject} never reached{when(expectation.terms)}"
    return (expected, _reached(against)) if against else None


def check_incident(expectation: Expectation, seen: Observation) -> Miss | None:
    wanted = expectation.terms
    if any(names_incident(expectation, i) and fits(i.on, wanted) for i in seen.incidents):
        return None
    happened = "; ".join(f"{i.code} at {i.element_id} on {show_short(i.on)}" for i in seen.incidents)
    return f"incident {expectation.subject}{show_terms(wanted)}", happened or "no incident"


def names_incident(expectation: Expectation, incident: SeenIncident) -> bool:
    element = expectation.terms.get("element", incident.element_id)
    return incident.code == expectation.subject and incident.element_id == element


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
