"""The kinds of change that are tried, in the words of reports."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """One family of small faults. The text names it in reports and in claims of equivalence."""

    THRESHOLD = "threshold"
    TIME_LIMIT = "time-limit"
    BOUNDARY = "boundary"
    COMPARISON = "comparison"
    INTERVAL_END = "interval-end"
    DURATION = "duration"
    NEGATION = "negation"
    CONNECTIVE = "connective"
    ARITHMETIC = "arithmetic"
    RULE_OUTPUT = "rule-output"
    REMOVED_RULE = "removed-rule"
    REMOVED_FLOW = "removed-flow"
    SWAPPED_FLOWS = "swapped-flows"
    DEFAULT_FLOW = "default-flow"
    TIMER = "timer"
    INTERRUPTION = "interruption"
    REMOVED_EVENT = "removed-event"


MEANING: dict[Kind, str] = {
    Kind.THRESHOLD: "a number or a date is one more or one less",
    Kind.TIME_LIMIT: "a limit of time is one more or one less",
    Kind.BOUNDARY: "a comparison takes in its bound, or leaves it out",
    Kind.COMPARISON: "a comparison says the opposite",
    Kind.INTERVAL_END: "an end of an interval is open instead of closed, or closed instead of open",
    Kind.DURATION: "a duration is one unit longer or shorter",
    Kind.NEGATION: "a condition or a boolean says the opposite",
    Kind.CONNECTIVE: "and becomes or, some becomes every",
    Kind.ARITHMETIC: "plus becomes minus, times becomes divided by",
    Kind.RULE_OUTPUT: "a rule gives another value of its column",
    Kind.REMOVED_RULE: "a rule is missing",
    Kind.REMOVED_FLOW: "a sequence flow is missing",
    Kind.SWAPPED_FLOWS: "two ways out of a gateway lead where the other leads",
    Kind.DEFAULT_FLOW: "the default flow leads where another flow leads",
    Kind.TIMER: "a timer is due a day earlier or later",
    Kind.INTERRUPTION: "an event interrupts that should not, or does not where it should",
    Kind.REMOVED_EVENT: "a boundary event is missing",
}
