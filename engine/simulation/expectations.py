"""What a scenario may expect, one kind per row of `KINDS`, and what of it did not come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engine.simulation import expectation_checks as checks
from engine.simulation.dates import show_short
from engine.simulation.expectation import SPAN, Difference, Expectation
from engine.simulation.observation import Observation


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of expectation: which names its subject is checked against, its terms with their types, its checker."""

    names: str
    terms: Mapping[str, str]
    check: Callable[[Expectation, Observation], checks.Miss | None]


KINDS: Mapping[str, Kind] = {
    "notice": Kind("notices", {**SPAN, "says": "texts", "says_not": "texts"}, checks.check_notice),
    "no_notice": Kind("notices", SPAN, checks.check_no_notice),
    "deadline": Kind(
        "deadlines",
        {"due": "date", "started_on": "date", "met_on": "date", "met": "flag", "breached": "flag", "limit": "text"},
        checks.check_deadline,
    ),
    "no_deadline": Kind("deadlines", {}, checks.check_no_deadline),
    "decision": Kind("decisions", {**SPAN, "value": "value", "rule": "texts"}, checks.check_decision),
    "state": Kind("states", SPAN, checks.check_state),
    "no_state": Kind("states", SPAN, checks.check_no_state),
    "ledger": Kind("ledger entries", {**SPAN, "amount": "number"}, checks.check_ledger),
    "no_ledger": Kind("ledger entries", SPAN, checks.check_no_ledger),
    "fact": Kind("facts", {**SPAN, "value": "value"}, checks.check_fact),
    "task": Kind("user tasks", {"open_on": "date", "opened_on": "date", "done_on": "date"}, checks.check_task),
    "element": Kind("elements", SPAN, checks.check_element),
    "no_element": Kind("elements", SPAN, checks.check_no_element),
    "incident": Kind("error codes", {**SPAN, "element": "text"}, checks.check_incident),
}
REQUIRED_TERMS: Mapping[str, tuple[str, ...]] = {"fact": ("value",)}


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
        if incident.open and not any(checks.names_incident(expectation, incident) for expectation in foreseen):
            place = f" at {incident.element_id}" if incident.element_id else ""
            happened = f"incident {incident.code}{place} on {show_short(incident.on)}: {incident.message}"
            differences.append(Difference("no incident", happened, incident.clauses))
    for element in seen.stranded:
        ended = f"a path ended at {element.element_id} on {show_short(element.on)}"
        differences.append(Difference("every path goes on to an end event", ended))
    return tuple(differences)
