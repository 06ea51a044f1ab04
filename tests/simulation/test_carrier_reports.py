"""A scenario says what a carrier told of a notice: read with its faults, and told to the engine on its day."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.simulation import ScenarioResult, Shelf, read_scenario, run_scenario

MINI_LAW = Path(__file__).parent / "mini_law"
SHORT = (MINI_LAW / "scenarios" / "fee_short.yaml").read_text(encoding="utf-8")
RETURNED = "{on: 2024-04-10, report: returned, notice: request_returned, case: A, reason: no such hill}"
SHELF = Shelf([MINI_LAW / "package.yaml"])


def scenario_with(report: str, expect: str = "") -> str:
    text = SHORT.replace("    event: stall requested\n", "    event: stall requested\n    case: A\n", 1)
    return text.replace("expect:\n", f"  - {report}\nexpect:\n{expect}", 1)


def play(text: str) -> ScenarioResult:
    scenario = read_scenario(text.encode(), "story.yaml", lambda name: SHELF.find(name, MINI_LAW / "package.yaml"))
    return run_scenario(scenario, SHELF.load(MINI_LAW / "package.yaml"))


def test_notice_that_came_back_becomes_an_incident_where_the_law_has_no_way_for_it() -> None:
    expected = '  - {incident: NOTICE_UNDELIVERED, on: 2024-04-10, clause: "lmo:2(2)"}\n'

    result = play(scenario_with(RETURNED, expected))

    assert result.ok, result.differences
    [told] = [entry for entry in result.timeline if entry.data.get("outcome") == "returned"]
    assert told.data["reason"] == "no such hill"


@pytest.mark.parametrize(
    "report",
    [
        RETURNED.replace("request_returned", "fine"),
        RETURNED.replace("case: A", "case: B"),
        RETURNED.replace("case: A", "case: A, channel: text"),
    ],
    ids=["of another notice", "of another case", "by another channel"],
)
def test_report_about_what_was_not_sent_is_a_difference(report: str) -> None:
    result = play(scenario_with(report))

    [difference] = result.differences
    assert "was returned" in difference.expected
    assert difference.got == "no such notice was sent by then"
    assert difference.path == "events[1]"


@dataclass(frozen=True)
class Fault:
    name: str
    report: str
    says: str


FAULTS = [
    Fault("outcome", RETURNED.replace("returned,", "retured,", 1), 'Did you mean "returned"?'),
    Fault("notice", RETURNED.replace("request_returned", "request_retuned"), 'Did you mean "request_returned"?'),
    Fault("no notice", RETURNED.replace("notice: request_returned, ", ""), '"notice" is missing'),
    Fault("key", RETURNED.replace("reason:", "reasn:"), '"reasn" is not known here'),
    Fault("day before", RETURNED.replace("2024-04-10", "2024-04-06"), "expected a later date"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_of_a_report_is_told(fault: Fault) -> None:
    with pytest.raises(EngineError) as refused:
        play(scenario_with(fault.report))

    assert fault.says in str(refused.value)
